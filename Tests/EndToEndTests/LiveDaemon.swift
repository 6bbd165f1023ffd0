import Foundation
import Testing

/// What a program said and how it ended.
struct Outcome {
  let status: Int32
  let output: String
  let complaint: String
}

/// The programs of this build, run as a person runs them.
enum Programs {
  /// The repository's root.
  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Where the test bundle lies, the programs lie beside it.
  static let directory = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

  static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String? = nil
  ) throws -> Outcome {
    let process = Process()
    process.executableURL =
      program.hasPrefix("/") ? URL(fileURLWithPath: program) : directory.appendingPathComponent(program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    let (output, complaint, given) = (Pipe(), Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = complaint
    process.standardInput = given
    try process.run()
    // A program that ends before it has read its input closes the pipe; that is its right.
    signal(SIGPIPE, SIG_IGN)
    if let input { try? given.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
    try given.fileHandleForWriting.close()
    // Two pipes: the second is read on a thread of its own, or a full one would stop the program.
    let box = Collected()
    let thread = Thread { box.put(complaint.fileHandleForReading.readDataToEndOfFile()) }
    thread.start()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: String(decoding: said, as: UTF8.self),
      complaint: String(decoding: box.take(), as: UTF8.self))
  }
}

/// Bytes from another thread.
final class Collected: @unchecked Sendable {
  // Sendable by the condition: `data` is touched only while it is held.
  private let condition = NSCondition()
  private var data: Data?
  func put(_ data: Data) {
    condition.lock()
    self.data = data
    condition.broadcast()
    condition.unlock()
  }
  func take() -> Data {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let data { return data }
      condition.wait()
    }
  }
}

/// `smpsim serve`, or `smpd` in front of a mock USB bus, in a private directory, ended with the test.
final class LiveDaemon {
  /// The mock bus's UMOCKDEV_DIR; nil for `smpsim`.
  private let mock: String?
  let directory: URL
  /// A program that becomes `smpsim`, with its arguments.
  var wrapper: [String] = []
  private var user: UInt32?
  private var process = Process()
  private(set) var lines: [String] = []
  var socket: String { directory.appendingPathComponent("io.smpd").path }
  var state: String { directory.appendingPathComponent("state").path }

  static func give(_ path: String, to user: UInt32) throws {
    try FileManager.default.setAttributes(
      [.ownerAccountID: NSNumber(value: user), .groupOwnerAccountID: NSNumber(value: user)], ofItemAtPath: path)
  }

  /// `smpd`, the unmodified program, on this bus. It serves when this returns.
  /// - Parameter user: whom it runs as; only root may choose.
  static func onUSB(
    _ bus: MockBus, arguments: [String] = ["--training"], user: UInt32? = nil
  ) throws -> LiveDaemon {
    let daemon = try LiveDaemon(mock: bus.directory, start: false)
    daemon.user = user
    try FileManager.default.createDirectory(atPath: daemon.state, withIntermediateDirectories: false)
    if let user {
      for path in [daemon.directory.path, daemon.state] { try Self.give(path, to: user) }
    }
    try daemon.start(arguments)
    let limits = try daemon.smpctl("limits", "example").output
    try Data(limits.utf8).write(to: URL(fileURLWithPath: daemon.state + "/limits.yaml"))
    return daemon
  }

  init(arguments: [String] = ["--hand", "auto", "--fast"], mock: String? = nil, start: Bool = true) throws {
    self.mock = mock
    // Socket paths are short: 108 bytes in all.
    directory = URL(fileURLWithPath: "/tmp/smpd-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    if start { try self.start(arguments) }
  }

  deinit {
    end()
    try? FileManager.default.removeItem(at: directory)
  }

  /// Starts the daemon and returns when it serves.
  func start(_ arguments: [String] = ["--hand", "auto", "--fast"]) throws {
    process = Process()
    var environment = ProcessInfo.processInfo.environment
    environment["SWIFT_BACKTRACE"] = "enable=no"
    if let mock {
      environment["UMOCKDEV_DIR"] = mock
      // The wrapper becomes the program it starts, so that it is the program that is killed and waited for.
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      var program = Programs.directory.appendingPathComponent("smpd")
      if user != nil {
        // Another user need not reach the folder this was built in.
        let copy = directory.appendingPathComponent("smpd")
        try FileManager.default.copyItem(at: program, to: copy)
        program = copy
      }
      let who = user.map { ["setpriv", "--reuid=\($0)", "--regid=\($0)", "--clear-groups"] } ?? []
      process.arguments =
        who + ["umockdev-wrapper"] + [
          program.path, "--state", state, "--socket", socket,
        ]
        + ["--limits", state + "/limits.yaml"] + arguments
    } else {
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments =
        wrapper + [Programs.path("smpsim"), "serve", "--state", state, "--socket", socket] + arguments
    }
    process.environment = environment
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    // It says that it serves, or why it does not; then the pipe is left to itself.
    lines = []
    while let line = try output.fileHandleForReading.line() {
      lines.append(line)
      if line.contains("serving at") { break }
    }
    guard lines.last?.contains("serving at") == true else {
      process.waitUntilExit()
      throw NotServing(line: lines.joined(separator: "\n"), status: process.terminationStatus)
    }
    output.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
  }

  struct NotServing: Error {
    let line: String
    let status: Int32
  }

  func end() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }

  var processIdentifier: Int32 { process.processIdentifier }
  var endStatus: Int32 { process.terminationStatus }

  func kill() {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// `smpctl` against this daemon.
  @discardableResult
  func smpctl(_ arguments: String..., input: String? = nil) throws -> Outcome {
    try Programs.run("smpctl", arguments, environment: ["SMPD_SOCKET": socket], input: input)
  }

  /// Imports and signs the practice plan; returns its course.
  func practiceCourse() throws -> String {
    let plan = try smpctl("plan", "example", "--practice").output
    let imported = try smpctl("plan", "import", "-", input: plan)
    let course = imported.output.split(separator: "\n").last.map(String.init) ?? ""
    #expect(course.hasPrefix("C-"), "\(imported)")
    let signed = try smpctl("plan", "sign", course, "--by", "Practitioner")
    #expect(signed.status == 0, "\(signed)")
    return course
  }

  /// What a session needs besides its course.
  static let sessionFacts = [
    "--operator", "Operator", "--pigment-lot", "L1", "--cartridge", "K1", "--skin", "clear",
  ]

  /// Puts on record what `sessionFacts` names.
  func registerLots(shade: String) throws {
    for facts in [
      ["pigment", "L1", "--brand", "Example Pigments", "--shade", shade], ["cartridge", "K1", "--brand", "N"],
    ] {
      let added = try Programs.run(
        "smpctl", ["lot", "add"] + facts + ["--expires", "2099-12-31", "--by", "N", "--socket", socket])
      #expect(added.status == 0, "\(added)")
    }
  }

  func startSession(_ course: String, watch: Bool) throws -> Outcome {
    try Programs.run(
      "smpctl",
      ["session", "start", course] + Self.sessionFacts + (watch ? ["--watch"] : []),
      environment: ["SMPD_SOCKET": socket])
  }

  func json(_ arguments: String...) throws -> [String: Any] {
    let outcome = try Programs.run("smpctl", arguments + ["--json"], environment: ["SMPD_SOCKET": socket])
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    return object as? [String: Any] ?? [:]
  }
}

extension FileHandle {
  /// The next line without its end; nil at the end of input.
  func line() throws -> String? {
    var line = Data()
    while let byte = try read(upToCount: 1), !byte.isEmpty {
      if byte.first == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
  }
}

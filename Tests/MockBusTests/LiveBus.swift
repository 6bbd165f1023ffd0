import Foundation
import Testing

/// A program one talks to line by line. Ended with the test.
final class Talker {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  /// Where the test bundle lies, the programs lie beside it.
  static let directory = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

  init(_ words: [String], environment: [String: String] = [:]) throws {
    // A program that has ended leaves a broken pipe; the test says so by itself.
    signal(SIGPIPE, SIG_IGN)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
      .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process.standardInput = input
    process.standardOutput = output
    try process.run()
  }

  deinit { end() }

  func end() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Up to the line break; what there is, when the program has ended.
  func line() throws -> String {
    var bytes = Data()
    while let byte = try output.fileHandleForReading.read(upToCount: 1), byte.first != UInt8(ascii: "\n") {
      if byte.isEmpty { break }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  func ask(_ command: String) throws -> String {
    try input.fileHandleForWriting.write(contentsOf: Data((command + "\n").utf8))
    return try line()
  }
}

/// A mock bus, and a libusb program that sees it.
final class LiveBus {
  let mock: Talker
  private let directory: String
  private var client: Talker?

  init() throws {
    mock = try Talker([Talker.directory.appendingPathComponent("smpmock").path])
    let first = try mock.line()
    try #require(first.hasPrefix("UMOCKDEV_DIR="), "\(first)")
    directory = String(first.dropFirst("UMOCKDEV_DIR=".count))
  }

  deinit {
    // umockdev aborts clients that are still there when the bus ends.
    client?.end()
    mock.end()
  }

  /// A command that must succeed.
  @discardableResult
  func command(_ line: String, _ place: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    let answer = try json(line)
    #expect(answer["ok"] as? Bool == true, "\(line): \(answer)", sourceLocation: place)
    return answer
  }

  func json(_ line: String) throws -> [String: Any] {
    let text = try mock.ask(line)
    return try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  }

  /// What the libusb program says; it is started with the first command.
  func probe(_ line: String) throws -> String {
    if client == nil {
      let path = Talker.directory.appendingPathComponent("usbprobe").path
      let new = try Talker(["umockdev-wrapper", path], environment: ["UMOCKDEV_DIR": directory])
      #expect(try new.line() == "ready")
      client = new
    }
    return try client?.ask(line) ?? ""
  }

  func expect(_ line: String, _ answer: String, _ place: SourceLocation = #_sourceLocation) throws {
    let said = try probe(line)
    #expect(said == answer, "\(line)", sourceLocation: place)
  }

  /// A device at 1-1, opened and claimed.
  func begin(_ words: String = "") throws {
    try command("plug 1-1 SIM-0001 \(words)")
    try expect("open 1-1", "ok")
    try expect("claim", "ok")
  }
}

import Foundation
import StrictJSON
import Testing
import Varlink

/// A simulated device that outlives its daemons, and the witness beside it: in a process of its own behind `smpsim
/// serve --link`, or on a mock USB bus in front of an unmodified `smpd`.
protocol Survivor {
  /// A daemon that serves; the first one, or the next after a death.
  func startDaemon() throws -> LiveDaemon
  /// The hand is given this session's job, where the daemon does not do that itself.
  func takeUp(plan: String, session: Int) throws
  func layDown() throws
  /// The power fails, and the device is there again: with its memory, or as one that has forgotten everything.
  func reset(memoryKept: Bool) throws
  /// One of `contacts`, `witness` and `describe`, as JSON.
  func look(_ what: String) throws -> JSONObject
}

extension Survivor {
  var contacts: Int { get throws { Int(try look("describe")["contacts"]?.integer ?? 0) } }

  /// The device's clock, in nanoseconds.
  var now: Int64 { get throws { try look("describe")["monotonicNanoseconds"]?.integer ?? 0 } }

  /// The needle is out of the skin and the drive stands: the device's own physics, not what it says.
  var isStill: Bool {
    get throws {
      let now = try look("describe")
      return now["inSkin"]?.bool == false && now["driveMillihertz"]?.integer == 0
    }
  }
}

/// `smpsim device`, ended with the test.
final class LinkedSurvivor: Survivor {
  static let pace = 150
  private let seed: UInt64
  private let daemon: LiveDaemon
  private var process = Process()
  private var client: VarlinkClient?
  private var link: String { daemon.directory.appendingPathComponent("dev").path }
  var benchPath: String { link + ".bench" }

  /// - Parameter seed: of device and hand.
  init(seed: UInt64) throws {
    self.seed = seed
    daemon = try LiveDaemon(start: false)
    try begin()
  }

  deinit { try? end() }

  /// A device process; it serves when this returns.
  func begin() throws {
    process = Process()
    process.executableURL = Programs.directory.appendingPathComponent("smpsim")
    process.arguments = ["device", link, "--pace", "\(Self.pace)", "--seed", "\(seed)"]
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    guard let line = try output.fileHandleForReading.line(), line.contains("serving at") else {
      process.waitUntilExit()
      throw LiveDaemon.NotServing(line: "", status: process.terminationStatus)
    }
    client = try VarlinkClient(path: benchPath, timeoutMilliseconds: 30_000)
  }

  func end() throws {
    client = nil
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  func startDaemon() throws -> LiveDaemon {
    try daemon.start(["--link", link, "--hand", "auto"])
    return daemon
  }

  /// `--hand auto` does it.
  func takeUp(plan: String, session: Int) {}
  func layDown() throws { try call("LayDown") }

  func reset(memoryKept: Bool) throws {
    let fault: JSON = memoryKept ? "reset_memory_kept" : "reset_memory_lost"
    try call("Inject", ["fault": fault])
    try call("Inject", ["fault": fault, "clear": true])
    try eventually("power", tries: 100_000) { try look("describe")["powered"]?.bool == true }
  }

  func look(_ what: String) throws -> JSONObject { try call(what.prefix(1).uppercased() + what.dropFirst()) }

  @discardableResult
  private func call(_ method: String, _ parameters: JSONObject = [:]) throws -> JSONObject {
    guard let client else { throw VarlinkClientError.closed(method: method) }
    return try client.call("io.smpd.simulator." + method, parameters)
  }
}

/// A device on a mock USB bus.
final class USBSurvivor: Survivor {
  private let bus: MockBus
  private let daemon: LiveDaemon
  private static let serial = "SIM-0001"
  private var hasStarted = false

  init() throws {
    bus = try MockBus()
    try bus.ask("plug 1-1 \(Self.serial)")
    daemon = try LiveDaemon(mock: bus.directory, start: false)
    try FileManager.default.createDirectory(atPath: daemon.state, withIntermediateDirectories: false)
  }

  func startDaemon() throws -> LiveDaemon {
    try daemon.start(["--training"])
    if !hasStarted {
      let limits = try daemon.smpctl("limits", "example").output
      try Data(limits.utf8).write(to: URL(fileURLWithPath: daemon.state + "/limits.yaml"))
    }
    hasStarted = true
    return daemon
  }

  func takeUp(plan: String, session: Int) throws {
    try bus.ask("hand \(Self.serial) \(plan) \(session) \(LinkedSurvivor.pace)")
  }
  func layDown() throws { try bus.ask("lay \(Self.serial)") }
  func reset(memoryKept: Bool) throws { try bus.ask("reset \(Self.serial) \(memoryKept ? "kept" : "lost")") }

  func look(_ what: String) throws -> JSONObject {
    let answer = try bus.ask("\(what) \(Self.serial)")
    let json = try JSON.parse(Array(JSONSerialization.data(withJSONObject: answer)))
    guard case .object(let object) = json else { return [:] }
    return object
  }
}

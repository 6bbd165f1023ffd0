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
  private let daemon: LiveDaemon
  private let device: BenchProcess
  private let link: String
  var benchPath: String { link + ".bench" }

  /// - Parameter seed: of device and hand.
  init(seed: UInt64) throws {
    daemon = try LiveDaemon(start: false)
    link = daemon.directory.appendingPathComponent("dev").path
    device = try BenchProcess(["device", link, "--pace", "\(Self.pace)", "--seed", "\(seed)"], bench: link + ".bench")
  }

  func begin() throws { try device.begin() }
  func end() throws { try device.end() }

  func startDaemon() throws -> LiveDaemon { try startDaemon(hand: "auto") }

  func startDaemon(hand: String) throws -> LiveDaemon {
    try daemon.start(["--link", link, "--hand", hand])
    return daemon
  }

  /// `--hand auto` does it.
  func takeUp(plan: String, session: Int) {}
  func layDown() throws { try device.call("LayDown") }

  func reset(memoryKept: Bool) throws {
    let fault = memoryKept ? "reset_memory_kept" : "reset_memory_lost"
    try device.inject(fault)
    try device.clear(fault)
    try eventually("power", tries: 100_000) { try look("describe")["powered"]?.bool == true }
  }

  func look(_ what: String) throws -> JSONObject { try device.look(what) }
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

import Foundation
import Testing

/// The unmodified `smpd` at work while other users do what they can to keep it from working.
@Suite(
  .ownThread,
  .enabled(if: getuid() == 0 || ProcessInfo.processInfo.environment["CI"] != nil, "needs root, to be other users"))
struct LoadTests {
  /// `VmHWM`: the most memory a process has ever had resident, in KiB.
  private func peak(_ process: Int32) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    return Int((status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? "").filter(\.isNumber)) ?? 0
  }

  private func device(_ daemon: LiveDaemon) throws -> [String: Any] {
    try daemon.json("device", "show")["device"] as? [String: Any] ?? [:]
  }

  /// Milliseconds from each renewal of the lease to the next, as the bus saw them come; what lies across a stop or an
  /// arming is none.
  private func renewals(_ bus: MockBus, _ serial: String) throws -> [Double] {
    let urbs = try bus.ask("times \(serial)")["urbs"] as? [[String: Any]] ?? []
    var intervals: [Double] = []
    var last: Int64?
    for urb in urbs {
      let frame = urb["endpoint"] as? Int == 1 ? urb["frame"] as? Int : nil
      switch frame {
      case 0x07:
        guard let at = (urb["submittedNanoseconds"] as? NSNumber)?.int64Value else { continue }
        if let last { intervals.append(Double(at - last) / 1_000_000) }
        last = at
      // Armed, suspended, disarmed: the lease begins anew, or ends.
      case 0x06, 0x08, 0x0A: last = nil
      default:
        if urb["endpoint"] as? Int == 0, urb["request"] as? Int == 0x03 { last = nil }
      }
    }
    return intervals
  }

  @Test(
    "S5 S6 64 slow clients, one stopped, one that comes 10,000 times, a flood, deaf ones, busy cores: the session ends")
  func crowd() throws {
    let bus = try MockBus()
    try bus.ask("plug 1-1 SIM-0001")
    let daemon = try LiveDaemon.onUSB(bus)
    let person = Operator(daemon: daemon, bus: bus, serial: "SIM-0001", pace: 250)
    _ = try person.begin()
    try person.waitForDots(2)
    let before = try peak(daemon.processIdentifier)
    let crowd = Crowd(daemon.socket)
    try crowd.keepCoresBusy()
    try crowd.send(.slow, uid: 20_001)
    try crowd.send(.stopped, uid: 20_005)
    try crowd.send(.deaf, uid: 20_006)
    try crowd.send(.flooding, uid: 20_007)
    try crowd.send(.idler, uid: 20_008)
    try crowd.send(.coming, uid: 20_009)
    crowd.stop(.stopped)
    try person.waitForDots(6)
    let stopped = try daemon.smpctl("stop", "--protective", "--reason", "load")
    #expect(stopped.status == 0 && stopped.output.contains("still"), "\(stopped)")
    #expect(try bus.isStill("SIM-0001"))
    try eventually("complete") {
      try person.tend()
      if try !(bus.ask("describe SIM-0001")["handWorking"] as? Bool ?? true) { try person.takeUp() }
      return try person.isComplete
    }
    #expect(try crowd.word(of: .coming) == "10000")
    let show = try device(daemon)
    let intervals = try renewals(bus, "SIM-0001").sorted()
    try person.end()
    let after = try peak(daemon.processIdentifier)
    try report(show, intervals, before: before, after: after)
  }

  /// Prints the figures and holds them against their bounds.
  private func report(_ device: [String: Any], _ intervals: [Double], before: Int, after: Int) throws {
    try #require(intervals.count > 20)
    let isScheduled = (device["realtime"] as? [String: Any])?["scheduled"] as? Bool == true
    let link = device["link"] as? [String: Any] ?? [:]
    func at(_ part: Double) -> String {
      String(format: "%.1f", intervals[min(intervals.count - 1, Int(part * Double(intervals.count)))])
    }
    let missed = link["missedRenewals"] as? Int ?? -1
    print(
      "load: \(isScheduled ? "SCHED_FIFO" : "no SCHED_FIFO"); \(intervals.count) renewals every 50 ms: p50 \(at(0.5)),",
      "p99 \(at(0.99)), longest \(at(1)) ms; missed \(missed), late replies \(link["lateReplies"] ?? "?");",
      "peak memory \(before) KiB before, \(after) KiB after")
    // A period late is two periods after the one before.
    if isScheduled { #expect(try #require(intervals.last) <= 100 && missed == 0) }
    // What each connection may make us hold: a message and what was read with it; a queue and the reply behind it.
    #expect(after <= before + 64 * (1_024 + 64 + 256 + 1_024))
  }

  /// Clock ticks of all threads of a process.
  private func ticks(_ process: Int32) throws -> Int {
    let stat = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
    return (Int(fields[12]) ?? 0) + (Int(fields[13]) ?? 0)
  }

  @Test("clients that hung up in mid-call, or half, cost nothing; and no socket of the daemon is of a network")
  func hungUp()
    throws
  {
    let daemon = try LiveDaemon(arguments: [])
    func work() throws -> Int {
      let before = try ticks(daemon.processIdentifier)
      for _ in 0..<20 { #expect(try daemon.smpctl("status").status == 0) }
      return try ticks(daemon.processIdentifier) - before
    }
    let alone = try work()
    let crowd = Crowd(daemon.socket)
    try crowd.send(.half, uid: 0)
    // A loop over one of them would take as long as all this takes.
    let beside = try work()
    #expect(beside <= 2 * alone + 40, "\(alone) ticks alone, \(beside) beside clients that hung up")
    let folder = "/proc/\(daemon.processIdentifier)/"
    let held = try FileManager.default.contentsOfDirectory(atPath: folder + "fd").compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: folder + "fd/" + $0)
    }
    #expect(held.count { $0.hasPrefix("socket:") } > 2)
    for table in ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"] {
      let rows = ((try? String(contentsOfFile: folder + "net/" + table, encoding: .utf8)) ?? "").split(separator: "\n")
      for row in rows.dropFirst() {
        let inode = row.split(separator: " ")[9]
        #expect(!held.contains("socket:[\(inode)]"), "\(table): \(row)")
      }
    }
  }
}

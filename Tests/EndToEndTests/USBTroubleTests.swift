import Foundation
import Testing

/// A bus and a device that misbehave in mid-session: each trouble is absorbed or becomes a named fault, the needle is
/// still whenever something is in doubt, and the log says what happened.
@Suite(.serialized, .ownThread) struct USBTroubleTests {
  static let serial = "SIM-0001"

  /// A session of its own for each table: one trouble after another, tended as a person would.
  private func through(_ troubles: [String], allowed: Set<String>) throws {
    let person = try Operator.atWork(dots: 0, pace: 250)
    let (bus, daemon) = (person.bus, person.daemon)
    for trouble in troubles {
      try eventually("back at work before \(trouble)") {
        try person.tend()
        return try person.isComplete || ["armed", "running"].contains(try person.state)
      }
      if try person.isComplete { break }
      let made = try bus.contacts(Self.serial)
      try bus.ask(trouble)
      try eventually("an end of \(trouble)") {
        if trouble.hasPrefix("fault") {
          try bus.ask("clear \(Self.serial) \(trouble.split(separator: " ")[2])")
        }
        try person.tend()
        return try person.isComplete || bus.contacts(Self.serial) > made
      }
    }
    try person.end()
    let events = try daemon.smpctl("log", "events").output
    for line in events.split(separator: "\n") where line.contains("  fault  ") {
      let named = allowed.contains { line.contains("fault=\($0)") }
      #expect(named, "\(line)")
    }
  }

  /// How a link's trouble may show: the device heard nothing in time, or the host did not.
  static let linkFaults: Set = ["device_silent", "lease_expired", "command_refused"]

  @Test(
    "Every row of the errno table, on every endpoint, in mid-session", arguments: ["control", "out", "in", "interrupt"])
  func errnos(endpoint: String) throws {
    let statuses = [
      "EPIPE", "EPROTO", "EILSEQ", "ETIME", "ETIMEDOUT", "EIO", "EOVERFLOW", "EREMOTEIO", "ENOENT", "ECONNRESET",
    ]
    try through(statuses.map { "errno 1-1 \(endpoint) \($0) 1" }, allowed: Self.linkFaults)
  }

  @Test(
    "S5 S7 a halted endpoint in mid-session: the needle stops, the link begins anew, and the session is finished",
    arguments: ["in", "out", "interrupt"])
  func halted(endpoint: String) throws {
    let person = try Operator.atWork()
    let bus = person.bus
    func stops() throws -> Int {
      let urbs = try bus.ask("times \(Self.serial)")["urbs"] as? [[String: Any]] ?? []
      return urbs.count { $0["request"] as? Int == 3 }
    }
    let before = try stops()
    try bus.ask("stall 1-1 \(endpoint)")
    try person.waitFor("uncertain")
    #expect(try stops() > before, "the needle is stopped before the link ends, and not only by its lease")
    try bus.waitUntilStill(Self.serial)
    try person.finish()
  }

  @Test("A bus that slept: every transfer ends as if the device had gone, and it is found again without a re-plug")
  func slept() throws {
    let bus = try MockBus()
    try bus.ask("plug 1-1 \(Self.serial)")
    let daemon = try LiveDaemon.onUSB(bus)
    let person = Operator(daemon: daemon, bus: bus, serial: Self.serial)
    try person.waitFor("ready")
    try bus.ask("errno 1-1 control ESHUTDOWN 1")
    try eventually("the link's end") { try daemon.smpctl("log", "events").output.contains("device_detached") }
    try person.waitFor("ready")
    _ = try person.begin()
    try person.finish()
  }

  @Test(
    "ENODEV and ESHUTDOWN in mid-session are an unplug: uncertain, and the log verifies",
    arguments: ["ENODEV", "ESHUTDOWN"])
  func gone(status: String) throws {
    let person = try Operator.atWork()
    let bus = person.bus
    try bus.ask("errno 1-1 out \(status) 1")
    try person.waitFor("uncertain")
    try bus.waitUntilStill(Self.serial)
    try bus.ask("unplug 1-1")
    try bus.ask("plug 1-2 \(Self.serial)")
    try eventually("the device back") { try person.snapshot["device"] != nil }
    try person.finish()
  }

  @Test("Frames with wrong length, version, type, sequence or checksum; doubled, swapped, cut: absorbed or named")
  func frames() throws {
    let words = [
      "corrupted_frame", "truncated_frame", "wrong_length", "wrong_version", "wrong_type", "wrong_sequence",
      "duplicated_frame", "reordered_frames", "misnumbered_replies", "lost_frame",
    ]
    try through(words.map { "fault \(Self.serial) \($0)" }, allowed: Self.linkFaults)
  }

  @Test("S1 a flood, a record nobody granted, a contact nobody granted, a second contact: named, and nothing hidden")
  func device() throws {
    let words = ["flood", "dot_without_grant", "double_dot"]
    try through(
      words.map { "fault \(Self.serial) \($0)" },
      allowed: Self.linkFaults.union(["contact_without_grant", "record_without_grant"]))
  }

  @Test(
    "An endpoint that hangs in mid-session: the session faults by name, the needle is still, and it can be finished")
  func withheld() throws {
    let person = try Operator.atWork(dots: 0)
    let bus = person.bus
    for endpoint in ["out", "in"] {
      try eventually("at work") {
        try person.tend()
        return ["armed", "running"].contains(try person.state)
      }
      try bus.ask("withhold 1-1 \(endpoint)")
      try eventually("not at work") { !["armed", "running"].contains(try person.state) }
      try bus.waitUntilStill(Self.serial)
      try bus.ask("release 1-1 \(endpoint)")
    }
    try person.finish()
  }
}

import Foundation
import Testing

/// A bus that ends in mid-session, or one way of it: the needle is stopped, the session is finished when it is back.
@Suite(.serialized, .ownThread) struct USBLinkEndTests {
  static let serial = "SIM-0001"

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

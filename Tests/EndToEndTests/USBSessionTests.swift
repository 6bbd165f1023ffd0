import Foundation
import Testing

/// `smpd` itself, through libusb and libudev, in front of simulated devices on a mock bus (rung 1 of the ladder).
/// In real time: a busy machine may let a lease run out, so each session is tended as a person would tend it, and what
/// is asserted is what must hold however often that happens.
@Suite(.serialized, .ownThread) struct USBSessionTests {
  static let serial = "SIM-0001"

  @Test("A device plugged before the start: a whole session, and log and needle agree") func wholeSession() throws {
    let bus = try MockBus()
    try bus.ask("plug 1-1 \(Self.serial)")
    let daemon = try LiveDaemon.onUSB(bus)
    let person = Operator(daemon: daemon, bus: bus, serial: Self.serial)
    let course = try person.begin()
    try person.finish()
    #expect(try bus.contacts(Self.serial) > 20)
    #expect(try daemon.smpctl("course", "status", course).output.contains("1 of 2"))
    #expect(try daemon.smpctl("device", "show").output.contains("simulated"))
    let attached = try daemon.smpctl("log", "events").output
    #expect(attached.contains("device_attached  serial=\(Self.serial)"))
  }

  @Test("S6 a protective stop through the stop socket: still, with a needle on real libusb, in mid-session")
  func stop() throws {
    let bus = try MockBus()
    let daemon = try LiveDaemon.onUSB(bus)
    #expect(try daemon.smpctl("stop", "--protective").complaint.contains("no device answers"))
    try bus.ask("plug 1-4 \(Self.serial)")
    let person = Operator(daemon: daemon, bus: bus, serial: Self.serial)
    _ = try person.begin()
    try eventually("some dots") {
      try person.tend()
      return try bus.contacts(Self.serial) >= 3
    }
    let stopped = try daemon.smpctl("stop", "--protective", "--reason", "test")
    #expect(stopped.status == 0, "\(stopped)")
    #expect(stopped.output.contains("still"), "\(stopped)")
    #expect(try bus.isStill(Self.serial))
    try person.finish()
  }

  @Test(
    "S5 S7 the cable is pulled at any moment, and goes back into this port or another one: uncertain, resolved, finished",
    arguments: [11, 12, 13] as [UInt64])
  func unplug(seed: UInt64) throws {
    let bus = try MockBus()
    try bus.ask("plug 1-1 \(Self.serial)")
    let daemon = try LiveDaemon.onUSB(bus)
    let person = Operator(daemon: daemon, bus: bus, serial: Self.serial)
    _ = try person.begin()
    var random = Lehmer(seed: seed)
    var port = "1-1"
    for _ in 0..<4 where !(try person.isComplete) {
      let target = try bus.contacts(Self.serial) + random.below(4)
      try eventually("dot \(target), seed \(seed)") {
        try person.tend()
        return try person.isComplete || bus.contacts(Self.serial) >= target
      }
      // Anywhere within a dot: so many questions to the mock take a moment that is never the same.
      for _ in 0..<random.below(400) { _ = try bus.ask("list") }
      try bus.ask("unplug \(port)")
      try bus.waitUntilStill(Self.serial)
      try person.waitFor("uncertain")
      port = ["1-1", "1-2", "2-1"][random.below(3)]
      try bus.ask("plug \(port) \(Self.serial)")
      try eventually("the device back, seed \(seed)") { try person.snapshot["device"] != nil }
      #expect(try person.state == "uncertain", "nothing resumes by itself")
    }
    try person.finish()
  }

  @Test("S4 S7 a second device waits, and takes over neither a session nor what is left of one") func second() throws {
    let bus = try MockBus()
    try bus.ask("plug 1-1 SIM-A")
    let daemon = try LiveDaemon.onUSB(bus)
    let person = Operator(daemon: daemon, bus: bus, serial: "SIM-A")
    _ = try person.begin()
    try bus.ask("plug 1-2 SIM-B")
    try eventually("both listed") {
      let list = try daemon.smpctl("device", "list").output
      return list.contains("SIM-A") && list.contains("SIM-B")
    }
    try eventually("a dot") {
      try person.tend()
      return try bus.contacts("SIM-A") >= 2
    }
    try bus.ask("unplug 1-1")
    try person.waitFor("uncertain")
    #expect(try person.snapshot["device"] == nil, "the second device does not stand in")
    try bus.ask("plug 1-3 SIM-A")
    try eventually("its own device") { try person.snapshot["device"] as? String == "SIM-A" }
    try person.finish()
    #expect(try bus.contacts("SIM-B") == 0)
  }

  @Test("Two devices, chosen by serial again and again: each answers as itself, and nobody waits for ever")
  func choice() throws {
    let bus = try MockBus()
    try bus.ask("plug 1-1 SIM-A")
    try bus.ask("plug 1-2 SIM-B")
    let daemon = try LiveDaemon.onUSB(bus)
    try eventually("both") { (try daemon.json("device", "list")["devices"] as? [Any])?.count == 2 }
    let plan = try daemon.practiceCourse()
    for number in 0..<30 {
      let serial = number % 2 == 0 ? "SIM-B" : "SIM-A"
      // A link that is still closing refuses its device for a moment.
      try eventually("a session on \(serial)") {
        let started = try Programs.run(
          "smpctl",
          [
            "session", "start", plan, "--device", serial, "--operator", "O", "--pigment-lot", "L", "--cartridge", "C",
            "--skin", "clear",
          ], environment: ["SMPD_SOCKET": daemon.socket])
        return started.status == 0
      }
      let snapshot = try daemon.json("status")["snapshot"] as? [String: Any]
      #expect(snapshot?["device"] as? String == serial)
      try eventually("its end") { try daemon.smpctl("session", "stop").status == 0 }
    }
  }

  @Test("The end of the daemon stops the needle first, and the next one finds the session uncertain") func end() throws
  {
    let person = try Operator.atWork()
    let (bus, daemon) = (person.bus, person.daemon)
    daemon.end()
    #expect(daemon.endStatus == 0)
    #expect(try bus.isStill(Self.serial))
    #expect(try bus.ask("describe \(Self.serial)")["claimed"] as? Bool == false)
    try daemon.start(["--training"])
    try person.waitFor("uncertain")
    #expect(try daemon.smpctl("session", "resolve", "--by", "N", "--reason", "restarted").status == 0)
    try person.end()
  }
}

/// Choices of a test: a function of the seed.
struct Lehmer {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 2_654_435_761 % 2_147_483_646 + 1 }
  mutating func below(_ bound: Int) -> Int {
    state = state &* 48_271 % 2_147_483_647
    return Int(state % UInt64(bound))
  }
}

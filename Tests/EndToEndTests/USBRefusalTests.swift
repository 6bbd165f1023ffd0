import Foundation
import Testing

/// What is plugged in and cannot be driven: named, left alone, and in the log (S13).
@Suite(.serialized, .ownThread) struct USBRefusalTests {
  /// How a device is plugged in, and the word it must be refused with; nil: it is not even looked at.
  struct Stranger: Sendable, CustomTestStringConvertible {
    let words: String
    let problem: String?
    var testDescription: String { words }
  }

  static let strangers: [Stranger] = [
    Stranger(words: "wrong_class", problem: "not_a_needle_device"),
    Stranger(words: "wrong_subclass", problem: "not_a_needle_device"),
    Stranger(words: "missing_endpoint", problem: "wrong_endpoints"),
    Stranger(words: "wrong_endpoint_type", problem: "wrong_endpoints"),
    Stranger(words: "wrong_packet_size", problem: "wrong_endpoints"),
    Stranger(words: "truncated_configuration", problem: "wrong_endpoints"),
    Stranger(words: "zero_length", problem: "malformed_descriptors"),
    Stranger(words: "other_serial", problem: "serial_mismatch"),
    Stranger(words: "other_vendor", problem: nil),
    Stranger(words: "busy", problem: "busy"),
    Stranger(words: "fault=impossible_capabilities", problem: "not_a_needle_device"),
    Stranger(words: "fault=hang", problem: "no_answer"),
    Stranger(words: "withhold=control", problem: "no_answer"),
    Stranger(words: "errno=control:EPIPE:50", problem: "no_answer"),
    Stranger(words: "errno=control:EOVERFLOW:50", problem: "no_answer"),
  ]

  static func problems(_ daemon: LiveDaemon) throws -> [String?] {
    let devices = try daemon.json("device", "list")["devices"] as? [[String: Any]] ?? []
    return devices.map { $0["problem"] as? String }
  }

  @Test("S13 a stranger is named, never driven, and stands in the log; a sound device beside it works")
  func strangers() throws {
    let bus = try MockBus()
    let daemon = try LiveDaemon.onUSB(bus)
    for (number, stranger) in Self.strangers.enumerated() {
      let serial = "STRANGE-\(number)"
      try bus.ask("plug 1-1 \(serial) \(stranger.words)")
      if let problem = stranger.problem {
        try eventually("\(stranger.words) is \(problem)") { try Self.problems(daemon) == [problem] }
      } else {
        // Nothing will come of it, so something that does is waited for.
        try bus.ask("plug 1-2 SIM-0001")
        try eventually("the sound device") {
          try daemon.json("status")["snapshot"].map { "\($0)" }?.contains("SIM-0001") == true
        }
        #expect(try Self.problems(daemon) == [nil], "\(stranger.words)")
        try bus.ask("unplug 1-2")
      }
      #expect(try bus.contacts(serial) == 0)
      #expect(try bus.isStill(serial))
      try bus.ask("unplug 1-1")
      try eventually("nothing there") { try Self.problems(daemon).isEmpty }
    }
    let events = try daemon.smpctl("log", "events").output
    for stranger in Self.strangers {
      if let problem = stranger.problem { #expect(events.contains("reason=\(problem)"), "\(stranger.words)") }
    }
    #expect(try daemon.smpctl("log", "verify").status == 0)
  }

  @Test("A hung device is tried again by itself, and driven once it answers") func hung() throws {
    let bus = try MockBus()
    let daemon = try LiveDaemon.onUSB(bus)
    try bus.ask("plug 1-1 SIM-0001 fault=hang")
    try eventually("no answer") { try Self.problems(daemon) == ["no_answer"] }
    try bus.ask("clear SIM-0001 hang")
    try eventually("driven") { try Self.problems(daemon) == [nil] }
    #expect(try daemon.smpctl("device", "show", "SIM-0001").status == 0)
  }

  @Test(
    "S13 without the rule the node is not the daemon's: the rule is named, and once it has run the device is driven",
    .enabled(if: getuid() == 0, "only root can start the daemon as another user"))
  func notPermitted() throws {
    let bus = try MockBus()
    let node = try bus.ask("plug 1-1 SIM-0001 norule")["node"] as? String ?? ""
    // The daemon's user must reach the mock's /sys and /dev; the node itself stays root's alone.
    for path in ["", "/ioctl/_default", "/ioctl" + node] {
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: bus.directory + path)
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: bus.directory + node)
    let daemon = try LiveDaemon.onUSB(bus, user: 65_534)
    try eventually("not permitted") { try Self.problems(daemon) == ["not_permitted"] }
    let listed = try daemon.smpctl("device", "list").output
    #expect(listed.contains("60-smpd.rules") && listed.contains("udevadm"), "\(listed)")
    try LiveDaemon.give(bus.directory + node, to: 65_534)
    try eventually("driven") { try Self.problems(daemon) == [nil] }
  }

  @Test("A kernel driver that holds the interface gives way, and the device is driven") func kernelDriver() throws {
    let bus = try MockBus()
    let daemon = try LiveDaemon.onUSB(bus)
    try bus.ask("plug 1-1 SIM-0001 driver=cdc_acm")
    try eventually("driven") { try Self.problems(daemon) == [nil] }
    #expect(try daemon.smpctl("device", "show", "SIM-0001").status == 0)
  }

  @Test("S11 a simulated device in front of a real journal is refused: no client's record mixes the two")
  func simulatedInRealJournal() throws {
    let bus = try MockBus()
    try bus.ask("plug 1-1 SIM-0001")
    let daemon = try LiveDaemon.onUSB(bus, arguments: [])
    try eventually("refused") { try Self.problems(daemon) == ["simulated_device"] }
    let listed = try daemon.smpctl("device", "list").output
    #expect(listed.contains("training"), "\(listed)")
    let course = try daemon.practiceCourse()
    #expect(try daemon.startSession(course, watch: false).status != 0)
    #expect(try bus.contacts("SIM-0001") == 0)
  }

  @Test("Devices that come and go leave nothing behind: descriptors, threads and memory stay what they were")
  func cycles() throws {
    let bus = try MockBus()
    let daemon = try LiveDaemon.onUSB(bus)
    func cycle(_ number: Int) throws {
      let port = "1-\(number % 3 + 1)"
      try bus.ask("plug \(port) SIM-0001")
      // Every third is pulled at once, while it may be anywhere between arrival and identification.
      if number % 3 != 0 {
        try eventually("claimed in cycle \(number): \(try daemon.smpctl("device", "list").output)", tries: 100_000) {
          try bus.ask("describe SIM-0001")["claimed"] as? Bool == true
        }
      }
      try bus.ask("unplug \(port)")
    }
    for number in 0..<40 { try cycle(number) }
    try eventually("gone") { try Self.problems(daemon).isEmpty }
    let before = try Footprint(daemon.processIdentifier)
    for number in 0..<1_000 { try cycle(number) }
    try eventually("gone") { try Self.problems(daemon).isEmpty }
    // The last handle is closed a moment after its device has left; each question gives it one.
    try eventually("descriptors closed: \(before.open), then \(try Footprint(daemon.processIdentifier).open)") {
      try Self.problems(daemon).isEmpty && Footprint(daemon.processIdentifier).descriptors <= before.descriptors
    }
    let after = try Footprint(daemon.processIdentifier)
    #expect(after.open.count - after.descriptors <= 20, "\(after.open)")
    #expect(after.threads == before.threads)
    // The twelve listeners' buffers, leaked in each cycle, would be six mebibytes.
    #expect(after.kibibytes - before.kibibytes < 2_048, "\(before.kibibytes) KiB, then \(after.kibibytes)")
    #expect(try daemon.smpctl("log", "verify").status == 0)
  }
}

/// What a process holds.
struct Footprint {
  /// What each descriptor stands for, sorted.
  let open: [String]
  /// The journal's connections are a pool that grows to its bound as reads meet: those are not counted.
  var descriptors: Int { open.count { !$0.contains("/journal.sqlite") } }
  let threads: Int
  let kibibytes: Int

  init(_ process: Int32) throws {
    let folder = "/proc/\(process)/fd/"
    // One that was closed meanwhile has no name any more, and is none.
    open = try FileManager.default.contentsOfDirectory(atPath: folder).compactMap {
      try? FileManager.default.destinationOfSymbolicLink(atPath: folder + $0)
    }.sorted()
    threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task").count
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    kibibytes = Int(line.filter(\.isNumber)) ?? 0
  }
}

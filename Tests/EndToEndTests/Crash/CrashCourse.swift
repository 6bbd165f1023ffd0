import Foundation
import StrictJSON
import Testing
import Varlink

/// A course of treatment whose daemon is killed again and again, with a device that lives on.
///
/// What is drawn is a function of the seed: when the daemon dies, whether the device loses its power or its memory
/// meanwhile, whether the next daemon dies too before anybody has resolved anything. Real time adds its own.
final class CrashCourse {
  enum Kind: String, CaseIterable, Sendable {
    /// `smpsim serve --link` in front of `smpsim device`.
    case link
    /// `smpd` in front of a device on a mock bus.
    case usb
  }

  struct Lost: Error { let what: String }

  let kind: Kind
  let seed: UInt64
  private(set) var kills = 0
  private var random: Lehmer
  private let survivor: any Survivor
  private var daemon: LiveDaemon
  private var course = ""
  private var plan: String { daemon.directory.appendingPathComponent("plan.yaml").path }

  /// The device has forgotten what it made, once at least.
  private var isForgetful = false
  /// The newest durable entry that somebody was shown.
  private var seen: (number: Int64, hash: String)?
  /// Dots that somebody saw on the screen, session by session.
  private var dots: [String: Int64] = [:]
  /// Sightings that were judged already.
  private var judged: Int64 = 0

  init(_ kind: Kind, seed: UInt64) throws {
    (self.kind, self.seed) = (kind, seed)
    random = Lehmer(seed: seed)
    survivor = try kind == .link ? LinkedSurvivor(seed: seed) : USBSurvivor()
    daemon = try survivor.startDaemon()
  }

  // MARK: The course

  /// Until the daemon has died so often; then one whole session in peace.
  func run(kills wanted: Int) throws {
    try begin()
    while kills < wanted, try sessionsLeft > 0 {
      if random.below(5) == 0 {
        try dieStarting()
      } else {
        try startSession()
        try workForAWhile()
        try die()
      }
      while kills < wanted, random.below(4) == 0 {
        // The next one dies too, wherever it is in finding out what happened.
        try restart()
        for _ in 0..<random.below(60) { _ = try? look() }
        try die()
      }
      try restart()
      try settle()
    }
    while try sessionsLeft > 0 { try workInPeace() }
  }

  private func workInPeace() throws {
    try startSession()
    try wait("a complete session") {
      try tend()
      return try isComplete
    }
    try survivor.layDown()
    try wait("the session's end") {
      try daemon.smpctl("session", "stop")
      try tend()
      return try look()["session"]?.string == nil
    }
    try check()
  }

  private var sessionsLeft: Int64 {
    get throws {
      let course = try daemon.json("course", "status", course)["course"] as? [String: Any] ?? [:]
      guard let done = course["sessionsDone"] as? Int, let planned = course["sessionsPlanned"] as? Int else {
        throw Lost(what: "the course: \(course)")
      }
      return Int64(planned - done)
    }
  }

  private func begin() throws {
    try waitFor("ready")
    try Data(CrashPlan.text.utf8).write(to: URL(fileURLWithPath: plan))
    let imported = try daemon.smpctl("plan", "import", plan)
    course = imported.output.split(separator: "\n").last.map(String.init) ?? ""
    guard course.hasPrefix("C-"), try daemon.smpctl("plan", "sign", course, "--by", "P").status == 0 else {
      throw Lost(what: "the plan: \(imported)")
    }
  }

  private func startSession() throws {
    var last: Outcome?
    try wait("a session: \(String(describing: last))") {
      try tend()
      // One that a busy machine stopped while it was being prepared, and that was resumed.
      if ["armed", "running"].contains(try state) { return true }
      guard try state == "ready" else { return false }
      last = try daemon.startSession(course, watch: false)
      return last?.status == 0
    }
    let session = try look()["number"]?.integer ?? 0
    try survivor.takeUp(plan: plan, session: Int(session))
  }

  /// To a drawn moment: before the first dot, within one, between two, after the last.
  private func workForAWhile() throws {
    let target = try survivor.contacts + random.below(CrashPlan.dots + 1)
    try wait("contact \(target)") {
      try tend()
      try note()
      return try isComplete || survivor.contacts >= target
    }
    switch random.below(3) {
    case 0:
      // Anywhere between this dot and the next, on the device's clock.
      let moment = try survivor.now + Int64(random.below(LinkedSurvivor.pace + 20)) * 1_000_000
      while try survivor.now < moment { try note() }
    case 1:
      // The needle is in the skin: the grant is spent, and nobody has heard of its end.
      try wait("a needle in the skin") {
        try tend()
        return try isComplete || survivor.look("describe")["inSkin"]?.bool == true
      }
      for _ in 0..<random.below(20) { _ = try survivor.look("describe") }
    default:
      // The dot has just been made: its record is on its way, or on the disk, or released.
      let made = try survivor.contacts
      try wait("one more contact") {
        for _ in 0..<100 where try survivor.contacts > made { return true }
        try tend()
        return try isComplete
      }
      for _ in 0..<random.below(10) { _ = try survivor.look("describe") }
    }
  }

  /// The daemon dies while it opens a session: before anything is written, loading profiles, testing, arming.
  private func dieStarting() throws {
    try wait("ready") {
      try tend()
      return try state == "ready"
    }
    try note()
    let starting = Process()
    starting.executableURL = Programs.directory.appendingPathComponent("smpctl")
    starting.arguments = ["session", "start", course] + LiveDaemon.sessionFacts
    starting.environment = ProcessInfo.processInfo.environment.merging(["SMPD_SOCKET": daemon.socket]) { $1 }
    (starting.standardOutput, starting.standardError) = (Pipe(), Pipe())
    try starting.run()
    let moment = try survivor.now + Int64(random.below(250)) * 1_000_000
    while try survivor.now < moment {}
    try die()
    starting.waitUntilExit()
  }

  // MARK: Death and what follows

  private func die() throws {
    daemon.kill()
    kills += 1
    try wait("a still needle") {
      guard try survivor.isStill else { return false }
      return try !["self_test", "armed", "running", "suspended"].contains(phase)
    }
    try judge()
    let contacts = try survivor.contacts
    switch random.below(6) {
    case 0: try survivor.reset(memoryKept: true)
    case 1:
      try survivor.reset(memoryKept: false)
      isForgetful = true
    default: break
    }
    try judge()
    #expect(try survivor.contacts == contacts, "a contact without a daemon")
  }

  private var phase: String {
    get throws {
      let word = try survivor.look("describe")["phase"]?.string ?? ""
      return word == "selfTest" ? "self_test" : word
    }
  }

  private func restart() throws { daemon = try survivor.startDaemon() }

  /// What a dead daemon left open is uncertain until a person says so; nothing moves and nothing is begun before.
  private func settle() throws {
    let contacts = try survivor.contacts
    guard try left()["open"]?.string != nil else { return try check() }
    try waitFor("uncertain")
    for refused in [["session", "resume"], ["session", "start", course] + LiveDaemon.sessionFacts] {
      let outcome = try Programs.run("smpctl", refused, environment: ["SMPD_SOCKET": daemon.socket])
      #expect([4, 7, 9].contains(outcome.status), "\(refused): \(outcome)")
    }
    try wait("its device") { try look()["device"]?.string != nil }
    #expect(try state == "uncertain")
    #expect(try survivor.isStill && survivor.contacts == contacts, "something moved before it was resolved")
    try wait("resolved") {
      try daemon.smpctl("session", "resolve", "--by", "N", "--reason", "looked").status == 0
    }
    try survivor.layDown()
    #expect(try survivor.contacts == contacts, "something moved by resolving")
    try check()
  }

  /// What a person does about a state that does not go on by itself.
  private func tend() throws {
    switch try state {
    case "stopped", "faulted": try daemon.smpctl("device", "clear")
    case "uncertain":
      // A machine too busy for its lease: a session of its own that became uncertain.
      guard try look()["device"]?.string != nil else { return }
      try daemon.smpctl("session", "resolve", "--by", "N", "--reason", "looked")
    case "held", "paused": try daemon.smpctl("session", "resume")
    case "locked_out": try daemon.smpctl("device", "unlock", "--by", "N", "--reason", "cause found")
    default: break
    }
  }

  // MARK: Looking

  private func look() throws -> JSONObject {
    let client = try VarlinkClient(path: daemon.socket, timeoutMilliseconds: 30_000)
    return try client.call("io.smpd.session.Describe")["snapshot"]?.object ?? [:]
  }

  private var state: String { get throws { try look()["state"]?.string ?? "" } }

  private var isComplete: Bool {
    get throws {
      let zones = try look()["zones"]?.array ?? []
      return !zones.isEmpty && zones.allSatisfy { $0.object?["complete"]?.bool == true }
    }
  }

  private func waitFor(_ word: String) throws { try wait("state \(word)") { try state == word } }

  /// Each look takes a millisecond or two, or a program to start.
  private func wait(_ what: @autoclosure () throws -> String, _ condition: () throws -> Bool) throws {
    try eventually("\(try what()) in state \((try? state) ?? "dead")", tries: 20_000, condition)
  }

  /// Remembers what a person has been shown: it may never be lost.
  private func note() throws {
    let client = try VarlinkClient(path: daemon.socket, timeoutMilliseconds: 30_000)
    let snapshot = try client.call("io.smpd.session.Describe")["snapshot"]?.object ?? [:]
    if let session = snapshot["session"]?.string { dots[session] = snapshot["dotsMade"]?.integer ?? 0 }
    let head = try client.call("io.smpd.journal.Read", ["limit": 1])["head"]?.object
    guard let number = head?["number"]?.integer, let hash = head?["hash"]?.string else { throw Lost(what: "the head") }
    seen = (number, hash)
  }

  private func left() throws -> JSONObject { try tool("state", input: nil) }

  // MARK: Judging

  /// S5: whatever was energised was cut within a lease of the last word from a host, and nothing moved after it.
  private func judge() throws {
    let sightings = try survivor.look("witness")["sightings"]?.array?.compactMap(\.object) ?? []
    let contacts = try survivor.look("contacts")["contacts"]?.array?.compactMap(\.object) ?? []
    for problem in Leases.problems(sightings, after: judged, contacts: contacts) {
      Issue.record("\(problem), \(replay)")
    }
    judged = sightings.last?["number"]?.integer ?? judged
  }

  /// Journal and needle agree, limits hold over all sessions, nothing that was shown is lost, the log verifies.
  private func check() throws {
    let verified = try daemon.smpctl("log", "verify")
    guard verified.status == 0 else { throw Lost(what: "the log: \(verified)") }
    var facts = JSONObject()
    facts["contacts"] = try survivor.look("contacts")["contacts"] ?? []
    facts["forgetful"] = .bool(isForgetful)
    if let seen { facts["seen"] = ["number": .integer(seen.number), "hash": .string(seen.hash)] }
    var shown = JSONObject()
    for (session, count) in dots { shown[session] = .integer(count) }
    facts["dots"] = .object(shown)
    var zones = JSONObject()
    for zone in CrashPlan.zones {
      zones[zone.name] = [
        "box": .array(zone.box.map { .integer(Int64($0) * 1_000) }),
        "spacing": .integer(Int64(CrashPlan.spacingMicrometres)), "dots": .integer(Int64(zone.dots)),
      ]
    }
    facts["zones"] = .object(zones)
    facts["error"] = .integer(Int64(CrashPlan.errorMicrometres))
    _ = try tool("agree", input: String(decoding: facts.encoded, as: UTF8.self))
  }

  private func tool(_ command: String, input: String?) throws -> JSONObject {
    let outcome = try Programs.run(
      "/usr/bin/env", ["python3", Self.checker, command, daemon.state + "/journal.sqlite"], input: input)
    // What is wrong once stays wrong: the course ends here.
    guard outcome.status == 0 else { throw Lost(what: outcome.complaint) }
    if outcome.output.isEmpty { return [:] }
    return try JSON.parse(Array(outcome.output.utf8)).object ?? [:]
  }

  private static let checker = Programs.repository.appendingPathComponent("Tests/tools/crash-check.py").path

  var replay: String {
    "kill \(kills) of seed \(seed), \(kind.rawValue): make crash KILLS=\(CrashTests.killsOfCourse) SEED=\(seed)"
  }
}

import Foundation
import Testing

/// A person at the chair: starts a session, puts the hand to work, clears what stops it, and ends it.
struct Operator {
  let daemon: LiveDaemon
  let bus: MockBus
  let serial: String
  /// Milliseconds from dot to dot: faster than a person, slow enough for a busy machine.
  var pace = 150

  /// A device plugged in, smpd in front of it, a session begun, and a few dots made.
  static func atWork(_ serial: String = "SIM-0001", dots: Int = 2, pace: Int = 150) throws -> Operator {
    let bus = try MockBus()
    try bus.ask("plug 1-1 \(serial)")
    let person = Operator(daemon: try LiveDaemon.onUSB(bus), bus: bus, serial: serial, pace: pace)
    _ = try person.begin()
    try person.waitForDots(dots)
    return person
  }

  func waitForDots(_ count: Int) throws {
    try eventually("\(count) dots") {
      try tend()
      return try isComplete || bus.contacts(serial) >= count
    }
  }

  var snapshot: [String: Any] {
    get throws { try daemon.json("status")["snapshot"] as? [String: Any] ?? [:] }
  }
  var state: String { get throws { try snapshot["state"] as? String ?? "unreachable" } }
  var isComplete: Bool {
    get throws {
      let zones = try snapshot["zones"] as? [[String: Any]] ?? []
      return !zones.isEmpty && zones.allSatisfy { $0["complete"] as? Bool == true }
    }
  }

  func waitFor(_ states: String..., sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("state \(states)", sourceLocation: sourceLocation) { states.contains(try state) }
  }

  /// Imports and signs the practice plan, starts its next session and gives the hand its job.
  func begin(session: Int = 1) throws -> String {
    try waitFor("ready")
    let course = try daemon.practiceCourse()
    try Data(try daemon.smpctl("plan", "example", "--practice").output.utf8).write(to: plan)
    let started = try daemon.startSession(course, watch: false)
    #expect(started.status == 0, "\(started)")
    try takeUp(session: session)
    return course
  }

  private var plan: URL { daemon.directory.appendingPathComponent("plan.yaml") }

  /// Gives the hand what is left to do.
  func takeUp(session: Int = 1) throws { try bus.ask("hand \(serial) \(plan.path) \(session) \(pace)") }

  /// What a person does about a state that does not go on by itself.
  func tend() throws {
    switch try state {
    case "stopped", "faulted": try daemon.smpctl("device", "clear")
    case "uncertain":
      // Its own device is waited for: without it every open grant would count as made.
      guard try snapshot["device"] != nil else { return }
      try daemon.smpctl("session", "resolve", "--by", "N", "--reason", "looked")
    case "held", "paused": try daemon.smpctl("session", "resume")
    case "locked_out": try daemon.smpctl("device", "unlock", "--by", "N", "--reason", "cause found")
    default: break
    }
  }

  func finish(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("a complete session", sourceLocation: sourceLocation) {
      try tend()
      return try isComplete
    }
    try end(sourceLocation: sourceLocation)
  }

  /// Ends the session from wherever it stands, and holds log and needle against each other.
  func end(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try bus.ask("lay \(serial)")
    try eventually("no session", sourceLocation: sourceLocation) {
      if try snapshot["session"] == nil { return true }
      if try state == "uncertain" { try tend() }
      try daemon.smpctl("session", "stop")
      return false
    }
    #expect(try bus.isStill(serial), sourceLocation: sourceLocation)
    try expectAgreement(sourceLocation: sourceLocation)
  }

  /// The log verifies, and says of each contact what the needle's own log says of it, in order (S1, S2).
  func expectAgreement(presumed: Int = 0, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let verified = try daemon.smpctl("log", "verify")
    #expect(verified.status == 0, "\(verified)", sourceLocation: sourceLocation)
    let contacts = try bus.ask("contacts \(serial)")
    let text = String(decoding: try JSONSerialization.data(withJSONObject: contacts), as: UTF8.self)
    let outcome = try Programs.run(
      "/usr/bin/env", ["python3", "-c", Self.comparison, daemon.state + "/journal.sqlite", String(presumed)],
      input: text)
    #expect(outcome.status == 0, "\(outcome.complaint)", sourceLocation: sourceLocation)
  }

  private static let comparison = """
    import json, sqlite3, sys
    contacts = json.load(sys.stdin)["contacts"]
    db = sqlite3.connect(sys.argv[1])
    rows = []
    for kind, body, simulated in db.execute(
        "SELECT kind, body, simulated FROM entries WHERE kind IN ('dot', 'unbidden_contact') ORDER BY number"):
        assert simulated == 1
        rows.append((kind, json.loads(body)))
    presumed = [b for k, b in rows if k == "dot" and b["outcome"] == "presumed"]
    made = [b for k, b in rows if not (k == "dot" and b["outcome"] == "presumed")]
    assert len(presumed) <= int(sys.argv[2]), (len(presumed), "presumed")
    assert len(made) + len(presumed) >= len(contacts) >= len(made), (len(contacts), len(made), len(presumed))
    if not presumed:
        for c, b in zip(contacts, made):
            assert (c["xMicrometres"] - b["x_micrometres"]) ** 2 + (c["yMicrometres"] - b["y_micrometres"]) ** 2 <= 50 * 50, (c, b)
            assert abs(c["depthMicrometres"] - b["depth_reported_micrometres"]) <= 20, (c, b)
    print("agree", len(made))
    """
}

import Foundation
import StrictJSON
import Testing

/// A person at a chair whose workstation is a guest: starts a session, clears what stops it, and ends it.
struct GuestOperator: GuestSeat {
  let guest: Guest
  let device: any GuestDevice
  var user = "practitioner"
  /// In the home directory.
  private static let plan = "plan.yaml"

  /// Clears what a daemon's end has left latched on the device.
  func becomeReady(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("ready; now \(state)", sourceLocation: sourceLocation) {
      try state(tend()) == "ready"
    }
  }

  /// Imports and signs the practice plan, with its 30 dots, starts its first session, and gives the hand its job.
  /// - Parameter client: another one has another course.
  func begin(client: String = "PRACTICE-1", sourceLocation: SourceLocation = #_sourceLocation) throws {
    try becomeReady(sourceLocation: sourceLocation)
    // In one line: an emulated login takes its time.
    let steps = [
      "plan example --practice | sed 's/^client: [^ ]*/client: \(client)/' > ~/\(Self.plan)",
      "plan import ~/\(Self.plan) > ~/imported",
      "plan sign $(tail -n 1 ~/imported) --by P",
      "session start $(tail -n 1 ~/imported) --operator P --pigment-lot L --cartridge K-\(client) --skin clear",
    ]
    let started = try guest.run(steps.map { "smpctl \($0)" }.joined(separator: " && "), as: user)
    #expect(started.status == 0, "\(started)", sourceLocation: sourceLocation)
    try device.takeUp(Self.plan, of: user)
  }

  func waitForDots(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("\(count) dots", sourceLocation: sourceLocation) {
      for _ in 0..<5 {
        if try device.contacts >= count { return true }
        try guest.run("sleep 0.5")
      }
      try tend()
      try workOn()
      return false
    }
  }

  /// A hand puts down what is denied too often, as dots are whose grants expire on the way to a slow machine: it begins
  /// anew, as a person would.
  private func workOn() throws {
    if try device.look("describe")["working"]?.bool == false { try device.takeUp(Self.plan, of: user) }
  }

  /// The needle is in the skin at this moment; the hand works.
  func waitForDot(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("a needle in the skin", sourceLocation: sourceLocation) {
      // A look takes a millisecond or so: a few seconds of the hand at work, in between whatever holds it up.
      for _ in 0..<5_000 where try device.look("describe")["inSkin"]?.bool == true { return true }
      try tend()
      try workOn()
      return false
    }
  }

  func waitUntilStill(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("a still needle", tries: 200_000, sourceLocation: sourceLocation) { try device.isStill }
  }

  func finish(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("a complete session", sourceLocation: sourceLocation) {
      let zones = try tend()["zones"] as? [[String: Any]] ?? []
      if !zones.isEmpty, zones.allSatisfy({ $0["complete"] as? Bool == true }) { return true }
      try workOn()
      return false
    }
    try end(sourceLocation: sourceLocation)
  }

  /// Ends the session from wherever it stands, and holds log and needle against each other.
  func end(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try device.call("LayDown")
    try eventually("no session", sourceLocation: sourceLocation) {
      let now = try snapshot
      if state(now) == "uncertain" {
        try tend()
      } else if now["session"] == nil {
        return true
      } else {
        try smpctl("session stop")
      }
      return false
    }
    #expect(try device.isStill, sourceLocation: sourceLocation)
    try expectAgreement(sourceLocation: sourceLocation)
  }

  /// The log verifies, and has each contact of the needle's own log, in order and in its place (S1, S2, S7).
  func expectAgreement(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let both = "smpctl log verify > ~/verified && smpctl log export --format jsonl || { cat ~/verified; false; }"
    let exported = try guest.run(both, as: user)
    #expect(exported.status == 0, "\(exported)", sourceLocation: sourceLocation)
    let rows = try exported.output.split(whereSeparator: \.isNewline).map { try JSON.parse(Array($0.utf8)) }
    let contacts = try device.look("contacts")["contacts"]?.array ?? []
    #expect(rows.count == contacts.count, "dots in the log, contacts of the needle", sourceLocation: sourceLocation)
    for (row, contact) in zip(rows, contacts) {
      for (axis, told) in [("x_micrometres", "xMicrometres"), ("y_micrometres", "yMicrometres")] {
        let (logged, seen) = (row.object?[axis]?.integer, contact.object?[told]?.integer)
        let distance = try #require(logged) - #require(seen)
        #expect(abs(distance) <= 50, "\(row) is not \(contact)", sourceLocation: sourceLocation)
      }
    }
  }
}

import Foundation
import StrictJSON
import Testing

/// A person at a chair whose workstation is a guest: starts a session, clears what stops it, and ends it.
struct GuestOperator: GuestSeat {
  /// Milliseconds from dot to dot: an emulated workstation takes its time.
  static let pace = 250
  let guest: Guest
  /// The device's own process; its cable goes into the guest.
  let device: BenchProcess
  var user = "practitioner"

  /// - Returns: what is at the guest's socket once `smpsim` runs: starting it is plugging it in.
  static func plugIn(_ guest: Guest, seed: UInt64) throws -> BenchProcess {
    try BenchProcess(
      ["usbredir", guest.usbSocket, "--seed", "\(seed)", "--pace", "\(pace)"], bench: guest.usbSocket + ".bench")
  }

  /// Clears what a daemon's end has left latched on the device.
  func becomeReady(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("ready; now \(state)", sourceLocation: sourceLocation) {
      try tend()
      return try state == "ready"
    }
  }

  /// Imports and signs a plan, starts its first session, and gives the hand its job.
  /// - Parameters:
  ///   - long: the example plan, with thousands of dots, instead of the practice plan with its 30.
  ///   - client: another one has another course.
  func begin(
    long: Bool = false, client: String = "PRACTICE-1", sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    try becomeReady(sourceLocation: sourceLocation)
    let renamed = "sed 's/^client: [^ ]*/client: \(client)/' > ~/plan.yaml"
    let example = try smpctl("plan example \(long ? "" : "--practice") | \(renamed)")
    #expect(example.status == 0, sourceLocation: sourceLocation)
    let plan = try guest.run("cat ~\(user)/plan.yaml").output
    let imported = try smpctl("plan import ~/plan.yaml")
    let course = imported.output.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
    #expect(course.hasPrefix("C-"), "\(imported)", sourceLocation: sourceLocation)
    #expect(try smpctl("plan sign \(course) --by P").status == 0, sourceLocation: sourceLocation)
    let started = try smpctl("session start \(course) --operator P --pigment-lot L --cartridge K --skin clear")
    #expect(started.status == 0, "\(started)", sourceLocation: sourceLocation)
    try takeUp(plan)
  }

  private func takeUp(_ plan: String) throws {
    let path = guest.directory.appendingPathComponent("plan.yaml").path
    try Data(plan.utf8).write(to: URL(fileURLWithPath: path))
    let told = try Programs.run("smpsim", ["hand", path, "--socket", guest.usbSocket + ".bench"])
    #expect(told.status == 0, "\(told)")
  }

  func waitForDots(_ count: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("\(count) dots", sourceLocation: sourceLocation) {
      if try device.contacts >= count { return true }
      try tend()
      return false
    }
  }

  /// The needle is in the skin at this moment; the hand works.
  func waitForDot(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("a needle in the skin", sourceLocation: sourceLocation) {
      // A look takes a millisecond or so: a few seconds of the hand at work, in between whatever holds it up.
      for _ in 0..<5_000 where try device.look("describe")["inSkin"]?.bool == true { return true }
      try tend()
      return false
    }
  }

  func waitUntilStill(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("a still needle", tries: 200_000, sourceLocation: sourceLocation) { try device.isStill }
  }

  var isComplete: Bool {
    get throws {
      let zones = try snapshot["zones"] as? [[String: Any]] ?? []
      return !zones.isEmpty && zones.allSatisfy { $0["complete"] as? Bool == true }
    }
  }

  func finish(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("a complete session", sourceLocation: sourceLocation) {
      if try isComplete { return true }
      try tend()
      return false
    }
    try end(sourceLocation: sourceLocation)
  }

  /// Ends the session from wherever it stands, and holds log and needle against each other.
  func end(sourceLocation: SourceLocation = #_sourceLocation) throws {
    try device.call("LayDown")
    try eventually("no session", sourceLocation: sourceLocation) {
      if try snapshot["session"] == nil { return true }
      if try state == "uncertain" { try tend() }
      try smpctl("session stop")
      return false
    }
    #expect(try device.isStill, sourceLocation: sourceLocation)
    try expectAgreement(sourceLocation: sourceLocation)
  }

  /// The log verifies, and has each contact of the needle's own log, in order and in its place (S1, S2, S7).
  func expectAgreement(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let verified = try smpctl("log verify")
    #expect(verified.status == 0, "\(verified)", sourceLocation: sourceLocation)
    let exported = try smpctl("log export --format jsonl")
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

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
}

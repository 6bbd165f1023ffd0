import SMPJournal
import SMPModel
import SMPPlanFile
import SMPRecord
import SMPTreatment
import Testing

/// Courses and sessions as a journal has them, without a device.
extension DiagnosisTests.Desk {
  private static func secret(_ text: String) -> Commitment {
    Confidential(text: text, salt: Array(repeating: 7, count: Confidential.saltBytes)).commitment
  }

  /// A course whose plan is this text, for this client.
  @discardableResult
  func takeIn(_ course: String, _ text: String, client: String) throws -> String {
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("client: ") })
    // A line of its own for each course, so that no two documents are the same.
    let whole = text.replacing(line, with: "client: \(client)") + "# \(course)\n"
    let bytes = Array(whole.utf8)
    let entry = PlanImportedEntry(
      plan: Fingerprint(of: bytes), version: 1, schema: PlanBounds.schema, title: Self.secret("T"),
      client: Self.secret(client))
    try note(
      .planImported(entry), course: course,
      plans: [StoredPlan(course: course, version: 1, sha256: Fingerprint(of: bytes), text: bytes)])
    return whole
  }

  /// - Parameter strokes: nil makes them presumed.
  func dots(_ count: Int, strokes: UInt16? = nil, session: String, course: String) throws {
    for number in 0..<count {
      try note(
        .dot(
          DotEntry(
            grant: GrantNumber(number: store.lastNumber), zone: ZoneIndex(number: 0),
            position: ChartPosition(x: Int32(number), y: 0), depthCommanded: .micrometres(500),
            speedCommanded: .millihertz(100_000), strokes: strokes, outcome: strokes == nil ? .presumed : .made)),
        session: session, course: course)
    }
  }

  /// A contact that nobody gave leave for.
  func unbidden(session: String, course: String) throws {
    try note(
      .unbiddenContact(
        UnbiddenContactEntry(
          sequence: RecordSequence(number: 0), zone: ZoneIndex(number: 0), position: ChartPosition(x: 0, y: 0),
          depthReported: .micrometres(300), speedReported: .millihertz(100_000), dwell: .milliseconds(5), strokes: 1)),
      session: session, course: course)
  }

  /// The first session of a course, in which this many dots were made.
  /// - Parameter ending: nil leaves it open.
  func treat(_ course: String, cartridge: String = "K1", ending: WallTime?, dots: Int = 1) throws {
    let session = course + "-1"
    let begin = WallTime(milliseconds: 1_800_000_000_000)
    try note(
      .sessionOpened(
        SessionOpenedEntry(
          number: 1, serial: Label(cleaning: "SN-1"), operatorName: Self.secret("N"), pigmentLot: Label(cleaning: "P"),
          cartridge: Label(cleaning: cartridge), skin: "clear", plan: Fingerprint(of: [1]),
          envelope: Fingerprint(of: [2]), zones: [Label(cleaning: "vertex")], dotsPlanned: 5)), session: session,
      course: course, at: begin)
    try self.dots(dots, session: session, course: course)
    if let ending {
      let closed = SessionClosedEntry(outcome: "ended", dotsMade: Int64(dots))
      try note(.sessionClosed(closed), session: session, course: course, at: ending)
    }
  }
}

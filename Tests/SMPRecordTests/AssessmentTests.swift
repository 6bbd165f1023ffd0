import SMPModel
import SMPRecord
import Testing

/// The order of a course, as a verifier sees it afterwards; findings first.
@Suite struct AssessmentTests {
  private static func secret(_ text: String) -> Commitment {
    Confidential(text: text, salt: Array(repeating: 7, count: Confidential.saltBytes)).commitment
  }

  private static func assessed(_ percent: Int64 = 80, corrects: UInt64? = nil) -> EntryBody {
    .courseAssessed(
      CourseAssessedEntry(
        plan: Fingerprint(of: [1]), visit: 1,
        zones: [.init(name: Label(cleaning: "vertex"), retentionPercent: percent)], skin: "clear", remarks: nil,
        by: secret("N"), corrects: corrects))
  }

  private static let opened = EntryBody.sessionOpened(
    SessionOpenedEntry(
      number: 1, serial: Label(cleaning: "SN-1"), operatorName: secret("N"), pigmentLot: Label(cleaning: "P"),
      cartridge: Label(cleaning: "K"), skin: "clear", plan: Fingerprint(of: [1]), envelope: Fingerprint(of: [2]),
      zones: [Label(cleaning: "vertex")], dotsPlanned: 5))
  private static let closed = EntryBody.sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 2))
  private static let created = EntryBody.journalCreated(
    JournalCreatedEntry(schema: 1, journal: Chains.journal, station: Label(cleaning: "chair 1")))

  /// Findings in a journal of these entries, each in its course.
  private func faults(_ entries: [(EntryBody, course: String)]) -> [RecordFinding] {
    var head = Chains.genesis
    let stored = ([(Self.created, course: "")] + entries).enumerated().map { index, entry in
      let scope = entry.0.kind.scope
      let header = EntryHeader(
        monotonic: MonotonicTime(nanoseconds: UInt64(index)), wall: WallTime(milliseconds: Int64(index)),
        bootID: "boot", clock: .virtual, actorUID: nil, session: scope == .session ? entry.course + "-1" : nil,
        course: scope == .journal ? nil : entry.course, simulated: true)
      let stored = Entry(number: UInt64(index + 1), header: header, body: entry.0).stored(after: head)
      head = stored.head
      return stored
    }
    return Chains.findings(stored)
  }

  @Test("S12 an assessment before a session of its course is closed is found, whatever other courses did")
  func untreated() {
    let (opened, closed) = ((Self.opened, course: "B"), (Self.closed, course: "B"))
    #expect(faults([(Self.assessed(), "A")]) == [RecordFinding(number: 2, fault: .assessedUntreated)])
    #expect(faults([opened, closed, (Self.assessed(), "A")]) == [RecordFinding(number: 4, fault: .assessedUntreated)])
    #expect(faults([opened, closed, (Self.assessed(), "B")]) == [])
  }

  @Test("S12 an assessment while a session of its course is open is found") func inSession() {
    let entries = [(Self.opened, course: "A"), (Self.assessed(), "A"), (Self.closed, "A"), (Self.assessed(), "A")]
    #expect(faults(entries) == [RecordFinding(number: 3, fault: .assessedInSession)])
  }

  @Test("A correction names an assessment of its own course, and an earlier one") func correction() {
    let treated = [(Self.opened, course: "A"), (Self.closed, "A"), (Self.opened, "B"), (Self.closed, "B")]
    func found(_ more: [(EntryBody, course: String)]) -> [RecordFinding] { faults(treated + more) }
    #expect(found([(Self.assessed(), "A"), (Self.assessed(corrects: 6), "A")]) == [])
    #expect(
      found([(Self.assessed(), "A"), (Self.assessed(corrects: 6), "B")])
        == [RecordFinding(number: 7, fault: .correctsNoAssessment(6))])
    for wrong: UInt64 in [0, 3, 7, 9] {
      #expect(
        found([(Self.assessed(), "A"), (Self.assessed(corrects: wrong), "A")])
          == [RecordFinding(number: 7, fault: .correctsNoAssessment(wrong))])
    }
  }

  @Test("S13 no share outside 0 to 100 is read back") func percent() {
    for percent: Int64 in [-1, 101] {
      let header = EntryHeader(
        monotonic: .zero, wall: WallTime(milliseconds: 0), bootID: "boot", clock: .virtual, actorUID: nil,
        session: nil, course: "A", simulated: true)
      let stored = Entry(number: 1, header: header, body: Self.assessed(percent)).stored(after: Chains.genesis)
      #expect(throws: RecordError.self) { try stored.entry() }
    }
  }
}

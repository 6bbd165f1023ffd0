import Foundation
import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import SMPRecord
import SMPTreatment
import Testing

@testable import SMPDaemon

/// New versions of a plan in the middle of its course; refusals first.
@Suite struct AmendmentTests {
  private static let later = WallTime(milliseconds: 1_800_086_400_000)

  private func amend(
    _ desk: DiagnosisTests.Desk, _ text: String
  ) throws -> (PlanInterface.Amend.Reply, EntryDraft) {
    try desk.library.amendPlan(.init(course: "C-1", text: text, by: "N", reason: "R"))
  }

  private func refusal(_ desk: DiagnosisTests.Desk, _ text: String) -> Failure? {
    do {
      _ = try amend(desk, text)
      return nil
    } catch { return error as? Failure }
  }

  private func rule(_ desk: DiagnosisTests.Desk, _ text: String) -> String? {
    guard case .refused(let refusal)? = refusal(desk, text) else { return nil }
    return refusal.rule
  }

  /// Takes the amendment in as the owner would.
  private func accept(_ desk: DiagnosisTests.Desk, _ text: String) throws {
    let (_, draft) = try amend(desk, text)
    try desk.note(draft.body, course: draft.course, plans: [try #require(draft.plan)])
  }

  private func sign(_ desk: DiagnosisTests.Desk) throws {
    let (_, draft) = try desk.library.signPlan("C-1", by: "N", consent: nil)
    try desk.note(draft.body, course: draft.course)
  }

  @Test("S12 S13 what was done stays: a session that is over, its zones and the client; a broken plan changes nothing")
  func refused() throws {
    let desk = try DiagnosisTests.Desk()
    let text = try desk.takeIn("C-1", PlanDocument.smallExampleText, client: "P")
    #expect(rule(desk, text.replacing("client: P", with: "client: Q")) == "done_stays")
    guard case .invalidPlan? = refusal(desk, text.replacing("dots: 9", with: "dots: -9")) else {
      Issue.record("a broken plan is taken in")
      return
    }
    guard case .nothingToDo? = refusal(desk, text + "# another remark\n") else {
      Issue.record("a version that says the same is taken in")
      return
    }
    // Before the first session everything but the client may change.
    #expect(refusal(desk, text.replacing("depth: 0.5 mm", with: "depth: 0.45 mm")) == nil)
    try desk.treat("C-1", ending: Self.later)
    let first = try #require(text.range(of: "dwell: 80 ms"))
    #expect(rule(desk, text.replacingCharacters(in: first, with: "dwell: 90 ms")) == "done_stays")
    #expect(rule(desk, text.replacing("[-35, -15]", with: "[-36, -15]")) == "done_stays")
    let second = try #require(text.range(of: "session: 2"))
    let later = text[second.upperBound...].replacing("dwell: 80 ms", with: "dwell: 90 ms")
    #expect(refusal(desk, String(text[..<second.upperBound] + later)) == nil)
  }

  @Test("S12 no plan is amended from practice skin to a client, or back: what is asked of the one is not of the other")
  func practiceStays() throws {
    let desk = try DiagnosisTests.Desk()
    let text = try desk.takeIn("C-1", PlanDocument.smallExampleText, client: "P")
    #expect(rule(desk, text.replacing("fitzpatrick: none", with: "fitzpatrick: III")) == "practice_stays")
    let other = try DiagnosisTests.Desk()
    let clients = try other.takeIn("C-1", PlanDocument.exampleText, client: "P")
    let line = try #require(clients.split(separator: "\n").first { $0.hasPrefix("fitzpatrick: ") })
    #expect(rule(other, clients.replacing(line, with: "fitzpatrick: none")) == "practice_stays")
  }

  @Test("S12 no amendment while a session of the course is open")
  func open() throws {
    let desk = try DiagnosisTests.Desk()
    let text = try desk.takeIn("C-1", PlanDocument.smallExampleText, client: "P")
    try desk.treat("C-1", ending: nil)
    #expect(rule(desk, text.replacing("dots: 9", with: "dots: 8")) == "session_closed")
  }

  @Test("S12 an amended plan is unsigned until it is signed again, and is then the one that is worked")
  func versions() throws {
    let desk = try DiagnosisTests.Desk()
    let text = try desk.takeIn("C-1", PlanDocument.smallExampleText, client: "P")
    try sign(desk)
    #expect(try desk.library.course("C-1").signature?.by != nil)
    let (reply, _) = try amend(desk, text.replacing("dots: 9", with: "dots: 8"))
    #expect(reply.version == 2)
    #expect(reply.changes == [.init(place: "session 2, edge: dots", before: "9", after: "8")])
    try accept(desk, text.replacing("dots: 9", with: "dots: 8"))
    let amended = try desk.library.course("C-1")
    #expect(amended.stored.version == 2)
    #expect(amended.signature == nil)
    #expect(amended.plan.sessions[1].dots == 28)
    try sign(desk)
    #expect(try desk.library.course("C-1").signature?.entry.plan == amended.stored.sha256)
    #expect(try amend(desk, text).0.version == 3, "and back again is a version too")
  }
}

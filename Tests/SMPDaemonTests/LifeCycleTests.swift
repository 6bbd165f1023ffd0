import Foundation
import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import SMPRecord
import SMPSession
import SMPTreatment
import Testing

@testable import SMPDaemon

/// From draft to agreed to signed to in treatment, to complete or abandoned; refusals first.
@Suite struct LifeCycleTests {
  private typealias Desk = DiagnosisTests.Desk
  private static let later = WallTime(milliseconds: 1_800_086_400_000)

  private func take<Reply>(_ desk: Desk, _ act: (Reply, EntryDraft)) throws {
    try desk.note(act.1.body, course: act.1.course, plans: act.1.plan.map { [$0] } ?? [])
  }
  private func agree(_ desk: Desk) throws { try take(desk, desk.library.agreePlan("C-1", by: "W")) }
  private func sign(_ desk: Desk, consent: String? = "CD-7") throws {
    try take(desk, desk.library.signPlan("C-1", by: "N", consent: consent))
  }
  private func abandon(_ desk: Desk) throws {
    try take(desk, desk.library.abandonCourse(.init(course: "C-1", by: "N", reason: "moved away")))
  }
  private func state(_ desk: Desk) throws -> CourseInterface.State { try desk.library.describeCourse("C-1").state }

  /// The rule that refuses, or the state in which there is nothing to do; nil when it was done.
  private func refusal(_ act: () throws -> Void) -> String? {
    do {
      try act()
      return nil
    } catch Failure.refused(let refusal) {
      #expect(!refusal.remedy.isEmpty)
      return refusal.rule
    } catch Failure.nothingToDo(let state, let remedy) {
      #expect(!remedy.isEmpty)
      return state
    } catch { return "\(error)" }
  }

  private func client() throws -> (Desk, String) {
    let desk = try Desk()
    return (desk, try desk.takeIn("C-1", PlanDocument.exampleText, client: "P"))
  }

  @Test("S12 a client's plan is agreed to in this version before it is signed, and signed with a consent") func order()
    throws
  {
    let (desk, text) = try client()
    #expect(try state(desk) == .draft)
    #expect(refusal { try sign(desk) } == "plan_agreed")
    #expect(try desk.library.course("C-1").nextStep == "smpctl plan agree C-1 --by NAME")
    try agree(desk)
    #expect(try state(desk) == .agreed)
    #expect(refusal { try agree(desk) } == "agreed")
    #expect(refusal { try sign(desk, consent: nil) } == "consent")
    #expect(try desk.library.course("C-1").nextStep == "smpctl plan sign C-1 --by NAME --consent REFERENCE")
    try sign(desk)
    #expect(try state(desk) == .signed)
    #expect(try desk.library.course("C-1").signature?.consent != nil)
    #expect(refusal { try sign(desk) } == "signed")
    let amendment = try desk.library.amendPlan(
      .init(course: "C-1", text: text.replacing("style:", with: "style: another and"), by: "N", reason: "R"))
    try take(desk, amendment)
    #expect(try state(desk) == .draft)
    #expect(refusal { try sign(desk) } == "plan_agreed", "the agreement was to the version before")
    try agree(desk)
    try sign(desk)
    #expect(try state(desk) == .signed)
  }

  @Test("S12 an act that was given for a document which another one replaced meanwhile stands for nothing")
  func overtaken() throws {
    let (desk, text) = try client()
    let agreement = try desk.library.agreePlan("C-1", by: "W")
    let amendment = try desk.library.amendPlan(
      .init(course: "C-1", text: text.replacing("style:", with: "style: another and"), by: "N", reason: "R"))
    try take(desk, amendment)
    try take(desk, agreement)
    #expect(refusal { try sign(desk) } == "plan_agreed")
  }

  @Test("S12 practice skin agrees to nothing and gives no consent") func practice() throws {
    let desk = try Desk()
    try desk.takeIn("C-1", PlanDocument.smallExampleText, client: "P")
    #expect(refusal { try agree(desk) } == "practice")
    #expect(refusal { try sign(desk) } == "practice_skin")
    try sign(desk, consent: nil)
    #expect(try state(desk) == .signed)
  }

  @Test("S12 an abandoned course is over: it starts no session, and takes no agreement, signature or amendment")
  func abandoned() throws {
    let (desk, text) = try client()
    try agree(desk)
    try sign(desk)
    try desk.treat("C-1", ending: Self.later)
    #expect(try state(desk) == .inTreatment)
    #expect(try order(desk).isAbandoned == false)
    try abandon(desk)
    let course = try desk.library.describeCourse("C-1")
    #expect(course.state == .abandoned && course.nextSession == nil && course.sessionsDone == 1)
    #expect(try order(desk).outOfOrder == .courseAbandoned)
    #expect(refusal { try agree(desk) } == "course_abandoned")
    #expect(refusal { try sign(desk) } == "course_abandoned")
    #expect(refusal { try abandon(desk) } == "abandoned")
    let changed = text.replacing("style:", with: "style: another and")
    #expect(
      refusal { _ = try desk.library.amendPlan(.init(course: "C-1", text: changed, by: "N", reason: "R")) }
        == "course_abandoned")
  }

  private func order(_ desk: Desk) throws -> StartOrder {
    try desk.library.startOrder(
      .init(course: "C-1", operator: "N", pigmentLot: "P", cartridge: "K1", skin: .clear), device: "SN-1",
      wall: WallTime(milliseconds: 1_801_000_000_000))
  }

  @Test("S12 a course with an open session is not abandoned, nor one that is complete; S7 an uncertain one says so")
  func notNow() throws {
    let (desk, _) = try client()
    try desk.treat("C-1", ending: nil)
    #expect(refusal { try abandon(desk) } == "session_closed")
    #expect(try state(desk) == .inTreatment)
    let secret = Confidential(text: "N", salt: Array(repeating: 7, count: Confidential.saltBytes)).commitment
    try desk.note(.uncertain(UncertainEntry(reason: "unplugged", openGrants: 0)), session: "C-1-1", course: "C-1")
    #expect(try state(desk) == .uncertain)
    try desk.note(.resolved(ResolvedEntry(by: secret, reason: secret)), session: "C-1-1", course: "C-1")
    #expect(try state(desk) == .inTreatment)
  }

  @Test("S12 a course that is complete is not given up") func complete() throws {
    let desk = try Desk()
    let text = PlanDocument.smallExampleText
    let second = try #require(text.range(of: "  - session: 2"))
    try desk.takeIn("C-1", String(text[..<second.lowerBound]), client: "P")
    try desk.treat("C-1", ending: Self.later)
    #expect(try state(desk) == .complete)
    #expect(refusal { try abandon(desk) } == "complete")
  }

  @Test("a plan that waits is named with the command it waits for; one that was given up is not") func examined() throws
  {
    let (desk, _) = try client()
    #expect(try desk.store.coursesWithoutSignature() == ["C-1"])
    try abandon(desk)
    #expect(try desk.store.coursesWithoutSignature().isEmpty)
  }
}

import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import SMPRecord
import SMPTreatment
import Testing

@testable import SMPDaemon

/// Assessments, projections and proposals, on what a journal says; refusals first.
@Suite struct AssessmentTests {
  private typealias Desk = DiagnosisTests.Desk
  private typealias Zones = [CourseInterface.Retention]
  private static let later = WallTime(milliseconds: 1_800_086_400_000)
  private static let whole: Zones = [.init(zone: "pad", retentionPercent: 60)]

  /// A course of one zone of 4 cm² around the place where the desk's dots are: 40, 80 and 120 dots in three sessions.
  private func desk(done: Int = 1, dots: Int = 40) throws -> Desk {
    let desk = try Desk()
    try desk.takeIn("C-1", Self.plan, client: "P")
    if done > 0 { try desk.treat("C-1", ending: Self.later, dots: dots) }
    return desk
  }

  private static let plan = """
    schema: 1
    title: "Pad"
    client: P
    fitzpatrick: II
    style: "scattered"
    natural-density: 80 /cm2
    pigment:
      brand: "B"
      shade: "S"
      dilution: "1:8"
    chart-unit: mm
    zones:
      - name: pad
        needle: "3RL 0.25"
        outline: [[-10, -10], [10, -10], [10, 10], [-10, 10]]
    sessions:
    \([(1, "1.2 mm", 10), (2, "0.9 mm", 30), (3, "0.7 mm", 60)].map { number, spacing, density in
      """
        - session: \(number)
          zones:
            - zone: pad
              depth: 0.5 mm
              speed: 100 Hz
              dwell: 80 ms
              spacing: \(spacing)
              density: \(density) /cm2

      """
    }.joined())
    """

  private func assess(
    _ desk: Desk, _ zones: Zones, course: String = "C-1", remarks: String? = nil, corrects: Int64? = nil
  ) throws {
    let wish = CourseInterface.Assess.Parameters(
      course: course, zones: zones, skin: .clear, remarks: remarks, by: "N", corrects: corrects)
    let (_, draft) = try desk.library.assessCourse(wish)
    try desk.note(draft.body, course: draft.course, at: Self.later)
  }

  private func rule(_ desk: Desk, _ zones: Zones = Self.whole, corrects: Int64? = nil) -> String? {
    do {
      try assess(desk, zones, corrects: corrects)
      return nil
    } catch Failure.refused(let refusal) {
      return refusal.rule
    } catch let failure as Failure {
      return failure.word.rawValue
    } catch { return "\(error)" }
  }

  @Test(
    "S12 S13 an assessment needs a session that is done and none open, and each zone once, with its share of 100"
  )
  func refused() throws {
    #expect(rule(try desk(done: 0)) == "session_done")
    let open = try Desk()
    try open.takeIn("C-1", Self.plan, client: "P")
    try open.treat("C-1", ending: nil)
    #expect(rule(open) == "session_closed")
    let desk = try desk()
    let number = desk.store.lastNumber
    #expect(rule(desk, []) == "zone_missing")
    #expect(rule(desk, Self.whole + Self.whole) == "zone_once")
    for percent: Int64 in [-1, 101, .max] {
      #expect(rule(desk, [.init(zone: "pad", retentionPercent: percent)]) == "OutOfRange")
    }
    #expect(rule(desk, corrects: 1) == "NotFound")
    #expect(rule(desk, corrects: -1) == "NotFound")
    #expect(desk.store.lastNumber == number)
    #expect(rule(desk) == nil)
    do {
      try assess(desk, [.init(zone: "pda", retentionPercent: 60)])
      Issue.record("an unknown zone is assessed")
    } catch Failure.notFound(let what, let name, let remedy) {
      #expect(what == "zone" && name == "pda" && remedy.hasPrefix("did you mean pad?"))
    }
  }

  @Test("The newest assessment that nothing stands in place of counts; a correction is of the visit it corrects")
  func corrections() throws {
    let desk = try desk()
    try assess(desk, Self.whole)
    let first = Int64(desk.store.lastNumber)
    #expect(try desk.library.describeCourse("C-1", withVisits: true).assessment?.zones == Self.whole)
    let better: Zones = [.init(zone: "pad", retentionPercent: 75)]
    try assess(desk, better, corrects: first)
    let second = try #require(try desk.library.describeCourse("C-1", withVisits: true).assessment)
    #expect(second.zones == better && second.corrects == first && second.visit == 1)
    #expect(rule(desk, corrects: first) == "corrected_once")
    #expect(rule(desk, corrects: second.entry) == nil)
    #expect(try desk.library.projectCourse("C-1").zones[0].retentionPercent == 60)
  }

  @Test(
    "A course is projected before its first session as the plan has it, and after an assessment as the skin holds it")
  func projection() throws {
    let untouched = try desk(done: 0)
    let before = try untouched.library.projectCourse("C-1")
    #expect(before.sessionsToCome.map(\.dots) == [40, 80, 120])
    #expect(before.dots == .init(low: 240, expected: 240, high: 268))
    #expect(before.sessions == .init(low: 3, expected: 3, high: 3))
    #expect(before.visits == nil && before.assessment == nil && before.reachable)
    #expect(before.drivers == ["the plan has 3 sessions to come"])
    let desk = try desk()
    try assess(desk, Self.whole, remarks: "a little red")
    let after = try desk.library.projectCourse("C-1")
    // 120 dots held by 60 in 100 are 200, and 240 are 400; a disc may have 84 /cm2, which is 336 dots.
    let zone = try #require(after.zones.first)
    #expect(zone.dotsPlaced == 40 && zone.dotsHeld == 24 && zone.dotsTarget == 240 && zone.retentionPercent == 60)
    #expect(zone.dotsPlaced + zone.dotsToCome <= 336)
    #expect(!after.reachable && zone.obstacle == "a disc of 1 cm2 may have 84 /cm2, held or faded (plan)")
    #expect(after.visits?.earliestWallMilliseconds == Self.later.milliseconds + 7 * 86_400_000)
    #expect(after.assessment?.by == "(erased)", "the desk keeps no texts")
    #expect(after.drivers.contains { $0.hasPrefix("pad holds 60 %: ") })
  }

  @Test("S12 a proposal is taken in as an amendment, and the target stays what the first version said")
  func proposal() throws {
    let desk = try desk()
    try assess(desk, [.init(zone: "pad", retentionPercent: 80)])
    let proposal = try desk.library.proposeCourse("C-1")
    #expect(proposal.remarks == [])
    #expect(proposal.changes.contains(.init(place: "session 2, pad: dots", before: "80", after: "110")))
    #expect(proposal.changes.contains(.init(place: "session 2, pad: held", before: nil, after: "30 /cm2")))
    #expect(proposal.changes.allSatisfy { !$0.place.hasPrefix("session 1") })
    let (_, draft) = try desk.library.amendPlan(
      .init(course: "C-1", text: proposal.text, by: "N", reason: "assessed"))
    try desk.note(draft.body, course: draft.course, plans: [try #require(draft.plan)])
    #expect(try desk.library.projectCourse("C-1").zones[0].dotsTarget == 240)
    #expect(try desk.library.proposeCourse("C-1").changes == [])
    #expect(try desk.library.proposeCourse("C-1").text == proposal.text)
  }

  @Test("Perfect retention proposes the plan's own text, byte for byte") func unchanged() throws {
    let desk = try desk()
    try assess(desk, [.init(zone: "pad", retentionPercent: 100)])
    let proposal = try desk.library.proposeCourse("C-1")
    #expect(proposal.changes == [])
    #expect(Array(proposal.text.utf8) == (try desk.library.course("C-1").stored.text))
  }

  @Test("S4 dots of the client's other courses are placed dots, where they lie in the zone") func lifetime() throws {
    let desk = try desk()
    try desk.takeIn("C-2", Self.plan, client: "P")
    try desk.takeIn("C-3", Self.plan, client: "Q")
    #expect(try desk.library.projectCourse("C-2").zones[0].dotsPlaced == 40)
    #expect(try desk.library.projectCourse("C-2").sessionsToCome.map(\.dots) == [80, 120])
    #expect(try desk.library.projectCourse("C-3").zones[0].dotsPlaced == 0)
  }
}

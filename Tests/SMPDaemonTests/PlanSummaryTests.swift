import SMPInterface
import SMPModel
import SMPPlanFile
import SMPTreatment
import Testing

@testable import SMPDaemon

/// Areas, dots and hours of a plan: each session and zone, and what they come to.
@Suite struct PlanSummaryTests {
  @Test("dots add up over sessions and zones; times are those of the dots; density reached stands beside the target")
  func sums() throws {
    let desk = try DiagnosisTests.Desk()
    for text in [PlanDocument.exampleText, PlanDocument.smallExampleText] {
      let summary = try #require(desk.library.checkPlan(text).summary)
      #expect(summary.sessions.map(\.dots).reduce(0, +) == summary.dots)
      #expect(summary.zones.compactMap(\.dots).reduce(0, +) == summary.dots)
      for session in summary.sessions {
        #expect(session.zones.map(\.dots).reduce(0, +) == session.dots)
        for zone in session.zones { #expect(zone.minutes == Self.minutes(zone.dots)) }
      }
      for zone in summary.zones {
        var made: Int64 = 0
        for work in summary.sessions.flatMap(\.zones) where work.zone == zone.name {
          made += work.dots
          let reached = try #require(work.densityReachedPerSquareMetre)
          #expect(abs(Double(reached) - Double(made) * 1e12 / Double(zone.areaSquareMicrometres)) <= 1)
          #expect(reached <= work.densityPerSquareMetre, "a plan past its own density is refused")
        }
        #expect(zone.dots == made && zone.minutes == Self.minutes(made))
      }
    }
  }

  @Test("landmarks stand in it as the plan has them") func landmarks() throws {
    let desk = try DiagnosisTests.Desk()
    let plan = try #require(PlanDocument.parse(Array(PlanDocument.smallExampleText.utf8)).plan)
    let summary = try #require(desk.library.checkPlan(PlanDocument.smallExampleText).summary)
    #expect(summary.landmarks.count >= 3 && summary.landmarks.map(\.name) == plan.landmarks.map(\.name))
    #expect(summary.landmarks.map(\.place.xMicrometres) == plan.landmarks.map { Int64($0.place.x) })
    #expect(summary.landmarks.map(\.place.yMicrometres) == plan.landmarks.map { Int64($0.place.y) })
  }

  /// Rounded up, and never nothing.
  private static func minutes(_ dots: Int64) -> Int64 { (PlanBounds.workingSeconds(dots: dots) + 59) / 60 }
}

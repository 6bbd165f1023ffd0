import Foundation
import SMPModel
import SMPPlanFile
import SMPTreatment
import Testing

/// The articles say what the code does.
@Suite struct ArticleTests {
  private func article(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return try String(
      contentsOf: root.appending(path: "Sources/Host/SMPPlanFile/SMPPlanFile.docc/\(name).md"), encoding: .utf8)
  }

  @Test("The worked example checks without a finding and amounts to what is said of it")
  func example() throws {
    let text = try article("TreatmentPlan")
    let start = try #require(text.range(of: "```yaml\n")).upperBound
    let end = try #require(text.range(of: "\n```", range: start..<text.endIndex)).lowerBound
    let reading = Documents.parse(String(text[start..<end]) + "\n")
    #expect(reading.problems == [])
    let plan = try #require(reading.plan)
    #expect(plan.zones[0].area == .squareMicrometres(4_449_500_000))
    #expect(plan.sessions.map { $0.dots } == [1_156, 1_246])
    for words in ["44.49 cm²", "1,156", "2,402", "1,246"] { #expect(text.contains(words)) }
  }

  /// 50 cm² in three sessions.
  private static let vertex =
    """
    schema: 1
    title: Vertex
    client: C-1
    fitzpatrick: II
    style: soft
    natural-density: 80 /cm2
    pigment:
      brand: B
      shade: S
      dilution: 1:8
    chart-unit: mm
    zones:
      - name: vertex
        needle: 3RL 0.25
        outline: [[0, 0], [100, 0], [100, 50], [0, 50]]
    sessions:

    """
    + [(1, "1.2", 24), (2, "0.9", 56), (3, "0.7", 80)].map { number, spacing, density in
      """
        - session: \(number)
          zones:
            - zone: vertex
              depth: 0.5 mm
              speed: 110 Hz
              dwell: 80 ms
              spacing: \(spacing) mm
              density: \(density) /cm2

      """
    }.joined()

  @Test("The worked course of the article is what the model says, and its proposal reads back as it was made")
  func workedCourse() throws {
    let reading = Documents.parse(Self.vertex)
    let plan = try #require(reading.plan, "\(reading.problems)")
    func projection(_ percent: Int) -> Projection {
      Projection(plan, standing: Self.visit(percent), site: Documents.site ?? LimitSet())
    }
    #expect(projection(80).visits.map(\.dots) == [2_300, 1_500])
    #expect(projection(80).zones[0].held == 960 && projection(80).zones[0].forFading == 1_000)
    #expect(projection(80).toCome.low.dots == 3_246)
    #expect(projection(70).toCome.expected.dots == 3_800)
    #expect(projection(70).zones[0].obstacle == .zoneDensity(.perSquareCentimetre(100), source: .site))
    #expect(projection(80).reachesTarget)
    let text = try article("TreatmentPlan")
    for words in [
      "960 dots", "= 2,300 | 70 /cm²", "= 1,500 | 100 /cm²", "3,800 dots are to come, 1,000", "3,246 if 90",
    ] {
      #expect(text.contains(words), "\(words)")
    }
    let proposal = try #require(Proposal.make(plan, standing: Self.visit(80), site: Documents.site).plan)
    let document = PlanDocument.proposal(of: proposal)
    #expect(document.contains("held: 56 /cm2") && document.contains("density: 70 /cm2"))
    #expect(!document.contains("local-density"))
    #expect(Documents.parse(document).plan == proposal)
    let writtenOut = Documents.parse(PlanDocument.text(of: proposal))
    #expect(writtenOut.plan == nil, "140 /cm2 written out is past the site's limit")
  }

  private static func visit(_ percent: Int) -> CourseStanding {
    CourseStanding(
      sessionsDone: 1, zones: [ZoneStanding(placed: 1_200, retention: Retention(percent: percent))])
  }

  @Test("Every key of the schema stands in the article")
  func keys() throws {
    let plan = try article("TreatmentPlan")
    let sample = Documents.small("schema: 1\n", "schema: 1\nunknown: 1\n")
    let known = Documents.parse(sample).problems.first?.allowed ?? ""
    #expect(known.contains("natural-density"))
    for key in known.split(separator: ", ") { #expect(plan.contains("| `\(key)` |"), "\(key)") }
    let listing = Documents.parse(Documents.small("        dwell: 80 ms", "        dwell: 80 ms\n        unknown: 1"))
    let fields = listing.problems.first?.allowed ?? ""
    #expect(fields.contains("local-density"))
    for key in fields.split(separator: ", ") { #expect(plan.contains("| `\(key)` |"), "\(key)") }
    let limits = try article("SiteLimits")
    let rows = LimitsFile.parse(Array((LimitsFile.defaultText + "unknown: 1\n").utf8)).problems.first?.allowed ?? ""
    #expect(rows.contains("dots-per-zone"))
    for row in rows.split(separator: ", ") where row != "schema" { #expect(limits.contains("`\(row)`"), "\(row)") }
  }
}

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

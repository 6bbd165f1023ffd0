import SMPModel
import SMPPlanFile
import SMPTreatment
import Testing

/// S12 S13: landmarks as a document has them.
@Suite struct LandmarkDocumentTests {
  private func problem(_ old: String, _ new: String) throws -> String {
    let problem = try #require(Documents.parse(Documents.small(old, new)).errors.first)
    return "\(problem.line): \(problem.message) | \(problem.allowed ?? "") | \(problem.remedy)"
  }

  @Test("S13 what is wrong with a landmark is said with its place and its remedy")
  func refusals() throws {
    #expect(try problem("- name: corner-far-left", "- name: Corner 1").contains("cannot name a landmark"))
    #expect(try problem("name: corner-far-left", "name: corner-near-left").contains("taken by landmark 2"))
    #expect(try problem("place: [45, 25]", "at: [45, 25]").contains("place"))
    #expect(try problem("place: [45, 25]", "place: [45]").contains("a place is two numbers in mm"))
    #expect(try problem("place: [45, 25]", "place: [45, -20]").contains("at least 10 mm apart"))
    #expect(try problem("place: [45, 25]", "place: [2000, 25]").contains("off the chart"))
    let text = PlanDocument.smallExampleText
    let start = try #require(text.firstRange(of: "landmarks:"))
    let end = try #require(text.firstRange(of: "sessions:"))
    func landmarks(_ lines: String) -> [PlanProblem] {
      Documents.parse(String(text[..<start.lowerBound]) + lines + String(text[end.lowerBound...])).errors
    }
    #expect(landmarks("landmarks: []\n").first?.allowed == "3 to 12")
    let line = ["[-50, 0]", "[0, 0]", "[50, 0]"].enumerated()
      .map { "  - name: l\($0)\n    place: \($1)\n" }.joined()
    #expect(landmarks("landmarks:\n" + line).first?.message.contains("in one line") == true)
    let inside = ["[-15, -20]", "[15, -20]", "[0, 15]"].enumerated()
      .map { "  - name: l\($0)\n    place: \($1)\n" }.joined()
    #expect(landmarks("landmarks:\n" + inside).first?.message.contains("reaches further out") == true)
    #expect(landmarks("") == [])
  }

  @Test("S12 an amendment shows a landmark that moved, came or went")
  func difference() throws {
    let old = try #require(Documents.parse(PlanDocument.smallExampleText).plan)
    let moved = try #require(Documents.parse(Documents.small("place: [45, 25]", "place: [45, 26]")).plan)
    #expect(
      PlanDifference(from: old, to: moved, sessionsDone: 1).changes == [
        PlanChange(place: "landmark corner-far-left: place", before: "[45, 25]", after: "[45, 26]")
      ])
    let renamed = try #require(Documents.parse(Documents.small("corner-far-left", "corner-far")).plan)
    #expect(PlanDifference(from: old, to: renamed, sessionsDone: 1).changes.map(\.place).count == 2)
  }

  @Test("S3 a site's own residual has a hard bound alone, and none past the ceiling")
  func residual() throws {
    func limits(_ row: String) -> LimitsReading { LimitsFile.parse(Array((LimitsFile.defaultText + row).utf8)) }
    #expect(limits("registration-residual:\n  upper-hard: 2.001 mm\n").problems.first?.allowed == "at most 2 mm")
    #expect(limits("registration-residual:\n  upper-soft: 1 mm\n  upper-hard: 2 mm\n").limits == nil)
    let own = try #require(limits("registration-residual:\n  upper-hard: 0.5 mm\n").limits)
    #expect(own[.registrationResidualMaximum] == LimitPair(hard: 500))
  }
}

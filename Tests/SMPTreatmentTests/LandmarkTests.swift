import SMPModel
import SMPTreatment
import Testing

/// S12: landmarks that could not register a device are no landmarks of a plan.
@Suite struct LandmarkTests {
  private static func draft(_ places: [(String, Int32, Int32)]) -> PlanDraft {
    var draft = Drafts.sound
    draft.landmarks = .value(
      places.map { name, x, y in
        var landmark = LandmarkDraft()
        landmark.name = .value(name)
        landmark.place = .value(ChartPosition(x: x, y: y))
        return landmark
      })
    return draft
  }

  private static func found(_ places: [(String, Int32, Int32)]) -> [PlanFinding] {
    let compilation = draft(places).compile(site: nil)
    #expect((compilation.plan == nil) == !compilation.findings.isEmpty)
    return compilation.findings
  }

  /// Around the sound draft's square of 30 mm.
  static let around: [(String, Int32, Int32)] = [
    ("a", -20_000, -20_000), ("b", 50_000, -20_000), ("c", 15_000, 50_000),
  ]

  @Test("S12 a plan may have none, and then has none")
  func none() throws {
    let plan = try #require(Drafts.sound.compile(site: nil).plan)
    #expect(plan.landmarks.isEmpty)
  }

  @Test("S12 fewer than 3 and more than 12 are refused")
  func counts() {
    #expect(
      Self.found(Array(Self.around.prefix(2))) == [
        PlanFinding(place: .field(.landmarks), kind: .landmark(.tooFew(2)))
      ])
    let many = (0..<13).map { ("l\($0)", Int32($0) * 20_000, Int32($0 % 2) * 40_000) }
    #expect(Self.found(many) == [PlanFinding(place: .field(.landmarks), kind: .landmark(.tooMany(13)))])
  }

  @Test("S12 a name or a place that is there twice is refused where it stands, and so is a place off the chart")
  func each() {
    var places = Self.around
    places[2].0 = "a"
    #expect(Self.found(places) == [PlanFinding(place: .landmarkName(2), kind: .landmark(.nameTaken("a", first: 0)))])
    places = Self.around
    places[2] = ("c", -20_000, -10_001)
    #expect(Self.found(places) == [PlanFinding(place: .landmarkPlace(2), kind: .landmark(.tooNear("a")))])
    places[2] = ("c", 15_000, 1_000_001)
    #expect(Self.found(places) == [PlanFinding(place: .landmarkPlace(2), kind: .landmark(.beyondChart))])
    var nameless = Self.draft(Self.around)
    nameless.landmarks =
      nameless.landmarks.value.map { drafts in
        .value([LandmarkDraft()] + drafts.dropFirst())
      } ?? .nothing
    #expect(
      nameless.compile(site: nil).findings == [
        PlanFinding(place: .landmark(0), kind: .landmark(.missingName)),
        PlanFinding(place: .landmark(0), kind: .landmark(.missingPlace)),
      ])
  }

  @Test("S12 in one line they cannot tell a mirrored frame: 20 mm from the line is enough, a micrometre less is not")
  func line() {
    let far: [(String, Int32, Int32)] = [("a", -100_000, 15_000), ("b", 130_000, 15_000)]
    let inOneLine = [PlanFinding(place: .field(.landmarks), kind: .landmark(.inOneLine))]
    #expect(Self.found(far + [("c", 15_000, 15_000)]) == inOneLine)
    #expect(Self.found(far + [("c", 15_000, 34_999)]) == inOneLine)
    #expect(Self.found(far + [("c", 15_000, 35_000)]) == [])
    #expect(Self.found(far + [("c", 15_000, -5_000)]) == [])
  }

  @Test("S12 a zone that reaches further out than the landmarks is named")
  func beyond() {
    let beside: [(String, Int32, Int32)] = [("a", 100_000, 0), ("b", 130_000, 0), ("c", 115_000, 25_000)]
    #expect(
      Self.found(beside) == [PlanFinding(place: .field(.landmarks), kind: .landmark(.zoneBeyond("pad")))])
    #expect(Self.found(Self.around) == [])
  }

  @Test("S12 they come to the guard with the session's profile")
  func profile() throws {
    let plan = try #require(Self.draft(Self.around).compile(site: nil).plan)
    let profile = try #require(plan.profile(course: "C-1", planDigest: [], session: 1))
    #expect(profile.landmarks == Self.around.map { Landmark(name: $0.0, place: ChartPosition(x: $0.1, y: $0.2)) })
  }
}

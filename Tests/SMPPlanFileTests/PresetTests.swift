import SMPModel
import SMPTreatment
import Testing

@testable import SMPPlanFile

/// A clinic's presets by name: written out into the plan that names them; refusals first.
@Suite struct PresetTests {
  private static let usual = """
    schema: 1
    about: Practice pads
    sessions:
      - session: 1
        depth: 0.45 mm
        depth-range: 0.4 mm to 0.6 mm
        speed: 100 Hz
        dwell: 80 ms
        spacing: 1.5 mm
        density: 2.5 /cm2
        needle: "5RL \\"fine\\" # 0.25"
      - session: 2
        depth: 0.5 mm
        speed: 100 Hz
        dwell: 80 ms
        spacing: 1.2 mm
        density: 4.5 /cm2
    """

  /// Two sessions in one zone, of which the plan says little itself.
  private static let plan = """
    schema: 1
    title: Pad
    client: P-1
    fitzpatrick: none
    style: scattered
    natural-density: 80 /cm2
    pigment:
      brand: B
      shade: S
      dilution: D
    chart-unit: mm
    zones:
      - name: pad
        preset: usual     # the clinic's
        outline: [[-35, -15], [-5, -15], [-5, 15], [-35, 15]]
    sessions:
      - session: 1
        zones:
          - zone: pad   # first
            dots: 20
            speed: 110 Hz
      - session: 2
        zones:
          - dots: 20
            needle: 3RL 0.25
            zone: pad

    """

  @Test("S13 a number of a session that is none takes nothing from a preset, and breaks nothing") func numbers() {
    for number in ["0", "-1", "\(Int.min)", "\(Int.max)", "99999999999999999999"] {
      let text = Self.plan.replacing("- session: 1", with: "- session: \(number)")
      #expect(read(text).plan == nil, "\(number)")
    }
  }

  private static func shelf(_ usual: String = usual) -> PresetShelf {
    PresetShelf([("usual", Array(usual.utf8)), ("closely-shaved", Array(usual.utf8))])
  }

  private func read(_ text: String = plan, _ shelf: PresetShelf = shelf()) -> PlanReading {
    PlanDocument.parse(Array(text.utf8), site: Documents.site, presets: shelf)
  }

  private func expectOne(
    _ reading: PlanReading, line: Int, _ words: String..., at place: SourceLocation = #_sourceLocation
  ) {
    #expect(reading.plan == nil && reading.errors.count == 1, "\(reading.problems)", sourceLocation: place)
    guard let problem = reading.errors.first else { return }
    let said = "\(problem.message) | \(problem.allowed ?? "") | \(problem.remedy)"
    #expect(problem.line == line, "\(problem)", sourceLocation: place)
    for word in words { #expect(said.contains(word), "\(said)", sourceLocation: place) }
  }

  @Test("S13 an unknown preset is refused at its place, and the nearest name proposed") func unknown() {
    let misspelt = Self.plan.replacing("preset: usual", with: "preset: ususal")
    let named = read(misspelt).problems.first { $0.line == 14 }
    #expect(named?.remedy == "did you mean `usual`?" && named?.allowed == "closely-shaved, usual", "\(named as Any)")
    let other = read(Self.plan.replacing("preset: usual", with: "preset: elsewhere")).problems.first { $0.line == 14 }
    #expect(other?.remedy.contains("smpctl plan presets") == true)
    let none = read(Self.plan, PresetShelf([])).problems.first { $0.line == 14 }
    #expect(none?.message == "there is no preset `usual`")
  }

  @Test(
    "S13 a preset with a mistake is refused where it is named, with the mistake's line",
    arguments: [
      ("schema: 1", "schema: 2", "line 1"), ("depth: 0.45 mm", "depth: 0.45", "line 5: `depth` has no unit"),
      ("speed: 100 Hz", "sped: 100 Hz", "line 7: unknown key `sped`"), ("- session: 2", "- session: 3", "line 12"),
      ("needle:", "dots: 20\n    needle:", "line 11: unknown key `dots`"), ("sessions:", "session:", "line"),
    ])
  func broken(_ old: String, _ new: String, _ words: String) {
    let problem = read(Self.plan, Self.shelf(Self.usual.replacing(old, with: new))).problems.first { $0.line == 14 }
    #expect(problem?.message.contains("the preset `usual` cannot be used: \(words)") == true, "\(problem as Any)")
  }

  @Test("S13 what a preset's values come to is judged in the plan, at the zone that took them") func judged() {
    let deep = Self.usual.replacing("0.45 mm", with: "0.8 mm")
    expectOne(read(Self.plan, Self.shelf(deep)), line: 19, "depth lies outside its own range")
  }

  @Test("the stored document is whole: it says without its presets what was judged with them, and still names them")
  func whole() throws {
    let reading = read()
    let plan = try #require(reading.plan, "\(reading.problems)")
    let text = String(decoding: reading.text, as: UTF8.self)
    #expect(PlanDocument.parse(reading.text).plan == plan)
    #expect(text.contains("    preset: usual     # the clinic's\n"))
    #expect(text.contains("zone: pad   # first\n        depth: 0.45 mm   # preset usual\n"), "\(text)")
    #expect(text.contains("needle: \"5RL \\\"fine\\\" # 0.25\"   # preset usual\n"), "\(text)")
    // Lines were added, and none was changed.
    let before = Self.plan.split(separator: "\n", omittingEmptySubsequences: false)
    let after = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(after.filter { !$0.contains("# preset usual") } == before)
    #expect(after.count == before.count + 6 + 5)
    // Another day, with another preset of that name, it means the same.
    let later = read(text, Self.shelf(Self.usual.replacing("0.45 mm", with: "0.5 mm")))
    #expect(later.plan == plan && later.text == reading.text)
    #expect(later.problems.map(\.severity) == [.warning] && later.problems[0].message.contains("nothing is taken"))
  }

  @Test("what the plan says itself stands before its preset, a zone's own needle too") func overriding() throws {
    let plan = try #require(read().plan)
    #expect(plan.sessions[0].zones[0].speed == .millihertz(110_000), "the plan's")
    #expect(plan.sessions[0].zones[0].depth == .micrometres(450), "the preset's")
    #expect(plan.sessions[1].zones[0].needle == "3RL 0.25")
    let own = Self.plan.replacing("preset: usual", with: "needle: 1RL 0.25\n    preset: usual")
    #expect(try #require(read(own).plan).sessions[0].zones[0].needle == "1RL 0.25")
  }

  @Test("a plan without presets stays byte for byte, and one with other line ends keeps them") func bytes() throws {
    for text in [PlanDocument.exampleText, PlanDocument.smallExampleText] {
      #expect(read(text).text == Array(text.utf8))
    }
    let windows = Array(Self.plan.replacing("\n", with: "\r\n").utf8)
    let reading = PlanDocument.parse(windows, presets: Self.shelf())
    #expect(reading.plan != nil && reading.plan == read().plan)
    #expect(!String(decoding: reading.text, as: UTF8.self).replacing("\r\n", with: "").unicodeScalars.contains("\n"))
  }

  @Test("a document laid out so that nothing can be written into it is refused, not stored as something else")
  func layout() {
    let split = Self.plan.replacing("zone: pad   # first", with: "zone: \"p\\\n          ad\"")
    let reading = read(split)
    #expect(
      reading.plan == nil && reading.errors.contains { $0.remedy.contains("on a line of its own") },
      "\(reading.problems)")
  }

  @Test("a name that no plan could say is reported on its shelf") func names() {
    let shelf = PresetShelf([("Two Words", Array(Self.usual.utf8)), ("usual", Array(Self.usual.utf8))])
    #expect(shelf.items.map { $0.reading.preset != nil } == [false, true])
    #expect(shelf.items[1].reading.preset?.sessionCount == 2 && shelf.items[1].reading.preset?.about == "Practice pads")
  }
}

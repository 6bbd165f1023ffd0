import SMPModel
import SMPPlanFile
import SMPTreatment
import Testing

@Suite struct LimitsFileTests {
  private func parse(_ text: String) -> LimitsReading { LimitsFile.parse(Array(text.utf8)) }

  private func spoilt(_ old: String, _ new: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
    Documents.replaced(LimitsFile.defaultText, old, new, sourceLocation: sourceLocation)
  }

  private func expectOne(
    _ text: String, at needle: String, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let reading = parse(text)
    #expect(reading.limits == nil, sourceLocation: sourceLocation)
    #expect(reading.interval == nil, sourceLocation: sourceLocation)
    #expect(reading.problems.count == 1, "\(reading.problems)", sourceLocation: sourceLocation)
    guard let problem = reading.problems.first else { return }
    let place = Documents.place(needle, in: text, sourceLocation: sourceLocation)
    #expect(problem.line == place.line && problem.column == place.column, "\(problem)", sourceLocation: sourceLocation)
    let said = "\(problem.message) | \(problem.allowed ?? "") | \(problem.remedy)"
    for word in words { #expect(said.contains(word), "\(said)", sourceLocation: sourceLocation) }
  }

  @Test("The shipped file is field.md's table, value by value")
  func table() throws {
    let reading = parse(LimitsFile.defaultText)
    #expect(reading.problems == [])
    let limits = try #require(reading.limits)
    let expected: [(LimitKey, LimitPair)] = [
      (.depthMinimum, LimitPair(soft: 300, hard: 0)), (.depthMaximum, LimitPair(soft: 1_000, hard: 1_500)),
      (.speedMinimum, LimitPair(soft: 80_000, hard: 50_000)),
      (.speedMaximum, LimitPair(soft: 150_000, hard: 150_000)),
      (.spacingMinimum, LimitPair(soft: 600, hard: 500)),
      (.discDensityMaximum, LimitPair(soft: 1_000_000, hard: 1_200_000)),
      (.zoneDensityMaximum, LimitPair(soft: 1_000_000, hard: 1_200_000)), (.zoneDotsMaximum, LimitPair()),
      (.dwellMaximum, LimitPair()), (.sessionDotsMaximum, LimitPair(soft: 18_000, hard: 25_000)),
      (.sessionDurationMaximum, LimitPair(soft: 18_000, hard: 21_600)),
      (.registrationResidualMaximum, LimitPair(hard: 1_000)),
    ]
    #expect(expected.count == LimitKey.allCases.count)
    for (key, pair) in expected { #expect(limits[key] == pair, "\(key)") }
    #expect(reading.interval == VisitInterval(minimumHard: 7, minimumSoft: 10, maximumSoft: 30, aftercare: 5))
  }

  @Test("A site may add rows of its own")
  func ownRows() throws {
    let text =
      LimitsFile.defaultText + """
        local-density:
          upper-soft: 110 /cm2
          upper-hard: 130 /cm2
        dots-per-zone:
          upper-soft: 5000
          upper-hard: 6000
        dwell:
          upper-soft: 120 ms
          upper-hard: 200 ms
        """
    let limits = try #require(parse(text).limits)
    #expect(limits[.discDensityMaximum] == LimitPair(soft: 1_100_000, hard: 1_300_000))
    #expect(limits[.zoneDensityMaximum] == LimitPair(soft: 1_000_000, hard: 1_200_000))
    #expect(limits[.zoneDotsMaximum] == LimitPair(soft: 5_000, hard: 6_000))
    #expect(limits[.dwellMaximum] == LimitPair(soft: 120, hard: 200))
  }

  @Test("S3 S13 a missing row or bound refuses the whole file: nothing is loosened by deleting a line")
  func missing() {
    let lines = LimitsFile.defaultText.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let content = line.prefix { $0 != "#" }
      guard content.contains(":") else { continue }
      var rest = lines
      rest.remove(at: index)
      let reading = parse(rest.joined(separator: "\n"))
      #expect(reading.limits == nil, "without line \(index + 1): \(line)")
      #expect(!reading.problems.isEmpty)
    }
  }

  @Test("S3 a site may tighten the built-in ceilings, never move them")
  func ceilings() {
    #expect(parse(spoilt("upper-hard: 1.5 mm", "upper-hard: 2 mm")).limits?[.depthMaximum].hard == 2_000)
    expectOne(
      spoilt("upper-hard: 1.5 mm", "upper-hard: 2.001 mm"), at: "2.001 mm", "built-in ceiling", "at most 2 mm")
    expectOne(
      spoilt("lower-hard: 50 Hz", "lower-hard: 9.999 Hz"), at: "9.999 Hz", "built-in ceiling", "at least 10 Hz")
    expectOne(
      spoilt("lower-hard: 0.5 mm", "lower-hard: 0.299 mm"), at: "0.299 mm", "built-in ceiling", "at least 0.3 mm")
    expectOne(spoilt("upper-hard: 120 /cm2", "upper-hard: 150.1 /cm2"), at: "150.1", "at most 150 /cm2")
    expectOne(spoilt("upper-hard: 25000", "upper-hard: 30001"), at: "30001", "at most 30000")
    expectOne(spoilt("upper-hard: 6 h", "upper-hard: 8.5 h"), at: "8.5 h", "at most 8 h")
  }

  @Test("S13 bounds that do not rise, wrong units, unknown keys and versions")
  func wrong() {
    expectOne(spoilt("upper-soft: 1.0 mm", "upper-soft: 0.2 mm"), at: "0.2 mm", "below `lower-soft`", "at least 0.3 mm")
    expectOne(spoilt("upper-hard: 25000", "upper-hard: 17999"), at: "17999", "below `upper-soft` (18000)")
    expectOne(spoilt("lower-soft: 0.3 mm", "lower-soft: 0.3"), at: "0.3\n", "no unit", "mm")
    expectOne(spoilt("upper-soft: 5 h", "upper-soft: 300 min"), at: "300 min", "`min`", "convert it to h")
    expectOne(spoilt("lower-hard: 7 days", "lower-hard: 0 days"), at: "0 days", "1 days to 365 days")
    expectOne(spoilt("lower-soft: 10 days", "lower-soft: 6 days"), at: "6 days", "7 days")
    expectOne(spoilt("lower-hard: 5 days", "lower-hard: 366 days"), at: "366 days", "1 days to 365 days")
    expectOne(spoilt("schema: 1", "schema: 2"), at: "2\n\ndepth", "schema 2")
    expectOne(LimitsFile.defaultText + "depht: 1 mm\n", at: "depht", "unknown key", "`depth`")
    expectOne(
      spoilt("  lower-soft: 0.6 mm", "  lower-soft: 0.6 mm\n  upper-soft: 3 mm"), at: "upper-soft: 3", "unknown key")
    expectOne(LimitsFile.defaultText + "speed: 1 Hz\n", at: "speed:    ", "more than once")
    expectOne(spoilt("schema: 1", "schema: &s 1"), at: "&s", "anchors")
  }

  @Test("S13 every truncation and random damage of the shipped file is refused or harmless")
  func damage() {
    let bytes = Array(LimitsFile.defaultText.utf8)
    let whole = parse(LimitsFile.defaultText).limits
    for length in 0..<bytes.count {
      let reading = LimitsFile.parse(Array(bytes[..<length]))
      #expect(reading.limits == nil ? !reading.problems.isEmpty : reading.limits == whole, "\(length) bytes")
    }
    for seed in UInt64(1)...500 {
      var random = Seeded(seed)
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let limits = LimitsFile.parse(damaged).limits else { continue }
      for key in LimitKey.allCases {
        guard let hard = limits[key].hard, let ceiling = LimitSet.ceiling[key].hard else { continue }
        #expect(key.isMaximum ? hard <= ceiling : hard >= ceiling, "seed \(seed), \(key)")
      }
    }
  }
}

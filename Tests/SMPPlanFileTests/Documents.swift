import SMPModel
import SMPPlanFile
import SMPTreatment
import Testing

/// What the tests of this target share: the small plan to spoil, and where something stands in it.
enum Documents {
  static let site = LimitsFile.parse(Array(LimitsFile.defaultText.utf8)).limits

  static func parse(_ text: String, site: LimitSet? = Documents.site) -> PlanReading {
    PlanDocument.parse(Array(text.utf8), site: site)
  }

  /// The small plan with its first `old` replaced.
  static func small(_ old: String, _ new: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
    replaced(PlanDocument.smallExampleText, old, new, sourceLocation: sourceLocation)
  }

  static func replaced(
    _ text: String, _ old: String, _ new: String, sourceLocation: SourceLocation = #_sourceLocation
  ) -> String {
    guard let start = find(old, in: text) else {
      Issue.record("the text has no \(old)", sourceLocation: sourceLocation)
      return text
    }
    let end = text.unicodeScalars.index(start, offsetBy: old.unicodeScalars.count)
    return String(text.unicodeScalars[..<start]) + new + String(text.unicodeScalars[end...])
  }

  /// 1-based line and column of the first `needle`, counted in Unicode scalars.
  static func place(
    _ needle: String, in text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) -> (line: Int, column: Int) {
    guard let start = find(needle, in: text) else {
      Issue.record("the text has no \(needle)", sourceLocation: sourceLocation)
      return (0, 0)
    }
    var (line, column) = (1, 1)
    for scalar in text.unicodeScalars[..<start] {
      (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
    }
    return (line, column)
  }

  /// Bytes before the first `needle`.
  static func offset(_ needle: String, in text: String) -> Int {
    find(needle, in: text).map { text.utf8.distance(from: text.startIndex, to: $0) } ?? 0
  }

  private static func find(_ needle: String, in text: String) -> String.Index? {
    let (whole, part) = (text.unicodeScalars, needle.unicodeScalars)
    return whole.indices.first { whole[$0...].starts(with: part) }
  }
}

extension PlanReading {
  var errors: [PlanProblem] { problems.filter { $0.severity == .error } }
}

/// The document has exactly one problem, an error at `needle`, whose words contain all of `words`.
func expectOne(
  _ text: String, at needle: String, _ words: String..., site: LimitSet? = Documents.site,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let reading = Documents.parse(text, site: site)
  #expect(reading.plan == nil, sourceLocation: sourceLocation)
  #expect(reading.problems.count == 1, "\(reading.problems)", sourceLocation: sourceLocation)
  guard let problem = reading.problems.first else { return }
  let place = Documents.place(needle, in: text, sourceLocation: sourceLocation)
  #expect(problem.line == place.line, "\(problem)", sourceLocation: sourceLocation)
  #expect(problem.column == place.column, "\(problem)", sourceLocation: sourceLocation)
  #expect(problem.severity == .error, sourceLocation: sourceLocation)
  #expect(!problem.remedy.isEmpty, sourceLocation: sourceLocation)
  let said = "\(problem.message) | \(problem.allowed ?? "") | \(problem.remedy)"
  for word in words { #expect(said.contains(word), "\(said)", sourceLocation: sourceLocation) }
}

/// SplitMix64: a test names its seed, and the same seed gives the same run everywhere.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

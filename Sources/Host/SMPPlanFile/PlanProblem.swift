package import SMPTreatment

/// One thing wrong with a document, with its place and what to do about it (S13).
package struct PlanProblem: Hashable, Sendable {
  /// 1-based; the first line of the document is 1.
  package let line: Int
  /// 1-based, counted in Unicode scalars.
  package let column: Int
  package let severity: Severity
  /// What is wrong, one sentence without a full stop.
  package let message: String
  /// What may stand there, where that can be said briefly.
  package let allowed: String?
  /// What to do.
  package let remedy: String
  package init(line: Int, column: Int, severity: Severity, message: String, allowed: String?, remedy: String) {
    self.line = line
    self.column = column
    self.severity = severity
    self.message = message
    self.allowed = allowed
    self.remedy = remedy
  }
}

/// A place in a document, 1-based.
struct Place: Hashable, Comparable, Sendable {
  let line: Int
  let column: Int
  static let start = Place(line: 1, column: 1)
  static func < (left: Self, right: Self) -> Bool { (left.line, left.column) < (right.line, right.column) }
}

/// What a refused document says: refused before anything in it was believed.
struct Refusal: Error, Hashable {
  let place: Place
  let message: String
  let allowed: String?
  let remedy: String

  init(_ place: Place, _ message: String, allowed: String? = nil, remedy: String) {
    self.place = place
    self.message = message
    self.allowed = allowed
    self.remedy = remedy
  }

  var problem: PlanProblem {
    PlanProblem(
      line: place.line, column: place.column, severity: .error, message: message, allowed: allowed, remedy: remedy)
  }
}

/// Problems in the order they were found; bounded, so that a hostile document cannot make an endless answer.
final class ProblemList {
  /// Shown: more than anybody mends in one go.
  static let maximum = 100
  /// Kept, so that sorting still finds the first ones; past it problems are only counted.
  private static let kept = 1_000
  private(set) var count = 0
  private var problems: [PlanProblem] = []
  private(set) var hasErrors = false

  func error(_ place: Place, _ message: String, allowed: String? = nil, remedy: String) {
    add(
      PlanProblem(
        line: place.line, column: place.column, severity: .error, message: message, allowed: allowed,
        remedy: remedy))
  }

  var isFull: Bool { problems.count >= Self.kept }

  /// One more error nobody will read.
  func countOne() {
    count += 1
    hasErrors = true
  }

  func add(_ problem: PlanProblem) {
    count += 1
    if problem.severity == .error { hasErrors = true }
    if !isFull { problems.append(problem) }
  }

  /// In the order of the document, errors before warnings at the same place; the first `maximum` of them, and a
  /// last one that says how many more there are.
  var sorted: [PlanProblem] {
    let sorted = problems.enumerated().sorted { one, other in
      let (left, right) = (one.element, other.element)
      return (left.line, left.column, left.severity.rawValue, one.offset)
        < (right.line, right.column, right.severity.rawValue, other.offset)
    }.map { $0.element }
    guard count > Self.maximum else { return sorted }
    // An error must not be hidden behind a hundred warnings.
    let shown = sorted.prefix(Self.maximum)
    let last = PlanProblem(
      line: shown.last?.line ?? 1, column: shown.last?.column ?? 1, severity: hasErrors ? .error : .warning,
      message: "\(count - Self.maximum) more problems are not shown", allowed: nil,
      remedy: "mend these first and check again")
    return Array(shown) + [last]
  }
}

/// Text of a document as it may appear in a message: short, on one line, without control characters.
func quoted(_ text: String) -> String {
  var result = "`"
  var length = 0
  for scalar in text.unicodeScalars {
    if length == 40 {
      result += "…"
      break
    }
    result.unicodeScalars.append(scalar.value < 0x20 || scalar.value == 0x7F ? "␣" : scalar)
    length += 1
  }
  return result + "`"
}

package import SMPModel
package import SMPTreatment

/// A limits document after reading: the site's limits, or everything that keeps it from being read.
package struct LimitsReading: Hashable, Sendable {
  /// nil when any problem is an error: a limit source that cannot be read whole is no limit source (S3).
  package let limits: LimitSet?
  /// nil exactly when `limits` is.
  package let interval: VisitInterval?
  /// In the order of the document.
  package let problems: [PlanProblem]
}

/// The site's limits, `/etc/smpd/limits.yaml`, schema version 1.
///
/// Strict: every row of the shipped table must be there, so that a deleted line can never loosen a limit unseen.
package enum LimitsFile {
  package static let schema: Int64 = 1
  /// Refuse a larger file by its size, before reading it.
  package static let maximumBytes = DocumentText.maximumBytes

  package static func parse(_ bytes: [UInt8]) -> LimitsReading {
    let tree: YAMLTree
    do {
      tree = try YAMLTree.parse(bytes)
    } catch {
      return LimitsReading(limits: nil, interval: nil, problems: [error.problem])
    }
    let problems = ProblemList()
    var limits = LimitSet()
    var interval: VisitInterval?
    if var top = MappingReader(tree, what: "a limits file", problems: problems),
      Schema.check(&top, current: schema)
    {
      for row in LimitRow.all { row.read(&top, into: &limits) }
      if limits[.discDensityMaximum] == LimitPair() {
        // Without a row of its own, a disc of 1 cm² may hold no more than a zone on average: the stricter reading.
        limits[.discDensityMaximum] = limits[.zoneDensityMaximum]
      }
      if limits[.registrationResidualMaximum] == LimitPair() {
        limits[.registrationResidualMaximum] = LimitPair(hard: LimitRow.usualResidual.micrometres)
      }
      interval = IntervalRow.read(&top)
      top.finish(what: "the limits file")
    }
    if problems.hasErrors { return LimitsReading(limits: nil, interval: nil, problems: problems.sorted) }
    return LimitsReading(limits: limits, interval: interval, problems: problems.sorted)
  }
}

/// One bound of a row.
enum LimitEnd: String, CaseIterable {
  case lowerHard = "lower-hard"
  case lowerSoft = "lower-soft"
  case upperSoft = "upper-soft"
  case upperHard = "upper-hard"
}

/// One row of the limits table: a quantity with up to four bounds.
struct LimitRow {
  let key: String
  let unit: Unit
  let lower: LimitKey?
  let upper: LimitKey?
  /// Rows of the shipped table must be there; the others have no figure in field.md and are a site's own.
  let isRequired: Bool
  /// Nobody may confirm past it, so it has no soft bounds.
  var isHardOnly = false

  /// What a site without a row of its own takes from a registration: 1 mm, the usual spacing of dots (field.md, row
  /// "spacing"). Past it a dot may stand at its neighbour's place. Ours, derived.
  static let usualResidual = Distance.micrometres(1_000)

  static let all = [
    LimitRow(key: "depth", unit: .millimetres, lower: .depthMinimum, upper: .depthMaximum, isRequired: true),
    LimitRow(key: "speed", unit: .hertz, lower: .speedMinimum, upper: .speedMaximum, isRequired: true),
    LimitRow(key: "spacing", unit: .millimetres, lower: .spacingMinimum, upper: nil, isRequired: true),
    LimitRow(
      key: "density", unit: .perSquareCentimetre, lower: nil, upper: .zoneDensityMaximum, isRequired: true),
    LimitRow(
      key: "local-density", unit: .perSquareCentimetre, lower: nil, upper: .discDensityMaximum, isRequired: false),
    LimitRow(key: "dots-per-session", unit: .count, lower: nil, upper: .sessionDotsMaximum, isRequired: true),
    LimitRow(key: "dots-per-zone", unit: .count, lower: nil, upper: .zoneDotsMaximum, isRequired: false),
    LimitRow(key: "session-length", unit: .hours, lower: nil, upper: .sessionDurationMaximum, isRequired: true),
    LimitRow(key: "dwell", unit: .milliseconds, lower: nil, upper: .dwellMaximum, isRequired: false),
    LimitRow(
      key: "registration-residual", unit: .millimetres, lower: nil, upper: .registrationResidualMaximum,
      isRequired: false, isHardOnly: true),
  ]

  private var ends: [LimitEnd] {
    LimitEnd.allCases.filter { end in
      switch end {
      case .lowerHard: lower != nil
      case .lowerSoft: lower != nil && !isHardOnly
      case .upperSoft: upper != nil && !isHardOnly
      case .upperHard: upper != nil
      }
    }
  }

  func read(_ top: inout MappingReader, into limits: inout LimitSet) {
    let problems = top.problems
    guard let entry = top.take(key) else {
      if isRequired { missing(top) }
      return
    }
    guard var mapping = MappingReader(entry.value, what: "`\(key)`", problems: problems) else { return }
    var bounds: [LimitBound] = []
    for end in ends {
      guard let value = mapping.take(end.rawValue) else {
        problems.error(
          entry.place, "`\(key)` has no `\(end.rawValue)`",
          remedy: "add `\(end.rawValue):` with a value such as \(unit.sample)")
        continue
      }
      let amount: Given<Measured> = mapping.quantity(end.rawValue, unit)
      if let amount = amount.value?.amount {
        bounds.append(LimitBound(end: end, amount: amount, place: value.value.place))
      }
    }
    mapping.finish(what: "`\(key)`")
    checkOrder(bounds, problems)
    for bound in bounds { checkCeiling(bound, problems) }
    store(bounds, into: &limits)
  }

  private func missing(_ top: MappingReader) {
    let bounds = ends.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    top.problems.error(
      top.place, "`\(key)` is missing", allowed: "`\(key):` with \(bounds)",
      remedy: "add the row; the shipped file has the usual figures")
  }

  private func checkOrder(_ bounds: [LimitBound], _ problems: ProblemList) {
    for (one, next) in zip(bounds, bounds.dropFirst()) where one.amount > next.amount {
      problems.error(
        next.place, "`\(next.end.rawValue)` of `\(key)` is below `\(one.end.rawValue)` (\(unit.text(one.amount)))",
        allowed: "at least \(unit.text(one.amount))",
        remedy: "the bounds of a row rise: lower-hard, lower-soft, upper-soft, upper-hard")
    }
  }

  private func checkCeiling(_ bound: LimitBound, _ problems: ProblemList) {
    // Each end is held against both ceilings of its quantity: a lower bound above the upper ceiling is a slip too.
    for case let key? in [lower, upper] {
      guard let ceiling = LimitSet.ceiling[key].hard else { continue }
      guard key.isMaximum ? bound.amount > ceiling : bound.amount < ceiling else { continue }
      problems.error(
        bound.place,
        "`\(bound.end.rawValue)` of `\(self.key)` is \(unit.text(bound.amount)), beyond the built-in ceiling",
        allowed: "\(key.isMaximum ? "at most" : "at least") \(unit.text(ceiling))",
        remedy: "a site may tighten the built-in ceilings, never move them")
    }
  }

  private func store(_ bounds: [LimitBound], into limits: inout LimitSet) {
    func amount(_ end: LimitEnd) -> Int64? { bounds.first { $0.end == end }?.amount }
    if let lower { limits[lower] = LimitPair(soft: amount(.lowerSoft), hard: amount(.lowerHard)) }
    if let upper { limits[upper] = LimitPair(soft: amount(.upperSoft), hard: amount(.upperHard)) }
  }
}

struct LimitBound {
  let end: LimitEnd
  let amount: Int64
  let place: Place
}

/// An amount whose kind is known only by its row.
struct Measured: Quantity {
  let amount: Int64
  init(amount: Int64) { self.amount = amount }
}

/// The waiting times between sessions: not limits of a dot, so they have no `LimitKey`.
enum IntervalRow {
  /// A year between two sessions of one course is another course.
  private static let longest: Int64 = 365

  static func read(_ top: inout MappingReader) -> VisitInterval? {
    let interval = days([.lowerHard, .lowerSoft, .upperSoft], of: "interval", &top)
    let aftercare = days([.lowerHard], of: "aftercare", &top)
    guard interval.count == 3, let aftercare = aftercare.first else { return nil }
    return VisitInterval(
      minimumHard: interval[0], minimumSoft: interval[1], maximumSoft: interval[2], aftercare: aftercare)
  }

  /// Those bounds of a row that can be read; what cannot is reported.
  private static func days(_ ends: [LimitEnd], of row: String, _ top: inout MappingReader) -> [Int64] {
    let problems = top.problems
    guard let entry = top.take(row) else {
      problems.error(
        top.place, "`\(row)` is missing",
        allowed: "`\(row):` with " + ends.map { "`\($0.rawValue)`" }.joined(separator: ", "),
        remedy: "add the row; the shipped file has the usual figures")
      return []
    }
    guard var mapping = MappingReader(entry.value, what: "`\(row)`", problems: problems) else { return [] }
    var bounds: [Int64] = []
    for end in ends {
      guard let value = mapping.take(end.rawValue) else {
        problems.error(
          entry.place, "`\(row)` has no `\(end.rawValue)`", remedy: "add `\(end.rawValue): \(Unit.days.sample)`")
        continue
      }
      let days: Given<Measured> = mapping.quantity(end.rawValue, .days)
      guard let amount = days.value?.amount else { continue }
      let least = bounds.last ?? 1
      if amount < least || amount > longest {
        problems.error(
          value.value.place, "`\(end.rawValue)` of `\(row)` is \(Unit.days.text(amount))",
          allowed: "\(Unit.days.text(least)) to \(Unit.days.text(longest))",
          remedy: "the bounds of a row rise: lower-hard, lower-soft, upper-soft")
      }
      bounds.append(amount)
    }
    mapping.finish(what: "`\(row)`")
    return bounds
  }
}

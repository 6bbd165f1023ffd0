import SMPModel
import SMPTreatment

/// Takes a mapping apart key by key; what nobody took is unknown.
struct MappingReader {
  let place: Place
  let problems: ProblemList
  private let entries: [YAMLTree.Entry]
  private var taken: [Bool]
  private var asked: [String] = []

  /// nil, with the problem reported, when the node is no mapping.
  init?(_ node: YAMLTree, what: String, problems: ProblemList) {
    guard case .mapping(let entries) = node.content else {
      problems.error(
        node.place, "\(what) must be a mapping of keys to values", allowed: "key: value",
        remedy: "write its keys below it, each on its own line, indented by the same number of spaces")
      return nil
    }
    place = node.place
    self.problems = problems
    self.entries = entries
    taken = Array(repeating: false, count: entries.count)
  }

  mutating func take(_ key: String) -> YAMLTree.Entry? {
    if !asked.contains(key) { asked.append(key) }
    guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
    taken[index] = true
    return entries[index]
  }

  /// Reports every key nobody asked for, with the one that was probably meant.
  func finish(what: String) {
    // A key that is already there cannot be what was meant.
    let free = asked.filter { key in !entries.contains { $0.key == key } }
    for (index, entry) in entries.enumerated() where !taken[index] {
      if problems.isFull {
        problems.countOne()
        continue
      }
      let likely = Nearest.word(to: entry.key, among: free) ?? Nearest.word(to: entry.key, among: asked)
      problems.error(
        entry.place, "unknown key \(quoted(entry.key)) in \(what)", allowed: asked.joined(separator: ", "),
        remedy: likely.map { "did you mean `\($0)`?" } ?? "delete it, or make it a comment with #")
    }
  }

  /// Reports what was probably meant to be this key, for a mapping that is not read without it.
  func nameMisspelt(_ key: String) {
    guard let entry = entries.first(where: { Nearest.word(to: $0.key, among: [key]) != nil }) else { return }
    problems.error(entry.place, "unknown key \(quoted(entry.key))", allowed: key, remedy: "did you mean `\(key)`?")
  }

  // MARK: values

  mutating func text(_ key: String, maximum: Int) -> Given<String> {
    guard let entry = take(key) else { return .nothing }
    return Self.text(entry.value, what: "`\(key)`", maximum: maximum, problems: problems)
  }

  static func text(_ node: YAMLTree, what: String, maximum: Int, problems: ProblemList) -> Given<String> {
    guard case .text(let text) = node.content else {
      problems.error(node.place, "\(what) must be one line of text", remedy: "write the text after the colon")
      return .unreadable
    }
    guard text.unicodeScalars.count <= maximum else {
      problems.error(
        node.place, "\(what) is \(text.unicodeScalars.count) characters long",
        allowed: "1 to \(maximum) characters", remedy: "shorten it; longer remarks belong into a comment")
      return .unreadable
    }
    guard text.unicodeScalars.contains(where: { $0 != " " }) else {
      problems.error(
        node.place, "\(what) is empty", allowed: "1 to \(maximum) characters", remedy: "write the value after the colon"
      )
      return .unreadable
    }
    guard text.unicodeScalars.allSatisfy(Self.isPrintable) else {
      problems.error(
        node.place, "\(what) must be one line of printable text", allowed: "1 to \(maximum) characters",
        remedy: "keep it on one line, without escapes")
      return .unreadable
    }
    return .value(text)
  }

  /// Escapes in double quotes can spell what the document itself may not contain.
  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse, .surrogate: false
    default: true
    }
  }

  mutating func quantity<Value: Quantity>(_ key: String, _ unit: Unit) -> Given<Value> {
    guard let entry = take(key) else { return .nothing }
    guard let amount = measure(entry.value, key: key, unit) else { return .unreadable }
    return .value(Value(amount: amount))
  }

  mutating func count(_ key: String) -> Given<Int64> {
    guard let entry = take(key) else { return .nothing }
    guard let amount = measure(entry.value, key: key, .count) else { return .unreadable }
    return .value(amount)
  }

  /// `0.3 mm to 0.6 mm`, or with the unit once: `0.3 to 0.6 mm`.
  mutating func span<Value: Quantity>(_ key: String, _ unit: Unit) -> Given<SessionZoneDraft.Span<Value>> {
    guard let entry = take(key) else { return .nothing }
    guard case .text(let text) = entry.value.content, let ends = Self.ends(text) else {
      problems.error(
        entry.value.place, "`\(key)` must be a range", allowed: "\(unit.sample) to \(unit.sample)",
        remedy: "write the lower end, the word `to`, and the upper end")
      return .unreadable
    }
    // The lower end may leave its unit to the upper one.
    let lowerText = ends.lower.utf8.allSatisfy({ $0 < UInt8(ascii: ":") }) ? "\(ends.lower) \(unit.symbol)" : ends.lower
    let place = entry.value.place
    let lower = measure(lowerText, at: place, key: key, unit)
    let upper = measure(ends.upper, at: place, key: key, unit)
    guard let lower, let upper else { return .unreadable }
    return .value(SessionZoneDraft.Span(lower: Value(amount: lower), upper: Value(amount: upper)))
  }

  private static func ends(_ text: String) -> (lower: String, upper: String)? {
    let words = text.split(separator: " ")
    guard let middle = words.firstIndex(of: "to"), middle > 0, middle + 1 < words.count else { return nil }
    return (words[..<middle].joined(separator: " "), words[(middle + 1)...].joined(separator: " "))
  }

  private func measure(_ node: YAMLTree, key: String, _ unit: Unit) -> Int64? {
    guard case .text(let text) = node.content else {
      problems.error(
        node.place, "`\(key)` must be one value", allowed: "such as \(unit.sample)",
        remedy: "write the value after the colon")
      return nil
    }
    return measure(text, at: node.place, key: key, unit)
  }

  private func measure(_ text: String, at place: Place, key: String, _ unit: Unit) -> Int64? {
    do {
      return try Measure.amount(text, unit)
    } catch {
      problems.measure(error, text, at: place, key: key, unit)
      return nil
    }
  }
}

extension ProblemList {
  func measure(_ error: MeasureError, _ text: String, at place: Place, key: String, _ unit: Unit) {
    let allowed = unit.symbol.isEmpty ? "a whole number" : "a number in \(unit.symbol), such as \(unit.sample)"
    let finest = unit.text(1)
    switch error {
    case .notANumber:
      self.error(
        place, "`\(key)` is not a number: \(quoted(text))", allowed: allowed,
        remedy: unit.symbol.isEmpty ? "write digits only" : "write digits, a space and the unit")
    case .comma:
      self.error(
        place, "`\(key)` has a comma: \(quoted(text))", allowed: allowed,
        remedy: "write a decimal point, and no separators between thousands")
    case .negative:
      self.error(place, "`\(key)` is negative: \(quoted(text))", allowed: allowed, remedy: "delete the minus sign")
    case .tooLong:
      self.error(place, "`\(key)` has too many digits: \(quoted(text))", allowed: allowed, remedy: "check the value")
    case .tooFine:
      self.error(
        place, "`\(key)` is finer than \(finest): \(quoted(text))", allowed: "whole multiples of \(finest)",
        remedy: "write fewer digits after the point; values are never rounded for you")
    case .unitMissing:
      self.error(
        place, "`\(key)` has no unit: \(quoted(text))", allowed: allowed,
        remedy: "write the unit behind the number: `\(text.prefix(16)) \(unit.symbol)`")
    case .unitWrong(let spelling):
      self.error(
        place,
        unit.symbol.isEmpty
          ? "`\(key)` takes no unit, and has \(quoted(spelling))" : "`\(key)` has the wrong unit \(quoted(spelling))",
        allowed: allowed, remedy: unit.symbol.isEmpty ? "write digits only" : "convert it to \(unit.symbol)")
    }
  }
}

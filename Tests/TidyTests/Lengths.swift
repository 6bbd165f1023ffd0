/// Files and functions one can read at a sitting.
enum Lengths {
  static let file = 400
  static let function = 60

  /// What is longer today. It only shrinks: the number must be exact, and an entry that is no longer needed fails.
  struct Ratchet: Hashable {
    let path: String
    /// nil: the file itself.
    let function: String?
    let lines: Int
  }

  static let ratchets: [Ratchet] = []

  struct Measure: Hashable {
    let path: String
    let function: String?
    let line: Int
    let lines: Int
  }

  /// Everything that is too long.
  static func excesses(_ source: SourceFile) -> [Measure] {
    var measures: [Measure] = []
    if isMeasured(source.path), source.length > file {
      measures.append(Measure(path: source.path, function: nil, line: 1, lines: source.length))
    }
    guard let swift = source.swift else { return measures }
    return measures
      + functions(swift).filter { $0.lines > function }.map {
        Measure(path: source.path, function: $0.name, line: $0.line, lines: $0.lines)
      }
  }

  private static func isMeasured(_ path: String) -> Bool {
    [".swift", ".c", ".h", ".cpp", ".sh", ".py"].contains { path.hasSuffix($0) } || path == "Makefile"
      || path.hasPrefix("Benchmarks/run")
  }

  /// What is wrong with the excesses, given the ratchets.
  static func findings(_ measures: [Measure], _ ratchets: [Ratchet]) -> [Finding] {
    var findings: [Finding] = []
    for measure in measures {
      let what = measure.function.map { "\($0) has" } ?? "has"
      let limit = measure.function == nil ? file : function
      let ratchet = ratchets.first { $0.path == measure.path && $0.function == measure.function }
      if let ratchet, ratchet.lines == measure.lines { continue }
      let excuse = ratchet.map { "; its ratchet says \($0.lines): shrink, or lower the ratchet" } ?? "; split it"
      findings.append(
        Finding(
          path: measure.path, line: measure.line, message: "\(what) \(measure.lines) lines of at most \(limit)\(excuse)"
        ))
    }
    for ratchet in ratchets
    where !measures.contains(where: { $0.path == ratchet.path && $0.function == ratchet.function }) {
      findings.append(
        Finding(
          path: ratchet.path, line: nil,
          message: "\(ratchet.function ?? "the file") is short enough by now: delete its ratchet"))
    }
    return findings
  }

  /// From the keyword to the brace that ends the body. What has no body is left out.
  static func functions(_ text: SwiftText) -> [(name: String, line: Int, lines: Int)] {
    let keywords: Set<String> = ["func", "init", "deinit", "subscript", "var"]
    return text.tokens.indices.compactMap { place in
      let token = text.tokens[place]
      guard token.kind == .word, keywords.contains(token.text), place == 0 || text.tokens[place - 1].text != ".",
        let open = body(text, after: place), let close = text.closing(open)
      else { return nil }
      let isNamed = token.text == "func" || token.text == "var"
      let name = isNamed && place + 1 < text.tokens.count ? text.tokens[place + 1].text : token.text
      return (name, token.line, text.tokens[close].line - token.line + 1)
    }
  }

  /// The brace that begins the body, or nil where the declaration ends without one.
  private static func body(_ text: SwiftText, after keyword: Int) -> Int? {
    let begins: Set<String> = ["{", "->", "-", "where", "throws", "async", "rethrows", "&", ")"]
    let goesOn: Set<String> = [">", ",", "&", "where", ":", "->", "<", "."]
    var place = keyword + 1
    while place < text.tokens.count {
      let token = text.tokens[place]
      let isOnNewLine = token.line > text.tokens[place - 1].line
      if isOnNewLine, !begins.contains(token.text), !goesOn.contains(text.tokens[place - 1].text) { return nil }
      switch (token.kind, token.text) {
      case (.mark, "{"): return place
      case (.mark, "("), (.mark, "["):
        guard let close = text.closing(place) else { return nil }
        place = close + 1
      case (.mark, "}"), (.mark, ")"), (.mark, ";"): return nil
      // An operator's name may have it; otherwise a value follows, not a body.
      case (.mark, "=") where place > keyword + 3: return nil
      default: place += 1
      }
    }
    return nil
  }
}

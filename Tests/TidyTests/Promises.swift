/// What Safety.md claims, and which tests hold it.
enum Promises {
  static let article = "Sources/Core/SMPGuard/SMPGuard.docc/Safety.md"
  /// A claim is never taken back: this list only grows.
  static let required: Set<String> = ["S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11", "S12", "S13"]
  static let known = Set((1...13).map { "S\($0)" })

  /// The ids of the line that begins with `Claimed:`; nil without such a line.
  static func claimed(_ text: String) -> Set<String>? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("Claimed:") }
    return line.map { Set($0.split { !$0.isLetter && !$0.isNumber }.map(String.init)).subtracting(["Claimed"]) }
  }

  /// The ids that a file's tests begin with: `@Test("S1 S4 …`.
  static func held(by text: SwiftText) -> [(id: String, line: Int)] {
    let tokens = text.tokens
    return tokens.indices.flatMap { place -> [(id: String, line: Int)] in
      guard place >= 3, tokens[place].kind == .text, tokens[place - 1].text == "(", tokens[place - 2].text == "Test",
        tokens[place - 3].text == "@"
      else { return [] }
      let ids = tokens[place].text.split { $0 == " " || $0 == "," || $0 == ":" }.prefix { isID($0) }
      return ids.map { (String($0), tokens[place].line) }
    }
  }

  private static func isID(_ word: Substring) -> Bool {
    word.first == "S" && word.count > 1 && word.dropFirst().allSatisfy(\.isNumber)
  }

  static func findings(article text: String?, tests: [SourceFile]) -> [Finding] {
    guard let text, let claimed = claimed(text) else {
      return [Finding(path: article, line: nil, message: "needs a line 'Claimed: S1 S2 …' with what tests hold")]
    }
    let held = tests.flatMap { file in
      file.swift.map { Promises.held(by: $0).map { ($0.id, file.path, $0.line) } } ?? []
    }
    let ids = Set(held.map(\.0))
    var findings = required.subtracting(claimed).sorted().map {
      Finding(path: article, line: nil, message: "\($0) must be claimed; a claim is never taken back")
    }
    findings += claimed.subtracting(known).sorted().map {
      Finding(path: article, line: nil, message: "\($0) is claimed, but there is no such promise")
    }
    findings += claimed.intersection(known).subtracting(ids).sorted().map {
      Finding(path: article, line: nil, message: "\($0) is claimed, but no test's name begins with it")
    }
    findings += held.filter { !known.contains($0.0) }.map {
      Finding(path: $0.1, line: $0.2, message: "there is no promise \($0.0)")
    }
    return findings
  }
}

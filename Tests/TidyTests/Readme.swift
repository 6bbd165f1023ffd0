/// What the README tells people to type must exist.
enum Readme {
  static let path = "README.md"

  /// Everything set as code, line by line: indented or fenced blocks and `spans`.
  static func code(_ text: String) -> [String] {
    var code: [String] = []
    var isFenced = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("```") {
        isFenced.toggle()
      } else if isFenced || line.hasPrefix("    ") {
        code.append(line.drop { $0 == " " || $0 == "$" }.description)
      } else {
        let parts = line.split(separator: "`", omittingEmptySubsequences: false)
        code += parts.indices.filter { $0 % 2 == 1 }.map { String(parts[$0]) }
      }
    }
    return code
  }

  /// The goals of a Makefile.
  static func goals(_ makefile: String) -> Set<String> {
    Set(
      makefile.split(separator: "\n").flatMap { line -> [String] in
        guard let first = line.first, first.isLetter, let colon = line.firstIndex(of: ":"),
          line[line.index(after: colon)...].first != "="
        else { return [] }
        return line[..<colon].split(separator: " ").map(String.init)
      })
  }

  static func findings(readme: String, makefile: String, exists: (String) -> Bool, sources: [String]) -> [Finding] {
    let goals = goals(makefile)
    return code(readme).flatMap { line -> [Finding] in
      let words = line.split(separator: " ").prefix { !$0.hasPrefix("#") }
      var findings: [Finding] = []
      if words.first == "make" {
        findings += words.dropFirst().filter { !$0.contains("=") && !goals.contains(String($0)) }
          .map { Finding(path: path, line: nil, message: "make \($0) is no goal of the Makefile") }
      }
      findings += words.filter { isPath($0) && !exists(String($0)) }
        .map { Finding(path: path, line: nil, message: "\($0) does not exist") }
      findings += variables(line).filter { name in !sources.contains { $0.contains(name) } }
        .map { Finding(path: path, line: nil, message: "no source reads \($0)") }
      return findings
    }
  }

  private static func isPath(_ word: Substring) -> Bool {
    ["Sources/", "Tests/", "Benchmarks/", ".ci/", "systemd/", "udev/"].contains { word.hasPrefix($0) }
  }

  /// `SMPD_SOCKET`, not `SMPModel`.
  private static func variables(_ line: String) -> [String] {
    line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init).filter { word in
      word.contains("_") && word.first != "_" && word.allSatisfy { $0.isUppercase || $0.isNumber || $0 == "_" }
    }
  }
}

import Testing

/// Something that is not as it should be, and what to do.
struct Finding: Hashable, CustomStringConvertible {
  let path: String
  let line: Int?
  let message: String

  var description: String { path + (line.map { ":\($0)" } ?? "") + ": " + message }
}

/// A rule about single files, with samples that show that it can fail, and where it does not.
struct Rule: Sendable, CustomTestStringConvertible {
  let name: String
  let applies: @Sendable (SourceFile) -> Bool
  /// The lines that break it, each with what to do instead.
  let check: @Sendable (SourceFile) -> [(line: Int?, message: String)]
  let bad: [SourceFile]
  let good: [SourceFile]

  var testDescription: String { name }

  func findings(_ file: SourceFile) -> [Finding] {
    guard applies(file) else { return [] }
    return check(file).map { Finding(path: file.path, line: $0.line, message: $0.message) }
  }

  func findings(in repository: Repository) -> [Finding] { repository.files.flatMap(findings) }
}

extension Rule {
  /// Code that is banned, with its replacement.
  static func banned(
    _ name: String, _ patterns: [String], instead: String,
    bad: [(String, String)], good: [(String, String)], where applies: @escaping @Sendable (SourceFile) -> Bool
  ) -> Rule {
    let patterns = patterns.map(CodePattern.init)
    return Rule(
      name: name, applies: { $0.swift != nil && applies($0) },
      check: { file in
        guard let swift = file.swift else { return [] }
        return patterns.flatMap { pattern in
          pattern.lines(in: swift).map { ($0, "\(pattern.written) is banned here: \(instead)") }
        }
      },
      bad: samples(bad), good: samples(good))
  }

  static func samples(_ pairs: [(String, String)]) -> [SourceFile] {
    pairs.map { SourceFile(path: $0.0, text: $0.1) }
  }
}

/// A place that breaks a rule for a reason. It must be exact: one that is no longer needed, or covers more or less than
/// is there, fails.
struct Exemption {
  let rule: String
  let path: String
  let count: Int
  let reason: String

  /// What remains of the findings, and exemptions that do not fit.
  static func apply(_ exemptions: [Exemption], rule: String, to findings: [Finding]) -> [Finding] {
    var rest = findings
    for exemption in exemptions where exemption.rule == rule {
      let covered = rest.filter { $0.path == exemption.path }
      guard covered.count == exemption.count else {
        rest.append(
          Finding(
            path: exemption.path, line: nil,
            message: "the exemption from '\(rule)' is for \(exemption.count) places, there are \(covered.count): "
              + "correct or delete it"))
        continue
      }
      rest.removeAll { $0.path == exemption.path }
    }
    return rest
  }
}

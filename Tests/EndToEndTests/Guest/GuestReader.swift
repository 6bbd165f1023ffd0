import Foundation
import Testing

/// Somebody who sits at a guest with an article and types its lines as they stand: `#` as root, `$` as an operator.
struct GuestReader: GuestSeat {
  struct Line {
    let isRoots: Bool
    let text: String
  }

  let guest: Guest
  let user = "practitioner"
  /// What a word in capitals stands for; COURSE is learnt from the import.
  var names: [String: String]
  /// By the line before.
  private(set) var said = ""

  init(guest: Guest, names: [String: String]) {
    self.guest = guest
    self.names = names
  }

  /// What is to be typed in a section of an article of this repository.
  static func lines(_ section: String, of article: String) throws -> [Line] {
    let text = try String(contentsOf: Programs.repository.appendingPathComponent(article), encoding: .utf8)
    let start = try #require(text.range(of: "## \(section)\n"), "\(article) has such a section")
    let end = text.range(of: "\n## ", range: start.upperBound..<text.endIndex)?.lowerBound ?? text.endIndex
    let lines = text[start.upperBound..<end].split(whereSeparator: \.isNewline).compactMap { line in
      for (mark, isRoots) in [("# ", true), ("$ ", false)] where line.hasPrefix(mark) {
        return Line(isRoots: isRoots, text: String(line.dropFirst(mark.count)))
      }
      return nil
    }
    try #require(!lines.isEmpty)
    return lines
  }

  /// Types it in the reader's home directory; every line of an article works.
  mutating func follow(_ line: Line, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let text = names.reduce(line.text) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
    print("guest: \(line.isRoots ? "#" : "$") \(text)")
    let outcome = try type(text, as: line.isRoots ? "root" : user)
    try #require(outcome.status == 0, "\(text): \(outcome)", sourceLocation: sourceLocation)
    said = outcome.output
    if text.contains("plan import") {
      let course = said.split(whereSeparator: \.isNewline).last.map(String.init) ?? ""
      try #require(course.hasPrefix("C-"), "\(said)", sourceLocation: sourceLocation)
      names["COURSE"] = course
    }
    if text.contains("--bench ./bench &") {
      // In the background: a person has the time it takes.
      try guest.wait("test -S ~\(user)/bench", sourceLocation: sourceLocation)
    }
  }

  private func type(_ text: String, as typist: String) throws -> Outcome {
    try guest.run("cd ~\(typist) && \(text)", as: typist)
  }
}

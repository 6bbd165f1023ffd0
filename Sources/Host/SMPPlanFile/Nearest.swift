/// The likely word for a misspelt one.
enum Nearest {
  /// The known word with the least edit distance, if it is near enough to be meant: at most a third of its letters
  /// plus one wrong. The first of equals wins, so the answer does not depend on anything but the list.
  static func word(to text: String, among known: [String]) -> String? {
    let letters = Array(text.lowercased().unicodeScalars.prefix(64))
    var best: (word: String, distance: Int)?
    for word in known {
      let distance = distance(letters, Array(word.unicodeScalars))
      if distance > word.unicodeScalars.count / 3 + 1 { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (word, distance) }
    }
    return best?.word
  }

  /// Levenshtein distance: insertions, deletions and replacements.
  static func distance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
    var row = Array(0...other.count)
    for (index, scalar) in one.enumerated() {
      var diagonal = row[0]
      row[0] = index + 1
      for column in other.indices {
        let above = row[column + 1]
        let replaced = diagonal + (scalar == other[column] ? 0 : 1)
        row[column + 1] = min(replaced, above + 1, row[column] + 1)
        diagonal = above
      }
    }
    return row[other.count]
  }
}

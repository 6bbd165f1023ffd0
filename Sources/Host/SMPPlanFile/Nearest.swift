/// The likely word for a misspelt one.
package enum Nearest {
  /// The known word with the least edit distance, if it is near enough to be meant: at most a third of its letters
  /// plus one wrong. The first of equals wins, so the answer does not depend on anything but the list.
  package static func word(to text: String, among known: [String]) -> String? {
    let letters = Array(text.lowercased().unicodeScalars.prefix(64))
    var best: (word: String, distance: Int)?
    for word in known {
      let distance = distance(letters, Array(word.unicodeScalars))
      if distance > word.unicodeScalars.count / 3 + 1 { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (word, distance) }
    }
    return best?.word
  }

  /// How many slips lie between two words: a letter too many, too few or wrong, or two neighbours in the wrong order.
  static func distance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
    var beforeLast = Array(0...other.count)
    var last = beforeLast
    for index in one.indices {
      var row = [index + 1]
      for column in other.indices {
        var least = min(last[column] + (one[index] == other[column] ? 0 : 1), last[column + 1] + 1, row[column] + 1)
        if index > 0, column > 0, one[index] == other[column - 1], one[index - 1] == other[column] {
          least = min(least, beforeLast[column - 1] + 1)
        }
        row.append(least)
      }
      (beforeLast, last) = (last, row)
    }
    return last[other.count]
  }
}

/// One plain word of a closed vocabulary, such as `depth_beyond_grant`: 1 to 64 bytes of `A-Z a-z 0-9 _ . -`.
///
/// What stands in the chain stays there for ever, so the chain's fields are amounts, words, labels, fingerprints and
/// commitments; a sentence or a person's name does not fit any of them by its type.
package struct Word: Hashable, Sendable, ExpressibleByStringLiteral {
  package static let maximumBytes = 64
  package let text: String

  /// Nil for anything that is not one plain word.
  package init?(text: String) {
    guard Word.isWord(text) else { return nil }
    self.text = text
  }

  /// A word of our own source: one that is none is a bug and traps.
  package init(_ word: StaticString) {
    let text = word.description
    precondition(Word.isWord(text), "a word is 1 to 64 of A-Z a-z 0-9 _ . -")
    self.text = text
  }

  package init(stringLiteral word: StaticString) { self.init(word) }

  private static func isWord(_ text: String) -> Bool {
    guard (1...maximumBytes).contains(text.utf8.count) else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }
}

/// A short label as printed on a thing: a serial, a lot, a cartridge, a zone's name. 1 to 64 bytes of visible text.
///
/// No control, format or private characters: a label is shown on terminals and copied into tables.
package struct Label: Hashable, Sendable {
  package static let maximumBytes = 64
  package let text: String

  /// Nil for text that is empty, too long or not wholly visible. At the edge, that is an error with a remedy.
  package init?(_ text: String) {
    guard (1...Label.maximumBytes).contains(text.utf8.count), text.unicodeScalars.allSatisfy(Label.isVisible) else {
      return nil
    }
    self.text = text
  }

  /// For text that is recorded as it came, whatever it holds (a device's own serial): what is not visible becomes
  /// `?`, and what is too long is cut.
  package init(cleaning text: String) {
    var clean = ""
    for scalar in text.unicodeScalars {
      let next: Unicode.Scalar = Label.isVisible(scalar) ? scalar : "?"
      guard clean.utf8.count + UTF8.width(next) <= Label.maximumBytes else { break }
      clean.unicodeScalars.append(next)
    }
    self.text = clean.isEmpty ? "?" : clean
  }

  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 && scalar.value != 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
    default: return true
    }
  }
}

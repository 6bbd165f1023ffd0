/// Swift source as words, numbers, marks and texts, with its comments apart: rules are held against code, not against
/// prose about it.
struct SwiftText {
  struct Token: Hashable {
    enum Kind { case word, number, mark, text }
    let kind: Kind
    let text: String
    /// From 1.
    let line: Int
    /// No blank between this and the token before it.
    let isGlued: Bool
  }

  private(set) var tokens: [Token] = []
  /// Lines that are a comment or end in one.
  private(set) var commentLines: Set<Int> = []
  /// Lines this reader does not understand; a rule makes them failures, so that no code hides behind them.
  private(set) var unreadable: [Int] = []

  private let bytes: [UInt8]
  private var at = 0
  private var line = 1
  private var endOfToken = -1

  init(_ text: String) {
    bytes = Array(text.utf8)
    code(untilParenthesis: false)
  }

  private func byte(_ offset: Int = 0) -> UInt8 { at + offset < bytes.count ? bytes[at + offset] : 0 }

  private func has(_ word: String) -> Bool {
    at + word.utf8.count <= bytes.count && bytes[at...].starts(with: word.utf8)
  }

  private mutating func emit(_ kind: Token.Kind, _ range: Range<Int>) {
    let text = String(decoding: bytes[range].filter { $0 != UInt8(ascii: "`") }, as: UTF8.self)
    tokens.append(Token(kind: kind, text: text, line: line, isGlued: range.lowerBound == endOfToken))
    endOfToken = range.upperBound
  }

  /// Reads code to the end, or to the parenthesis that closes an interpolation.
  private mutating func code(untilParenthesis: Bool) {
    var depth = 0
    while at < bytes.count {
      switch byte() {
      case UInt8(ascii: "\n"):
        line += 1
        at += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        at += 1
      case UInt8(ascii: "/") where has("//"):
        commentLines.insert(line)
        while at < bytes.count, byte() != UInt8(ascii: "\n") { at += 1 }
      case UInt8(ascii: "/") where has("/*"):
        blockComment()
      case UInt8(ascii: "\""), UInt8(ascii: "#"):
        textOrMark()
      case let first where SwiftText.isWord(first):
        word(startsWithDigit: SwiftText.isDigit(first))
      default:
        if byte() == UInt8(ascii: "(") { depth += 1 }
        if byte() == UInt8(ascii: ")") {
          if untilParenthesis && depth == 0 { return }
          depth -= 1
        }
        emit(.mark, at..<at + 1)
        at += 1
      }
    }
  }

  private mutating func blockComment() {
    var depth = 0
    repeat {
      commentLines.insert(line)
      if has("/*") {
        depth += 1
        at += 2
      } else if has("*/") {
        depth -= 1
        at += 2
      } else {
        if byte() == UInt8(ascii: "\n") { line += 1 }
        at += 1
      }
    } while depth > 0 && at < bytes.count
  }

  private mutating func word(startsWithDigit: Bool) {
    let start = at
    let isMember = tokens.last?.text == "." && endOfToken == start
    while at < bytes.count {
      let isPoint = startsWithDigit && !isMember && byte() == UInt8(ascii: ".") && SwiftText.isDigit(byte(1))
      guard isPoint || SwiftText.isWord(byte()) else { break }
      at += 1
    }
    emit(startsWithDigit ? .number : .word, start..<at)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"),
      UInt8(ascii: "`"), UInt8(ascii: "$"), 0x80...:
      true
    default: isDigit(byte)
    }
  }
}

extension SwiftText {
  /// A literal with or without `#`s, or a `#` alone.
  private mutating func textOrMark() {
    var hashes = 0
    while byte(hashes) == UInt8(ascii: "#") { hashes += 1 }
    switch byte(hashes) {
    case UInt8(ascii: "\""): literal(hashes: hashes)
    case UInt8(ascii: "/") where hashes > 0: pattern(hashes: hashes)
    default:
      emit(.mark, at..<at + 1)
      at += 1
    }
  }

  private mutating func literal(hashes: Int) {
    let fence = String(repeating: "#", count: hashes)
    let (start, startLine, place, isGlued) = (at, line, tokens.count, at == endOfToken)
    at += hashes
    let quote = has("\"\"\"") ? "\"\"\"" : "\""
    at += quote.utf8.count
    var content: [UInt8] = []
    while !has(quote + fence) {
      guard at < bytes.count, quote.utf8.count == 3 || byte() != UInt8(ascii: "\n") else {
        unreadable.append(startLine)
        return
      }
      if has("\\" + fence) {
        at += 1 + hashes
        if byte() == UInt8(ascii: "(") {
          at += 1
          code(untilParenthesis: true)
        }
        if byte() == UInt8(ascii: "\n") { line += 1 }
        at += 1
        continue
      }
      if byte() == UInt8(ascii: "\n") { line += 1 }
      content.append(byte())
      at += 1
    }
    at += quote.utf8.count + hashes
    let text = String(decoding: content, as: UTF8.self)
    tokens.insert(Token(kind: .text, text: text, line: startLine, isGlued: isGlued && start > 0), at: place)
    endOfToken = at
  }

  /// `#/…/#`
  private mutating func pattern(hashes: Int) {
    let (start, end) = (at, "/" + String(repeating: "#", count: hashes))
    at += hashes + 1
    while at < bytes.count, !has(end) {
      if byte() == UInt8(ascii: "\n") { line += 1 }
      at += 1
    }
    at = min(at + end.utf8.count, bytes.count)
    emit(.text, start..<at)
  }
}

extension SwiftText {
  /// The index of the mark that closes the one at `index`.
  func closing(_ index: Int) -> Int? {
    let marks = ["(": ")", "[": "]", "{": "}"]
    let open = tokens[index].text
    guard tokens[index].kind == .mark, let close = marks[open] else { return nil }
    var depth = 0
    for place in index..<tokens.count where tokens[place].kind == .mark {
      if tokens[place].text == open { depth += 1 }
      if tokens[place].text == close { depth -= 1 }
      if depth == 0 { return place }
    }
    return nil
  }
}

/// A piece of Swift to be looked for, such as `try!` or `Durable(committed:`. Blanks and line breaks do not hide it;
/// only an exclamation mark must stand as close as it is written, because `try !done` is something else.
struct CodePattern {
  let written: String
  private let tokens: [SwiftText.Token]

  init(_ written: String) {
    self.written = written
    tokens = SwiftText(written).tokens
  }

  /// The lines where it begins.
  func lines(in text: SwiftText) -> [Int] {
    guard let first = tokens.first else { return [] }
    return text.tokens.indices.filter { place in
      text.tokens[place].text == first.text && place + tokens.count <= text.tokens.count
        && zip(tokens, text.tokens[place...]).allSatisfy(CodePattern.fits)
    }.map { text.tokens[$0].line }
  }

  private static func fits(_ wanted: SwiftText.Token, _ found: SwiftText.Token) -> Bool {
    wanted.kind == found.kind && wanted.text == found.text
      && (wanted.text != "!" || wanted.isGlued == found.isGlued)
  }
}

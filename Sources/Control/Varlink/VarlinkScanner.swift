/// Words and marks of an interface text, with the comments that belong to what follows them.
struct VarlinkScanner {
  struct Place: Hashable {
    var line = 1
    var column = 1
  }

  private let bytes: [UInt8]
  private var position = 0
  private(set) var place = Place()
  /// Comment lines gathered since the last token or empty line.
  private var comments: [String] = []
  private var lastTokenLine = 0

  init(_ text: String) { bytes = Array(text.utf8) }

  func refusal(_ reason: VarlinkParseError.Reason, at place: Place? = nil) -> VarlinkParseError {
    let place = place ?? self.place
    return VarlinkParseError(line: place.line, column: place.column, reason: reason)
  }

  private var byte: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func advance() {
    if bytes[position] == UInt8(ascii: "\n") {
      place = Place(line: place.line + 1, column: 1)
    } else {
      place.column += 1
    }
    position += 1
  }

  /// Passes white space and comments. A comment counts as documentation when it stands alone on its line and no
  /// empty line parts it from what follows.
  mutating func skip() {
    var newlines = 0
    while let byte {
      switch byte {
      case UInt8(ascii: "\n"):
        newlines += 1
        if newlines > 1 { comments = [] }
        advance()
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): advance()
      case UInt8(ascii: "#"):
        newlines = 0
        takeComment()
      default: return
      }
    }
  }

  private mutating func takeComment() {
    let standsAlone = place.line != lastTokenLine
    advance()
    if byte == UInt8(ascii: " ") { advance() }
    let start = position
    while let byte, byte != UInt8(ascii: "\n") { advance() }
    if standsAlone { comments.append(String(decoding: bytes[start..<position], as: UTF8.self)) }
  }

  /// The documentation of what stands here. Asked once, when a declaration begins.
  mutating func takeComments() -> [String] {
    skip()
    defer { comments = [] }
    return comments
  }

  mutating func isAtEnd() -> Bool {
    skip()
    return position == bytes.count
  }

  /// Passes a mark such as `(` or `->` if it stands here.
  mutating func take(_ mark: StaticString) -> Bool {
    skip()
    let expected = Array(String(describing: mark).utf8)
    guard bytes[position...].starts(with: expected) else { return false }
    for _ in expected { advance() }
    lastTokenLine = place.line
    comments = []
    return true
  }

  mutating func require(_ mark: StaticString) throws(VarlinkParseError) {
    guard take(mark) else { throw unexpected("\"\(mark)\"") }
  }

  func unexpected(_ wanted: String) -> VarlinkParseError {
    let rest = bytes[position...].prefix { !VarlinkScanner.isSpace($0) }.prefix(32)
    return refusal(.expected(wanted, found: String(decoding: rest, as: UTF8.self)))
  }

  /// A run of letters, digits and the other characters names are made of; empty when none stands here.
  mutating func takeWord() -> (text: String, place: Place) {
    skip()
    let start = position
    let place = place
    while let byte, VarlinkScanner.isWordByte(byte) { advance() }
    if position > start {
      lastTokenLine = place.line
      comments = []
    }
    return (String(decoding: bytes[start..<position], as: UTF8.self), place)
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  /// A dash belongs to interface names, but never the one of `->`: nothing else follows a word without white space.
  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}

/// The grammar of names.
enum VarlinkName {
  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  /// `Start`: an upper-case letter, then letters and digits.
  static func isMember(_ name: String) -> Bool {
    guard let first = name.utf8.first, (0x41...0x5A).contains(first) else { return false }
    return name.utf8.allSatisfy { isLetter($0) || isDigit($0) }
  }

  /// `depthMicrometres`, `no_position`: letters and digits with single underscores between them.
  static func isField(_ name: String) -> Bool {
    guard let first = name.utf8.first, isLetter(first), name.utf8.last != UInt8(ascii: "_") else { return false }
    var previous = first
    for byte in name.utf8 {
      guard isLetter(byte) || isDigit(byte) || (byte == UInt8(ascii: "_") && previous != byte) else { return false }
      previous = byte
    }
    return true
  }

  /// `io.smpd.session`: at least two parts of letters, digits and inner dashes, the first one beginning with a letter.
  static func isInterface(_ name: String) -> Bool {
    let parts = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count >= 2, let initial = name.utf8.first, isLetter(initial) else { return false }
    return parts.allSatisfy { part in
      guard let first = part.first, let last = part.last else { return false }
      let dash = UInt8(ascii: "-")
      return first != dash && last != dash && part.allSatisfy { isLetter($0) || isDigit($0) || $0 == dash }
    }
  }
}

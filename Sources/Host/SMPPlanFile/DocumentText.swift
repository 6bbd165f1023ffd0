/// The bytes of a document as text, or the reason why nobody should parse them.
///
/// Everything here is decided before the YAML parser sees a byte: size, encoding, characters, aliases.
enum DocumentText {
  /// 1 MiB: the largest plan the bounds allow is below 400 KiB. Callers refuse a larger file by its size.
  static let maximumBytes = 1 << 20

  static func read(_ bytes: [UInt8]) throws(Refusal) -> String {
    guard bytes.count <= maximumBytes else {
      throw Refusal(
        .start, "the document has \(bytes.count) bytes", allowed: "at most \(maximumBytes) bytes",
        remedy: "this is not a plan or limits file; pass the right file")
    }
    var body = bytes[...]
    // Some editors begin UTF-8 with a byte order mark; it means nothing.
    if body.starts(with: [0xEF, 0xBB, 0xBF]) { body = body.dropFirst(3) }
    try checkCharacters(body)
    try refuseAliases(body)
    try refuseCollectionKeys(body)
    return String(decoding: body, as: UTF8.self)
  }

  private static func checkCharacters(_ bytes: ArraySlice<UInt8>) throws(Refusal) {
    var decoder = Unicode.UTF8()
    var iterator = bytes.makeIterator()
    var (line, column) = (1, 1)
    var previous: Unicode.Scalar?
    while true {
      let decoded = decoder.decode(&iterator)
      // The parser takes a lone carriage return for a line end, other tools do not: line numbers would differ.
      if previous == "\r", decoded != .scalarValue("\n") {
        throw Refusal(
          Place(line: line, column: max(1, column - 1)), "a line ends with a carriage return alone",
          remedy: "save the file with ordinary line ends")
      }
      switch decoded {
      case .emptyInput: return
      case .error:
        throw Refusal(
          Place(line: line, column: column), "the document is not UTF-8 text",
          remedy: "save it as UTF-8, without binary data")
      case .scalarValue(let scalar):
        guard isAllowed(scalar) else {
          throw Refusal(
            Place(line: line, column: column),
            "the character U+\(hexadecimal(scalar.value)) may not stand in a document",
            allowed: "printable text, line ends, and tabs in comments", remedy: "delete the character")
        }
        previous = scalar
        if scalar == "\n" {
          (line, column) = (line + 1, 1)
        } else {
          column += 1
        }
      }
    }
  }

  /// Control characters hide, line separators move line numbers, and direction marks make a text read otherwise
  /// than it is.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D: true
    case 0x00...0x1F, 0x7F...0x9F: false
    case 0x200E, 0x200F, 0x2028, 0x2029, 0x202A...0x202E, 0x2066...0x2069: false
    case 0xFEFF, 0xFFFE, 0xFFFF: false
    default: true
    }
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// Refuses `*name` where `&name` stands anywhere in the text.
  ///
  /// The parser resolves aliases while it builds its tree and compares keys as it goes, so nine lines of aliases
  /// of aliases used as a key keep it busy for ever. No alias can resolve without both spellings in the text: this
  /// finds every one, and in honest prose none. An alias without its anchor is refused by the parser, an anchor
  /// without an alias by the tree.
  private static func refuseAliases(_ bytes: ArraySlice<UInt8>) throws(Refusal) {
    var anchors: Set<ArraySlice<UInt8>> = []
    for index in bytes.indices where bytes[index] == UInt8(ascii: "&") {
      let name = name(after: index, in: bytes)
      if !name.isEmpty { anchors.insert(name) }
    }
    guard !anchors.isEmpty else { return }
    for index in bytes.indices where bytes[index] == UInt8(ascii: "*") {
      if anchors.contains(name(after: index, in: bytes)) {
        throw Refusal(
          place(of: index, in: bytes), "aliases (`*name` for what `&name` marked) are refused",
          remedy: "write the value out where it is used")
      }
    }
  }

  /// Refuses what could make a list or a mapping the key of a mapping: braces, `?`, and a colon behind `]`.
  ///
  /// The parser compares the keys of a mapping as it goes, and a key that holds keys that hold keys costs the
  /// product of size and depth: minutes for a megabyte. Our documents need none of the three. They are looked for
  /// wherever a token could begin; lines that are comments are passed over, other comments and quoted text are not,
  /// because where those begin only the parser knows.
  private static func refuseCollectionKeys(_ bytes: ArraySlice<UInt8>) throws(Refusal) {
    /// The last byte of this line that is not blank.
    var previous: UInt8?
    var isComment = false
    for index in bytes.indices {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\n"):
        previous = nil
        isComment = false
        continue
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): continue
      case UInt8(ascii: "#") where previous == nil: isComment = true
      case UInt8(ascii: "{") where !isComment:
        throw Refusal(
          place(of: index, in: bytes), "braces are refused", remedy: "write each key on its own line, indented")
      case UInt8(ascii: "?") where !isComment && beginsToken(after: previous):
        throw Refusal(
          place(of: index, in: bytes), "a value or key that begins with `?` is refused",
          remedy: "write `key: value`, and text that begins with `?` in quotes")
      case UInt8(ascii: ":") where !isComment && previous == UInt8(ascii: "]"):
        throw Refusal(
          place(of: index, in: bytes), "a list cannot be a key: there is a colon behind `]`",
          remedy: "write `key: value`; in text or a comment, leave out the colon")
      default: break
      }
      previous = byte
    }
  }

  private static func beginsToken(after previous: UInt8?) -> Bool {
    switch previous {
    case nil, UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: ","): true
    default: false
    }
  }

  /// Anchor names as the parser reads them: letters, digits, `_` and `-`.
  private static func name(after index: Int, in bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    bytes[(index + 1)...].prefix { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
  }

  private static func place(of index: Int, in bytes: ArraySlice<UInt8>) -> Place {
    var (line, column) = (1, 1)
    for byte in bytes[..<index] {
      if byte == UInt8(ascii: "\n") {
        (line, column) = (line + 1, 1)
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return Place(line: line, column: column)
  }
}

extension JSON {
  /// Nesting allowed where the caller says nothing else.
  package static let standardDepth = 32
  /// Document size allowed where the caller says nothing else.
  package static let standardBytes = 1 << 20

  /// Reads exactly one value: RFC 8259 without latitude.
  ///
  /// - Parameters:
  ///   - maximumBytes: longer documents are refused before anything is read.
  ///   - maximumDepth: arrays and objects within each other; a scalar has depth 0, `[]` has 1.
  package static func parse(
    _ bytes: [UInt8], maximumBytes: Int = standardBytes, maximumDepth: Int = standardDepth
  ) throws(JSONError) -> JSON {
    try parse(bytes.span, maximumBytes: maximumBytes, maximumDepth: maximumDepth)
  }

  /// The same, from bytes that stay where they are: a network buffer needs no copy.
  package static func parse(
    _ bytes: Span<UInt8>, maximumBytes: Int = standardBytes, maximumDepth: Int = standardDepth
  ) throws(JSONError) -> JSON {
    guard bytes.count <= maximumBytes else {
      throw JSONError(offset: maximumBytes, reason: .tooLong(maximumBytes: maximumBytes))
    }
    do {
      _ = try UTF8Span(validating: bytes)
    } catch {
      throw JSONError(offset: error.byteOffsets.lowerBound, reason: .invalidUTF8)
    }
    var reader = JSONReader(maximumDepth: maximumDepth)
    let value = try reader.readValue(bytes, depth: 0)
    reader.skipSpace(bytes)
    guard reader.position == bytes.count else { throw reader.refusal(.trailingBytes) }
    return value
  }
}

/// A recursive descent over bytes already known to be UTF-8. The span travels as an argument, because a type that
/// stores one needs lifetime annotations the language has not settled yet.
struct JSONReader {
  let maximumDepth: Int
  private(set) var position = 0

  init(maximumDepth: Int) { self.maximumDepth = maximumDepth }

  func refusal(_ reason: JSONError.Reason) -> JSONError { JSONError(offset: position, reason: reason) }

  /// The refusal of whatever stands here: a byte that does not belong, or the end.
  private func misfit(_ bytes: Span<UInt8>) -> JSONError {
    position < bytes.count ? refusal(.unexpectedByte(bytes[position])) : refusal(.unexpectedEnd)
  }

  mutating func skipSpace(_ bytes: Span<UInt8>) {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  mutating func readValue(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSON {
    skipSpace(bytes)
    guard position < bytes.count else { throw refusal(.unexpectedEnd) }
    switch bytes[position] {
    case UInt8(ascii: "{"): return .object(try readObject(bytes, depth: depth + 1))
    case UInt8(ascii: "["): return .array(try readArray(bytes, depth: depth + 1))
    case UInt8(ascii: "\""): return .string(try readString(bytes))
    case UInt8(ascii: "t"):
      try readWord("true", bytes)
      return .bool(true)
    case UInt8(ascii: "f"):
      try readWord("false", bytes)
      return .bool(false)
    case UInt8(ascii: "n"):
      try readWord("null", bytes)
      return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber(bytes)
    default: throw misfit(bytes)
    }
  }

  private mutating func readWord(_ word: StaticString, _ bytes: Span<UInt8>) throws(JSONError) {
    for expected in String(describing: word).utf8 {
      guard position < bytes.count, bytes[position] == expected else { throw misfit(bytes) }
      position += 1
    }
  }

  private mutating func readArray(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> [JSON] {
    guard depth <= maximumDepth else { throw refusal(.tooDeep(maximumDepth: maximumDepth)) }
    position += 1
    var elements: [JSON] = []
    skipSpace(bytes)
    if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
      position += 1
      return elements
    }
    elements.reserveCapacity(4)
    while true {
      elements.append(try readValue(bytes, depth: depth))
      if try readSeparator(closing: UInt8(ascii: "]"), bytes) { return elements }
    }
  }

  private mutating func readObject(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSONObject {
    guard depth <= maximumDepth else { throw refusal(.tooDeep(maximumDepth: maximumDepth)) }
    let start = position
    position += 1
    var members: [JSONObject.Member] = []
    skipSpace(bytes)
    if position < bytes.count, bytes[position] == UInt8(ascii: "}") {
      position += 1
      return JSONObject()
    }
    // What a message or a record usually has: one allocation instead of three.
    members.reserveCapacity(4)
    repeat {
      members.append(try readMember(bytes, depth: depth))
    } while try !readSeparator(
      closing: UInt8(ascii: "}"), bytes)
    if let index = JSONObject.firstDuplicate(of: members) {
      let offset = try offsetOfMember(index, objectAt: start, bytes, depth: depth)
      throw JSONError(offset: offset, reason: .duplicateName(members[index].name))
    }
    return JSONObject(distinct: members)
  }

  private mutating func readMember(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSONObject.Member {
    skipSpace(bytes)
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw misfit(bytes) }
    let name = try readString(bytes)
    skipSpace(bytes)
    guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { throw misfit(bytes) }
    position += 1
    return JSONObject.Member(name: name, value: try readValue(bytes, depth: depth))
  }

  /// Reads an object that has been read once more, as far as one of its members: offsets are wanted too rarely to be
  /// kept for every one.
  private func offsetOfMember(
    _ index: Int, objectAt start: Int, _ bytes: Span<UInt8>, depth: Int
  ) throws(JSONError) -> Int {
    var reader = JSONReader(maximumDepth: maximumDepth)
    reader.position = start + 1
    for _ in 0..<index {
      _ = try reader.readMember(bytes, depth: depth)
      _ = try reader.readSeparator(closing: UInt8(ascii: "}"), bytes)
    }
    reader.skipSpace(bytes)
    return reader.position
  }

  /// Reads `,` or the closing bracket; true when it was the bracket.
  private mutating func readSeparator(closing: UInt8, _ bytes: Span<UInt8>) throws(JSONError) -> Bool {
    skipSpace(bytes)
    guard position < bytes.count else { throw refusal(.unexpectedEnd) }
    let byte = bytes[position]
    guard byte == closing || byte == UInt8(ascii: ",") else { throw misfit(bytes) }
    position += 1
    return byte == closing
  }

  // MARK: Numbers

  private mutating func readNumber(_ bytes: Span<UInt8>) throws(JSONError) -> JSON {
    let start = position
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let magnitude = try readDigits(bytes, leadingZero: false)
    var isInteger = true
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      isInteger = false
      position += 1
      _ = try readDigits(bytes, leadingZero: true)
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      isInteger = false
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "-") || bytes[position] == UInt8(ascii: "+") {
        position += 1
      }
      _ = try readDigits(bytes, leadingZero: true)
    }
    if isInteger, let magnitude {
      if !isNegative, let value = Int64(exactly: magnitude) { return .integer(value) }
      // "-0" is no 64-bit integer: it stays a text, or it would come back without its sign.
      if isNegative, magnitude > 0, magnitude <= Int64.min.magnitude {
        return .integer(Int64(truncatingIfNeeded: 0 &- magnitude))
      }
    }
    return .real(try copy(bytes, start..<position))
  }

  /// Reads at least one digit. Returns their value, or nil when it does not fit.
  private mutating func readDigits(_ bytes: Span<UInt8>, leadingZero: Bool) throws(JSONError) -> UInt64? {
    let start = position
    var value: UInt64? = 0
    while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit <= 9 {
      if let sum = value {
        let (product, isTooLarge) = sum.multipliedReportingOverflow(by: 10)
        let (total, isPastEnd) = product.addingReportingOverflow(UInt64(digit))
        value = isTooLarge || isPastEnd ? nil : total
      }
      position += 1
    }
    if position == start {
      throw position < bytes.count ? refusal(.malformedNumber) : refusal(.unexpectedEnd)
    }
    guard leadingZero || position == start + 1 || bytes[start] != UInt8(ascii: "0") else {
      throw JSONError(offset: start + 1, reason: .malformedNumber)
    }
    return value
  }

  // MARK: Strings

  private func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(JSONError) -> String {
    do {
      return String(copying: try UTF8Span(validating: bytes.extracting(range)))
    } catch {
      throw JSONError(offset: range.lowerBound + error.byteOffsets.lowerBound, reason: .invalidUTF8)
    }
  }

  private mutating func readString(_ bytes: Span<UInt8>) throws(JSONError) -> String {
    position += 1
    let start = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let text = try copy(bytes, start..<position)
        position += 1
        return text
      case UInt8(ascii: "\\"): return try readEscapedString(bytes, from: start)
      case 0..<0x20: throw refusal(.controlCharacter)
      default: position += 1
      }
    }
    throw refusal(.unexpectedEnd)
  }

  /// The slow way, from the first backslash on.
  private mutating func readEscapedString(_ bytes: Span<UInt8>, from start: Int) throws(JSONError) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(position - start + 32)
    for index in start..<position { text.append(bytes[index]) }
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        let string = try unescaped(text, from: start)
        position += 1
        return string
      case UInt8(ascii: "\\"): try readEscape(bytes, into: &text)
      case 0..<0x20: throw refusal(.controlCharacter)
      default:
        text.append(byte)
        position += 1
      }
    }
    throw refusal(.unexpectedEnd)
  }

  private func unescaped(_ text: [UInt8], from start: Int) throws(JSONError) -> String {
    do {
      return String(copying: try UTF8Span(validating: text.span))
    } catch {
      throw JSONError(offset: start, reason: .invalidUTF8)
    }
  }

  private mutating func readEscape(_ bytes: Span<UInt8>, into text: inout [UInt8]) throws(JSONError) {
    let start = position
    position += 1
    guard position < bytes.count else { throw refusal(.unexpectedEnd) }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try readScalar(bytes, start: start)
      text.append(contentsOf: scalar.utf8)
    default: throw JSONError(offset: start, reason: .malformedEscape)
    }
  }

  /// The scalar of `\uXXXX`, the `\u` being read already, or of two of them that make a surrogate pair.
  private mutating func readScalar(_ bytes: Span<UInt8>, start: Int) throws(JSONError) -> Unicode.Scalar {
    let first = try readHexadecimal(bytes)
    if let scalar = Unicode.Scalar(first) { return scalar }
    let lone = JSONError(offset: start, reason: .loneSurrogate)
    guard first < 0xDC00 else { throw lone }
    for expected in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
      guard position < bytes.count else { throw refusal(.unexpectedEnd) }
      guard bytes[position] == expected else { throw lone }
      position += 1
    }
    let second = try readHexadecimal(bytes)
    guard 0xDC00...0xDFFF ~= second,
      let scalar = Unicode.Scalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
    else { throw lone }
    return scalar
  }

  private mutating func readHexadecimal(_ bytes: Span<UInt8>) throws(JSONError) -> UInt16 {
    var value: UInt16 = 0
    for _ in 0..<4 {
      guard position < bytes.count else { throw refusal(.unexpectedEnd) }
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt16(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt16(byte - UInt8(ascii: "a") + 10)
      case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt16(byte - UInt8(ascii: "A") + 10)
      default: throw refusal(.malformedEscape)
      }
      position += 1
    }
    return value
  }
}

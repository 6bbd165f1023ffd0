import StrictJSON
import Testing

@Suite("The strict reader")
struct JSONReaderTests {
  static func read(_ text: String) throws(JSONError) -> JSON { try JSON.parse(Array(text.utf8)) }

  static func refusal(_ bytes: [UInt8], maximumBytes: Int = 1 << 20, maximumDepth: Int = 32) -> JSONError? {
    do {
      _ = try JSON.parse(bytes, maximumBytes: maximumBytes, maximumDepth: maximumDepth)
      return nil
    } catch {
      return error
    }
  }

  static let refusals: [(String, Int, JSONError.Reason)] = [
    ("", 0, .unexpectedEnd), (" ", 1, .unexpectedEnd), ("nul", 3, .unexpectedEnd), ("nulL", 3, .unexpectedByte(0x4C)),
    ("truefalse", 4, .trailingBytes), ("{} {}", 3, .trailingBytes), ("1 2", 2, .trailingBytes),
    ("\u{FEFF}{}", 0, .unexpectedByte(0xEF)), ("'a'", 0, .unexpectedByte(0x27)), ("NaN", 0, .unexpectedByte(0x4E)),
    ("{a:1}", 1, .unexpectedByte(0x61)), ("{\"a\" 1}", 5, .unexpectedByte(0x31)),
    ("{\"a\":1,}", 7, .unexpectedByte(0x7D)), ("[1,]", 3, .unexpectedByte(0x5D)), ("[,1]", 1, .unexpectedByte(0x2C)),
    ("[1 2]", 3, .unexpectedByte(0x32)), ("[1}", 2, .unexpectedByte(0x7D)), ("{\"a\":}", 5, .unexpectedByte(0x7D)),
    ("[//\n1]", 1, .unexpectedByte(0x2F)), ("\u{0C}1", 0, .unexpectedByte(0x0C)), ("\0", 0, .unexpectedByte(0)),
    ("{}\0", 2, .trailingBytes), ("01", 1, .malformedNumber), ("-01", 2, .malformedNumber),
    ("00", 1, .malformedNumber), ("+1", 0, .unexpectedByte(0x2B)), (".5", 0, .unexpectedByte(0x2E)),
    ("-", 1, .unexpectedEnd), ("-a", 1, .malformedNumber), ("1.", 2, .unexpectedEnd), ("1.e1", 2, .malformedNumber),
    ("1e", 2, .unexpectedEnd), ("1e+", 3, .unexpectedEnd), ("1ex", 2, .malformedNumber), ("0x10", 1, .trailingBytes),
    ("\"\\x\"", 1, .malformedEscape), ("\"\\u12G4\"", 5, .malformedEscape), ("\"\\u\"", 3, .malformedEscape),
    ("\"a\tb\"", 2, .controlCharacter), ("\"\\n\n\"", 3, .controlCharacter), ("\"\0\"", 1, .controlCharacter),
    ("\"\\ud800\"", 1, .loneSurrogate), ("\"\\udc00\"", 1, .loneSurrogate),
    ("\"x\\ud800\\ud800\"", 2, .loneSurrogate), ("\"\\udc00\\ud800\"", 1, .loneSurrogate),
    ("\"\\ud800\\n\"", 1, .loneSurrogate), ("\"\\ud800\\u0041\"", 1, .loneSurrogate),
    ("{\"a\":1,\"a\":1}", 7, .duplicateName("a")), ("{\"a\":1,\"\\u0061\":2}", 7, .duplicateName("a")),
    ("{\"x\":{\"b\":1,\"a\":2,\"b\":3}}", 18, .duplicateName("b")),
  ]

  @Test("refuses what is not JSON, and says where and why", arguments: refusals)
  func refuses(text: String, offset: Int, reason: JSONError.Reason) {
    #expect(Self.refusal(Array(text.utf8)) == JSONError(offset: offset, reason: reason))
  }

  static let invalidUTF8: [([UInt8], Int)] = [
    ([0x80], 1), ([0xC0, 0x80], 1), ([0xC1, 0xBF], 1), ([0xC3], 1), ([0xE0, 0x80, 0x80], 1), ([0xED, 0xA0, 0x80], 1),
    ([0xF0, 0x80, 0x80, 0x80], 1), ([0xF4, 0x90, 0x80, 0x80], 1), ([0xF5, 0x80, 0x80, 0x80], 1), ([0xFF], 1),
    ([0x61, 0xC3, 0x28], 2), ([0x5C, 0x6E, 0xFE], 3),
  ]

  @Test("refuses invalid UTF-8 inside strings: overlong, surrogates, beyond U+10FFFF, cut off", arguments: invalidUTF8)
  func refusesInvalidUTF8(content: [UInt8], offset: Int) {
    let quote = UInt8(ascii: "\"")
    #expect(Self.refusal([quote] + content + [quote]) == JSONError(offset: offset, reason: .invalidUTF8))
  }

  @Test("size: the bound is accepted, one byte more is refused before reading")
  func sizeBound() {
    let text = Array("\"12345678\"".utf8)
    #expect(Self.refusal(text, maximumBytes: 10) == nil)
    #expect(Self.refusal(text, maximumBytes: 9) == JSONError(offset: 9, reason: .tooLong(maximumBytes: 9)))
  }

  @Test("depth: 32 levels are accepted, 33 refused, in arrays, objects and mixtures", arguments: ["[", "{", "[{"])
  func depthBound(opening: String) {
    func nested(_ depth: Int) -> [UInt8] {
      var (front, back) = ("", "")
      for level in 0..<depth {
        let isArray = opening == "[" || (opening == "[{" && level % 2 == 0)
        front += isArray ? "[" : "{\"a\":"
        back = (isArray ? "]" : "}") + back
      }
      return Array((front + "1" + back).utf8)
    }
    #expect(Self.refusal(nested(32)) == nil)
    #expect(Self.refusal(nested(33))?.reason == .tooDeep(maximumDepth: 32))
    #expect(Self.refusal(nested(1), maximumDepth: 0)?.reason == .tooDeep(maximumDepth: 0))
    #expect(Self.refusal(Array(repeating: UInt8(ascii: "["), count: 1 << 20))?.reason == .tooDeep(maximumDepth: 32))
  }

  @Test("integers are exact to the ends of 64 bits; everything else keeps its text")
  func numbers() throws {
    #expect(try Self.read("9223372036854775807") == .integer(.max))
    #expect(try Self.read("-9223372036854775808") == .integer(.min))
    #expect(try Self.read("9223372036854775808") == .real("9223372036854775808"))
    #expect(try Self.read("-9223372036854775809") == .real("-9223372036854775809"))
    #expect(try Self.read("18446744073709551616") == .real("18446744073709551616"))
    #expect(try Self.read("99999999999999999999999") == .real("99999999999999999999999"))
    #expect(try Self.read("0") == .integer(0))
    #expect(try Self.read("-0") == .real("-0"))
    #expect(try Self.read("1.50") == .real("1.50"))
    #expect(try Self.read("1E+9") == .real("1E+9"))
    #expect(try Self.read("-0.0e-0") == .real("-0.0e-0"))
    #expect(try Self.read("1.0").integer == nil)
  }

  @Test("strings: escapes, surrogate pairs, the last scalar, NUL as an escape")
  func strings() throws {
    #expect(try Self.read(#""\"\\\/\b\f\n\r\t""#) == .string("\"\\/\u{08}\u{0C}\n\r\t"))
    #expect(try Self.read(#""\u0041\u00e9\u20AC""#) == .string("Aé€"))
    #expect(try Self.read(#""\ud83d\ude00\uDBFF\uDFFF""#) == .string("😀\u{10FFFF}"))
    #expect(try Self.read(#""a\u0000b""#) == .string("a\0b"))
    #expect(try Self.read("\"\u{7F}é😀\"") == .string("\u{7F}é😀"))
  }

  @Test("names are compared by their bytes: KELVIN SIGN is not K, decomposed é is not é")
  func namesAreBytes() throws {
    let object = try #require(try Self.read("{\"K\":1,\"\u{212A}\":2,\"\u{E9}\":3,\"e\u{301}\":4}").object)
    #expect(object["K"] == 1)
    #expect(object["\u{212A}"] == 2)
    #expect(object["\u{E9}"] == 3)
    #expect(object["e\u{301}"] == 4)
  }

  @Test("a repeated name is found in a large object too, and the first repetition is the one reported")
  func duplicatesInLargeObjects() {
    var members = (0..<5_000).map { "\"n\($0)\":0" }
    #expect(Self.refusal(Array("{\(members.joined(separator: ","))}".utf8)) == nil)
    members.append("\"n17\":1")
    members.append("\"n3\":1")
    #expect(Self.refusal(Array("{\(members.joined(separator: ","))}".utf8))?.reason == .duplicateName("n17"))
  }
}

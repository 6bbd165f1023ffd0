import StrictJSON
import Testing

/// SplitMix64: small, good enough to make documents from, and the same everywhere.
struct Dice: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite("Reading and writing")
struct JSONRoundTripTests {
  static let samples = [
    #"{"method":"io.smpd.session.Start","parameters":{"course":"c1","dots":14000,"dryRun":null},"more":true}"#,
    #"{"parameters":{"list":[1,-2,3.5,"é😀\n",[],{}],"deep":[[[{"a":[true,false,null]}]]]},"continues":true}"#,
    #"["\u0000\u001f\ud83d\ude00",-9223372036854775808,1e-9]"#,
  ]

  @Test("every truncation of a document is refused", arguments: samples)
  func truncations(sample: String) throws {
    let bytes = Array(sample.utf8)
    _ = try JSON.parse(bytes)
    for length in bytes.indices {
      #expect(throws: JSONError.self, "cut to \(length) bytes") { try JSON.parse(Array(bytes[..<length])) }
    }
  }

  @Test("a document read, written and read again is the same; written twice, the same bytes", arguments: samples)
  func samplesRoundTrip(sample: String) throws {
    let value = try JSON.parse(Array(sample.utf8))
    #expect(try JSON.parse(value.encoded) == value)
    #expect(try JSON.parse(value.encoded).encoded == value.encoded)
  }

  @Test("any byte changed: refused, or read into something that round-trips", arguments: samples)
  func mutations(sample: String) {
    let original = Array(sample.utf8)
    for index in original.indices {
      for byte in UInt8.min...UInt8.max {
        var bytes = original
        bytes[index] = byte
        guard let value = try? JSON.parse(bytes) else { continue }
        #expect((try? JSON.parse(value.encoded)) == value, "byte \(index) set to \(byte)")
      }
    }
  }

  @Test("random bytes never trap, and what is accepted round-trips", arguments: [1, 2, 3, 4] as [UInt64])
  func randomBytes(seed: UInt64) {
    var dice = Dice(seed: seed)
    let alphabet = Array("{}[]\",:\\u0019eE+-.tfn ald\u{0}\u{1F}é\u{212A}".utf8) + [0xFF, 0xC0, 0xED, 0xA0]
    for round in 0..<20_000 {
      let length = Int.random(in: 0...24, using: &dice)
      let isText = Bool.random(using: &dice)
      let bytes = (0..<length).map { _ in
        isText ? alphabet[Int.random(in: 0..<alphabet.count, using: &dice)] : UInt8.random(in: 0...255, using: &dice)
      }
      guard let value = try? JSON.parse(bytes) else { continue }
      #expect((try? JSON.parse(value.encoded)) == value, "seed \(seed), round \(round)")
    }
  }

  static func value(depth: Int, _ dice: inout Dice) -> JSON {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 6), using: &dice) {
    case 0: return .null
    case 1: return .bool(Bool.random(using: &dice))
    case 2: return .integer(Int64.random(in: .min ... .max, using: &dice))
    case 3: return .integer(Int64.random(in: -10...10, using: &dice))
    case 4: return .real("\(Int64.random(in: -99...99, using: &dice)).\(Int64.random(in: 0...999, using: &dice))e7")
    case 5: return .string(text(&dice))
    case 6: return .array((0..<Int.random(in: 0...4, using: &dice)).map { _ in value(depth: depth - 1, &dice) })
    default:
      var object = JSONObject()
      for _ in 0..<Int.random(in: 0...20, using: &dice) { object[text(&dice)] = value(depth: depth - 1, &dice) }
      return .object(object)
    }
  }

  static func text(_ dice: inout Dice) -> String {
    var scalars = String.UnicodeScalarView()
    for _ in 0..<Int.random(in: 0...12, using: &dice) {
      let limit: UInt32 = Bool.random(using: &dice) ? 0x80 : 0x10FFFF
      if let scalar = Unicode.Scalar(UInt32.random(in: 0...limit, using: &dice)) { scalars.append(scalar) }
    }
    return String(scalars)
  }

  @Test("random values survive writing and reading", arguments: [11, 12, 13] as [UInt64])
  func randomValues(seed: UInt64) throws {
    var dice = Dice(seed: seed)
    for round in 0..<300 {
      let value = Self.value(depth: 4, &dice)
      #expect(try JSON.parse(value.encoded, maximumBytes: .max) == value, "seed \(seed), round \(round)")
    }
  }

  @Test("the writer is compact and canonical")
  func canonical() {
    let value: JSON = ["b": [1, nil, true], "a": "\u{0}\u{1F}\"\\/\n\t\u{8}\u{C}\r\u{7F}é", "n": -1]
    let expected = #"{"b":[1,null,true],"a":"\u0000\u001f\"\\/\n\t\b\f\r"# + "\u{7F}é\",\"n\":-1}"
    #expect(String(decoding: value.encoded, as: UTF8.self) == expected)
    #expect(!value.encoded.contains(0))
    #expect(String(decoding: JSON.integer(.min).encoded, as: UTF8.self) == "-9223372036854775808")
  }

  @Test("a name given twice, or a real that is no number, is our bug and traps")
  func traps() async {
    await #expect(processExitsWith: .failure) { _ = JSON(dictionaryLiteral: ("a", 1), ("a", 2)) }
    await #expect(processExitsWith: .failure) {
      var object: JSONObject = ["a": 1]
      object.append("a", 2)
    }
    await #expect(processExitsWith: .failure) { _ = JSON.real("1,\"x\":2").encoded }
    await #expect(processExitsWith: .failure) { _ = JSON.real("").encoded }
  }

  @Test("members keep their order; setting replaces in place, nil removes")
  func objectOrder() {
    var object: JSONObject = ["a": 1, "b": 2, "c": 3]
    object["b"] = 7
    object["a"] = nil
    object["d"] = nil
    object["e"] = false
    #expect(object.members.map(\.name) == ["b", "c", "e"])
    #expect(String(decoding: object.encoded, as: UTF8.self) == #"{"b":7,"c":3,"e":false}"#)
  }
}

import StrictJSON
import Testing
import Varlink

@Suite("Parameters against their type")
struct VarlinkValidationTests {
  static let text = """
    interface a.b
    type Inner (x: int, word: (one, two))
    method Call(
      flag: bool, number: int, ratio: float, text: string, free: object,
      list: []Inner, table: [string]int, set: [string](), maybe: ?string, inner: ?Inner
    ) -> (ok: bool)
    error Bad (parameter: string)
    """

  static let good: JSONObject = [
    "flag": true, "number": 1, "ratio": .real("1.5"), "text": "t", "free": ["any": [nil]],
    "list": [["x": 1, "word": "one"]], "table": ["a": 1], "set": ["one": [:]],
  ]

  /// The member replaced (nil: removed), and the name that must come back.
  static let cases: [(String, JSON?, String?)] = [
    ("maybe", nil, nil), ("maybe", .null, nil), ("maybe", "x", nil), ("maybe", 1, "maybe"),
    ("inner", .null, nil), ("inner", ["x": 1, "word": "two"], nil), ("inner", ["x": 1], "inner.word"),
    ("inner", ["x": 1, "word": "three"], "inner.word"), ("inner", ["x": 1, "word": "one", "y": 1], "inner.y"),
    ("inner", [], "inner"), ("flag", nil, "flag"), ("flag", .null, "flag"), ("flag", 1, "flag"),
    ("flag", "true", "flag"), ("number", .real("1.0"), "number"), ("number", .real("9223372036854775808"), "number"),
    ("number", "1", "number"), ("number", .integer(.min), nil), ("ratio", 1, nil), ("ratio", "1", "ratio"),
    ("ratio", .real("-0"), nil), ("text", .null, "text"), ("text", 1, "text"), ("text", "", nil),
    ("free", [:], nil), ("free", [], "free"), ("free", "x", "free"), ("list", [], nil), ("list", [:], "list"),
    ("list", [["x": 1, "word": "one"], ["x": "1", "word": "one"]], "list[1].x"), ("list", [nil], "list[0]"),
    ("table", ["a": 1, "b": "2"], "table.b"), ("table", [], "table"), ("set", ["one": nil], "set.one"),
    ("set", ["one": ["a": 1]], "set.one.a"), ("unknown", 1, "unknown"), ("unknown", .null, "unknown"),
    ("Flag", true, "Flag"),
  ]

  @Test("names the first parameter that is unknown, missing or of another type", arguments: cases)
  func names(member: String, value: JSON?, expected: String?) throws {
    let interface = try VarlinkInterface.parse(Self.text)
    let method = try #require(interface.method("Call"))
    var parameters = Self.good
    parameters[member] = value
    #expect(interface.invalidParameter(of: method, parameters) == expected)
  }

  @Test("a reply and an error can be held against the interface too")
  func replies() throws {
    let interface = try VarlinkInterface.parse(Self.text)
    let method = try #require(interface.method("Call"))
    #expect(interface.invalidReply(of: method, ["ok": true]) == nil)
    #expect(interface.invalidReply(of: method, [:]) == "ok")
    #expect(interface.invalidError("Bad", ["parameter": "x"]) == nil)
    #expect(interface.invalidError("Bad", [:]) == "parameter")
    #expect(interface.invalidError("Worse", [:]) == "Worse")
  }
}

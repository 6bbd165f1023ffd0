import Testing
import Varlink

@Suite("The interface language")
struct VarlinkParserTests {
  static func refusal(_ text: String) -> VarlinkParseError? {
    do {
      _ = try VarlinkInterface.parse(text)
      return nil
    } catch {
      return error
    }
  }

  /// Each text stands behind `interface a.b` and a line end; the place is that of the whole.
  static let refusals: [(String, Int, Int, VarlinkParseError.Reason)] = [
    ("methods", 2, 1, .expected("\"type\", \"method\" or \"error\"", found: "methods")),
    ("(", 2, 1, .expected("\"type\", \"method\" or \"error\"", found: "(")),
    ("method start() -> ()", 2, 8, .malformedName("start")), ("method () -> ()", 2, 8, .malformedName("")),
    ("method A_b() -> ()", 2, 8, .malformedName("A_b")), ("method A()", 2, 11, .expected("\"->\"", found: "")),
    ("method A() -> (a, b)", 2, 15, .expected("fields with types", found: "an enumeration")),
    ("method A(a: int", 2, 16, .expected("\",\" or \")\"", found: "")),
    ("method A(a: int b: int) -> ()", 2, 17, .expected("\",\" or \")\"", found: "b:")),
    ("method A(a: int,) -> ()", 2, 17, .expected("a name", found: ")")),
    ("method A(a: int, b) -> ()", 2, 19, .expected("\":\"", found: ")")),
    ("method A(a: int, a: bool) -> ()", 2, 18, .duplicateName("a")),
    ("method A(_a: int) -> ()", 2, 10, .malformedName("_a")),
    ("method A(a__b: int) -> ()", 2, 10, .malformedName("a__b")),
    ("method A(a_: int) -> ()", 2, 10, .malformedName("a_")),
    ("method A(1a: int) -> ()", 2, 10, .malformedName("1a")),
    ("method A(a: integer) -> ()", 2, 13, .unknownType("integer")),
    ("method A(a: any) -> ()", 2, 13, .unknownType("any")),
    ("method A(a: B) -> ()", 2, 13, .unknownType("B")), ("method A(a: ??int) -> ()", 2, 18, .nullableTwice),
    ("method A(a: []) -> ()", 2, 15, .expected("\"(\"", found: ")")),
    ("method A() -> ()\nmethod A() -> ()", 3, 8, .duplicateName("A")),
    ("type A (x: int)\nerror A ()", 3, 7, .duplicateName("A")), ("type A int", 2, 8, .expected("\"(\"", found: "int")),
    ("type A (a, b: int)", 2, 13, .expected("\",\" or \")\"", found: ":")),
    ("type A (a, a)", 2, 12, .duplicateName("a")),
    ("error A (a, b)", 2, 9, .expected("fields with types", found: "an enumeration")),
  ]

  @Test("refuses what the grammar does not know, and says where", arguments: refusals)
  func refuses(text: String, line: Int, column: Int, reason: VarlinkParseError.Reason) {
    let error = Self.refusal("interface a.b\n" + text)
    #expect(error?.line == line)
    #expect(error?.column == column)
    #expect(error?.reason == reason)
  }

  @Test(
    "refuses malformed interface names",
    arguments: ["", "a", "a.", ".a", "a..b", "-a.b", "a.b-", "a.-b", "1a.b", "a_b.c", "ä.b"])
  func refusesInterfaceNames(name: String) {
    #expect(Self.refusal("interface \(name)\nmethod A() -> ()") != nil)
  }

  @Test("refuses a text without an interface, and nesting without an end")
  func refusesOthers() {
    #expect(Self.refusal("")?.reason == .expected("\"interface\"", found: ""))
    #expect(Self.refusal("method A() -> ()")?.reason == .expected("\"interface\"", found: "method"))
    let deep = "interface a.b\nmethod A(a: " + String(repeating: "[]", count: 100_000) + "int) -> ()"
    #expect(Self.refusal(deep)?.reason == .tooDeep(maximumDepth: 32))
    let nested = "interface a.b\nmethod A" + String(repeating: "(a: ", count: 100_000)
    #expect(Self.refusal(nested)?.reason == .tooDeep(maximumDepth: 32))
  }

  @Test("every truncation of a text is refused or gives an interface, and never traps")
  func truncations() {
    let scalars = Array(VarlinkServiceInterface.text.unicodeScalars)
    for length in scalars.indices {
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[..<length])
      _ = Self.refusal(String(text))
    }
  }

  static let sample = """
    # The licence, which belongs to nobody.

    # Sessions of treatment.
    # They come one at a time.
    interface io.example-x.session2

    # What a zone is.
    type Zone (
      # Its name.
      name: string, # trailing
      # How deep.
      depthMicrometres: ?int,
      outline: [](x: int, y: int),
      state: (open, done_for_today),
      labels: [string]string,
      stringset: [string](),
      odd: ?[]?[string](foo, bar, baz),
      next: ?Zone
    )
    type State (idle, running)

    # [Requires 'more' flag]
    method Monitor(state: ?State)->(zones:[]Zone)
    # Starts.
    # [Supports 'more' flag]
    method Start() -> ()
    # Requires 'more' flag
    method Stop() -> ()

    # Something is in the way.
    error WrongState (state: State, expected: []State)
    """

  @Test("reads names, types, methods, errors and streaming")
  func reads() throws {
    let interface = try VarlinkInterface.parse(Self.sample)
    #expect(interface.name == "io.example-x.session2")
    #expect(interface.types.map(\.name) == ["Zone", "State"])
    #expect(interface.methods.map(\.name) == ["Monitor", "Start", "Stop"])
    #expect(interface.errors.map(\.name) == ["WrongState"])
    #expect(interface.methods.map(\.streaming) == [.required, .supported, .never])
    guard case .structure(let fields)? = interface.type("Zone") else {
      Issue.record("Zone is a structure")
      return
    }
    let int = { (name: String) in VarlinkField(name: name, type: .int, comments: []) }
    #expect(
      fields.map(\.type) == [
        .string, .nullable(.int), .array(.structure([int("x"), int("y")])), .enumeration(["open", "done_for_today"]),
        .map(.string), .map(.structure([])),
        .nullable(.array(.nullable(.map(.enumeration(["foo", "bar", "baz"]))))), .nullable(.named("Zone")),
      ])
    #expect(interface.type("State") == .enumeration(["idle", "running"]))
  }

  @Test("keeps the text byte for byte, and the comments that stand above a member")
  func comments() throws {
    let interface = try VarlinkInterface.parse(Self.sample)
    #expect(interface.description == Self.sample)
    #expect(interface.comments == ["Sessions of treatment.", "They come one at a time."])
    #expect(interface.types[0].comments == ["What a zone is."])
    #expect(interface.types[1].comments.isEmpty)
    #expect(interface.method("Start")?.comments == ["Starts.", "[Supports 'more' flag]"])
    #expect(interface.error("WrongState")?.comments == ["Something is in the way."])
    guard case .structure(let fields)? = interface.type("Zone") else { return }
    #expect(fields.map(\.comments).prefix(3) == [["Its name."], ["How deep."], []])
  }

  @Test("org.varlink.service is what we serve under that name")
  func serviceInterface() throws {
    let interface = try VarlinkInterface.parse(VarlinkServiceInterface.text)
    #expect(interface.name == VarlinkServiceInterface.name)
    #expect(interface.methods.map(\.name) == ["GetInfo", "GetInterfaceDescription"])
    #expect(interface.errors.count == 6)
  }
}

extension VarlinkInterface {
  /// Nesting of types within each other; more than any JSON document the reader accepts could hold.
  package static let maximumTypeDepth = 32

  /// Reads an interface text. Every name in use must be declared and none declared twice.
  package static func parse(_ text: String) throws(VarlinkParseError) -> VarlinkInterface {
    var parser = VarlinkParser(scanner: VarlinkScanner(text))
    return try parser.parse(text)
  }
}

private struct VarlinkParser {
  var scanner: VarlinkScanner
  private var types: [VarlinkDeclaration] = []
  private var methods: [VarlinkMethod] = []
  private var errors: [VarlinkDeclaration] = []
  /// Members of all kinds share one space of names, because `method` and `error` names are addressed alike.
  private var declared: Set<String> = []
  /// Named types in use, each with its first place: checked when everything has been read.
  private var uses: [(name: String, place: VarlinkScanner.Place)] = []

  init(scanner: VarlinkScanner) { self.scanner = scanner }

  mutating func parse(_ text: String) throws(VarlinkParseError) -> VarlinkInterface {
    let comments = scanner.takeComments()
    let keyword = scanner.takeWord()
    guard keyword.text == "interface" else {
      throw scanner.refusal(.expected("\"interface\"", found: keyword.text), at: keyword.place)
    }
    let name = scanner.takeWord()
    guard VarlinkName.isInterface(name.text) else {
      throw scanner.refusal(.malformedName(name.text), at: name.place)
    }
    while !scanner.isAtEnd() { try parseMember() }
    let typeNames = Set(types.map(\.name))
    for use in uses where !typeNames.contains(use.name) {
      throw scanner.refusal(.unknownType(use.name), at: use.place)
    }
    return VarlinkInterface(
      name: name.text, description: text, comments: comments, types: types, methods: methods, errors: errors)
  }

  private mutating func parseMember() throws(VarlinkParseError) {
    let comments = scanner.takeComments()
    let keyword = scanner.takeWord()
    switch keyword.text {
    case "type":
      let name = try parseMemberName()
      types.append(VarlinkDeclaration(name: name, type: try parseComposite(depth: 1), comments: comments))
    case "error":
      let name = try parseMemberName()
      errors.append(VarlinkDeclaration(name: name, type: .structure(try parseStructure(depth: 1)), comments: comments))
    case "method":
      let name = try parseMemberName()
      let input = try parseStructure(depth: 1)
      try scanner.require("->")
      let output = try parseStructure(depth: 1)
      methods.append(
        VarlinkMethod(
          name: name, input: input, output: output, streaming: streaming(comments), comments: comments))
    default:
      guard keyword.text.isEmpty else {
        throw scanner.refusal(
          .expected("\"type\", \"method\" or \"error\"", found: keyword.text), at: keyword.place)
      }
      throw scanner.unexpected("\"type\", \"method\" or \"error\"")
    }
  }

  private func streaming(_ comments: [String]) -> VarlinkStreaming {
    if comments.contains("[Requires 'more' flag]") { return .required }
    return comments.contains("[Supports 'more' flag]") ? .supported : .never
  }

  private mutating func parseMemberName() throws(VarlinkParseError) -> String {
    let name = scanner.takeWord()
    guard VarlinkName.isMember(name.text) else {
      throw scanner.refusal(.malformedName(name.text), at: name.place)
    }
    guard declared.insert(name.text).inserted else {
      throw scanner.refusal(.duplicateName(name.text), at: name.place)
    }
    return name.text
  }

  /// What stands in parentheses: fields, or the words of an enumeration. `()` is a structure without fields.
  private mutating func parseComposite(depth: Int) throws(VarlinkParseError) -> VarlinkType {
    guard depth <= VarlinkInterface.maximumTypeDepth else {
      throw scanner.refusal(.tooDeep(maximumDepth: VarlinkInterface.maximumTypeDepth))
    }
    try scanner.require("(")
    if scanner.take(")") { return .structure([]) }
    var fields: [VarlinkField] = []
    var words: [String] = []
    var names: Set<String> = []
    repeat {
      let comments = scanner.takeComments()
      let name = scanner.takeWord()
      guard VarlinkName.isField(name.text) else {
        throw name.text.isEmpty
          ? scanner.unexpected("a name") : scanner.refusal(.malformedName(name.text), at: name.place)
      }
      guard names.insert(name.text).inserted else {
        throw scanner.refusal(.duplicateName(name.text), at: name.place)
      }
      if words.isEmpty, scanner.take(":") {
        fields.append(VarlinkField(name: name.text, type: try parseType(depth: depth), comments: comments))
      } else {
        guard fields.isEmpty else { throw scanner.unexpected("\":\"") }
        words.append(name.text)
      }
    } while scanner.take(",")
    guard scanner.take(")") else { throw scanner.unexpected("\",\" or \")\"") }
    return words.isEmpty ? .structure(fields) : .enumeration(words)
  }

  private mutating func parseStructure(depth: Int) throws(VarlinkParseError) -> [VarlinkField] {
    scanner.skip()
    let place = scanner.place
    guard case .structure(let fields) = try parseComposite(depth: depth) else {
      throw scanner.refusal(.expected("fields with types", found: "an enumeration"), at: place)
    }
    return fields
  }

  private mutating func parseType(depth: Int) throws(VarlinkParseError) -> VarlinkType {
    guard depth < VarlinkInterface.maximumTypeDepth else {
      throw scanner.refusal(.tooDeep(maximumDepth: VarlinkInterface.maximumTypeDepth))
    }
    if scanner.take("?") {
      let inner = try parseType(depth: depth + 1)
      if case .nullable = inner { throw scanner.refusal(.nullableTwice) }
      return .nullable(inner)
    }
    if scanner.take("[]") { return .array(try parseType(depth: depth + 1)) }
    if scanner.take("[string]") { return .map(try parseType(depth: depth + 1)) }
    let word = scanner.takeWord()
    switch word.text {
    case "": return try parseComposite(depth: depth + 1)
    case "bool": return .bool
    case "int": return .int
    case "float": return .float
    case "string": return .string
    case "object": return .object
    default:
      guard VarlinkName.isMember(word.text) else {
        throw scanner.refusal(.unknownType(word.text), at: word.place)
      }
      uses.append((word.text, word.place))
      return .named(word.text)
    }
  }
}

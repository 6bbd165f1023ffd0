import Yams

/// A YAML document reduced to what our documents use: text, lists and mappings, each with its place.
///
/// The only file that knows the YAML library. Tags, anchors, aliases, several documents, keys that are not text,
/// duplicate keys and deep nesting are refused here; no type is guessed: every scalar is text.
struct YAMLTree: Hashable, Sendable {
  struct Entry: Hashable, Sendable {
    let key: String
    let place: Place
    let value: YAMLTree
  }

  enum Content: Hashable, Sendable {
    case text(String)
    case list([YAMLTree])
    case mapping([Entry])
  }

  let place: Place
  let content: Content

  /// Our documents nest seven levels; more is a mistake.
  static let maximumDepth = 12
  /// The parser reads short strings through a buffer that is gone when it looks; it never gets one.
  private static let shortestText = 64

  static func parse(_ bytes: [UInt8]) throws(Refusal) -> YAMLTree {
    let text = try DocumentText.read(bytes)
    let converter = Converter(text)
    var padded = text
    let missing = shortestText - text.utf8.count
    if missing > 0 { padded += String(repeating: "\n", count: missing) }
    let root: Node?
    // The anchors of a node live as long as its parser.
    let parser: Parser
    do {
      parser = try Parser(yaml: padded, resolver: .basic, encoding: .utf8)
      root = try parser.singleRoot()
    } catch let error as YamlError {
      throw converter.refusal(error)
    } catch {
      throw Refusal(.start, "the document cannot be read as YAML", remedy: "compare it with the example")
    }
    guard let root else {
      throw Refusal(.start, "the document is empty", remedy: "start from the example")
    }
    let tree = try converter.convert(root, depth: 1)
    return withExtendedLifetime(parser) { tree }
  }
}

/// Turns library nodes and errors into ours.
private struct Converter {
  /// The whole text, to tell a tag or an anchor from a value by its first character.
  private let scalars: [Unicode.Scalar]
  /// Where each line begins in `scalars`; the end of the text closes the list.
  private let lines: [Int]

  init(_ text: String) {
    scalars = Array(text.unicodeScalars)
    var lines = [0]
    for (index, scalar) in scalars.enumerated() where scalar == "\n" { lines.append(index + 1) }
    self.lines = lines + [scalars.count + 1]
  }

  func place(_ mark: Mark?) -> Place {
    guard let mark else { return .start }
    // Padding and the end of the text lie past the last line.
    guard mark.line < lines.count else {
      return Place(line: lines.count - 1, column: scalars.count - lines[lines.count - 2] + 1)
    }
    return Place(line: max(1, mark.line), column: max(1, mark.column))
  }

  private func character(at place: Place) -> Unicode.Scalar? {
    guard place.line < lines.count else { return nil }
    let index = lines[place.line - 1] + place.column - 1
    return index < lines[place.line] - 1 ? scalars[index] : nil
  }

  func convert(_ node: Node, depth: Int) throws(Refusal) -> YAMLTree {
    let place = place(node.mark)
    switch character(at: place) {
    case "!":
      throw Refusal(place, "tags (`!type`) are refused", remedy: "delete the tag; every value is read as text")
    case "&", "*":
      throw anchorRefusal(place)
    default: break
    }
    if node.anchor != nil { throw anchorRefusal(place) }
    guard depth <= YAMLTree.maximumDepth else {
      throw Refusal(place, "the document is nested too deeply", remedy: "compare it with the example")
    }
    switch node {
    case .scalar(let scalar):
      return YAMLTree(place: place, content: .text(scalar.string))
    case .sequence(let sequence):
      var items: [YAMLTree] = []
      for item in sequence { items.append(try convert(item, depth: depth + 1)) }
      return YAMLTree(place: place, content: .list(items))
    case .mapping(let mapping):
      var entries: [YAMLTree.Entry] = []
      for (key, value) in mapping {
        let tree = try convert(key, depth: depth + 1)
        guard case .text(let name) = tree.content else {
          throw Refusal(tree.place, "a key must be a word", remedy: "write `key: value`")
        }
        let value = try convert(value, depth: depth + 1)
        entries.append(YAMLTree.Entry(key: name, place: tree.place, value: value))
      }
      return YAMLTree(place: place, content: .mapping(entries))
    case .alias:
      throw anchorRefusal(place)
    }
  }

  private func anchorRefusal(_ place: Place) -> Refusal {
    Refusal(
      place, "anchors and aliases (`&name`, `*name`) are refused", remedy: "write the value out where it is used")
  }

  func refusal(_ error: YamlError) -> Refusal {
    let syntax = "check indentation (spaces, no tabs), quotes, colons and brackets near here"
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
      return Refusal(place(mark), "not well-formed YAML: \(problem)", remedy: syntax)
    case .composer(let context, let problem, let mark, _):
      if context != nil {
        return Refusal(
          place(mark), "a second document begins here", allowed: "one document in a file",
          remedy: "keep one plan in one file and delete `---`")
      }
      return Refusal(place(mark), "not well-formed YAML: \(problem)", remedy: "write the value out instead")
    case .duplicatedKeysInMapping(let keys, let context):
      let names = keys.sorted().prefix(5).map(quoted).joined(separator: ", ")
      return Refusal(
        place(context.mark), "\(names) is written more than once in this mapping; here is the first",
        remedy: "keep one of them")
    case .reader(let problem, _, _, _):
      return Refusal(.start, "the text cannot be read: \(problem)", remedy: "save it as UTF-8")
    case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
      return Refusal(.start, "the document cannot be read as YAML", remedy: "compare it with the example")
    }
  }
}

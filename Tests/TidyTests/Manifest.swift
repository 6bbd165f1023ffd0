/// What Package.swift says, as far as these tests need it: the targets, where they lie and their arrows.
///
/// Read from its text, because a test must not start a second package manager on the same build directory.
struct Manifest {
  struct Target: Hashable {
    enum Kind { case room, program, tests }
    let kind: Kind
    let name: String
    let path: String
    let arrows: [String]
  }

  let targets: [Target]

  subscript(name: String) -> Target? { targets.first { $0.name == name } }

  /// The target a file belongs to.
  func owner(of path: String) -> Target? { targets.first { path.hasPrefix($0.path + "/") } }

  init(_ text: SwiftText) {
    let products = Manifest.products(text)
    targets = text.tokens.indices.compactMap { Manifest.target(text, at: $0, products) }
  }

  /// `let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")`
  private static func products(_ text: SwiftText) -> [String: String] {
    var products: [String: String] = [:]
    let tokens = text.tokens
    for place in tokens.indices where tokens[place].text == "product" && place >= 7 && place + 4 < tokens.count {
      guard tokens[place - 7].text == "let", tokens[place - 5].text == "=", tokens[place + 4].kind == .text else {
        continue
      }
      products[tokens[place - 6].text] = tokens[place + 4].text
    }
    return products
  }

  private static let kinds: [String: Target.Kind] = [
    "room": .room, "target": .room, "systemLibrary": .room, "program": .program, "bench": .program,
    "executableTarget": .program,
    "tests": .tests,
    "testTarget": .tests,
  ]

  private static func target(_ text: SwiftText, at place: Int, _ products: [String: String]) -> Target? {
    let tokens = text.tokens
    guard tokens[place].kind == .word, let kind = kinds[tokens[place].text], place + 2 < tokens.count,
      tokens[place + 1].text == "(", place == 0 || tokens[place - 1].text != "func",
      let end = text.closing(place + 1)
    else { return nil }
    // The helpers' own bodies name their targets with variables.
    let texts = tokens[place...end].filter { $0.kind == .text }.map(\.text)
    guard let first = texts.first, tokens[place + 2].kind == .text || tokens[place + 4].kind == .text else {
      return nil
    }
    let arrows = list(text, place + 1, end, products)
    switch tokens[place].text {
    case "room":
      guard texts.count > 1 else { return nil }
      return Target(kind: kind, name: texts[1], path: "Sources/\(first)/\(texts[1])", arrows: arrows)
    case "bench":
      guard texts.count > 1 else { return nil }
      return Target(kind: kind, name: first, path: "Benchmarks/\(texts[1])", arrows: arrows)
    case "program": return Target(kind: kind, name: first, path: "Sources/\(first)", arrows: arrows)
    case "tests": return Target(kind: kind, name: first, path: "Tests/\(first)", arrows: arrows)
    default:
      guard let path = argument("path", text, place + 1, end) else { return nil }
      return Target(kind: kind, name: first, path: path, arrows: arrows)
    }
  }

  private static func argument(_ label: String, _ text: SwiftText, _ start: Int, _ end: Int) -> String? {
    (start..<end - 1).first { place in
      text.tokens[place].text == label && text.tokens[place + 1].text == ":" && text.tokens[place + 2].kind == .text
    }.map { text.tokens[$0 + 2].text }
  }

  /// The first list that has no label, or is labelled `dependencies`.
  private static func list(_ text: SwiftText, _ start: Int, _ end: Int, _ products: [String: String]) -> [String] {
    let tokens = text.tokens
    for place in start..<end where tokens[place].text == "[" && tokens[place].kind == .mark {
      let isLabelled = tokens[place - 1].text == ":"
      guard !isLabelled || tokens[place - 2].text == "dependencies", let close = text.closing(place) else { continue }
      return (place..<close).compactMap { item in
        let isPackage = tokens[item - 1].text == ":" && tokens[item - 2].text == "package"
        switch tokens[item].kind {
        case .text: return isPackage ? nil : tokens[item].text
        case .word: return products[tokens[item].text]
        case .number, .mark: return nil
        }
      }
    }
    return []
  }
}

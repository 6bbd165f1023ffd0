import Foundation
import SMPInterface
import Testing
import Varlink

/// The files themselves: what they say, how they say it, and that exactly they are served.
@Suite struct InterfaceFileTests {
  static let names = Interfaces.all.map { $0.name }

  static func interface(_ name: String) throws -> any SMPInterface.Interface.Type {
    try #require(Interfaces.all.first { $0.name == name })
  }

  static func parsed(_ name: String) throws -> VarlinkInterface {
    try VarlinkInterface.parse(try interface(name).text)
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources/Control/SMPInterface")

  @Test("every interface file is served, and nothing else is")
  func everyFileIsServed() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter {
      $0.hasSuffix(".varlink")
    }
    #expect(files.sorted() == Self.names.map { $0 + ".varlink" }.sorted())
  }

  @Test("the served text is the file, byte for byte, and its name is the file's", arguments: names)
  func servedTextIsTheFile(name: String) throws {
    let file = try Data(contentsOf: Self.folder.appending(path: name + ".varlink"))
    #expect(Array(try Self.interface(name).text.utf8) == Array(file))
    #expect(try Self.parsed(name).name == name)
  }

  @Test("a comment stands directly above every member, and none behind one", arguments: names)
  func everyMemberHasAComment(name: String) throws {
    let lines = try Self.interface(name).text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let text = line.drop { $0 == " " }
      guard !text.isEmpty, !text.hasPrefix("#"), !text.hasPrefix(")") else { continue }
      let above = index == 0 ? "" : lines[index - 1].drop { $0 == " " }
      #expect(above.hasPrefix("# "), "\(name), line \(index + 1) has no comment above: \(line)")
      #expect(!text.contains("#"), "\(name), line \(index + 1) has a trailing comment")
      #expect(line.count <= 120)
    }
  }

  @Test("only the portable part of the language is used", arguments: names)
  func portableSubset(name: String) throws {
    let interface = try Self.parsed(name)
    #expect(interface.name == interface.name.lowercased())
    for declaration in interface.types + interface.errors {
      switch declaration.type {
      case .structure(let fields): checkFields(fields, in: "\(name).\(declaration.name)")
      case .enumeration(let words):
        #expect(!words.isEmpty)
        for word in words { #expect(word == word.lowercased(), "\(name).\(declaration.name).\(word)") }
      case .bool, .int, .float, .string, .object, .named, .array, .map, .nullable:
        Issue.record("\(name).\(declaration.name) is neither a structure nor an enumeration")
      }
    }
    for method in interface.methods {
      if !method.input.isEmpty { checkFields(method.input, in: "\(name).\(method.name)") }
      checkFields(method.output, in: "\(name).\(method.name)")
    }
  }

  private func checkFields(_ fields: [VarlinkField], in place: String) {
    #expect(!fields.isEmpty, "\(place) is an empty structure")
    for field in fields {
      let place = "\(place).\(field.name)"
      #expect(!field.name.contains("_") && field.name.first?.isLowercase == true, "\(place) is not camelCase")
      #expect(isPortable(field.type), "\(place) is not portable")
    }
  }

  /// A plain type, or one array of them, or nullable once at the outside.
  private func isPortable(_ type: VarlinkType) -> Bool {
    switch type {
    case .nullable(let inner):
      switch inner {
      case .array(let element): isPlain(element)
      default: isPlain(inner)
      }
    case .array(let element): isPlain(element)
    default: isPlain(type)
    }
  }

  private func isPlain(_ type: VarlinkType) -> Bool {
    switch type {
    case .bool, .int, .string, .named: true
    case .float, .object, .array, .map, .nullable, .structure, .enumeration: false
    }
  }

  @Test("every command that can be tried can be tried dry, and no stop pretends")
  func dryRun() throws {
    let readers: Set = [
      "List", "Describe", "DescribeLimits", "Example", "ExampleLimits", "Check", "Monitor", "Watch", "Read",
      "Contacts", "DescribeKey", "Diagnose", "Witness", "Project", "Propose",
      "Contacts", "DescribeKey", "Diagnose", "Witness", "ListPresets",
    ]
    for name in Self.names {
      for method in try Self.parsed(name).methods where !readers.contains(method.name) {
        let hasDryRun = method.input.contains { $0.name == "dryRun" && $0.type == .nullable(.bool) }
        #expect(hasDryRun == (method.name != "Stop"), "\(name).\(method.name)")
      }
    }
  }

  /// A field without its comments, which may differ.
  private struct Member: Hashable {
    let name: String
    let type: VarlinkType
  }

  @Test("one error word has the same members in every interface, and always a remedy")
  func errorsAreAlike() throws {
    var seen: [String: [Member]] = [:]
    for name in Self.names {
      for error in try Self.parsed(name).errors {
        guard case .structure(let fields) = error.type else { continue }
        #expect(fields.contains { $0.name == "remedy" && $0.type == .string }, "\(name).\(error.name)")
        let bare = fields.map { Member(name: $0.name, type: $0.type) }
        if let known = seen[error.name] { #expect(known == bare, "\(name).\(error.name)") }
        seen[error.name] = bare
      }
    }
    #expect(Set(seen.keys) == Set(Failure.Word.allCases.map(\.rawValue)))
  }
}

/// Why an interface text was refused, and where.
package struct VarlinkParseError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// What the grammar wants here; `found` is the word or character that stands there, empty at the end.
    case expected(String, found: String)
    case malformedName(String)
    case duplicateName(String)
    /// Neither a basic type nor one declared in this interface.
    case unknownType(String)
    /// `??T` says nothing that `?T` does not.
    case nullableTwice
    case tooDeep(maximumDepth: Int)
  }

  /// From 1, in lines and bytes.
  package let line: Int
  package let column: Int
  package let reason: Reason
}

extension VarlinkParseError: CustomStringConvertible {
  package var description: String { "line \(line), column \(column): \(reason.sentence)" }
}

extension VarlinkParseError.Reason {
  package var sentence: String {
    switch self {
    case .expected(let what, let found):
      found.isEmpty ? "expected \(what), found the end" : "expected \(what), found \"\(found)\""
    case .malformedName(let name): "malformed name \"\(name)\""
    case .duplicateName(let name): "\"\(name)\" is declared twice"
    case .unknownType(let name): "unknown type \"\(name)\""
    case .nullableTwice: "a nullable type cannot be made nullable again"
    case .tooDeep(let depth): "types are nested deeper than \(depth) levels"
    }
  }
}

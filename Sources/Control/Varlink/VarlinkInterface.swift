/// A type as the interface language writes it.
package indirect enum VarlinkType: Hashable, Sendable {
  case bool
  /// 64 bits, signed.
  case int
  /// Any JSON number.
  case float
  case string
  /// A JSON object nobody describes.
  case object
  /// A type declared in the same interface; the parser has made sure that it exists.
  case named(String)
  case array(VarlinkType)
  /// `[string]T`.
  case map(VarlinkType)
  /// `?T`: may be absent or null.
  case nullable(VarlinkType)
  case structure([VarlinkField])
  case enumeration([String])
}

package struct VarlinkField: Hashable, Sendable {
  package let name: String
  package let type: VarlinkType
  /// The comment lines directly above, without `#` and the space after it.
  package let comments: [String]
  package init(name: String, type: VarlinkType, comments: [String]) {
    self.name = name
    self.type = type
    self.comments = comments
  }
}

/// Whether a method answers with more than one reply. The language cannot say it; the convention is an exact comment
/// line, `[Requires 'more' flag]` or `[Supports 'more' flag]`.
package enum VarlinkStreaming: Hashable, Sendable {
  case never
  case supported
  case required
}

package struct VarlinkMethod: Hashable, Sendable {
  package let name: String
  package let input: [VarlinkField]
  package let output: [VarlinkField]
  package let streaming: VarlinkStreaming
  package let comments: [String]
}

/// A declared type (structure or enumeration) or error (always a structure).
package struct VarlinkDeclaration: Hashable, Sendable {
  package let name: String
  package let type: VarlinkType
  package let comments: [String]
}

/// One interface, as parsed from its text. The text itself is kept and served byte for byte.
package struct VarlinkInterface: Sendable {
  package let name: String
  /// The whole source, comments included: the answer to `GetInterfaceDescription`.
  package let description: String
  package let comments: [String]
  package let types: [VarlinkDeclaration]
  package let methods: [VarlinkMethod]
  package let errors: [VarlinkDeclaration]
  private let typeIndex: [String: Int]
  private let methodIndex: [String: Int]
  private let errorIndex: [String: Int]

  /// Only for the parser, which has found the names distinct and each one in use declared.
  init(
    name: String, description: String, comments: [String], types: [VarlinkDeclaration], methods: [VarlinkMethod],
    errors: [VarlinkDeclaration]
  ) {
    self.name = name
    self.description = description
    self.comments = comments
    self.types = types
    self.methods = methods
    self.errors = errors
    typeIndex = Dictionary(uniqueKeysWithValues: zip(types.map(\.name), types.indices))
    methodIndex = Dictionary(uniqueKeysWithValues: zip(methods.map(\.name), methods.indices))
    errorIndex = Dictionary(uniqueKeysWithValues: zip(errors.map(\.name), errors.indices))
  }

  /// - Parameter name: without the interface, as declared: `Start`.
  package func method(_ name: String) -> VarlinkMethod? { methodIndex[name].map { methods[$0] } }
  package func type(_ name: String) -> VarlinkType? { typeIndex[name].map { types[$0].type } }
  package func error(_ name: String) -> VarlinkDeclaration? { errorIndex[name].map { errors[$0] } }
}

package import StrictJSON

/// A reply or a parameter does not have the shape its interface declares.
package struct InterfaceError: Error, Hashable, Sendable {
  /// Where: `zones[2].dotsMade`.
  package let member: String
  /// What should stand there: `string`, `int`, `bool`, `object` or `array`.
  package let expected: String

  package init(member: String, expected: String) {
    self.member = member
    self.expected = expected
  }

  func inside(_ outer: String) -> InterfaceError {
    let separator = member.isEmpty || member.utf8.first == UInt8(ascii: "[") ? "" : "."
    return InterfaceError(member: outer + separator + member, expected: expected)
  }
}

/// Anything a member of an interface can be.
package protocol InterfaceMember: Hashable, Sendable {
  init(member: JSON) throws(InterfaceError)
  var member: JSON { get }
}

/// A struct of an interface: its members in the order of the IDL, absent where nil.
package protocol InterfaceRecord: InterfaceMember {
  /// Throws when a member is missing or of another type. Members it does not know are left out: they belong to a newer
  /// daemon.
  init(_ object: JSONObject) throws(InterfaceError)
  var json: JSONObject { get }
}

/// An enum of an interface. A word it does not know becomes `unknown`: the interface may grow, and a client that
/// stops at a new word would be worth less than one that shows it as unknown.
package protocol InterfaceWord: InterfaceMember, CaseIterable, RawRepresentable where RawValue == String {
  static var unknown: Self { get }
}

/// What a method without parameters takes.
package struct NoMembers: InterfaceRecord {
  package init() {}
  package init(_ object: JSONObject) throws(InterfaceError) {}
  package var json: JSONObject { JSONObject() }
}

extension InterfaceRecord {
  package init(member: JSON) throws(InterfaceError) {
    guard case .object(let object) = member else { throw InterfaceError(member: "", expected: "object") }
    try self.init(object)
  }
  package var member: JSON { .object(json) }
}

extension InterfaceWord {
  package init(member: JSON) throws(InterfaceError) {
    guard case .string(let text) = member else { throw InterfaceError(member: "", expected: "string") }
    self = Self(rawValue: text) ?? .unknown
  }
  package var member: JSON { .string(rawValue) }
}

extension String: InterfaceMember {
  package init(member: JSON) throws(InterfaceError) {
    guard case .string(let value) = member else { throw InterfaceError(member: "", expected: "string") }
    self = value
  }
  package var member: JSON { .string(self) }
}

extension Int64: InterfaceMember {
  package init(member: JSON) throws(InterfaceError) {
    guard case .integer(let value) = member else { throw InterfaceError(member: "", expected: "int") }
    self = value
  }
  package var member: JSON { .integer(self) }
}

extension Bool: InterfaceMember {
  package init(member: JSON) throws(InterfaceError) {
    guard case .bool(let value) = member else { throw InterfaceError(member: "", expected: "bool") }
    self = value
  }
  package var member: JSON { .bool(self) }
}

extension Array: InterfaceMember where Element: InterfaceMember {
  package init(member: JSON) throws(InterfaceError) {
    guard case .array(let values) = member else { throw InterfaceError(member: "", expected: "array") }
    var elements: [Element] = []
    elements.reserveCapacity(values.count)
    for (index, value) in values.enumerated() {
      do throws(InterfaceError) {
        elements.append(try Element(member: value))
      } catch {
        throw error.inside("[\(index)]")
      }
    }
    self = elements
  }
  package var member: JSON { .array(map(\.member)) }
}

extension JSONObject {
  func required<Value: InterfaceMember>(_ name: String) throws(InterfaceError) -> Value {
    do throws(InterfaceError) {
      return try Value(member: self[name] ?? .null)
    } catch {
      throw error.inside(name)
    }
  }

  /// Absent and null are the same, as Varlink has it.
  func optional<Value: InterfaceMember>(_ name: String) throws(InterfaceError) -> Value? {
    guard let value = self[name], !value.isNull else { return nil }
    do throws(InterfaceError) {
      return try Value(member: value)
    } catch {
      throw error.inside(name)
    }
  }

  mutating func put(_ name: String, _ value: some InterfaceMember) { append(name, value.member) }

  /// nil is left out.
  mutating func put(_ name: String, _ value: (some InterfaceMember)?) {
    if let value { append(name, value.member) }
  }
}

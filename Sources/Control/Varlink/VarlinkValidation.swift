package import StrictJSON

extension VarlinkInterface {
  /// The first parameter that does not fit the method: unknown, of another type, or missing.
  ///
  /// - Returns: its name, followed by the way to the misfit inside it (`zones[3].depthMicrometres`); nil when all fit.
  package func invalidParameter(of method: VarlinkMethod, _ parameters: JSONObject) -> String? {
    misfit(parameters, method.input)
  }

  /// The same for what a method answers: for tests of a service against its own interface.
  package func invalidReply(of method: VarlinkMethod, _ parameters: JSONObject) -> String? {
    misfit(parameters, method.output)
  }

  /// The same for an error's parameters; the error's own name when this interface does not declare it.
  package func invalidError(_ name: String, _ parameters: JSONObject) -> String? {
    guard let declaration = error(name), case .structure(let fields) = declaration.type else { return name }
    return misfit(parameters, fields)
  }

  private func misfit(_ object: JSONObject, _ fields: [VarlinkField]) -> String? {
    // Unknown names first: from here on the object is no larger than the list of fields.
    for member in object.members where !fields.contains(where: { isSame($0.name, member.name) }) {
      return member.name
    }
    for field in fields {
      if let rest = misfit(object[field.name] ?? .null, field.type) { return field.name + rest }
    }
    return nil
  }

  /// Names in an interface are ASCII, so equality of a field's name needs only the count to be byte for byte.
  private func isSame(_ field: String, _ name: String) -> Bool {
    field.utf8.count == name.utf8.count && field == name
  }

  /// Nil when the value fits the type, otherwise the way to what does not, empty when it is the value itself.
  private func misfit(_ value: JSON, _ type: VarlinkType) -> String? {
    switch type {
    case .bool: return value.bool == nil ? "" : nil
    case .int: return value.integer == nil ? "" : nil
    case .string: return value.string == nil ? "" : nil
    case .object: return value.object == nil ? "" : nil
    case .float:
      if case .real = value { return nil }
      return value.integer == nil ? "" : nil
    case .nullable(let inner): return value.isNull ? nil : misfit(value, inner)
    case .enumeration(let words):
      guard let word = value.string, words.contains(where: { isSame($0, word) }) else { return "" }
      return nil
    case .array(let element):
      guard let elements = value.array else { return "" }
      for (index, item) in elements.enumerated() {
        if let rest = misfit(item, element) { return "[\(index)]" + rest }
      }
      return nil
    case .map(let element):
      guard let object = value.object else { return "" }
      for member in object.members {
        if let rest = misfit(member.value, element) { return ".\(member.name)" + rest }
      }
      return nil
    case .structure(let fields):
      guard let object = value.object else { return "" }
      return misfit(object, fields).map { ".\($0)" }
    case .named(let name):
      guard let declared = self.type(name) else { preconditionFailure("the parser lets no undeclared type pass") }
      return misfit(value, declared)
    }
  }
}

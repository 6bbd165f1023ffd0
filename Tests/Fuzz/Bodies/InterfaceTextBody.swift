import StrictJSON
import Varlink

/// Texts of interfaces: what is read can be written and read again, and describes values that can be made.
enum InterfaceTextBody {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let text = String(decoding: bytes, as: UTF8.self)
    let interface: VarlinkInterface
    do throws(VarlinkParseError) {
      interface = try VarlinkInterface.parse(text)
    } catch {
      let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      try hold(
        lines.indices.contains(error.line - 1) && (1...lines[error.line - 1].count + 1).contains(error.column),
        "\(error) names a place in the text")
      return
    }
    try hold(interface.description.utf8.elementsEqual(text.utf8), "a text is served byte for byte")
    try written(interface)
    for method in interface.methods { try values(interface, method) }
  }

  /// Written from what was read, without comments, it reads as the same.
  private static func written(_ interface: VarlinkInterface) throws(BrokenPromise) {
    let text = InterfaceText.of(interface)
    let again: VarlinkInterface
    do throws(VarlinkParseError) {
      again = try VarlinkInterface.parse(text)
    } catch {
      throw BrokenPromise(description: "an interface that is written can be read: \(error)")
    }
    try hold(again.name == interface.name, "the name is the same")
    try hold(InterfaceText.of(again) == text, "an interface that is written and read is the same")
    try hold(
      again.types.map(\.name) == interface.types.map(\.name)
        && again.methods.map(\.name) == interface.methods.map(\.name)
        && again.methods.map(\.streaming) == interface.methods.map(\.streaming)
        && again.errors.map(\.name) == interface.errors.map(\.name), "the members are the same")
    for method in interface.methods {
      try hold(interface.method(method.name)?.name == method.name, "a method is found by its name")
    }
  }

  /// A value made to fit a method fits it; one field less or more does not.
  private static func values(_ interface: VarlinkInterface, _ method: VarlinkMethod) throws(BrokenPromise) {
    var maker = ValueMaker(interface: interface)
    guard let object = maker.structure(method.input, depth: 0) else { return }
    try hold(interface.invalidParameter(of: method, object) == nil, "\(method.name) takes a value of its own type")
    for field in method.input {
      guard let value = object[field.name], !value.isNull else { continue }
      var less = object
      less[field.name] = nil
      let isNeeded = if case .nullable = field.type { false } else { true }
      try hold(
        (interface.invalidParameter(of: method, less) != nil) == isNeeded, "\(method.name) misses \(field.name)")
    }
    var more = object
    more["not a field's name"] = true
    try hold(
      interface.invalidParameter(of: method, more) == "not a field's name", "\(method.name) takes no other parameter")
    for wrong in [JSON.null, true, 1, .real("1.5"), "", [], .object([:])] {
      for field in method.input {
        var other = object
        other[field.name] = wrong
        let misfit = interface.invalidParameter(of: method, other)
        if let misfit { try hold(misfit.hasPrefix(field.name), "the misfit of \(field.name) is named, not \(misfit)") }
        if let fits = fits(wrong, field.type) {
          try hold((misfit == nil) == fits, "\(method.name) takes \(wrong) as \(field.name), or takes it not")
        }
      }
    }
  }

  /// What the language says of the basic types; nil for the others.
  private static func fits(_ value: JSON, _ type: VarlinkType) -> Bool? {
    switch (type, value) {
    case (.bool, .bool), (.int, .integer), (.float, .integer), (.float, .real), (.string, .string), (.object, .object):
      true
    case (.bool, _), (.int, _), (.float, _), (.string, _), (.object, _): false
    case (.nullable, .null): true
    case (.named, _), (.array, _), (.map, _), (.nullable, _), (.structure, _), (.enumeration, _): nil
    }
  }
}

/// The smallest value of a type that is no emptier than it must be.
private struct ValueMaker {
  let interface: VarlinkInterface
  /// A text may describe a value of exponential size.
  private var rest = 256

  init(interface: VarlinkInterface) { self.interface = interface }

  mutating func structure(_ fields: [VarlinkField], depth: Int) -> JSONObject? {
    var object = JSONObject()
    for field in fields {
      guard object[field.name] == nil, let value = value(field.type, depth: depth + 1) else { return nil }
      object.append(field.name, value)
    }
    return object
  }

  /// nil for a type that holds itself, or is too large to be made.
  private mutating func value(_ type: VarlinkType, depth: Int) -> JSON? {
    rest -= 1
    guard depth < 24, rest > 0 else { return nil }
    switch type {
    case .bool: return true
    case .int: return .integer(.min)
    case .float: return .real("-1.5e-3")
    case .string: return "\u{0}\"\\"
    case .object: return .object(["any": nil])
    case .named(let name): return interface.type(name).flatMap { value($0, depth: depth + 1) }
    case .array(let element): return value(element, depth: depth + 1).map { .array([$0]) }
    case .map(let element): return value(element, depth: depth + 1).map { .object(["": $0]) }
    case .nullable(let inner): return value(inner, depth: depth + 1) ?? .null
    case .structure(let fields): return structure(fields, depth: depth).map(JSON.object)
    case .enumeration(let words): return words.first.map(JSON.string)
    }
  }
}

/// Writes an interface as its text, without comments but for those that mean something.
private enum InterfaceText {
  static func of(_ interface: VarlinkInterface) -> String {
    var text = "interface \(interface.name)\n"
    for type in interface.types { text += "type \(type.name) \(of(type.type))\n" }
    for method in interface.methods {
      switch method.streaming {
      case .never: break
      case .supported: text += "\n# [Supports 'more' flag]\n"
      case .required: text += "\n# [Requires 'more' flag]\n"
      }
      text += "method \(method.name)\(of(.structure(method.input))) -> \(of(.structure(method.output)))\n"
    }
    for error in interface.errors { text += "error \(error.name) \(of(error.type))\n" }
    return text
  }

  private static func of(_ type: VarlinkType) -> String {
    switch type {
    case .bool: "bool"
    case .int: "int"
    case .float: "float"
    case .string: "string"
    case .object: "object"
    case .named(let name): name
    case .array(let element): "[]" + of(element)
    case .map(let element): "[string]" + of(element)
    case .nullable(let inner): "?" + of(inner)
    case .structure(let fields): "(" + fields.map { "\($0.name): \(of($0.type))" }.joined(separator: ", ") + ")"
    case .enumeration(let words): "(" + words.joined(separator: ", ") + ")"
    }
  }
}

package import StrictJSON

/// Why something that is JSON is no Varlink message.
package enum VarlinkMessageError: Error, Hashable, Sendable {
  case notAnObject
  case unknownMember(String)
  case wrongType(member: String)
  case missingMethod
  case methodTooLong(maximumBytes: Int)
  /// More than one of `more`, `oneway` and `upgrade`.
  case conflictingFlags
  /// An error is always the last reply.
  case errorThatContinues
}

extension VarlinkMessageError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notAnObject: "a message is a JSON object"
    case .unknownMember(let name): "unknown member \"\(name)\""
    case .wrongType(let member): "\"\(member)\" has the wrong type"
    case .missingMethod: "the method is missing"
    case .methodTooLong(let bytes): "the method's name is longer than \(bytes) bytes"
    case .conflictingFlags: "at most one of more, oneway and upgrade may be set"
    case .errorThatContinues: "an error cannot be followed by another reply"
    }
  }
}

/// What a client sends.
package struct VarlinkRequest: Hashable, Sendable {
  package enum Mode: Hashable, Sendable {
    /// One reply.
    case single
    /// Replies until one without `continues`.
    case more
    /// No reply at all.
    case oneway
    /// The connection would change its protocol; read so that it can be refused by name.
    case upgrade
  }

  /// Longest accepted method name: an interface name has at most 255 bytes by the rules of reverse domain names.
  package static let maximumMethodBytes = 512

  package let method: String
  package let parameters: JSONObject
  package let mode: Mode

  package init(method: String, parameters: JSONObject, mode: Mode) {
    self.method = method
    self.parameters = parameters
    self.mode = mode
  }

  /// Absent, null and empty parameters are the same. Members whose name has a dot are a vendor's own and are passed
  /// over; any other unknown one makes the message malformed.
  package init(_ message: JSON) throws(VarlinkMessageError) {
    guard let object = message.object else { throw .notAnObject }
    var method: String?
    var parameters = JSONObject()
    var modes: [Mode] = []
    for member in object.members {
      switch member.name {
      case "method":
        guard let name = member.value.string else { throw .wrongType(member: "method") }
        guard name.utf8.count <= VarlinkRequest.maximumMethodBytes else {
          throw .methodTooLong(maximumBytes: VarlinkRequest.maximumMethodBytes)
        }
        method = name
      case "parameters": parameters = try VarlinkRequest.parameters(member.value)
      case "more": if try VarlinkRequest.flag(member) { modes.append(.more) }
      case "oneway": if try VarlinkRequest.flag(member) { modes.append(.oneway) }
      case "upgrade": if try VarlinkRequest.flag(member) { modes.append(.upgrade) }
      default: try VarlinkRequest.passOver(member)
      }
    }
    guard let method else { throw .missingMethod }
    guard modes.count <= 1 else { throw .conflictingFlags }
    self.init(method: method, parameters: parameters, mode: modes.first ?? .single)
  }

  static func parameters(_ value: JSON) throws(VarlinkMessageError) -> JSONObject {
    if value.isNull { return JSONObject() }
    guard let object = value.object else { throw .wrongType(member: "parameters") }
    return object
  }

  static func flag(_ member: JSONObject.Member) throws(VarlinkMessageError) -> Bool {
    guard let value = member.value.bool else { throw .wrongType(member: member.name) }
    return value
  }

  static func passOver(_ member: JSONObject.Member) throws(VarlinkMessageError) {
    guard member.name.utf8.contains(UInt8(ascii: ".")) else { throw .unknownMember(member.name) }
  }

  /// The message without its final NUL. Empty parameters are left out, as every implementation understands that.
  package var encoded: [UInt8] {
    var object: JSONObject = ["method": .string(method)]
    if !parameters.isEmpty { object.append("parameters", .object(parameters)) }
    switch mode {
    case .single: break
    case .more: object.append("more", true)
    case .oneway: object.append("oneway", true)
    case .upgrade: object.append("upgrade", true)
    }
    return object.encoded
  }
}

/// What a service answers. Only these three members exist; nothing else is ever sent.
package struct VarlinkReply: Hashable, Sendable {
  package let parameters: JSONObject
  /// Another reply to the same call follows.
  package let continues: Bool
  package let error: String?

  package init(parameters: JSONObject, continues: Bool = false, error: String? = nil) {
    self.parameters = parameters
    self.continues = continues
    self.error = error
  }

  package init(_ message: JSON) throws(VarlinkMessageError) {
    guard let object = message.object else { throw .notAnObject }
    var parameters = JSONObject()
    var continues = false
    var error: String?
    for member in object.members {
      switch member.name {
      case "parameters": parameters = try VarlinkRequest.parameters(member.value)
      case "continues": continues = try VarlinkRequest.flag(member)
      case "error":
        guard let name = member.value.string else { throw .wrongType(member: "error") }
        error = name
      default: try VarlinkRequest.passOver(member)
      }
    }
    guard !(continues && error != nil) else { throw .errorThatContinues }
    self.init(parameters: parameters, continues: continues, error: error)
  }

  /// Appends the message and its final NUL.
  package func write(into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "{"))
    if let error {
      bytes.append(contentsOf: "\"error\":".utf8)
      JSONWriter.write(error, into: &bytes)
      bytes.append(UInt8(ascii: ","))
    }
    bytes.append(contentsOf: "\"parameters\":".utf8)
    parameters.write(into: &bytes)
    if continues { bytes.append(contentsOf: ",\"continues\":true".utf8) }
    bytes.append(UInt8(ascii: "}"))
    bytes.append(0)
  }
}

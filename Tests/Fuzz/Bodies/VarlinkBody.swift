import SMPInterface
import StrictJSON
import Varlink

/// Messages: each one read and written, and the stream of them cut into pieces.
enum VarlinkBody {
  private static let messages = 16

  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let parts = bytes.split(separator: 0, maxSplits: messages, omittingEmptySubsequences: false)
    for part in parts.prefix(messages) { try message(Array(part)) }
    try ServerFraming.run(bytes)
    try ClientFraming.run(bytes)
  }

  // MARK: One message

  private static func message(_ bytes: [UInt8]) throws(BrokenPromise) {
    let value: JSON
    do throws(JSONError) {
      value = try JSON.parse(bytes)
    } catch {
      try hold((0...bytes.count).contains(error.offset), "\(error) names a place in the document")
      return
    }
    try rewritten(value)
    try bounded(bytes, value)
    try request(value)
    try reply(value)
  }

  /// What was read is written in one spelling, which reads as the same.
  private static func rewritten(_ value: JSON) throws(BrokenPromise) {
    let encoded = value.encoded
    try hold(!encoded.contains(0), "JSON that is written holds no NUL")
    guard let again = try? JSON.parse(encoded) else {
      throw BrokenPromise(description: "JSON that is written can be read")
    }
    // Strings are compared byte by byte: Swift's own equality is wider.
    try hold(again == value && again.encoded == encoded, "JSON that is written and read is the same")
  }

  /// A bound that is kept refuses; one that is not reads the same.
  private static func bounded(_ bytes: [UInt8], _ value: JSON) throws(BrokenPromise) {
    let depth = depth(value)
    let atBound = try? JSON.parse(bytes, maximumBytes: bytes.count, maximumDepth: depth)
    try hold(atBound == value, "a document at its bounds is read")
    try hold((try? JSON.parse(bytes, maximumBytes: bytes.count - 1)) == nil, "a document past its bound is not read")
    if depth > 0 {
      let past = try? JSON.parse(bytes, maximumDepth: depth - 1)
      try hold(past == nil, "a document nested past its bound is not read")
    }
  }

  private static func depth(_ value: JSON) -> Int {
    switch value {
    case .null, .bool, .integer, .real, .string: 0
    case .array(let elements): 1 + (elements.map(depth).max() ?? 0)
    case .object(let object): 1 + (object.members.map { depth($0.value) }.max() ?? 0)
    }
  }

  private static func request(_ value: JSON) throws(BrokenPromise) {
    guard let request = try? VarlinkRequest(value) else { return }
    guard let json = try? JSON.parse(request.encoded), let again = try? VarlinkRequest(json) else {
      throw BrokenPromise(description: "a request that is written can be read")
    }
    try hold(again == request, "a request that is written and read is the same")
    try typed(request.method, request.parameters)
  }

  private static func reply(_ value: JSON) throws(BrokenPromise) {
    guard let reply = try? VarlinkReply(value) else { return }
    var bytes: [UInt8] = []
    reply.write(into: &bytes)
    try hold(bytes.last == 0 && !bytes.dropLast().contains(0), "a reply ends with its one NUL")
    guard let json = try? JSON.parse(Array(bytes.dropLast())), let again = try? VarlinkReply(json) else {
      throw BrokenPromise(description: "a reply that is written can be read")
    }
    try hold(again == reply, "a reply that is written and read is the same")
    // Whatever a client hears may be the answer to any of its calls.
    for method in Known.methods.values { _ = try? method.type.reply(reply.parameters) }
  }

  // MARK: The interfaces' types

  private enum Known {
    struct Method: Sendable {
      let interface: VarlinkInterface
      let method: VarlinkMethod
      let type: any InterfaceMethod.Type
    }

    static let methods: [String: Method] = {
      var methods: [String: Method] = [:]
      for interface in Interfaces.all {
        guard let parsed = try? VarlinkInterface.parse(interface.text) else { continue }
        for type in interface.methods {
          let short = String(type.name.dropFirst(interface.name.count + 1))
          guard let method = parsed.method(short) else { continue }
          methods[type.name] = Method(interface: parsed, method: method, type: type)
        }
      }
      return methods
    }()
  }

  /// Parameters that the interface's text admits are those that its types can read, and they are written as they were.
  private static func typed(_ name: String, _ parameters: JSONObject) throws(BrokenPromise) {
    guard let known = Known.methods[name] else { return }
    guard known.interface.invalidParameter(of: known.method, parameters) == nil else { return }
    guard let json = known.type.parameters(parameters) else {
      throw BrokenPromise(description: "S13 \(name): its text admits parameters that its types cannot read")
    }
    try hold(
      known.interface.invalidParameter(of: known.method, json) == nil && known.type.parameters(json) == json,
      "\(name): parameters that are read and written are admitted and the same")
  }
}

extension InterfaceMethod {
  /// Read and written again; nil when they cannot be read.
  fileprivate static func parameters(_ object: JSONObject) -> JSONObject? { (try? Parameters(object))?.json }
  fileprivate static func reply(_ object: JSONObject) throws(InterfaceError) -> JSONObject { try Reply(object).json }
}

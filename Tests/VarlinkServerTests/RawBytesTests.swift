import StrictJSON
import Testing
import Varlink
import VarlinkServer

/// What a client may send, byte by byte, and what must come of it. Bounds at their edge and one beyond.
struct RawCase: Sendable, CustomTestStringConvertible {
  enum Outcome: Sendable {
    /// These replies in this order; the connection stays.
    case replies([String])
    /// The connection is closed for this reason, after these replies.
    case closed(VarlinkCloseReason, after: [String])
  }

  let name: String
  let bytes: [UInt8]
  let outcome: Outcome

  var testDescription: String { name }

  static func replies(_ name: String, _ text: String, _ replies: String...) -> RawCase {
    RawCase(name: name, bytes: Array(text.utf8), outcome: .replies(replies))
  }
  static func closes(_ name: String, _ bytes: [UInt8], _ reason: VarlinkCloseReason, after: [String] = []) -> RawCase {
    RawCase(name: name, bytes: bytes, outcome: .closed(reason, after: after))
  }
  static func closes(_ name: String, _ text: String, _ reason: VarlinkCloseReason, after: String...) -> RawCase {
    RawCase(name: name, bytes: Array(text.utf8), outcome: .closed(reason, after: after))
  }

  static func echo(_ text: String) -> String { #"{"method":"org.example.test.Echo","parameters":{"text":"\#(text)"}}"# }
  static func echoed(_ text: String) -> String { #"{"parameters":{"text":"\#(text)"}}"# }
  static func failed(_ error: String, _ member: String, _ value: String) -> String {
    #"{"error":"org.varlink.service.\#(error)","parameters":{"\#(member)":"\#(value)"}}"#
  }
  static func json(_ offset: Int, _ reason: JSONError.Reason) -> VarlinkCloseReason {
    .malformedJSON(JSONError(offset: offset, reason: reason))
  }

  /// A message of exactly so many bytes, without its NUL.
  static func message(bytes: Int) -> String { echo(String(repeating: "x", count: bytes - echo("").utf8.count)) }
  static func deep(_ levels: Int) -> String {
    let inner = levels - 1
    return "{\"a.b\":" + String(repeating: "[", count: inner) + String(repeating: "]", count: inner)
      + ",\"method\":\"org.example.test.Held2\"}"
  }

  static let framing: [RawCase] = [
    replies("one message", echo("a") + "\0", echoed("a")),
    replies("two messages at once", echo("a") + "\0" + echo("b") + "\0", echoed("a"), echoed("b")),
    replies("white space around", " \n" + echo("a") + "\t\0", echoed("a")),
    replies("escaped NUL inside", echo("\\u0000") + "\0", echoed("\\u0000")),
    closes("nothing but NUL", "\0", json(0, .unexpectedEnd)),
    closes("two NULs at the end", echo("a") + "\0\0", json(0, .unexpectedEnd), after: echoed("a")),
    closes("NUL in front", "\0" + echo("a") + "\0", json(0, .unexpectedEnd)),
    closes("NUL in the middle", "{\"method\":\0\"a.B\"}\0", json(10, .unexpectedEnd)),
    closes("half a message, then NUL", "{\"method\":\"org.exam\0", json(19, .unexpectedEnd)),
    closes("text after the message", "{}x\0", json(2, .trailingBytes)),
    closes("two documents in one message", echo("a") + echo("b") + "\0", json(60, .trailingBytes)),
    closes("not JSON", "GET / HTTP/1.1\r\n\r\n\0", json(0, .unexpectedByte(0x47))),
    closes("a TLS greeting", [0x16, 0x03, 0x01, 0x02, 0x00], json(0, .unexpectedByte(0x16))),
    closes("invalid UTF-8", Array("{\"method\":\"a.".utf8) + [0xC3, 0x28, 0x22, 0x7D, 0], json(13, .invalidUTF8)),
    closes("a byte order mark", "\u{FEFF}{}\0", json(0, .unexpectedByte(0xEF))),
    closes("duplicate key", "{\"method\":\"a.B\",\"method\":\"a.C\"}\0", json(16, .duplicateName("method"))),
    closes(
      "duplicate key inside the parameters",
      #"{"method":"org.example.test.Echo","parameters":{"text":"a","\u0074ext":"b"}}"# + "\0",
      json(59, .duplicateName("text"))),
    closes("half a surrogate pair", echo("\\ud800") + "\0", json(56, .loneSurrogate)),
  ]

  static let sizes: [RawCase] = [
    replies(
      "1 MiB", message(bytes: 1 << 20) + "\0", echoed(String(repeating: "x", count: (1 << 20) - echo("").utf8.count))),
    closes("1 MiB and a byte", message(bytes: 1 << 20 + 1) + "\0", .messageTooLong),
    closes("1 MiB and a byte without an end", [UInt8](repeating: 0x20, count: 1 << 20 + 1), .messageTooLong),
    closes("100 MB without an end", [UInt8](repeating: 0x20, count: 100_000_000), .messageTooLong),
    closes("100 MB of brackets", [UInt8](repeating: 0x5B, count: 100_000_000) + [0], .messageTooLong),
    closes(
      "100 MB after a good message", Array((echo("a") + "\0").utf8) + [UInt8](repeating: 0x20, count: 100_000_000),
      .messageTooLong, after: [echoed("a")]),
    replies("depth 32", deep(32) + "\0", failed("MethodNotFound", "method", "org.example.test.Held2")),
    closes("depth 33", deep(33) + "\0", json(38, .tooDeep(maximumDepth: 32))),
    closes("1 MiB of depth", [UInt8](repeating: 0x5B, count: 1 << 20) + [0], json(32, .tooDeep(maximumDepth: 32))),
  ]

  static let members: [RawCase] = [
    closes("an array", "[]\0", .malformedMessage(.notAnObject)),
    closes("a string", "\"org.example.test.Echo\"\0", .malformedMessage(.notAnObject)),
    closes("an empty object", "{}\0", .malformedMessage(.missingMethod)),
    closes("method a number", "{\"method\":1}\0", .malformedMessage(.wrongType(member: "method"))),
    closes(
      "parameters a list", #"{"method":"a.B","parameters":[]}"# + "\0",
      .malformedMessage(.wrongType(member: "parameters"))),
    closes("more a number", #"{"method":"a.B","more":1}"# + "\0", .malformedMessage(.wrongType(member: "more"))),
    closes(
      "more and oneway", #"{"method":"a.B","more":true,"oneway":true}"# + "\0", .malformedMessage(.conflictingFlags)),
    closes("unknown member", #"{"method":"a.B","id":7}"# + "\0", .malformedMessage(.unknownMember("id"))),
    replies(
      "a vendor's member", #"{"method":"org.example.test.Echo","com.x.y":[1],"parameters":{"text":"a"}}"# + "\0",
      echoed("a")),
    replies(
      "upgrade", #"{"method":"org.example.test.Held","upgrade":true}"# + "\0",
      failed("MethodNotImplemented", "method", "org.example.test.Held")),
    replies(
      "no such interface", #"{"method":"org.example.none.Echo"}"# + "\0",
      failed("InterfaceNotFound", "interface", "org.example.none")),
    replies(
      "no such method", #"{"method":"org.example.test.Nope"}"# + "\0",
      failed("MethodNotFound", "method", "org.example.test.Nope")),
    replies("method without interface", #"{"method":"Echo"}"# + "\0", failed("InterfaceNotFound", "interface", "")),
    replies("empty method", #"{"method":""}"# + "\0", failed("InterfaceNotFound", "interface", "")),
    closes(
      "a method of 513 bytes", "{\"method\":\"\(String(repeating: "m", count: 513))\"}\0",
      .malformedMessage(.methodTooLong(maximumBytes: 512))),
    replies(
      "parameter missing", #"{"method":"org.example.test.Echo"}"# + "\0",
      failed("InvalidParameter", "parameter", "text")),
    replies(
      "parameters null", #"{"method":"org.example.test.Echo","parameters":null}"# + "\0",
      failed("InvalidParameter", "parameter", "text")),
    replies(
      "parameter of another type", #"{"method":"org.example.test.Echo","parameters":{"text":1}}"# + "\0",
      failed("InvalidParameter", "parameter", "text")),
    replies(
      "unknown parameter", #"{"method":"org.example.test.Echo","parameters":{"text":"a","x":1}}"# + "\0",
      failed("InvalidParameter", "parameter", "x")),
    replies(
      "integer beyond 64 bits",
      #"{"method":"org.example.test.Echo","parameters":{"text":"a","number":9223372036854775808}}"# + "\0",
      failed("InvalidParameter", "parameter", "number")),
    replies(
      "number null", #"{"method":"org.example.test.Echo","parameters":{"text":"a","number":null}}"# + "\0", echoed("a")),
    replies(
      "more missing", #"{"method":"org.example.test.Monitor"}"# + "\0",
      #"{"error":"org.varlink.service.ExpectedMore","parameters":{}}"#),
    replies(
      "more where nothing streams", #"{"method":"org.example.test.Echo","parameters":{"text":"a"},"more":true}"# + "\0",
      echoed("a")),
    replies(
      "more", #"{"method":"org.example.test.Count","parameters":{"to":2},"more":true}"# + "\0",
      #"{"parameters":{"number":1},"continues":true}"#, #"{"parameters":{"number":2}}"#),
    replies(
      "no more", #"{"method":"org.example.test.Count","parameters":{"to":2}}"# + "\0", #"{"parameters":{"number":2}}"#),
    replies(
      "oneway, then a call",
      #"{"method":"org.example.test.Echo","parameters":{"text":"a"},"oneway":true}"# + "\0" + echo("b") + "\0",
      echoed("b")),
    replies(
      "oneway failing, then a call", #"{"method":"org.example.test.Echo","oneway":true}"# + "\0" + echo("b") + "\0",
      echoed("b")),
    closes(
      "a service that forgets to answer", #"{"method":"org.example.test.Forgotten"}"# + "\0",
      .unanswered(method: "org.example.test.Forgotten")),
    closes(
      "an answer beyond 1 MiB", #"{"method":"org.example.test.Large","parameters":{"bytes":1048600}}"# + "\0",
      .replyTooLong(method: "org.example.test.Large")),
    replies("many calls at once", String(repeating: echo("a") + "\0", count: 2_000), echoed("a")),
  ]
}

@Suite("Raw bytes against the server")
struct RawBytesTests {
  @Test("every case of the table", arguments: RawCase.framing + RawCase.sizes + RawCase.members)
  func table(_ item: RawCase) throws {
    let test = try TestServer()
    let connection = try test.connect()
    try connection.send(item.bytes + (item.name == "a TLS greeting" ? [0] : []))
    switch item.outcome {
    case .replies(let replies):
      for reply in replies { #expect(try connection.message() == reply) }
    case .closed(let reason, let replies):
      for reply in replies { #expect(try connection.message() == reply) }
      #expect(try connection.message() == nil)
      #expect(test.closing() == reason)
    }
    // Whatever one client does, the next one is served.
    let next = try test.connect()
    try next.send(RawCase.echo("next") + "\0")
    #expect(try next.message() == RawCase.echoed("next"))
    test.server.close()
  }

  @Test("a message byte by byte is a message")
  func byteByByte() throws {
    let test = try TestServer()
    let connection = try test.connect()
    for byte in Array((RawCase.echo("slow") + "\0").utf8) { try connection.send([byte]) }
    #expect(try connection.message() == RawCase.echoed("slow"))
    test.server.close()
  }
}

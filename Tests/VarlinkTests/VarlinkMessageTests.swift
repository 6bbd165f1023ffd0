import StrictJSON
import Testing
import Varlink

@Suite("Messages")
struct VarlinkMessageTests {
  static let refused: [(JSON, VarlinkMessageError)] = [
    ([], .notAnObject), ("x", .notAnObject), (nil, .notAnObject), ([:], .missingMethod),
    (["method": nil], .wrongType(member: "method")), (["method": 1], .wrongType(member: "method")),
    (["method": "a.B", "parameters": []], .wrongType(member: "parameters")),
    (["method": "a.B", "more": 1], .wrongType(member: "more")),
    (["method": "a.B", "more": nil], .wrongType(member: "more")),
    (["method": "a.B", "oneway": "true"], .wrongType(member: "oneway")),
    (["method": "a.B", "more": true, "oneway": true], .conflictingFlags),
    (["method": "a.B", "upgrade": true, "more": true], .conflictingFlags),
    (["method": "a.B", "id": 1], .unknownMember("id")), (["method": "a.B", "Method": "x"], .unknownMember("Method")),
  ]

  @Test("requests that are malformed", arguments: refused)
  func refuses(message: JSON, error: VarlinkMessageError) {
    #expect(throws: error) { try VarlinkRequest(message) }
  }

  @Test("a method name has at most 512 bytes")
  func methodLength() throws {
    let longest = "a." + String(repeating: "B", count: 510)
    #expect(try VarlinkRequest(["method": .string(longest)]).method == longest)
    #expect(throws: VarlinkMessageError.methodTooLong(maximumBytes: 512)) {
      try VarlinkRequest(["method": .string(longest + "B")])
    }
  }

  @Test("absent, null and empty parameters are the same; a vendor's members are passed over; false flags are none")
  func accepts() throws {
    let plain = VarlinkRequest(method: "a.B", parameters: [:], mode: .single)
    #expect(try VarlinkRequest(["method": "a.B"]) == plain)
    #expect(try VarlinkRequest(["parameters": nil, "method": "a.B"]) == plain)
    #expect(try VarlinkRequest(["method": "a.B", "parameters": [:], "com.vendor.trace": [1]]) == plain)
    #expect(try VarlinkRequest(["method": "a.B", "more": false, "oneway": false, "upgrade": false]) == plain)
    #expect(try VarlinkRequest(["method": "a.B", "more": true, "oneway": false]).mode == .more)
    #expect(try VarlinkRequest(["method": "a.B", "oneway": true]).mode == .oneway)
    #expect(try VarlinkRequest(["method": "a.B", "upgrade": true]).mode == .upgrade)
  }

  @Test("what is written is read again", arguments: [VarlinkRequest.Mode.single, .more, .oneway, .upgrade])
  func roundTrip(mode: VarlinkRequest.Mode) throws {
    for parameters in [[:], ["a": 1]] as [JSONObject] {
      let request = VarlinkRequest(method: "a.B", parameters: parameters, mode: mode)
      #expect(try VarlinkRequest(JSON.parse(request.encoded)) == request)
    }
  }

  @Test("a reply holds parameters, continues and error, and nothing else")
  func replies() throws {
    func text(_ reply: VarlinkReply) -> String {
      var bytes: [UInt8] = []
      reply.write(into: &bytes)
      return String(decoding: bytes, as: UTF8.self)
    }
    #expect(text(VarlinkReply(parameters: [:])) == "{\"parameters\":{}}\0")
    #expect(
      text(VarlinkReply(parameters: ["a": 1], continues: true)) == "{\"parameters\":{\"a\":1},\"continues\":true}\0")
    #expect(text(VarlinkReply(parameters: [:], error: "a.B")) == "{\"error\":\"a.B\",\"parameters\":{}}\0")
    #expect(try VarlinkReply([:]) == VarlinkReply(parameters: [:]))
    #expect(try VarlinkReply(["parameters": nil, "continues": false]) == VarlinkReply(parameters: [:]))
    #expect(throws: VarlinkMessageError.wrongType(member: "error")) { try VarlinkReply(["error": nil]) }
    #expect(throws: VarlinkMessageError.errorThatContinues) { try VarlinkReply(["error": "a.B", "continues": true]) }
    #expect(throws: VarlinkMessageError.unknownMember("id")) { try VarlinkReply(["id": 1]) }
  }

  @Test("a client's own text comes back cut to 256 bytes, on a character")
  func echo() throws {
    let name = try #require(VarlinkError.invalidParameter(String(repeating: "ä", count: 1000)).parameters["parameter"])
    #expect(name.string?.utf8.count == 255)
    #expect(name.string?.hasSuffix("ä…") == true)
    #expect(VarlinkError.invalidParameter("ok").parameters["parameter"] == "ok")
  }
}

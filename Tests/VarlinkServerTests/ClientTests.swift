import Glibc
import StrictJSON
import Testing
import Varlink
import VarlinkServer

/// A service that says exactly what the test tells it to, right or wrong.
private struct ScriptedService {
  let directory: TestDirectory
  let listener: ListeningSocket
  let client: VarlinkClient
  let connection: RawConnection

  init(timeoutMilliseconds: Int? = nil) throws {
    directory = try TestDirectory()
    listener = try ListeningSocket.listening(at: directory.socket, permissions: 0o600)
    // The kernel completes the connection before anybody accepts it, so one thread can play both sides.
    client = try VarlinkClient(path: directory.socket, timeoutMilliseconds: timeoutMilliseconds)
    connection = try RawConnection(accepting: listener.descriptor)
    close(listener.descriptor)
  }

  /// Begins a call, answers it with these bytes, and takes what the client makes of them.
  func answer(_ bytes: [UInt8], thenClose: Bool = false) throws -> VarlinkReply? {
    try client.beginStream("a.b.C")
    _ = try connection.message()
    try connection.send(bytes)
    if thenClose { connection.close() }
    return try client.nextReply(timeoutMilliseconds: nil)
  }
}

@Suite("The blocking client")
struct ClientTests {
  static let malformed: [(String, String)] = [
    ("\0", "byte 0: the document ends too early"), ("[]\0", "a message is a JSON object"),
    ("{\"parameters\":[]}\0", "\"parameters\" has the wrong type"),
    ("{\"error\":null}\0", "\"error\" has the wrong type"),
    ("{\"result\":1}\0", "unknown member \"result\""), ("{\"continues\":1}\0", "\"continues\" has the wrong type"),
    ("{\"error\":\"a.B\",\"continues\":true}\0", "an error cannot be followed by another reply"),
    ("{\"a\":1,\"a\":1}\0", "byte 7: the name \"a\" occurs twice in one object"),
  ]

  @Test("an answer that is no reply is refused, and the connection is over", arguments: malformed)
  func refuses(text: String, reason: String) throws {
    let test = try ScriptedService()
    #expect(throws: VarlinkClientError.malformed(method: "a.b.C", reason: reason)) {
      try test.answer(Array(text.utf8))
    }
    #expect(throws: VarlinkClientError.closed(method: "a.b.D")) { try test.client.call("a.b.D") }
  }

  @Test("a service that leaves, before or in mid-reply, is told from one that answers")
  func disconnected() throws {
    for text in ["", "{\"parameters\":"] {
      let test = try ScriptedService()
      #expect(throws: VarlinkClientError.disconnected(method: "a.b.C")) {
        try test.answer(Array(text.utf8), thenClose: true)
      }
    }
    let test = try ScriptedService()
    test.connection.close()
    #expect(throws: VarlinkClientError.disconnected(method: "a.b.C")) { try test.client.call("a.b.C") }
  }

  @Test("nobody there: the path and the reason are named")
  func unreachable() throws {
    let directory = try TestDirectory()
    let missing = directory.socket
    #expect(throws: VarlinkClientError.unreachable(path: missing, code: ENOENT)) { try VarlinkClient(path: missing) }
    close(try ListeningSocket.listening(at: missing, permissions: 0o600).descriptor)
    #expect(throws: VarlinkClientError.unreachable(path: missing, code: ECONNREFUSED)) {
      try VarlinkClient(path: missing)
    }
    let text = VarlinkClientError.unreachable(path: missing, code: ENOENT).description
    #expect(text == "cannot reach a service at \(missing): No such file or directory")
  }

  @Test("no answer in time ends a call and its connection; a stream only pauses")
  func timeouts() throws {
    let test = try ScriptedService(timeoutMilliseconds: 20)
    try test.client.beginStream("a.b.C")
    #expect(try test.client.nextReply(timeoutMilliseconds: 0) == nil)
    #expect(try test.client.nextReply(timeoutMilliseconds: 5) == nil)
    try test.connection.send("{\"parameters\":{\"a\":1}}\0")
    #expect(try test.client.nextReply(timeoutMilliseconds: nil) == VarlinkReply(parameters: ["a": 1]))
    #expect(throws: VarlinkClientError.timedOut(method: "a.b.D")) { try test.client.call("a.b.D") }
    #expect(throws: VarlinkClientError.closed(method: "a.b.E")) { try test.client.call("a.b.E") }
  }

  @Test("a request beyond 1 MiB is not sent, and the connection stays good; a reply beyond it ends the connection")
  func tooLong() throws {
    let test = try TestServer()
    let client = try VarlinkClient(path: test.directory.socket)
    let empty = RawCase.echo("").utf8.count
    let text = String(repeating: "x", count: VarlinkClient.maximumMessageBytes - empty)
    #expect(throws: VarlinkClientError.tooLong(method: "org.example.test.Echo", maximumBytes: 1 << 20)) {
      try client.call("org.example.test.Echo", ["text": .string(text + "x")])
    }
    #expect(try client.call("org.example.test.Echo", ["text": .string(text)]) == ["text": .string(text)])
    test.server.close()

    let scripted = try ScriptedService()
    try scripted.client.beginStream("a.b.C")
    let done = Mailbox<Bool>()
    flood(scripted.connection.descriptor, done: done)
    #expect(throws: VarlinkClientError.tooLong(method: "a.b.C", maximumBytes: 1 << 20)) {
      try scripted.client.nextReply(timeoutMilliseconds: nil)
    }
    #expect(done.take() == true)
  }

  @Test("an error of the service carries its name and facts, and the connection can be used on")
  func refused() throws {
    let test = try TestServer()
    let client = try VarlinkClient(path: test.directory.socket)
    #expect(throws: VarlinkClientError.refused(.invalidParameter("text"))) {
      try client.call("org.example.test.Echo", [:])
    }
    #expect(throws: VarlinkClientError.refused(.expectedMore)) { try client.call("org.example.test.Monitor") }
    try client.callOneway("org.example.test.Echo", ["text": "nobody hears"])
    #expect(try client.call("org.example.test.Echo", ["text": "a"]) == ["text": "a"])
    test.server.close()
  }

  @Test("a stream to its end leaves the connection usable; one cut short closes it and cancels the call")
  func streams() throws {
    let test = try TestServer()
    let client = try VarlinkClient(path: test.directory.socket)
    var numbers: [Int64] = []
    let end = try client.stream("org.example.test.Count", ["to": 1000]) { reply in
      numbers.append(reply["number"]?.integer ?? -1)
      return true
    }
    #expect(end == .finished)
    #expect(numbers == Array(1...1000))
    #expect(try client.stream("org.example.test.Count", ["to": 10]) { _ in false } == .cancelled)
    #expect(client.descriptor == nil)
    #expect(throws: VarlinkClientError.closed(method: "org.example.test.Count")) {
      try client.call("org.example.test.Count", ["to": 1])
    }
    #expect(test.closing() == .clientLeft)
    test.server.close()
  }

  @Test("the service says who it is and describes its interfaces, comments included")
  func introspection() throws {
    let test = try TestServer()
    let client = try VarlinkClient(path: test.directory.socket)
    #expect(
      try client.call("org.varlink.service.GetInfo") == [
        "vendor": "Nobody", "product": "Test", "version": "1", "url": "https://example.org/",
        "interfaces": ["org.varlink.service", "org.example.test"],
      ])
    let described = try client.call(
      "org.varlink.service.GetInterfaceDescription", ["interface": "org.example.test"])
    #expect(described == ["description": .string(TestService.text)])
    #expect(throws: VarlinkClientError.refused(.interfaceNotFound("org.example.none"))) {
      try client.call("org.varlink.service.GetInterfaceDescription", ["interface": "org.example.none"])
    }
    test.server.close()
  }
}

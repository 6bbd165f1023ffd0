import StrictJSON
import Testing
import Varlink
import VarlinkServer

@Suite("Calls that last")
struct LastingCallTests {
  static let monitor = #"{"method":"org.example.test.Monitor","more":true}"# + "\0"
  static let held = #"{"method":"org.example.test.Held"}"# + "\0"

  @Test("one call at a time: what is sent behind a stream waits for its end")
  func oneAtATime() throws {
    let test = try TestServer()
    let connection = try test.connect()
    try connection.send(Self.monitor + RawCase.echo("after") + "\0")
    let reply = try #require(test.service.held.take())
    reply.emit(["number": 1])
    reply.emit(["number": 2])
    #expect(try connection.message() == #"{"parameters":{"number":1},"continues":true}"#)
    #expect(try connection.message() == #"{"parameters":{"number":2},"continues":true}"#)
    #expect(test.service.seen.all == ["org.example.test.Monitor"])
    reply.finish(["number": 3])
    #expect(try connection.message() == #"{"parameters":{"number":3}}"#)
    #expect(try connection.message() == RawCase.echoed("after"))
    test.server.close()
  }

  @Test("a client that hangs up in mid-stream cancels the call", arguments: [monitor, held])
  func hangUp(request: String) throws {
    let test = try TestServer()
    let connection = try test.connect()
    try connection.send(request)
    let reply = try #require(test.service.held.take())
    let cancelled = Mailbox<Bool>()
    reply.onCancel { cancelled.put(true) }
    #expect(!reply.isCancelled)
    connection.close()
    #expect(cancelled.take() == true)
    #expect(reply.isCancelled)
    #expect(test.closing() == .clientLeft)
    // Too late is as good as never.
    let late = Mailbox<Bool>()
    reply.onCancel { late.put(true) }
    #expect(late.take() == true)
    reply.finish(["text": "nobody listens"])
    test.server.close()
  }

  @Test("a client that hangs up with a megabyte of unread calls behind its stream cancels too")
  func hangUpWithMore() throws {
    let test = try TestServer()
    let connection = try test.connect()
    try connection.send(Self.monitor + String(repeating: RawCase.echo("x") + "\0", count: 1_000))
    let reply = try #require(test.service.held.take())
    let cancelled = Mailbox<Bool>()
    reply.onCancel { cancelled.put(true) }
    connection.close()
    #expect(cancelled.take() == true)
    #expect(test.service.seen.all == ["org.example.test.Monitor"])
    test.server.close()
  }

  @Test("a client that sends no more still gets its answer")
  func halfClosed() throws {
    let test = try TestServer()
    let connection = try test.connect()
    try connection.send(Self.held)
    connection.halfClose()
    let reply = try #require(test.service.held.take())
    reply.finish(["text": "late"])
    #expect(try connection.message() == #"{"parameters":{"text":"late"}}"#)
    #expect(try connection.message() == nil)
    #expect(test.closing() == .clientLeft)
    test.server.close()
  }

  @Test("a oneway call arrives although its client is gone")
  func onewayAndGone() throws {
    let test = try TestServer()
    let connection = try test.connect()
    try connection.send(#"{"method":"org.example.test.Echo","parameters":{"text":"a"},"oneway":true}"# + "\0")
    connection.close()
    #expect(test.service.seen.take() == "org.example.test.Echo")
    test.server.close()
  }

  @Test("half a message and a hang-up is an ordinary leaving")
  func halfAMessage() throws {
    let test = try TestServer()
    let connection = try test.connect()
    try connection.send("{\"method\":\"org.example.test.Echo\"")
    connection.close()
    #expect(test.closing() == .clientLeft)
    #expect(test.service.seen.all.isEmpty)
    test.server.close()
  }

  @Test("a client that does not read loses events, is told so once, and gets the newest snapshot")
  func overrun() throws {
    let test = try TestServer()
    let connection = try test.connect()
    try connection.send(Self.monitor)
    let reply = try #require(test.service.held.take())
    let told = Mailbox<Int>()
    reply.onOverrun { lost in
      told.put(lost)
      return [["number": -1, "overrun": true], ["number": -2]]
    }
    let text = String(repeating: "x", count: 10_000)
    var number: Int64 = 0
    while reply.emit(["number": .integer(number), "text": .string(text)]) { number += 1 }
    let lostInAll = 1 + (0..<10).filter { _ in !reply.emit(["number": 999]) }.count
    #expect(lostInAll == 11)
    for expected in 0..<number {
      #expect(try connection.message()?.hasPrefix(#"{"parameters":{"number":\#(expected),"#) == true)
    }
    #expect(try connection.message() == #"{"parameters":{"number":-1,"overrun":true},"continues":true}"#)
    #expect(try connection.message() == #"{"parameters":{"number":-2},"continues":true}"#)
    #expect(told.take() == 11)
    reply.emit(["number": 5])
    #expect(try connection.message() == #"{"parameters":{"number":5},"continues":true}"#)
    reply.finish(["number": 6])
    #expect(try connection.message() == #"{"parameters":{"number":6}}"#)
    #expect(told.all.isEmpty)
    test.server.close()
  }

  @Test("a service that waits for room delivers everything, whatever the client's speed")
  func drained() throws {
    let test = try TestServer()
    let connection = try test.connect()
    try connection.send(Self.monitor)
    let reply = try #require(test.service.held.take())
    let feeder = Feeder(reply, last: 20_000)
    feeder.feed()
    for expected in 1..<20_000 {
      #expect(try connection.message()?.hasPrefix(#"{"parameters":{"number":\#(expected),"#) == true)
    }
    #expect(try connection.message() == #"{"parameters":{"number":20000}}"#)
    test.server.close()
  }

  @Test("closing the server cancels every call, ends every connection and removes the socket file")
  func closing() throws {
    let test = try TestServer()
    let connections = try (0..<8).map { _ in try test.connect() }
    for connection in connections { try connection.send(Self.monitor) }
    let cancelled = Mailbox<Bool>()
    let replies = try connections.map { _ in try #require(test.service.held.take()) }
    for reply in replies { reply.onCancel { cancelled.put(true) } }
    test.server.close()
    for reply in replies { #expect(reply.isCancelled) }
    #expect(cancelled.all.count == 8)
    for connection in connections { #expect(try connection.message() == nil) }
    for _ in connections { #expect(test.closing() == .serverClosing) }
    #expect(throws: VarlinkClientError.unreachable(path: test.directory.socket, code: 2)) {
      try VarlinkClient(path: test.directory.socket)
    }
  }

  @Test("closing does not wait for a client that does not read")
  func closingWithStoppedClient() throws {
    var limits = VarlinkServerLimits()
    limits.closingMilliseconds = 50
    let test = try TestServer(limits)
    let connection = try test.connect()
    try connection.send(#"{"method":"org.example.test.Large","parameters":{"bytes":1000000}}"# + "\0")
    #expect(test.service.seen.take() == "org.example.test.Large")
    test.server.close()
    #expect(test.closing() == .serverClosing)
  }

  @Test("answering twice, or streaming to one who did not ask for it, is our bug and traps")
  func traps() async {
    await #expect(processExitsWith: .failure) {
      let test = try TestServer()
      let connection = try test.connect()
      try connection.send(LastingCallTests.held)
      let reply = test.service.held.take()
      reply?.finish(["text": ""])
      reply?.finish(["text": ""])
    }
    await #expect(processExitsWith: .failure) {
      let test = try TestServer()
      let connection = try test.connect()
      try connection.send(LastingCallTests.held)
      test.service.held.take()?.emit(["text": ""])
    }
  }
}

/// Sends numbers as fast as there is room for them.
final class Feeder: Sendable {
  private let reply: VarlinkResponder
  private let last: Int64
  private let next = Mailbox<Int64>()

  init(_ reply: VarlinkResponder, last: Int64) {
    self.reply = reply
    self.last = last
    next.put(1)
  }

  func feed() {
    guard var number = next.take() else { return }
    let end = min(last, number + 100)
    while number < end {
      let isTaken = reply.emit(["number": .integer(number), "text": "a record of some length or other"])
      #expect(isTaken)
      number += 1
    }
    if number == last { return reply.finish(["number": .integer(last)]) }
    next.put(number)
    reply.onDrained { self.feed() }
  }
}

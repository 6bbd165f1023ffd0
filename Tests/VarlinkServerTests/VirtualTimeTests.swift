import NIOCore
import NIOEmbedded
import StrictJSON
import Testing
import Varlink

@testable import VarlinkServer

/// Holds back what is written until the test lets it go: a client that does not read.
private final class Gate: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer
  private var held: [(data: NIOAny, promise: EventLoopPromise<Void>?)] = []
  private var context: ChannelHandlerContext?
  var isOpen = true

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }
  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    for write in held { write.promise?.fail(ChannelError.ioOnClosedChannel) }
    held = []
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if isOpen {
      context.write(data, promise: promise)
    } else {
      held.append((data, promise))
    }
  }

  func releaseOne() {
    let write = held.removeFirst()
    context?.writeAndFlush(write.data, promise: write.promise)
  }

  var count: Int { held.count }
}

/// A connection on a loop whose clock the test turns.
private struct VirtualConnection {
  let loop = EmbeddedEventLoop()
  let channel: EmbeddedChannel
  let gate = Gate()
  let service: TestService
  let events = Mailbox<VarlinkServerEvent>()

  init() throws {
    service = try TestService()
    channel = EmbeddedChannel(loop: loop)
    let limits = VarlinkServerLimits()
    let events = events
    let connection = VarlinkConnection(
      peer: VarlinkPeer(uid: 1, gid: 1, groups: []), service: service, dispatch: VarlinkDispatch(service),
      limits: limits, census: ConnectionCensus(limits: limits, observe: { events.put($0) }))
    try channel.pipeline.syncOperations.addHandlers([gate, connection])
    try channel.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
  }

  func send(_ text: String) throws { try channel.writeInbound(ByteBuffer(string: text)) }
  func message() throws -> String? { try channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) } }
  func monitor() throws -> VarlinkResponder {
    try send(#"{"method":"org.example.test.Monitor","more":true}"# + "\0")
    return try #require(service.held.take())
  }

  var reason: VarlinkCloseReason? {
    for case .closed(_, let reason) in events.all { return reason }
    return nil
  }
  func advance(_ milliseconds: Int64) { loop.advanceTime(by: .milliseconds(milliseconds)) }
}

@Suite("Bounds of time and queue, to the millisecond and the byte")
struct VirtualTimeTests {
  @Test("a message must be complete 10 s after its first byte, however it trickles in")
  func unfinished() throws {
    let test = try VirtualConnection()
    try test.send("{")
    for _ in 0..<9 {
      test.advance(1000)
      try test.send(" ")
    }
    test.advance(999)
    #expect(test.reason == nil)
    test.advance(1)
    #expect(test.reason == .unfinishedMessage)
  }

  @Test("a message complete in time stops the clock; the next one has its own")
  func finished() throws {
    let test = try VirtualConnection()
    let call = RawCase.echo("a") + "\0"
    try test.send(String(call.prefix(20)))
    test.advance(9_999)
    try test.send(String(call.dropFirst(20)) + "{")
    #expect(try test.message() == RawCase.echoed("a") + "\0")
    test.advance(9_999)
    #expect(test.reason == nil)
    test.advance(1)
    #expect(test.reason == .unfinishedMessage)
  }

  @Test("an idle connection may stay for ever")
  func idle() throws {
    let test = try VirtualConnection()
    test.advance(86_400_000)
    try test.send(RawCase.echo("a") + "\0")
    #expect(try test.message() == RawCase.echoed("a") + "\0")
    test.advance(86_400_000)
    #expect(test.reason == nil)
  }

  @Test("while we do not read, half a message is not the client's fault")
  func paused() throws {
    let test = try VirtualConnection()
    try test.send(#"{"method":"org.example.test.Held"}"# + "\0{")
    let reply = try #require(test.service.held.take())
    test.advance(60_000)
    #expect(test.reason == nil)
    reply.finish(["text": ""])
    test.advance(9_999)
    #expect(test.reason == nil)
    test.advance(1)
    #expect(test.reason == .unfinishedMessage)
  }

  @Test("a reply must have left after 5 s; each one that leaves starts the clock again")
  func unwritable() throws {
    let test = try VirtualConnection()
    test.gate.isOpen = false
    try test.send(RawCase.echo("a") + "\0" + RawCase.echo("b") + "\0")
    #expect(test.gate.count == 2)
    test.advance(4_999)
    test.gate.releaseOne()
    test.advance(4_999)
    #expect(test.reason == nil)
    test.advance(1)
    #expect(test.reason == .unwritable)
  }

  @Test("256 KiB may wait to leave; the next byte is an overrun, and the stream says so when half is free")
  func queue() throws {
    let test = try VirtualConnection()
    let reply = try test.monitor()
    test.gate.isOpen = false
    let frame = #"{"parameters":{"number":1,"text":""},"continues":true}"#.utf8.count + 1
    func event(bytes: Int) -> JSONObject {
      ["number": 1, "text": .string(String(repeating: "x", count: bytes - frame))]
    }
    #expect(reply.emit(event(bytes: 128 << 10)))
    #expect(reply.emit(event(bytes: 64 << 10)))
    #expect(reply.emit(event(bytes: 64 << 10)))
    #expect(!reply.emit(event(bytes: frame)))
    test.gate.releaseOne()
    // Half is free: the loss is told, and what comes after it is not lost.
    #expect(test.gate.count == 3)
    #expect(reply.emit(event(bytes: frame)))
    while test.gate.count > 0 { test.gate.releaseOne() }
    let messages = try (0..<5).map { _ in try #require(try test.message()) }
    #expect(messages.map(\.utf8.count).prefix(3) == [128 << 10, 64 << 10, 64 << 10])
    #expect(messages[3] == "{\"parameters\":{\"overrun\":true},\"continues\":true}\0")
    #expect(messages[4].hasPrefix(#"{"parameters":{"number":1"#))
    #expect(try test.message() == nil)
  }

  @Test("one byte more than 256 KiB does not enter the queue beside another")
  func queueBeyond() throws {
    let test = try VirtualConnection()
    let reply = try test.monitor()
    test.gate.isOpen = false
    let frame = #"{"parameters":{"number":1,"text":""},"continues":true}"#.utf8.count + 1
    #expect(reply.emit(["number": 1, "text": .string(String(repeating: "x", count: (128 << 10) - frame))]))
    #expect(!reply.emit(["number": 1, "text": .string(String(repeating: "x", count: (128 << 10) - frame + 1))]))
  }

  @Test("with 256 KiB waiting to leave the next call is begun; with a byte more it waits for room", arguments: [0, 1])
  func queuedCalls(beyond: Int) throws {
    let test = try VirtualConnection()
    test.gate.isOpen = false
    let bytes = (256 << 10) + beyond - RawCase.echoed("").utf8.count - 1
    try test.send(
      #"{"method":"org.example.test.Large","parameters":{"bytes":\#(bytes)}}"# + "\0" + RawCase.echo("a") + "\0")
    #expect(test.service.seen.all.count == 2 - beyond)
    while test.gate.count > 0 { test.gate.releaseOne() }
    #expect(try test.message()?.utf8.count == (256 << 10) + beyond)
    #expect(try test.message() == RawCase.echoed("a") + "\0")
  }

  @Test("a heap of calls gives way to others after each four, and is worked off to its end")
  func givingWay() throws {
    let test = try VirtualConnection()
    try test.send((0..<10).map { RawCase.echo("\($0)") + "\0" }.joined())
    #expect(test.service.seen.all.count == 4)
    test.loop.run()
    #expect(try (0..<10).map { _ in try test.message() } == (0..<10).map { RawCase.echoed("\($0)") + "\0" })
    #expect(try test.message() == nil)
  }

  @Test("snapshots take each other's place until there is room; the last one before the end is not lost")
  func coalescing() throws {
    let test = try VirtualConnection()
    let reply = try test.monitor()
    test.gate.isOpen = false
    for number in 1...5 { reply.emitLatest { [["number": .integer(Int64(number))]] } }
    #expect(test.gate.count == 1)
    test.gate.releaseOne()
    #expect(test.gate.count == 1)
    reply.emitLatest { [["number": 6]] }
    reply.emitLatest { [["number": 7]] }
    reply.finish(["number": 8])
    while test.gate.count > 0 { test.gate.releaseOne() }
    #expect(try test.message() == "{\"parameters\":{\"number\":1},\"continues\":true}\0")
    #expect(try test.message() == "{\"parameters\":{\"number\":5},\"continues\":true}\0")
    #expect(
      try test.message() == "{\"parameters\":{\"number\":7},\"continues\":true}\0{\"parameters\":{\"number\":8}}\0")
    #expect(try test.message() == nil)
  }
}

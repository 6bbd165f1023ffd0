import StrictJSON
import Testing
import Varlink
import VarlinkServer

/// Every bound of the control protocol (varlink.md, "Bounds and robustness"), at its edge and one beyond, and where it is
/// tested. R is `RawBytesTests`, V `VirtualTimeTests`, L `LastingCallTests`, C `ListeningSocketTests`, all beside this
/// file; D is SMPDaemonTests, E is EndToEndTests.
///
/// | bound | test |
/// |---|---|
/// | 1 MiB a message | R: in, exact and a byte more; `largestReply`: out; D `JournalStreamTests.large` |
/// | JSON depth 32, UTF-8, duplicate keys | R |
/// | 10 s for a message, none for an idle connection | V `unfinished`, `finished`, `idle`, `paused` |
/// | 64 connections, 16 of one user | `inAll`, `perUser`; who makes room: D `StrangersTests.control` |
/// | 256 KiB queued: no further call, no further event | V `queue`, `queueBeyond`, `queuedCalls` |
/// | overrun, then the newest | L `overrun`, V `coalescing`; D `SnapshotStreamTests.notReading` |
/// | everything to who waits for room | L `drained`; D `JournalStreamTests.slow` |
/// | 5 s unwritable | V `unwritable`; `neverReads` |
/// | SO_PEERCRED at accept | `credentials`; D `RightsTests`: they call as another user than they connected as |
/// | no upgrade, no descriptors, no TCP | R; D `StopBoundsTests.descriptors`; E `LoadTests.hungUp` |
/// | nobody is killed by who leaves | L `hangUp`, `halfClosed`; D `StopBoundsTests.vanished`; E `LoadTests.crowd` |
/// | no loop over who hung up | E `LoadTests.hungUp` |
/// | one does not stall everybody | `slowClients`, `neverReads`, V `givingWay`; E `LoadTests.crowd` |
/// | the stop socket: 4 KiB, depth 8, 64 places, its share of a core | D `StopBoundsTests`, `StrangersTests`, `BreathTests` |
@Suite("Connections")
struct BoundsTests {
  @Test("16 connections of one user are served, the 17th is closed; one that leaves makes room")
  func perUser() throws {
    let test = try TestServer()
    var connections = try (0..<16).map { _ in try test.connect() }
    for connection in connections {
      try connection.send(RawCase.echo("a") + "\0")
      #expect(try connection.message() == RawCase.echoed("a"))
    }
    #expect(try test.connect().message() == nil)
    let turnedAway = test.events.take { if case .turnedAway = $0 { true } else { false } }
    guard case .turnedAway(_?, .tooManyOfUser)? = turnedAway else {
      Issue.record("turned away for another reason: \(String(describing: turnedAway))")
      return
    }
    connections.removeLast().close()
    #expect(test.closing() == .clientLeft)
    let next = try test.connect()
    try next.send(RawCase.echo("b") + "\0")
    #expect(try next.message() == RawCase.echoed("b"))
    test.server.close()
  }

  @Test("64 connections in all, whoever they are; the 65th is closed")
  func inAll() throws {
    var limits = VarlinkServerLimits()
    #expect(limits.connections == 64)
    limits.connectionsPerUser = .max
    let test = try TestServer(limits)
    let connections = try (0..<64).map { _ in try test.connect() }
    for connection in connections {
      try connection.send(RawCase.echo("a") + "\0")
      #expect(try connection.message() == RawCase.echoed("a"))
    }
    #expect(try test.connect().message() == nil)
    let turnedAway = test.events.take { if case .turnedAway = $0 { true } else { false } }
    guard case .turnedAway(_?, .tooManyConnections)? = turnedAway else {
      Issue.record("turned away for another reason: \(String(describing: turnedAway))")
      return
    }
    test.server.close()
  }

  @Test("64 slow clients with half a message each are closed in time; a fast one is served meanwhile")
  func slowClients() throws {
    var limits = VarlinkServerLimits()
    limits.connectionsPerUser = .max
    limits.connections = 65
    limits.unfinishedMessageMilliseconds = 50
    let test = try TestServer(limits)
    let slow = try (0..<64).map { _ in try test.connect() }
    for connection in slow { try connection.send("{\"method\":") }
    let fast = try test.connect()
    try fast.send(RawCase.echo("fast") + "\0")
    #expect(try fast.message() == RawCase.echoed("fast"))
    for connection in slow { #expect(try connection.message() == nil) }
    for _ in slow { #expect(test.closing() == .unfinishedMessage) }
    // The fast one sits idle all the while, and may.
    try fast.send(RawCase.echo("still here") + "\0")
    #expect(try fast.message() == RawCase.echoed("still here"))
    test.server.close()
  }

  @Test("a client that never reads is closed, and the others do not notice")
  func neverReads() throws {
    var limits = VarlinkServerLimits()
    limits.unwritableMilliseconds = 50
    let test = try TestServer(limits)
    let stopped = try test.connect()
    let call = #"{"method":"org.example.test.Large","parameters":{"bytes":1000000}}"#
    try stopped.send(String(repeating: call + "\0", count: 4))
    let other = try test.connect()
    try other.send(RawCase.echo("a") + "\0")
    #expect(try other.message() == RawCase.echoed("a"))
    #expect(test.closing() == .unwritable)
    // One reply filled the queue, so the calls behind it were never begun.
    #expect(test.service.seen.all.filter { $0 == "org.example.test.Large" }.count == 1)
    test.server.close()
  }

  @Test("a reply of 1 MiB leaves whole; with a byte more the connection is closed, and said to be our doing")
  func largestReply() throws {
    let test = try TestServer()
    let connection = try test.connect()
    let frame = RawCase.echoed("").utf8.count
    func call(_ bytes: Int) -> String {
      #"{"method":"org.example.test.Large","parameters":{"bytes":\#(bytes - frame)}}"# + "\0"
    }
    try connection.send(call(1 << 20))
    #expect(try connection.message()?.utf8.count == 1 << 20)
    try connection.send(call((1 << 20) + 1))
    #expect(try connection.message() == nil)
    #expect(test.closing() == .replyTooLong(method: "org.example.test.Large"))
    test.server.close()
  }

  @Test("who may not call is told so before anything of the call is looked at")
  func refusedFirst() throws {
    let refusal = VarlinkError("org.example.test.Refused", ["reason": "not you"])
    let test = try TestServer(
      service: TestService(refused: ["org.example.test.Echo": refusal, "org.example.test.None": refusal]))
    let connection = try test.connect()
    for call in [
      RawCase.echo("a"), #"{"method":"org.example.test.Echo"}"#, #"{"method":"org.example.test.None"}"#,
      #"{"method":"org.example.test.Echo","parameters":{"x":1},"upgrade":true}"#,
    ] {
      try connection.send(call + "\0")
      #expect(try connection.message() == #"{"error":"org.example.test.Refused","parameters":{"reason":"not you"}}"#)
    }
    #expect(test.service.seen.all.isEmpty)
    test.server.close()
  }

  @Test("2,000 calls sent at once are answered in order")
  func pipelined() throws {
    let test = try TestServer()
    let connection = try test.connect()
    try connection.send((0..<2_000).map { RawCase.echo("\($0)") + "\0" }.joined())
    for number in 0..<2_000 { #expect(try connection.message() == RawCase.echoed("\(number)")) }
    test.server.close()
  }

  @Test("the user is the one the kernel saw")
  func credentials() throws {
    let test = try TestServer()
    let client = try VarlinkClient(path: test.directory.socket)
    guard case .accepted(let peer)? = test.events.take() else {
      Issue.record("a client is accepted first")
      return
    }
    #expect(try client.call("org.example.test.Who") == ["uid": .integer(Int64(peer.uid))])
    test.server.close()
  }
}

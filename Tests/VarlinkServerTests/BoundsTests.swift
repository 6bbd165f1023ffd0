import StrictJSON
import Testing
import Varlink
import VarlinkServer

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

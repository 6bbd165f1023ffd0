import SMPDaemon
import SMPInterface
import StrictJSON
import Testing
import Varlink

/// What a watcher gets who reads, and one who does not for a while (varlink.md, interface style 5).
@Suite struct SnapshotStreamTests {
  private static let methods = [SessionInterface.Monitor.name, DeviceInterface.Watch.name]

  /// One reply, in what both methods have in common.
  private struct Reply {
    let hasSnapshot: Bool
    let isReady: Bool
    let isOverrun: Bool
    let sequence: Int64
    /// Of the snapshot: the test publishes each at a time of its own.
    let time: Int64

    init(_ client: VarlinkClient) throws {
      let reply = try #require(try client.nextReply(timeoutMilliseconds: 60_000))
      #expect(reply.continues && reply.error == nil)
      hasSnapshot = reply.parameters["snapshot"]?.object != nil
      isReady = reply.parameters["ready"]?.bool == true
      isOverrun = reply.parameters["overrun"]?.bool == true
      sequence = try #require(reply.parameters["sequence"]?.integer)
      time = try #require(reply.parameters["monotonicNanoseconds"]?.integer)
    }
  }

  @Test("a snapshot, ready, then each change, numbered without a gap", arguments: methods) func reading(
    method: String
  ) throws {
    let desk = try ControlDesk()
    let client = try VarlinkClient(path: desk.path)
    try client.beginStream(method)
    let (first, second) = (try Reply(client), try Reply(client))
    #expect(first.hasSnapshot && first.sequence == 1 && first.time == 1)
    #expect(second.isReady && !second.hasSnapshot && second.sequence == 2)
    for number in Int64(3)...50 {
      desk.publish()
      let next = try Reply(client)
      #expect(next.hasSnapshot && !next.isOverrun && next.sequence == number && next.time == number - 1)
    }
  }

  @Test("a reader that stops for a while is told overrun, and then gets the newest snapshot", arguments: methods)
  func notReading(method: String) throws {
    let desk = try ControlDesk()
    let client = try VarlinkClient(path: desk.path)
    try client.beginStream(method)
    _ = (try Reply(client), try Reply(client))
    // More than the kernel keeps for a reader and the server queues for him.
    let published: Int64 = 4_000
    for _ in 0..<published { desk.publish() }
    var before: Int64 = 2
    var last = try Reply(client)
    var received = 0
    while true {
      received += 1
      if last.isOverrun {
        #expect(!last.hasSnapshot && last.sequence > before, "it stands in the place of what was left out")
        before = last.sequence
        last = try Reply(client)
        #expect(last.hasSnapshot && !last.isOverrun, "a snapshot follows")
      }
      #expect(last.hasSnapshot && last.sequence == before + 1, "no gap that was not told: \(before), \(last.sequence)")
      before = last.sequence
      if last.time == published + 1 { break }
      last = try Reply(client)
    }
    #expect(before == published + 2, "all are numbered, those left out too")
    #expect(received < published, "only the newest of many")
    // From here on he keeps up again.
    desk.publish()
    let next = try Reply(client)
    #expect(next.hasSnapshot && !next.isOverrun && next.sequence == before + 1)
  }
}

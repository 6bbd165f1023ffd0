import Foundation
import SMPDaemon
import SMPInterface
import SMPJournal
import StrictJSON
import Testing
import Varlink

/// `journal.Read` leaves nothing out and says nothing twice, however slow its reader.
@Suite struct JournalStreamTests {
  /// Numbers of the entries of one reply; the reply's own head is never behind them.
  private func numbers(_ reply: JSONObject) throws -> [Int64] {
    let batch = try JournalInterface.Read.Reply(reply)
    let numbers = batch.entries.map(\.number)
    #expect((numbers.last ?? 0) <= batch.head.number)
    return numbers
  }

  @Test(
    "a reader that stops for a while gets every entry, once and in order, those of the while included",
    arguments: [7, 1_000])
  func slow(limit: Int64) throws {
    let desk = try ControlDesk()
    let client = try VarlinkClient(path: desk.path)
    try client.beginStream(JournalInterface.Read.name, ["follow": true, "limit": .integer(limit)])
    let last: Int64 = 1_500
    // Written while it is read: what comes between the look at the head and the look at the entries is there too.
    let written = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      defer { written.signal() }
      do {
        while desk.lastEntry < last {
          try desk.note(reason: String(repeating: "r", count: 200))
          desk.publish()
        }
      } catch {
        Issue.record("\(error)")
      }
    }
    var next: Int64 = 1
    var hasWaited = false
    while next <= last {
      // As slow as a reader can be, for once: not before everything is written.
      if next > last / 3, !hasWaited {
        written.wait()
        hasWaited = true
      }
      let reply = try #require(try client.nextReply(timeoutMilliseconds: 60_000))
      for number in try numbers(reply.parameters) {
        #expect(number == next)
        next = number + 1
      }
    }
    #expect(next == last + 1)
  }

  @Test("1,000 entries with long texts are more than 1 MiB: the batch is shorter, and none is lost")
  func large() throws {
    let desk = try ControlDesk()
    for _ in 1..<1_200 { try desk.note(reason: String(repeating: "\"", count: 200)) }
    let client = try VarlinkClient(path: desk.path)
    var next: Int64 = 1
    while next <= 1_200 {
      let reply = try client.call(JournalInterface.Read.name, ["after": .integer(next - 1), "limit": 1_000])
      let found = try numbers(reply)
      #expect(found.count < 1_000 && found.first == next)
      next = try #require(found.last) + 1
    }
    var streamed: [Int64] = []
    _ = try client.stream(JournalInterface.Read.name, ["limit": 1_000]) { reply in
      streamed += (try? numbers(reply)) ?? []
      return true
    }
    #expect(streamed == Array(1...1_200))
  }

  /// Returns when the librarian and the event loop have done what was asked of them before.
  private func settle(_ desk: ControlDesk, _ other: VarlinkClient) throws {
    let done = DispatchSemaphore(value: 0)
    #expect(desk.librarian.post { done.signal() })
    done.wait()
    // What the librarian said takes two turns of the loop.
    for _ in 0..<3 { _ = try other.call(SessionInterface.Describe.name, [:]) }
  }

  /// The error a call was answered with; nil when it was answered without one.
  private func refusal(_ call: () throws -> Void) throws -> String? {
    do {
      try call()
      return nil
    } catch VarlinkClientError.refused(let error) {
      return error.name
    }
  }

  /// Some of them leave a part of the queue full behind what the kernel takes.
  @Test(
    "a batch that finds no room behind smaller ones is sent later: no gap, and no reply but batches",
    arguments: [4, 5, 6, 7])
  func crowdedOut(before: Int) throws {
    let desk = try ControlDesk()
    let other = try VarlinkClient(path: desk.path)
    let client = try VarlinkClient(path: desk.path)
    try client.beginStream(JournalInterface.Read.name, ["follow": true, "limit": 1_000])
    try settle(desk, other)
    // Some 40 KiB each, as they come, and then 500 KiB at once.
    for count in Array(repeating: 16, count: before) + [200] {
      for _ in 0..<count { try desk.note(reason: String(repeating: "r", count: 2_000)) }
      desk.publish()
      try settle(desk, other)
    }
    let last = desk.lastEntry
    var next: Int64 = 1
    while next <= last {
      let reply = try #require(try client.nextReply(timeoutMilliseconds: 60_000))
      for number in try numbers(reply.parameters) {
        #expect(number == next)
        next = number + 1
      }
    }
  }

  @Test("a follower whose reading fails leaves the board: nobody is told for ever of what nobody reads")
  func failedReader() throws {
    let desk = try ControlDesk()
    let before = desk.board.watcherCount
    let client = try VarlinkClient(path: desk.path)
    try client.beginStream(JournalInterface.Read.name, ["follow": true])
    _ = try #require(try client.nextReply(timeoutMilliseconds: 60_000))
    #expect(desk.board.watcherCount == before + 1)
    try desk.note(reason: "r")
    try desk.desk.store.close()
    try settle(desk, try VarlinkClient(path: desk.path))
    desk.publish()
    #expect(try refusal { _ = try client.nextReply(timeoutMilliseconds: 60_000) } == "io.smpd.journal.JournalFailed")
    try settle(desk, try VarlinkClient(path: desk.path))
    #expect(desk.board.watcherCount == before)
  }

  @Test("a follower who is refused because too many wait leaves the board")
  func refusedReader() throws {
    let desk = try ControlDesk()
    let before = desk.board.watcherCount
    let (begun, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    defer { gate.signal() }
    #expect(
      desk.librarian.post {
        begun.signal()
        gate.wait()
      })
    begun.wait()
    while desk.librarian.post({}) {}
    let client = try VarlinkClient(path: desk.path)
    try client.beginStream(JournalInterface.Read.name, ["follow": true])
    #expect(try refusal { _ = try client.nextReply(timeoutMilliseconds: 60_000) } == "io.smpd.journal.WrongState")
    _ = try VarlinkClient(path: desk.path).call(SessionInterface.Describe.name, [:])
    #expect(desk.board.watcherCount == before)
  }
}

import Foundation
import SMPDaemon
import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import StrictJSON
import Testing
import Varlink

/// An import counts when the journal has it, and not before.
@Suite struct ImportTests {
  /// How the first import of a document goes wrong.
  enum Trouble: CaseIterable { case busy, journalFailed, shuttingDown }

  /// An import of the example under way on a thread of its own.
  private final class Import: Sendable {
    private let answer = Monitor<Result<JSONObject, VarlinkClientError>?>(nil)

    init(_ desk: ControlDesk) throws {
      let client = try VarlinkClient(path: desk.path)
      let answer = answer
      // One thread at a time has the client: this one hands it over.
      nonisolated(unsafe) let lent = client
      Thread.detachNewThread {
        let result = Result { () throws(VarlinkClientError) in
          // Lent above, and used by nobody else.
          unsafe try lent.call(PlanInterface.Import.name, ["text": .string(PlanDocument.exampleText)])
        }
        answer.update { $0 = result }
      }
    }

    var isAnswered: Bool { answer.withLock { $0 != nil } }

    func result() throws -> Result<JSONObject, VarlinkClientError> {
      answer.wait { $0 != nil }
      return try #require(answer.withLock { $0 })
    }
    func known() throws -> Bool? { try result().get()["known"]?.bool }
    func isRefused() throws -> Bool { if case .failure(.refused) = try result() { true } else { false } }
  }

  /// The next call that reaches the owner.
  private func nextCall(_ desk: ControlDesk) throws -> OwnerCall {
    // The limit only keeps a broken handler from hanging the test.
    desk.queue.wait(until: HostClock.monotonic() + .seconds(30))
    let events = desk.queue.takeAll()
    try #require(events.count == 1)
    guard case .call(let call) = events.first else { throw NotACall() }
    return call
  }
  private struct NotACall: Error {}

  private func isRecord(_ call: OwnerCall) -> Bool { if case .record = call.command { true } else { false } }

  @Test(
    "an import that failed is no import: the same document again is written, not called known",
    arguments: Trouble.allCases)
  func failed(_ trouble: Trouble) throws {
    let desk = try ControlDesk()
    if trouble == .busy { while desk.queue.post(call: OwnerCall(.barrier, actor: 0) { _ in }) {} }
    let first = try Import(desk)
    switch trouble {
    case .busy: break
    case .journalFailed: try nextCall(desk).reply(.journalFailed(.full("/state/journal.sqlite")))
    case .shuttingDown: try nextCall(desk).reply(.shuttingDown)
    }
    #expect(try first.isRefused())
    _ = desk.queue.takeAll()
    let second = try Import(desk)
    let call = try nextCall(desk)
    #expect(isRecord(call))
    call.reply(.done(try #require(desk.board.newest)))
    #expect(try second.known() == false)
  }

  @Test("a second import of what is on its way is known once that is durable; where it is lost, both are told")
  func concurrent() throws {
    for isLost in [true, false] {
      let desk = try ControlDesk()
      let first = try Import(desk)
      let record = try nextCall(desk)
      #expect(isRecord(record))
      let second = try Import(desk)
      let barrier = try nextCall(desk)
      guard case .barrier = barrier.command else {
        Issue.record("\(barrier.command) was asked, and the document written twice")
        return
      }
      #expect(!second.isAnswered)
      for call in [record, barrier] {
        call.reply(
          isLost ? .journalFailed(.full("/state/journal.sqlite")) : .done(try #require(desk.board.newest)))
      }
      #expect(try isLost ? first.isRefused() : first.known() == false)
      #expect(try isLost ? second.isRefused() : second.known() == true)
    }
  }
}

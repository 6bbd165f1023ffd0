import Foundation
import SMPDaemon
import SMPInterface
import SMPModel
import SMPRecord
import SMPSession
import StrictJSON
import Testing
import Varlink
import VarlinkServer

@testable import SMPJournal

/// The control socket by itself, in front of a board and a journal the test writes to.
///
/// Sendable because one thread at a time publishes and notes, and everybody may look at the board.
final class ControlDesk: @unchecked Sendable {
  let desk: DiagnosisTests.Desk
  let board = Board()
  /// Nobody takes from it but the test.
  let queue = OwnerQueue()
  let librarian: Worker
  let server: VarlinkServer
  var path: String { desk.directory.appending(path: "s").path }
  private let standing: SessionSnapshot
  private var sequence: UInt64 = 0

  init() throws {
    desk = try DiagnosisTests.Desk()
    librarian = try Worker(name: "test")
    // Of a device that is there and stands.
    let station = Station()
    #expect(station.turn { station.state == .ready })
    standing = try #require(station.board.newest?.snapshot)
    let context = ControlContext(
      queue: queue, board: board, librarian: librarian, library: desk.library,
      rights: Rights(daemonUID: getuid(), operatorGID: nil, observerGID: nil), wall: { WallTime(milliseconds: 0) },
      realtime: { nil },
      surroundings: { [] })
    server = try VarlinkServer.start(
      path: desk.directory.appending(path: "s").path, permissions: 0o600,
      service: try ControlService(
        context: context,
        handlers: [
          DeviceHandler(), SessionHandler(), JournalHandler(), PlanHandler(), CourseHandler(), LotHandler(),
        ]))
    publish()
  }

  deinit {
    server.close()
    librarian.end()
  }

  /// How things stand, once more.
  func publish() {
    sequence += 1
    board.publish(
      Published(
        snapshot: standing, sequence: sequence, monotonic: MonotonicTime(nanoseconds: sequence),
        durable: desk.store.lastNumber))
  }

  var lastEntry: Int64 { Int64(desk.store.lastNumber) }

  /// One more entry, with texts behind its commitments.
  func note(reason: String) throws {
    let texts = [reason, "N"].map { Confidential(text: $0, salt: Salts().bytes(Confidential.saltBytes)) }
    let header = EntryHeader(
      monotonic: .zero, wall: WallTime(milliseconds: 1_800_000_000_000), bootID: "boot", clock: .virtual,
      actorUID: nil, session: nil, course: nil, simulated: true)
    let body = EntryBody.unlocked(
      UnlockedEntry(by: texts[1].commitment, reason: texts[0].commitment))
    _ = try desk.store.append(
      [Entry(number: desk.store.lastNumber + 1, header: header, body: body)], confidential: texts)
  }
}

import Foundation
import SMPDaemon
import SMPJournal
import SMPModel
import SMPRecord
import SMPSession
import Testing

/// What a new daemon takes over from the time before it.
@Suite struct InheritanceTests {
  private func note(_ store: JournalStore, _ body: EntryBody, session: String, course: String) throws {
    let header = EntryHeader(
      monotonic: .zero, wall: WallTime(milliseconds: 1_800_000_000_000), bootID: "boot", clock: .virtual,
      actorUID: nil, session: session, course: course, simulated: true)
    _ = try store.append([Entry(number: store.lastNumber + 1, header: header, body: body)])
  }

  private func opening(_ number: Int64) -> EntryBody {
    let name = Confidential(text: "N", salt: Array(repeating: 7, count: Confidential.saltBytes)).commitment
    return .sessionOpened(
      SessionOpenedEntry(
        number: number, serial: Label(cleaning: "SN-1"), operatorName: name, pigmentLot: Label(cleaning: "P"),
        cartridge: Label(cleaning: "K"), skin: "clear", plan: Fingerprint(of: [1]), envelope: Fingerprint(of: [2]),
        zones: [Label(cleaning: "vertex")], dotsPlanned: 5))
  }

  @Test("S7 the open session alone is read: a start does not go through all that were closed")
  func orphan() throws {
    let desk = try DiagnosisTests.Desk()
    let wall = WallTime(milliseconds: 1_800_000_000_000)
    try note(desk.store, opening(1), session: "C-1-1", course: "C-1")
    try note(
      desk.store, .sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 0)), session: "C-1-1", course: "C-1")
    // It can no longer be read as a session: whoever reads them all stumbles over it.
    let sqlite = Process()
    sqlite.executableURL = URL(filePath: "/usr/bin/env")
    sqlite.arguments = [
      "sqlite3", desk.store.path,
      """
      DROP TRIGGER entries_are_not_changed;
      UPDATE entries SET body = json_remove(body, '$.pigment_lot') WHERE number = 2
      """,
    ]
    try sqlite.run()
    sqlite.waitUntilExit()
    #expect(sqlite.terminationStatus == 0)
    #expect(throws: JournalError.self) { _ = try desk.store.sessions() }
    #expect(try Inheritance(from: desk.store, wall: wall).orphan == nil)
    try note(desk.store, opening(2), session: "C-1-2", course: "C-1")
    #expect(try Inheritance(from: desk.store, wall: wall).orphan?.session == "C-1-2")
  }
}

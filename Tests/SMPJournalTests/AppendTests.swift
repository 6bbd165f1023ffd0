import Foundation
import SMPJournal
import SMPModel
import SMPRecord
import Testing

@Suite("Adding to a journal") struct AppendTests {
  @Test("S2 a full journal stores nothing of the group, gives no durability and takes nothing more") func full() throws
  {
    let folder = try Folder()
    let store = try folder.open(maximumBytes: 160_000)
    var number = try store.append([Sample.created()]).upTo
    var failure: JournalError?
    while failure == nil, number < 10_000 {
      let group = (1...20).map { Sample.entry(number + $0, .grant(Sample.grant(UInt32($0)))) }
      do throws(JournalError) { number = try store.append(group).upTo } catch { failure = error }
    }
    #expect(failure == .full(folder.journal))
    #expect(store.lastNumber == number)
    #expect(throws: JournalError.poisoned(folder.journal)) { try store.append([Sample.entry(number + 1, .resumed)]) }
    try store.close()
    let again = try folder.open()
    #expect(again.lastNumber == number && again.tailAtOpening == .matches)
    #expect(try again.verify().isSound)
    #expect(try again.append([Sample.entry(number + 1, .resumed)]).upTo == number + 1)
  }

  @Test("S2 a group is stored wholly or not at all, and a gap is refused") func wholeGroups() throws {
    let wrong: [[Entry]] = [
      [Sample.entry(3, .resumed)], [Sample.entry(2, .resumed), Sample.entry(2, .resumed)],
      [Sample.entry(2, .resumed), Sample.entry(4, .resumed)], [Sample.entry(1, .resumed)],
      [Sample.entry(2, .resumed), Sample.entry(3, Sample.created().body, session: nil)],
      [Sample.entry(2, .resumed), Sample.entry(3, .resumed, simulated: false)],
    ]
    for group in wrong {
      let folder = try Folder()
      let store = try folder.open()
      _ = try store.append([Sample.created()])
      #expect(throws: JournalError.self) { try store.append(group) }
      #expect(throws: JournalError.poisoned(folder.journal)) { try store.append([Sample.entry(2, .resumed)]) }
      #expect(try store.entries(after: 0, limit: 10).map(\.number) == [1])
    }
  }

  @Test("the first entry names the journal") func first() throws {
    #expect(throws: JournalError.self) { try Folder().open().append([Sample.entry(1, .resumed)]) }
    var other = JournalCreatedEntry(schema: 1, journal: Folder.id, station: Label(cleaning: "x"))
    other = JournalCreatedEntry(
      schema: 1, journal: try #require(JournalID(Array(repeating: 7, count: 16))), station: other.station)
    #expect(throws: JournalError.self) {
      try Folder().open().append([Sample.entry(1, .journalCreated(other), session: nil)])
    }
  }

  @Test("S2 what is called durable is in the file, with its hash, before it is called so") func durableIsStored() throws
  {
    let folder = try Folder()
    let store = try folder.open(.full)
    #expect(store.isNew)
    let durable = try store.append(Sample.entries())
    #expect(durable.upTo == Sample.last)
    // Another program sees it while ours still has it open.
    #expect(try folder.sqlite("SELECT max(number) FROM entries") == "\(Sample.last)\n")
    #expect(try store.append([]).upTo == Sample.last)
  }

  @Test("a journal that is closed stays closed, and another may open it") func closedTwice() throws {
    let folder = try Folder()
    let store = try folder.open()
    _ = try store.append(Sample.entries())
    try store.close()
    try store.close()
    #expect(throws: JournalError.poisoned(folder.journal)) { try store.append([Sample.entry(2, .resumed)]) }
    #expect(try folder.open().lastNumber == Sample.last)
  }

  @Test("S2 an entry is durable before there is leave to act, and a failed append gives none") func ledger() throws {
    let folder = try Folder()
    let store = try folder.open()
    var ledger = AdmissionLedger()
    var durable = try store.append([Sample.created()])
    let body = ledger.enter(try Guarded.selfTest(), as: 2)
    if ledger.redeem(durable) != nil { Issue.record("spendable before it was written") }
    durable = try store.append([Sample.entry(2, body)])
    guard let recorded = ledger.redeem(durable) else {
      Issue.record("durable, and not spendable")
      return
    }
    #expect(recorded.number == 2)
    let lost = ledger.enter(try Guarded.selfTest(), as: 3)
    // The group fails as a whole because of its second entry.
    #expect(throws: JournalError.self) { try store.append([Sample.entry(3, lost), Sample.entry(9, .resumed)]) }
    if ledger.redeem(durable) != nil { Issue.record("spendable although it was never stored") }
  }

  @Test("S2 a program that holds the database's lock stops the journal, not the order of things") func busy() throws {
    let folder = try Folder()
    let store = try folder.open()
    _ = try store.append([Sample.created()])
    let intruder = try Intruder(folder.journal)
    #expect(throws: JournalError.busy(folder.journal)) { try store.append([Sample.entry(2, .resumed)]) }
    intruder.leave()
    #expect(throws: JournalError.poisoned(folder.journal)) { try store.append([Sample.entry(2, .resumed)]) }
  }

  @Test("S2 after a kill between commit and head file, the journal is whole and goes on") func killed() throws {
    let folder = try Folder()
    let store = try folder.open()
    _ = try store.append([Sample.created()])
    let head = try folder.read("journal.sqlite.head")
    _ = try store.append(Array(Sample.entries().dropFirst()))
    try store.close()
    try folder.write(head, to: "journal.sqlite.head")
    let again = try folder.open()
    #expect(again.tailAtOpening == .ahead(entries: Sample.last - 1))
    #expect(try again.append([Sample.entry(Sample.last + 1, .resumed)]).upTo == Sample.last + 1)
    #expect(try again.verify().isSound)
  }

  private static let header = Sample.created().header

  @Test("S2 a lost end is accepted only by name, and the loss stays on record") func acceptTail() throws {
    let folder = try Folder().filled()
    try folder.attack("DELETE FROM entries WHERE number > 10")
    let store = try folder.open()
    guard case .truncated(_, let expected) = store.tailAtOpening else {
      Issue.record("not noticed")
      return
    }
    #expect(throws: JournalError.self) { try store.append([Sample.entry(11, .resumed)]) }
    let check = try store.acceptTail(by: Sample.name, reason: Sample.reason, Self.header)
    #expect(check == store.tailAtOpening)
    #expect(try store.append([Sample.entry(12, .resumed)]).upTo == 12)
    guard case .intact = try store.verify().chain else {
      Issue.record("the chain goes on from the accepted end")
      return
    }
    try store.close()
    #expect(
      try folder.sqlite("SELECT json_extract(body, '$.expected.number') FROM entries WHERE number = 11")
        == "\(expected.number)\n")
    #expect(try folder.open().tailAtOpening == .matches)
  }

  @Test("S2 a journal without its head file is taken up by name; its end was as it is") func acceptWithoutHead() throws
  {
    let folder = try Folder().filled()
    try Tool.remove(folder.path + "/journal.sqlite.head")
    let store = try folder.open()
    #expect(try store.acceptTail(by: Sample.name, reason: Sample.reason, Self.header) == .headMissing)
    #expect(try store.verify().chain == .intact(store.head))
  }

  @Test("S10 nothing is accepted where nothing is lost, nor where the end was altered") func acceptNothing() throws {
    let folder = try Folder().filled()
    let sound = try folder.open()
    #expect(throws: JournalError.nothingLost(path: sound.path)) {
      try sound.acceptTail(by: Sample.name, reason: Sample.reason, Self.header)
    }
    let last = sound.lastNumber
    try sound.close()
    try folder.attack("UPDATE entries SET hash = x'\(String(repeating: "00", count: 32))' WHERE number = \(last)")
    let altered = try folder.open()
    #expect(altered.tailAtOpening == .altered(number: last))
    let refusal = try #require(altered.refusal)
    #expect(throws: refusal) { try altered.acceptTail(by: Sample.name, reason: Sample.reason, Self.header) }
    #expect(!refusal.remedy.contains("--accept-loss"))
    #expect(altered.lastNumber == last)
  }

  @Test("the disk's reserve is asked for before arming") func reserve() throws {
    let store = try Folder().open()
    try store.checkReserve(1)
    #expect(try store.freeBytes() > 0)
    let free = try store.freeBytes()
    #expect(throws: JournalError.self) { try store.checkReserve(free + 1_000_000_000) }
  }

  @Test("an erased text is gone from every file, and the chain verifies") func erasure() throws {
    let folder = try Folder().filled(closed: false)
    func traces() throws -> Int {
      try ["journal.sqlite", "journal.sqlite-wal"].count { name in
        Data(try folder.read(name)).range(of: Data(Sample.name.text.utf8)) != nil
      }
    }
    let store = try folder.open()
    #expect(
      try store.confidential(behind: [Sample.reason.commitment, Sample.name.commitment]) == [
        Sample.reason, Sample.name,
      ])
    #expect(try traces() > 0)
    let erased = ConfidentialErasedEntry(count: 1, by: Sample.name.commitment, reason: Sample.reason.commitment)
    let entry = Sample.entry(Sample.last + 1, .confidentialErased(erased), session: nil)
    #expect(throws: JournalError.self) { try store.erase(Erasure(), recordedBy: [entry], confidential: []) }
    _ = try store.erase(Erasure(commitments: [Sample.name.commitment]), recordedBy: [entry], confidential: [])
    #expect(try store.confidential(behind: [Sample.name.commitment]).isEmpty)
    #expect(try traces() == 0)
    #expect(try store.verify().isSound)
  }

  /// A journal of which a reader held an older state while a text was erased.
  private func erasedUnderReader(_ folder: Folder) throws -> (JournalStore, Intruder) {
    let store = try folder.open()
    _ = try store.append(Sample.entries(), confidential: Sample.texts)
    let reader = try Intruder(folder.journal, "BEGIN; SELECT 'held ' || count(*) FROM entries;")
    let erased = ConfidentialErasedEntry(count: 1, by: Sample.name.commitment, reason: Sample.reason.commitment)
    let entry = Sample.entry(Sample.last + 1, .confidentialErased(erased), session: nil)
    let durable = try store.erase(
      Erasure(commitments: [Sample.name.commitment]), recordedBy: [entry], confidential: [])
    #expect(durable.upTo == Sample.last + 1 && store.isErasurePending)
    return (store, reader)
  }

  /// Lines with the erased name in the database and its log. Read by another program: this process would give up SQLite's
  /// locks with the file it closes.
  private func traces(_ folder: Folder) throws -> Int {
    let found = try Tool.run(
      "sh", ["-c", "cat \"$0\" \"$0-wal\" | grep -acF \"$1\" || true", folder.journal, Sample.name.text])
    return try #require(Int(found.trimmingCharacters(in: .newlines)))
  }

  @Test("S13 a reader who holds an older state fails no erasure; its traces go when he has let go")
  func erasureUnderReader() throws {
    let folder = try Folder()
    let (store, reader) = try erasedUnderReader(folder)
    #expect(try traces(folder) > 0)
    #expect(try store.append([Sample.entry(Sample.last + 2, .resumed)]).upTo == Sample.last + 2, "no failure")
    try? store.checkpoint()
    #expect(store.isErasurePending)
    reader.leave()
    try store.checkpoint()
    #expect(try !store.isErasurePending && traces(folder) == 0)
    #expect(try store.verify().isSound)
  }

  @Test("an erasure whose traces were left by a daemon that died is finished by the next one")
  func erasureAfterDeath() throws {
    let folder = try Folder()
    let (_, reader) = try erasedUnderReader(folder)
    defer { reader.leave() }
    // What is on the disk at this moment, and nothing of what the system would still do for us.
    let left = try Folder()
    for part in ["", "-wal", ".head"] { _ = try Tool.run("cp", [folder.journal + part, left.journal + part]) }
    #expect(try traces(left) > 0)
    let next = try left.open()
    #expect(try !next.isErasurePending && traces(left) == 0)
    #expect(try next.lastNumber == Sample.last + 1 && next.verify().isSound)
  }

  @Test("a text that was exchanged beside the chain is shown as none") func exchangedText() throws {
    let folder = try Folder().filled()
    try folder.sqlite("UPDATE confidential SET text = 'Somebody else'")
    #expect(try folder.open().confidential(behind: [Sample.name.commitment]).isEmpty)
  }
}

/// Another program with the database's write lock, or with whatever its statements take. Their last one says `held`.
final class Intruder {
  private let process = Process()
  private let input = Pipe()

  init(_ path: String, _ statements: String = "BEGIN IMMEDIATE; SELECT 'held';") throws {
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["sqlite3", path]
    process.standardInput = input
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data((statements + "\n").utf8))
    // The answer comes only once the lock is taken. A signal may interrupt the wait for it.
    while (try? output.fileHandleForReading.read(upToCount: 5)) == nil {}
  }

  func leave() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

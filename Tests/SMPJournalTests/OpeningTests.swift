import Foundation
import Glibc
import SMPJournal
import SMPModel
import SMPRecord
import Testing

@Suite("Opening a journal") struct OpeningTests {
  @Test("S13 a directory that is missing, a file, or open to everybody is refused") func directories() throws {
    let folder = try Folder()
    func open(_ path: String) throws {
      _ = try JournalStore(path: path, durability: .simulated, newJournal: Folder.id, simulated: true)
    }
    #expect(throws: JournalError.directoryMissing(folder.path + "/no")) { try open(folder.path + "/no/journal.sqlite") }
    try folder.write([1], to: "file")
    #expect(throws: JournalError.notADirectory(folder.path + "/file")) {
      try open(folder.path + "/file/journal.sqlite")
    }
    try folder.set(0o777)
    #expect(throws: JournalError.directoryUnsafe(folder.path)) { try folder.open() }
    try folder.set(0o750)
    _ = try folder.open()
  }

  @Test("S13 random bytes in place of the journal are refused and left as they are", arguments: 1...24)
  func randomBytes(_ seed: Int) throws {
    let folder = try Folder()
    var state = UInt64(seed)
    let bytes = (0..<(seed * 211)).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
    try folder.write(bytes, to: "journal.sqlite")
    #expect(throws: JournalError.notADatabase(folder.journal), "seed \(seed)") { try folder.open() }
    #expect(try folder.read("journal.sqlite") == bytes, "seed \(seed)")
  }

  @Test("S13 a journal whose pages were overwritten is refused or found damaged, never read as whole")
  func overwrittenPages() throws {
    let whole = try Folder().filled().read("journal.sqlite")
    let pages = whole.count / 4_096
    #expect(pages > 4)
    for page in 0..<pages {
      var bytes = whole
      for offset in 0..<4_096 { bytes[page * 4_096 + offset] = UInt8(truncatingIfNeeded: offset &* 31 &+ page) }
      let folder = try Folder().filled()
      try folder.write(bytes, to: "journal.sqlite")
      do {
        let report = try folder.open().verify()
        #expect(!report.isSound, "page \(page)")
      } catch {
        switch error {
        case .corrupt, .notADatabase, .notAJournal: break
        default: Issue.record("page \(page): \(error)")
        }
      }
    }
  }

  @Test("S13 a journal cut off in the middle of the file is refused or found damaged") func cutFile() throws {
    let whole = try Folder().filled().read("journal.sqlite")
    for length in [1, 99, 100, 4_095, 4_096, 4_097, whole.count / 2, whole.count - 1] {
      let folder = try Folder().filled()
      try folder.write(Array(whole[..<length]), to: "journal.sqlite")
      do {
        let report = try folder.open().verify()
        #expect(!report.isSound, "\(length) bytes")
      } catch {}
    }
  }

  @Test("S13 a newer schema, another program's database and a nameless one are refused") func otherDatabases() throws {
    let newer = try Folder().filled()
    try newer.sqlite("UPDATE meta SET value = '2' WHERE key = 'schema'")
    #expect(throws: JournalError.newerSchema(path: newer.journal, found: 2, known: 1)) { try newer.open() }
    let foreign = try Folder()
    try foreign.sqlite("CREATE TABLE recipes (name)")
    #expect(throws: JournalError.notAJournal(foreign.journal)) { try foreign.open() }
    let nameless = try Folder().filled()
    try nameless.sqlite("DELETE FROM meta WHERE key = 'journal'")
    #expect(throws: JournalError.self) { try nameless.open() }
  }

  @Test("S13 a second daemon is refused while the first lives, and not afterwards") func locked() throws {
    let folder = try Folder()
    let first = try folder.open()
    #expect(throws: JournalError.locked(folder.journal + ".lock")) { try folder.open() }
    _ = try first.append([Sample.created()])
    try first.close()
    let second = try folder.open()
    #expect(second.lastNumber == 1)
    #expect(throws: JournalError.poisoned(folder.journal)) { try first.append([Sample.entry(2, .resumed)]) }
  }

  @Test("S4 a journal that was taken away is not quietly begun anew") func takenAway() throws {
    let folder = try Folder().filled()
    for name in ["journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"] {
      try Tool.remove(folder.path + "/" + name)
    }
    #expect(throws: JournalError.self) { try folder.open() }
    #expect(!FileManager.default.fileExists(atPath: folder.journal))
    try folder.write([], to: "journal.sqlite")
    #expect(throws: JournalError.self) { try folder.open() }
  }

  @Test("S11 a journal of simulated sessions takes no real one, and the other way round") func worlds() throws {
    let simulated = try Folder().filled()
    #expect(throws: JournalError.otherWorld(path: simulated.journal, simulated: true)) {
      try simulated.open(.full, simulated: false)
    }
    let real = try Folder()
    let store = try real.open(.full, simulated: false)
    #expect(throws: JournalError.otherWorld(path: real.journal, simulated: false)) {
      try store.append([Sample.created(simulated: true)])
    }
  }

  @Test("S2 a real journal cannot be opened without its durability") func realIsDurable() async throws {
    await #expect(processExitsWith: .failure) { _ = try Folder().open(.simulated, simulated: false) }
  }

  @Test("S2 the database syncs every commit, whatever GRDB sets: synchronous is FULL, the log is kept")
  func synchronous() throws {
    for (durability, level) in [(Durability.full, Int64(2)), (.simulated, 0)] {
      let store = try Folder().open(durability)
      #expect(try store.pragma("synchronous") == level)
      #expect(try store.pragma("secure_delete") == 1)
    }
    let folder = try Folder().filled()
    // Before anything else looks at it: the last program to close the file decides what stays.
    #expect(FileManager.default.fileExists(atPath: folder.journal + "-wal"))
    #expect(try folder.sqlite("PRAGMA journal_mode") == "wal\n")
  }

  @Test("only owner and group may read the files") func modes() throws {
    let folder = try Folder().filled()
    for name in ["", "-wal", "-shm", ".head", ".lock"] {
      #expect(try folder.mode(of: "journal.sqlite" + name) & 0o137 == 0, "\(name)")
    }
    #expect(try folder.mode(of: "journal.sqlite") == 0o640)
  }

  @Test("S13 what may not be written is refused as read-only, the file and the directory") func readOnly() async throws
  {
    // Root may write anything, so the test's process becomes nobody first.
    await #expect(processExitsWith: .success) {
      let folder = try Folder().filled()
      for name in ["", "-wal", "-shm", ".head", ".lock"] { try folder.set(0o444, of: "/journal.sqlite" + name) }
      try folder.set(0o755)
      if getuid() == 0 { _ = (setgid(65_534), setuid(65_534)) } else { try folder.set(0o555) }
      do throws(JournalError) {
        _ = try folder.open()
        exit(1)
      } catch {
        guard case .readOnly = error else { exit(2) }
      }
      exit(0)
    }
  }

  @Test("every refusal says what, where and what to do") func sentences() {
    let head = ChainHead(number: 3, hash: Fingerprint(of: []))
    let errors: [JournalError] = [
      .directoryMissing("/s"), .notADirectory("/s"), .directoryUnsafe("/s"), .readOnly("/s"), .full("/s"),
      .reserve(path: "/s", freeBytes: 1, neededBytes: 2), .newerSchema(path: "/s", found: 2, known: 1),
      .corrupt(path: "/s", detail: "d"), .notADatabase("/s"), .notAJournal("/s"), .locked("/s"), .busy("/s"),
      .otherWorld(path: "/s", simulated: true), .tail(path: "/s", .truncated(found: head, expected: head)),
      .tail(path: "/s", .headMissing), .poisoned("/s"), .failed(path: "/s", detail: "d"),
    ]
    for error in errors {
      #expect(error.path == "/s" && !error.what.isEmpty && !error.remedy.isEmpty)
      #expect("\(error)".hasPrefix("/s: "))
    }
  }
}

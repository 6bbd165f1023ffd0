import SMPJournal
import SMPRecord
import Testing

/// Somebody with the file, sqlite3 and time, at every entry of a small journal.
@Suite("Damage to the file") struct DamageTests {
  private static let numbers = Array(1...Sample.last)

  private func found(_ attack: (Folder) throws -> Void) throws -> ChainBreak? {
    let folder = try Folder().filled()
    try attack(folder)
    guard case .broken(let damage) = try folder.verdict() else { return nil }
    return damage
  }

  @Test("an altered entry is found and named", arguments: numbers) func altered(_ number: UInt64) throws {
    let columns = [
      "session = 'C-9-9'", "course = 'C-9'", "kind = 'resolved'", "monotonic_ns = monotonic_ns + 1",
      "wall_ms = wall_ms - 1", "boot_id = 'other'", "clock = 'synchronised'", "actor_uid = 0", "simulated = 0",
      "body = replace(body, ':', ' :') || ' '", "hash = zeroblob(32)",
      // What reads the same to a careless reader.
      "body = body || char(0) || 'x'", "kind = kind || char(0)", "boot_id = boot_id || char(0)", "simulated = 2",
      "actor_uid = -1", "clock = 'sundial'", "hash = x'00'",
    ]
    // One journal takes one attack after another, each undone by the next copy of the file.
    for column in columns {
      let damage = try found { try $0.attack("UPDATE entries SET \(column) WHERE number = \(number)") }
      #expect(damage?.number == number && damage?.damage == .altered, "\(column): \(String(describing: damage))")
    }
  }

  @Test("a removed entry is found and named", arguments: numbers.dropLast()) func removed(_ number: UInt64) throws {
    let damage = try found { try $0.attack("DELETE FROM entries WHERE number = \(number)") }
    #expect(damage?.number == number && damage?.damage == .removed(through: number))
  }

  @Test("a removed entry is found although the ones after it were moved up", arguments: numbers.dropLast())
  func closedGap(_ number: UInt64) throws {
    let damage = try found {
      try $0.attack(
        """
        DELETE FROM entries WHERE number = \(number);
        UPDATE entries SET number = -number WHERE number > \(number);
        UPDATE entries SET number = -number - 1 WHERE number < 0;
        """)
    }
    #expect(damage?.number == number)
  }

  @Test("entries in exchanged places are found and named", arguments: numbers.dropLast())
  func reordered(_ number: UInt64) throws {
    for other in (number + 1)...Sample.last {
      let damage = try found {
        try $0.attack(
          """
          UPDATE entries SET number = -1 WHERE number = \(number);
          UPDATE entries SET number = \(number) WHERE number = \(other);
          UPDATE entries SET number = \(other) WHERE number = -1;
          """)
      }
      #expect(damage?.number == number, "with \(other)")
      if number > 1 { #expect(damage?.damage == .reordered, "with \(other)") }
    }
  }

  @Test("a journal cut short is found at every length, when it is opened and when it is verified", arguments: numbers)
  func truncated(_ number: UInt64) throws {
    let folder = try Folder().filled()
    try folder.attack("DELETE FROM entries WHERE number >= \(number)")
    let store = try folder.open()
    guard case .truncated(let found, let expected) = store.tailAtOpening else {
      Issue.record("not noticed: \(store.tailAtOpening)")
      return
    }
    #expect(found.number == number - 1 && expected.number == Sample.last)
    guard case .broken(let damage) = try store.verify().chain else {
      Issue.record("not found")
      return
    }
    #expect(damage.number == number && damage.damage == .truncated(expected: Sample.last))
    #expect(throws: JournalError.tail(path: folder.journal, store.tailAtOpening)) {
      try store.append([Sample.entry(number, .resumed)])
    }
  }

  @Test("an altered last entry is noticed at opening") func alteredEnd() throws {
    for column in ["body = '{}'", "hash = zeroblob(32)", "wall_ms = 0"] {
      let folder = try Folder().filled()
      try folder.attack("UPDATE entries SET \(column) WHERE number = \(Sample.last)")
      #expect(try folder.open().tailAtOpening == .altered(number: Sample.last), "\(column)")
    }
  }

  @Test("a head file that is missing, cut, altered or another journal's is noticed, and nothing is added") func head()
    throws
  {
    let other = try Folder()
    _ = try JournalStore(
      path: other.journal, durability: .simulated, newJournal: try #require(JournalID(Array(repeating: 9, count: 16))),
      simulated: true)
    let head = try other.read("journal.sqlite.head")
    let versions: [([UInt8]?, (TailCheck) -> Bool)] = [
      (nil, { $0 == .headMissing }), ([], { $0 == .headUnreadable }), (Array("x".utf8), { $0 == .headUnreadable }),
      (Array(head.dropLast()), { $0 == .headUnreadable }),
      (head, { if case .truncated = $0 { true } else { false } }),
    ]
    for (bytes, isExpected) in versions {
      let folder = try Folder().filled()
      try Tool.remove(folder.path + "/journal.sqlite.head")
      if let bytes { try folder.write(bytes, to: "journal.sqlite.head") }
      let store = try folder.open()
      #expect(isExpected(store.tailAtOpening), "\(store.tailAtOpening)")
      #expect(throws: JournalError.self) { try store.append([Sample.entry(Sample.last + 1, .resumed)]) }
      #expect(try store.entries(after: 0, limit: 100).count == Int(Sample.last))
    }
  }

  @Test("changed views, dropped triggers and foreign tables are named; the chain is another question") func schema()
    throws
  {
    let folder = try Folder().filled()
    try folder.attack("DROP VIEW dots; CREATE VIEW dots AS SELECT 1; CREATE TABLE mine (a)")
    let report = try folder.open().verify()
    #expect(report.chain == .intact(try folder.open().head))
    let oddities = report.store.joined(separator: "\n")
    for word in ["CREATE TRIGGER entries_are_not_changed", "CREATE VIEW dots", "CREATE TABLE mine"] {
      #expect(oddities.contains(word), "\(oddities)")
    }
    #expect(!report.isSound)
  }

  @Test("the triggers refuse a slip of hand") func triggers() throws {
    let folder = try Folder().filled()
    for statement in ["UPDATE entries SET kind = 'x'", "DELETE FROM entries"] {
      #expect(throws: Tool.Failure.self) { try folder.sqlite(statement) }
    }
    #expect(try folder.open().verify().isSound)
  }

  @Test("a journal nobody touched is sound") func sound() throws {
    let report = try Folder().filled().open().verify()
    #expect(report.isSound, "\(report)")
  }
}

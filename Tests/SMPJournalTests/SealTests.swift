import SMPJournal
import SMPModel
import SMPRecord
import Testing

/// Seals in the store, and somebody with the file, sqlite3, a program for hashes and no key.
@Suite("Seals in the file") struct SealTests {
  static let key: SealingKey = {
    guard let key = SealingKey(Array(repeating: 3, count: SealingKey.byteCount)) else {
      preconditionFailure("32 bytes make a key")
    }
    return key
  }()

  /// The small session, its seal, and one entry more.
  private func sealed() throws -> Folder {
    let folder = try Folder()
    let store = try folder.open()
    var entries = Sample.entries()
    entries.insert(
      Sample.entry(
        2,
        .daemonStarted(
          DaemonStartedEntry(
            version: Label(cleaning: "1"), realtime: false, durability: "simulated", key: Self.key.station)),
        session: nil), at: 1)
    _ = try store.append(entries.enumerated().map { renumbered($0.element, $0.offset + 1) }, confidential: Sample.texts)
    #expect(try store.unsealedSessions() == ["C-1-1"])
    let facts = try #require(try store.sealedFacts(of: "C-1-1"))
    let number = store.lastNumber
    _ = try store.append([
      Sample.entry(number + 1, .sessionSealed(facts.sealed(by: Self.key))),
      Sample.entry(number + 2, .operatorAction(OperatorActionEntry(method: "io.smpd.device.SelfTest")), session: nil),
    ])
    #expect(try store.unsealedSessions() == [])
    try store.close()
    return folder
  }

  /// Grants of the sample are known by their numbers, which are one higher here.
  private func renumbered(_ entry: Entry, _ number: Int) -> Entry {
    var body = entry.body
    if case .dot(let dot) = body {
      body = .dot(Sample.dot(dot.grant.number + 1, dot.outcome))
    } else if case .grantEnded(let end) = body {
      body = .grantEnded(
        GrantEndedEntry(grant: GrantNumber(number: end.grant.number + 1), outcome: end.outcome, sequence: end.sequence))
    }
    return Entry(number: UInt64(number), header: entry.header, body: body)
  }

  @Test("S10 what is sealed is the chain at the close, and the session's entries counted") func facts() throws {
    let store = try sealed().open()
    let facts = try #require(try store.sealedFacts(of: "C-1-1"))
    let close = try #require(try store.entries(after: 0, limit: 100).first { $0.kind == "session_closed" })
    #expect(facts.head == close.head && facts.plan == Sample.plan && facts.planVersion == nil)
    let counts = facts.counts
    #expect(
      [
        counts.grants, counts.dots, counts.presumed, counts.denials, counts.unbiddenContacts, counts.stops,
        counts.faults,
      ] == [3, 2, 1, 2, 1, 1, 1])
    #expect(try store.session("C-1-1")?.seal == .sealed)
    #expect(try store.namedKey() == Self.key.station)
    #expect(try store.verify().isSound)
    #expect(try store.sealedFacts(of: "C-9-9") == nil)
  }

  @Test("a session that is open or closed without a seal is said to be so") func states() throws {
    let folder = try Folder()
    let store = try folder.open()
    _ = try store.append(Sample.entries().dropLast(), confidential: Sample.texts)
    #expect(try store.session("C-1-1")?.seal == .open)
    #expect(try store.unsealedSessions() == [] && store.sealedFacts(of: "C-1-1") == nil && store.namedKey() == nil)
    _ = try store.append([Sample.entries()[Sample.entries().count - 1]])
    #expect(try store.session("C-1-1")?.seal == .unsealed)
  }

  /// Every hash after a change is computed anew, and the head file written: all that can be done without the key.
  private func rewrite(_ folder: Folder, _ change: (inout [StoredEntry]) -> Void) throws {
    let store = try folder.open()
    var entries = try store.entries(after: 0, limit: 100)
    try store.close()
    change(&entries)
    var hash = Chain.genesis(of: Folder.id).hash
    var statements = "DELETE FROM entries;"
    for (index, entry) in entries.enumerated() {
      let numbered = StoredEntry(
        number: UInt64(index + 1), header: entry.header, kind: entry.kind, body: entry.body, hash: entry.hash)
      hash = numbered.expectedHash(after: hash)
      statements += insert(numbered, hash)
    }
    try folder.attack(statements)
    try Tool.remove(folder.journal + ".head")
    let number = String(entries.count)
    let padded = String(repeating: "0", count: 20 - number.utf8.count) + number
    try folder.write(Array("smpd.head.1 \(Folder.id.hex) \(padded) \(hash.hex)\n".utf8), to: "journal.sqlite.head")
  }

  private func insert(_ entry: StoredEntry, _ hash: Fingerprint) -> String {
    let h = entry.header
    func text(_ text: String?) -> String { text.map { "'" + $0.replacing("'", with: "''") + "'" } ?? "NULL" }
    return """
      INSERT INTO entries VALUES (\(entry.number), \(text(h.session)), \(text(h.course)), \(text(entry.kind)), \
      \(h.monotonic.nanoseconds), \(h.wall.milliseconds), \(text(h.bootID)), \(text(h.clock.rawValue)), \
      \(h.actorUID.map { String($0) } ?? "NULL"), \(h.simulated ? 1 : 0), \(text(entry.body)), x'\(hash.hex)');

      """
  }

  @Test(
    "S10 an entry altered, removed, doubled or moved in the file is found by the seal, with every hash and the head anew",
    arguments: 0..<Int(Sample.last) + 1)
  func forged(_ place: Int) throws {
    let changes: [(String, (inout [StoredEntry]) -> Void)] = [
      ("altered", { $0[place] = Self.later($0[place]) }), ("removed", { $0.remove(at: place) }),
      ("doubled", { $0.insert($0[place], at: place) }),
      ("moved", { $0.swapAt(place, place == 0 ? 1 : place - 1) }),
    ]
    for (name, change) in changes {
      let folder = try sealed()
      try rewrite(folder, change)
      let found = try folder.open().verify()
      if case .broken(let damage) = found.chain {
        #expect(damage.number <= Sample.last + 4, "\(name): \(damage)")
      } else {
        #expect(!found.findings.isEmpty, "entry \(place + 1) \(name), and not found")
      }
    }
    let folder = try sealed()
    try rewrite(folder) { _ in }
    guard case .intact = try folder.verdict() else {
      Issue.record("the forger's own tools do not work")
      return
    }
  }

  private static func later(_ entry: StoredEntry) -> StoredEntry {
    let h = entry.header
    let header = EntryHeader(
      monotonic: h.monotonic, wall: WallTime(milliseconds: h.wall.milliseconds + 1), bootID: h.bootID, clock: h.clock,
      actorUID: h.actorUID, session: h.session, course: h.course, simulated: h.simulated)
    return StoredEntry(number: entry.number, header: header, kind: entry.kind, body: entry.body, hash: entry.hash)
  }

  @Test("S10 cut off behind the close, the session is no longer sealed, and that is seen") func cut() throws {
    let folder = try sealed()
    try rewrite(folder) { $0.removeLast(2) }
    let store = try folder.open()
    #expect(try store.unsealedSessions() == ["C-1-1"])
    #expect(try store.session("C-1-1")?.seal == .unsealed)
  }
}

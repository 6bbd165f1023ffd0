import SMPModel
import SMPRecord

/// Small journals for the tests.
enum Chains {
  static let journal: JournalID = {
    guard let journal = JournalID(Array(0..<16)) else { preconditionFailure("16 bytes make a journal's name") }
    return journal
  }()
  static let genesis = Chain.genesis(of: journal)

  static func header(_ index: Int, session: Bool = true, simulated: Bool = true) -> EntryHeader {
    EntryHeader(
      monotonic: MonotonicTime(nanoseconds: UInt64(index) * 1_000), wall: WallTime(milliseconds: Int64(index)),
      bootID: "boot", clock: .virtual, actorUID: 1_000, session: session ? "C-1-1" : nil,
      course: session ? "C-1" : nil, simulated: simulated)
  }

  static func grant(_ request: UInt32) -> GrantEntry {
    GrantEntry(
      request: RequestID(number: request), zone: ZoneIndex(number: 0),
      position: ChartPosition(x: Int32(request) * 1_000, y: 0), depth: .micrometres(500), speed: .millihertz(110_000),
      dwell: .milliseconds(100), digest: ProfileDigest(generation: 1, checksum: 7))
  }

  static func dot(of number: UInt64, _ grant: GrantEntry, depth: Depth? = nil) -> DotEntry {
    DotEntry(
      grant: GrantNumber(number: number), zone: grant.zone, position: grant.position,
      depthCommanded: depth ?? grant.depth, depthReported: .micrometres(498), speedCommanded: grant.speed,
      speedReported: grant.speed, dwell: .milliseconds(90), strokes: 10, outcome: .made,
      sequence: RecordSequence(number: grant.request.number))
  }

  /// A created journal with two dots and an expired grant.
  static let bodies: [EntryBody] = [
    .journalCreated(JournalCreatedEntry(schema: 1, journal: journal, station: Label(cleaning: "chair 1"))),
    .daemonStarted(DaemonStartedEntry(version: Label(cleaning: "1"), realtime: false, durability: "simulated")),
    .grant(grant(1)), .dot(dot(of: 3, grant(1))), .grant(grant(2)),
    .grantEnded(GrantEndedEntry(grant: GrantNumber(number: 5), outcome: .expired)),
    .grant(grant(3)), .dot(dot(of: 7, grant(3))),
    .sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 2)),
  ]

  static func whole(_ bodies: [EntryBody] = bodies, simulated: (Int) -> Bool = { _ in true }) -> [StoredEntry] {
    var head = genesis
    return bodies.enumerated().map { index, body in
      let header = header(index, session: body.kind.scope == .session, simulated: simulated(index))
      let stored = Entry(number: UInt64(index + 1), header: header, body: body).stored(after: head)
      head = stored.head
      return stored
    }
  }

  static func verify(_ entries: [StoredEntry], expecting head: ChainHead? = nil) -> ChainVerdict {
    var verifier = ChainVerifier(expecting: head)
    for entry in entries { verifier.take(entry) }
    return verifier.verdict()
  }

  static func findings(_ entries: [StoredEntry]) -> [RecordFinding] {
    var verifier = ChainVerifier()
    for entry in entries { verifier.take(entry) }
    return verifier.findings
  }

  /// The entry with some of its facts exchanged.
  static func altered(
    _ entry: StoredEntry, number: UInt64? = nil, header: EntryHeader? = nil, kind: String? = nil, body: String? = nil,
    hash: Fingerprint? = nil
  ) -> StoredEntry {
    StoredEntry(
      number: number ?? entry.number, header: header ?? entry.header, kind: kind ?? entry.kind,
      body: body ?? entry.body, hash: hash ?? entry.hash)
  }
}

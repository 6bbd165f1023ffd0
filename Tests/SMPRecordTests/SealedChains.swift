import SMPModel
import SMPRecord

/// A small journal with a sealed session, and what a forger makes of it who can compute every hash and has no key.
enum SealedChains {
  static func key(_ byte: UInt8) -> SealingKey {
    guard let key = SealingKey(Array(repeating: byte, count: SealingKey.byteCount)) else {
      preconditionFailure("32 bytes make a key")
    }
    return key
  }

  static let station = key(1)
  static let stranger = key(2)
  static let by = Confidential(text: "A. Practitioner", salt: Array(repeating: 7, count: Confidential.saltBytes))
  static let plan = Fingerprint(of: [9])

  static func header(_ number: Int, session: String?, simulated: Bool = true) -> EntryHeader {
    EntryHeader(
      monotonic: MonotonicTime(nanoseconds: UInt64(number) * 1_000), wall: WallTime(milliseconds: Int64(number)),
      bootID: "boot", clock: .virtual, session: session, course: session.map { _ in "C-1" }, simulated: simulated)
  }

  static func opening(_ number: Int64) -> EntryBody {
    .sessionOpened(
      SessionOpenedEntry(
        number: number, serial: Label(cleaning: "SN-1"), operatorName: by.commitment,
        pigmentLot: Label(cleaning: "L"), cartridge: Label(cleaning: "K"), skin: "clear", plan: plan,
        envelope: Fingerprint(of: [2]), zones: [Label(cleaning: "crown")], dotsPlanned: 5))
  }

  /// Its last entry closes it.
  static func bodies(_ first: UInt64, number: Int64) -> [EntryBody] {
    [
      opening(number), .grant(Chains.grant(1)), .dot(Chains.dot(of: first + 1, Chains.grant(1))),
      .grant(Chains.grant(2)),
      .grantEnded(GrantEndedEntry(grant: GrantNumber(number: first + 3), outcome: .expired)),
      .sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 1)),
    ]
  }

  static let preface: [EntryBody] = [
    .journalCreated(JournalCreatedEntry(schema: 1, journal: Chains.journal, station: Label(cleaning: "chair 1"))),
    .daemonStarted(
      DaemonStartedEntry(
        version: Label(cleaning: "1"), realtime: false, durability: "simulated", key: station.station)),
  ]

  static func counts(grants: Int64 = 2, dots: Int64 = 1) -> SealCounts {
    var counts = SealCounts()
    (counts.grants, counts.dots) = (grants, dots)
    return counts
  }

  static func facts(_ session: String, _ head: ChainHead, counts: SealCounts = counts()) -> SealedFacts {
    SealedFacts(
      session: session, course: "C-1", simulated: true, head: head, plan: plan, planVersion: 1, counts: counts)
  }

  /// Two sessions, each sealed, and two entries after them.
  static func journal(sealedBy key: SealingKey = station) -> [StoredEntry] {
    var entries: [StoredEntry] = []
    func append(_ body: EntryBody, _ session: String?) {
      let number = entries.count + 1
      let entry = Entry(number: UInt64(number), header: header(number, session: session), body: body)
      entries.append(entry.stored(after: entries.last?.head ?? Chains.genesis))
    }
    for body in preface { append(body, nil) }
    for number: Int64 in 1...2 {
      let session = "C-1-\(number)"
      for body in bodies(UInt64(entries.count + 1), number: number) { append(body, session) }
      append(.stop(StopEntry(style: .normal, origin: "person", outcome: .still)), nil)
      let head = entries[entries.count - 2].head
      append(.sessionSealed(facts(session, head).sealed(by: key)), session)
    }
    for _ in 1...2 { append(.operatorAction(OperatorActionEntry(method: "io.smpd.device.SelfTest")), nil) }
    return entries
  }

  /// The entries numbered and chained anew, as anybody can.
  static func rechained(_ entries: [StoredEntry]) -> [StoredEntry] {
    var hash = Chains.genesis.hash
    return entries.enumerated().map { index, entry in
      let numbered = Chains.altered(entry, number: UInt64(index + 1))
      let chained = Chains.altered(numbered, hash: numbered.expectedHash(after: hash))
      hash = chained.hash
      return chained
    }
  }

  static func verified(_ entries: [StoredEntry], key: StationKey? = station.station) -> ChainVerifier {
    var verifier = ChainVerifier(key: key)
    for entry in entries { verifier.take(entry) }
    return verifier
  }

  /// What a reader is told is wrong; nil when all is well.
  static func damage(_ entries: [StoredEntry], key: StationKey? = station.station) -> ChainBreak? {
    guard case .broken(let damage) = verified(entries, key: key).verdict() else { return nil }
    return damage
  }
}

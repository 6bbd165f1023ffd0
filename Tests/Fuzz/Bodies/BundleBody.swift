import SMPModel
import SMPRecord

/// A bundle as somebody hands it to an inspector, verified with the station's key, which whoever wrote the input has not.
enum BundleBody {
  static let key: SealingKey = {
    guard let key = SealingKey(Array(repeating: 1, count: SealingKey.byteCount)) else {
      preconditionFailure("these are as many bytes as a key has")
    }
    return key
  }()

  private static let lines = 64

  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: lines, omittingEmptySubsequences: false)
    for part in parts.prefix(lines) {
      guard let line = try? BundleLine(Array(part)) else { continue }
      try hold(line.text.utf8.elementsEqual(part), "a line of a bundle is written as it was read")
    }
    var verifier = BundleVerifier(key: key.station)
    let verdict: ChainVerdict
    do throws(BundleError) {
      for part in parts.prefix(lines) where !part.isEmpty { try verifier.take(Array(part)) }
      verdict = try verifier.verdict()
    } catch {
      return try hold(error.line > 0 && !error.detail.isEmpty, "a refusal has its line and says what is wrong")
    }
    try judge(verdict, verifier)
  }

  /// Without the key nothing can be made that verifies, but what was sealed with it.
  private static func judge(_ verdict: ChainVerdict, _ verifier: BundleVerifier) throws(BrokenPromise) {
    switch verdict {
    case .broken(let damage):
      try hold(damage.number > 0 && !damage.detail.isEmpty, "a damage has its entry and says what it is")
    case .intact(let head):
      guard let session = verifier.first?.session else { return }
      try hold(session == Self.session && head == sealed.last?.head, "S10 what verifies is what was sealed: \(session)")
    }
  }

  // MARK: What was sealed

  private static let session = "C-1-1"

  private static func header(_ number: Int, _ session: String?) -> EntryHeader {
    EntryHeader(
      monotonic: MonotonicTime(nanoseconds: UInt64(number)), wall: WallTime(milliseconds: Int64(number)),
      bootID: "boot", clock: .virtual, session: session, course: session.map { _ in "C-1" }, simulated: true)
  }

  private static let by = Confidential(text: "N", salt: Array(repeating: 7, count: Confidential.saltBytes))

  /// The journal's first entry, then the session's.
  private static let chain: [StoredEntry] = {
    guard let journal = JournalID(Array(0..<16)) else { return [] }
    let created = JournalCreatedEntry(schema: 1, journal: journal, station: Label(cleaning: "f"))
    let opened = SessionOpenedEntry(
      number: 1, serial: Label(cleaning: "S"), operatorName: by.commitment, pigmentLot: Label(cleaning: "L"),
      cartridge: Label(cleaning: "K"), skin: "clear", plan: Fingerprint(of: [1]), envelope: Fingerprint(of: [2]),
      zones: [Label(cleaning: "z")], dotsPlanned: 1)
    let bodies: [EntryBody] = [
      .journalCreated(created), .sessionOpened(opened), .paused(PausedEntry(reason: "client")), .resumed,
      .sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 0)),
    ]
    var head = Chain.genesis(of: journal)
    return bodies.enumerated().map { index, body in
      let stored = Entry(number: UInt64(index + 1), header: header(index, index > 0 ? session : nil), body: body)
        .stored(after: head)
      head = stored.head
      return stored
    }
  }()

  private static var sealed: ArraySlice<StoredEntry> { chain.dropFirst() }

  private static var seal: Entry? {
    guard let head = sealed.last?.head else { return nil }
    let facts = SealedFacts(
      session: session, course: "C-1", simulated: true, head: head, plan: Fingerprint(of: [1]), planVersion: 1,
      counts: SealCounts())
    return Entry(number: head.number + 1, header: header(9, session), body: .sessionSealed(facts.sealed(by: key)))
  }

  /// The session's bundle with and without its text, the whole journal's, and each line alone.
  static var seeds: [[UInt8]] {
    guard let entry = seal, let seal = Seal(entry), let last = chain.last else { return [] }
    let first = BundleLine.first(.init(session: session, after: chain[0].head, key: key.station))
    let end = BundleLine.last(entries: UInt64(sealed.count), head: last.head)
    let own = [first] + sealed.map { .entry($0) } + [.seal(seal)]
    let whole = chain + [entry.stored(after: last.head)]
    let journal =
      [.first(.init(session: nil, after: nil, key: key.station))] + whole.map { .entry($0) }
      + [BundleLine.last(entries: UInt64(whole.count), head: whole.last?.head)]
    let lines = own + [.text(by), end]
    return ([own + [end], lines, journal] + lines.map { [$0] }).map { lines in
      lines.flatMap { Array($0.text.utf8) + [UInt8(ascii: "\n")] }
    }
  }
}

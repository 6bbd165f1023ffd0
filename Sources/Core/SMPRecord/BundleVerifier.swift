/// Why a file is no bundle, and where.
package struct BundleError: Error, Hashable, Sendable {
  /// From 1.
  package let line: Int
  package let detail: String
  package init(line: Int, detail: String) {
    self.line = line
    self.detail = detail
  }
}

/// Verifies a bundle line by line, whatever its length, with nothing but the station's public key (S10).
///
/// In a bundle of one session everything is bound by the seal: entries by the chain up to the hash that was signed, the
/// seal by its signature. In one of the whole journal everything is up to the newest close that is sealed.
package struct BundleVerifier: Sendable {
  private enum Part: Int, Comparable {
    case nothing, first, entries, seal, texts, last
    static func < (left: Part, right: Part) -> Bool { left.rawValue < right.rawValue }
  }

  private let key: StationKey?
  private var part = Part.nothing
  private var line = 0
  private var entries: UInt64 = 0
  private var head: ChainHead?
  private var commitments: Set<Commitment> = []
  /// A bundle of a session that does not begin with its opening: what was before is not bound by its seal.
  private var beheaded: ChainBreak?
  package private(set) var first: BundleLine.First?
  package private(set) var chain = ChainVerifier()

  /// - Parameter key: the station's; nil takes the bundle's own word for it, which proves nothing about who sealed it.
  package init(key: StationKey?) { self.key = key }

  /// Entries taken so far.
  package var count: UInt64 { entries }

  /// Lines taken so far.
  package var lineCount: Int { line }

  /// Takes the next line, without its end.
  package mutating func take(_ bytes: [UInt8]) throws(BundleError) {
    line += 1
    guard bytes.count <= BundleLine.maximumBytes else {
      throw bad("it is longer than \(BundleLine.maximumBytes) bytes")
    }
    let next: BundleLine
    do throws(RecordError) { next = try BundleLine(bytes) } catch { throw bad(error.description) }
    switch next {
    case .first(let first):
      try advance(to: .first, after: .nothing...Part.nothing, "the first line stands once, and first")
      guard (first.session == nil) == (first.after == nil) else {
        throw bad("a bundle of a session follows a link of the chain, and one of the whole journal none")
      }
      self.first = first
      chain = ChainVerifier(after: first.after, key: key ?? first.key)
    case .entry(let entry):
      try advance(to: .entries, after: .first...Part.entries, "an entry out of its place")
      entries += 1
      head = entry.head
      let known = try? entry.entry()
      if let known { commitments.formUnion(known.body.commitments) }
      if entries == 1 { checkOpening(known, of: entry) }
      chain.take(entry)
    case .seal(let seal):
      try advance(to: .seal, after: .entries...Part.entries, "a seal out of its place")
      guard let session = first?.session, session == seal.session else { throw bad("a seal of another session") }
      guard seal.body.head.number == head?.number || isBroken else {
        throw bad("a seal that is not about the last entry")
      }
      guard key != nil || first?.key != nil else { throw bad("a seal of a key that is neither given nor named") }
      chain.take(seal)
    case .text(let text):
      try advance(to: .texts, after: .entries...Part.texts, "a text out of its place")
      guard commitments.remove(text.commitment) != nil || isBroken else {
        throw bad("a text that no entry is committed to, or a second time")
      }
    case .last(let count, let head):
      try advance(to: .last, after: .first...Part.texts, "the last line stands once, and last")
      guard (count == entries && head == self.head) || isBroken else {
        throw bad("it does not say what came before it")
      }
    }
  }

  /// The verdict, once the last line was taken.
  package func verdict() throws(BundleError) -> ChainVerdict {
    guard part == .last else {
      throw BundleError(line: line + 1, detail: "the bundle ends here, without its last line: it was cut off")
    }
    if let beheaded { return .broken(beheaded) }
    if let key, let named = first?.key, named != key {
      return .broken(
        ChainBreak(
          number: (first?.after?.number ?? 0) + 1, damage: .sealInvalid,
          detail: "the bundle names key \(named.fingerprint.hex), and the key given is \(key.fingerprint.hex)"))
    }
    let verdict = chain.verdict()
    guard case .intact = verdict, let session = first?.session else { return verdict }
    guard chain.seals.state(of: session) == .sealed else {
      return .broken(
        ChainBreak(
          number: head?.number ?? 0, damage: .sealInvalid,
          detail: "session \(session) has no seal, so nothing tells that these entries are as they were written"))
    }
    return verdict
  }

  /// The first bad entry is known: what does not fit it any more says nothing new.
  private var isBroken: Bool {
    if case .broken = chain.verdict() { true } else { beheaded != nil }
  }

  private mutating func checkOpening(_ known: Entry?, of entry: StoredEntry) {
    guard let session = first?.session else { return }
    if let known, case .sessionOpened = known.body, known.header.session == session { return }
    beheaded = ChainBreak(
      number: (first?.after?.number ?? 0) + 1, damage: .altered,
      detail: "a bundle of session \(session) begins with its opening")
  }

  private mutating func advance(
    to next: Part, after allowed: ClosedRange<Part>, _ detail: String
  ) throws(BundleError) {
    guard allowed.contains(part) else { throw bad(detail) }
    part = next
  }

  private func bad(_ detail: String) -> BundleError { BundleError(line: line, detail: detail) }
}

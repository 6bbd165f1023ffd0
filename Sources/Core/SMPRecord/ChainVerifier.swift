/// What is wrong with a chain, and at which entry it shows first.
package struct ChainBreak: Error, Hashable, Sendable {
  package enum Damage: Hashable, Sendable {
    /// The entry is not what was written under its number.
    case altered
    /// This entry is missing, and those after it up to `through`.
    case removed(through: UInt64)
    /// Entries stand in another order than they were written in.
    case reordered
    /// The journal ends before this entry, but must reach `expected`.
    case truncated(expected: UInt64)
    /// The chain is whole in itself, but it is not the one that was expected: it was written anew.
    case rewritten
    /// A seal that the station's key has not given, or not for this session of this chain (S10).
    case sealInvalid

    package var word: StaticString {
      switch self {
      case .altered: "altered"
      case .removed: "removed"
      case .reordered: "reordered"
      case .truncated: "truncated"
      case .rewritten: "rewritten"
      case .sealInvalid: "seal_invalid"
      }
    }
  }

  /// The first entry that is not as it was written.
  package let number: UInt64
  package let damage: Damage
  /// What was found, for a person.
  package let detail: String

  package init(number: UInt64, damage: Damage, detail: String) {
    self.number = number
    self.damage = damage
    self.detail = detail
  }
}

/// What verification of a chain found.
package enum ChainVerdict: Hashable, Sendable {
  /// Every entry is as it was written. Nil for a journal without any.
  case intact(ChainHead?)
  case broken(ChainBreak)
}

/// Verifies a chain from a stream of entries, whatever its length, in the order in which they are found.
///
/// It reports the first entry that is not as it was written. It goes on reading after that, because the later entries
/// tell a removed entry from a moved one.
package struct ChainVerifier: Sendable {
  private let expected: ChainHead?
  private var head: ChainHead?
  private var suspicion: Suspicion?
  private var rules: RecordRules
  /// What the seals say.
  package private(set) var seals: SealBook
  private var contacts = ContactAccount()

  /// A first sign of damage, until the end of the stream has said what it is.
  private struct Suspicion {
    var found: ChainBreak
    /// The last link that was right; nil when even the first entry is not.
    let after: ChainHead?
    /// The hash that stands at the entry's place, where the entry is there.
    let storedHash: Fingerprint?
  }

  /// - Parameters:
  ///   - expected: where the chain must at least reach, from the head file or a seal; without it a chain that was cut
  ///     short looks like a shorter chain.
  ///   - start: a head verified before, to go on from; nil to begin with the first entry.
  ///   - key: the station's key, from elsewhere than the chain; without it a seal is only held against the key that the
  ///     chain itself names, and who writes a whole chain anew names his own.
  package init(expecting expected: ChainHead? = nil, after start: ChainHead? = nil, key: StationKey? = nil) {
    self.expected = expected
    head = start
    rules = RecordRules(after: start?.number ?? 0)
    seals = SealBook(key: key, after: start?.number ?? 0)
  }

  /// What the entries say that cannot be, whole chain or not.
  package var findings: [RecordFinding] { rules.findings }

  /// Contacts that devices have counted and the chain does not have.
  package var contactGaps: [ContactAccount.Gap] { contacts.gaps }

  package mutating func take(_ entry: StoredEntry) {
    if let suspicion {
      self.suspicion?.found = ChainVerifier.reconsider(suspicion, in: entry)
      return
    }
    let due = (head?.number ?? 0) + 1
    if entry.number > due {
      return suspect(due, .removed(through: entry.number - 1), "entry \(entry.number) follows entry \(due - 1)")
    }
    if entry.number < due {
      return suspect(due, .reordered, "entry \(entry.number) stands in the place of entry \(due)")
    }
    guard let previous = head ?? ChainVerifier.genesis(of: entry) else {
      return suspect(due, .altered, "a journal begins with its journal_created entry")
    }
    guard entry.expectedHash(after: previous.hash) == entry.hash else {
      let detail = "its content does not have the hash that is stored with it"
      suspicion = Suspicion(
        found: ChainBreak(number: due, damage: .altered, detail: detail), after: previous, storedHash: entry.hash)
      return
    }
    head = entry.head
    if let known = rules.take(entry) {
      contacts.take(known)
      if let broken = seals.take(known, entry.head) {
        suspicion = Suspicion(found: broken, after: previous, storedHash: entry.hash)
        return
      }
    }
    if let expected, expected.number == due, expected.hash != entry.hash {
      suspect(due, .rewritten, "its hash is not the one this journal is known to have had there")
    }
  }

  /// A seal that is not an entry of the chain itself; its session is closed among the entries taken.
  package mutating func take(_ seal: Seal) {
    guard suspicion == nil, let head, let broken = seals.take(seal, at: seal.body.head.number) else { return }
    suspicion = Suspicion(found: broken, after: head, storedHash: nil)
  }

  /// An entry was found that cannot even be read as one.
  package mutating func takeUnreadable(at number: UInt64, detail: String) {
    if suspicion == nil { suspect(number, .altered, detail) }
  }

  /// The verdict after the last entry.
  package func verdict() -> ChainVerdict {
    if let suspicion { return .broken(suspicion.found) }
    let reached = head?.number ?? 0
    if let expected, expected.number > reached {
      let detail = "the journal ends with entry \(reached), but it had reached entry \(expected.number)"
      return .broken(
        ChainBreak(number: reached + 1, damage: .truncated(expected: expected.number), detail: detail))
    }
    return .intact(head)
  }

  private mutating func suspect(_ number: UInt64, _ damage: ChainBreak.Damage, _ detail: String) {
    suspicion = Suspicion(
      found: ChainBreak(number: number, damage: damage, detail: detail), after: head, storedHash: nil)
  }

  /// The journal names itself in its first entry; the chain begins from that name.
  private static func genesis(of entry: StoredEntry) -> ChainHead? {
    guard let known = try? entry.entry(), case .journalCreated(let created) = known.body else { return nil }
    return Chain.genesis(of: created.journal)
  }

  /// Whether a later entry shows that the damage is a changed order: it is the missing one, or it has the content that
  /// belongs to the first damaged place.
  private static func reconsider(_ suspicion: Suspicion, in later: StoredEntry) -> ChainBreak {
    let found = suspicion.found
    switch found.damage {
    case .reordered, .truncated, .rewritten, .sealInvalid: return found
    case .removed(let through):
      if later.number >= found.number && later.number <= through {
        return moved(found, later)
      }
    case .altered: break
    }
    guard let after = suspicion.after else { return found }
    let original = Chain.hash(
      after: after.hash, number: found.number, header: later.header, kind: later.kind, body: Array(later.body.utf8))
    return original == later.hash || original == suspicion.storedHash ? moved(found, later) : found
  }

  private static func moved(_ found: ChainBreak, _ later: StoredEntry) -> ChainBreak {
    ChainBreak(
      number: found.number, damage: .reordered, detail: "what belongs there stands at entry \(later.number)")
  }
}

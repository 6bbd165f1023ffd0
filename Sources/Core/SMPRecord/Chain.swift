/// The chain's last link so far.
package struct ChainHead: Hashable, Sendable {
  /// Number of the last entry; 0 before the first one.
  package let number: UInt64
  package let hash: Fingerprint
  package init(number: UInt64, hash: Fingerprint) {
    self.number = number
    self.hash = hash
  }
}

/// The name a journal is born with: 16 random bytes, handed in. Two journals never share a chain.
package struct JournalID: Hashable, Sendable {
  package static let byteCount = 16
  package let bytes: [UInt8]
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == JournalID.byteCount else { return nil }
    self.bytes = bytes
  }
  package init?(hex: String) {
    guard let bytes = Hexadecimal.bytes(of: hex) else { return nil }
    self.init(bytes)
  }
  package var hex: String { Hexadecimal.text(of: bytes) }
}

/// The hash chain: `hash(n) = SHA-256(hash(n−1) ‖ text(n))`.
package enum Chain {
  /// Where the chain of a journal begins: SHA-256 of `smpd.journal.1`, NUL and the journal's 16 bytes.
  package static func genesis(of journal: JournalID) -> ChainHead {
    ChainHead(number: 0, hash: Fingerprint(of: Array("smpd.journal.1\0".utf8) + journal.bytes))
  }

  /// The text of an entry that is hashed: one compact JSON object with the header's members, `kind` and `body`, in
  /// one fixed order. Anyone can rebuild it from a row of the database.
  static func canonical(number: UInt64, header: EntryHeader, kind: String, body: [UInt8]) -> [UInt8] {
    canonical(number: number, header: header, kind: kind, body: body, after: [])
  }

  static func hash(after previous: Fingerprint, number: UInt64, header: EntryHeader, kind: String, body: [UInt8])
    -> Fingerprint
  {
    Fingerprint(of: canonical(number: number, header: header, kind: kind, body: body, after: previous.bytes))
  }

  private static func canonical(
    number: UInt64, header: EntryHeader, kind: String, body: [UInt8], after prefix: [UInt8]
  ) -> [UInt8] {
    var text = prefix
    text.reserveCapacity(prefix.count + 320 + body.count)
    var fields = FieldWriter(continuing: text)
    fields.integer("number", number)
    header.write(to: &fields)
    fields.text("kind", kind)
    fields.raw("body", body)
    return fields.finished()
  }
}

/// What the chain holds in place of a person's name, a client's reference or free text.
///
/// It binds the text without showing it: whoever has text and salt can prove what was written, and when both are
/// erased the chain still verifies (design.md, section 5).
package struct Commitment: Hashable, Sendable {
  package let fingerprint: Fingerprint
  /// For reading a record back; new ones come from `Confidential.commitment`.
  package init(_ fingerprint: Fingerprint) { self.fingerprint = fingerprint }
  package var hex: String { fingerprint.hex }
}

/// A text that must stay erasable, with the salt that keeps its commitment from being guessed.
///
/// Names and reasons are short and few: without a salt, anybody could try them all. The salt is random, of its own for
/// every text, and comes in as an argument so that this target stays pure.
package struct Confidential: Hashable, Sendable {
  /// 32 bytes: as long as the hash, so that guessing the salt is no easier than inverting it.
  package static let saltBytes = 32
  package let text: String
  package let salt: [UInt8]

  package init(text: String, salt: [UInt8]) {
    precondition(salt.count == Confidential.saltBytes, "a salt has 32 bytes")
    self.text = text
    self.salt = salt
  }

  /// SHA-256 of `smpd.confidential.1`, NUL, the salt and the text in UTF-8. The prefix keeps a commitment from being
  /// taken for any other hash of ours; the salt has a fixed length, so no two pairs run together.
  package var commitment: Commitment {
    var content = Array("smpd.confidential.1\0".utf8)
    content.append(contentsOf: salt)
    content.append(contentsOf: text.utf8)
    return Commitment(Fingerprint(of: content))
  }
}

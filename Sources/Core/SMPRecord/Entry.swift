/// One entry of the journal: what is known, when and by whom, under a number that is never used twice.
package struct Entry: Hashable, Sendable {
  /// 1 for the first entry of a journal, then one more each time.
  package let number: UInt64
  package let header: EntryHeader
  package let body: EntryBody

  /// - Precondition: `number` is not 0, and the header names what the kind belongs to: an entry about a session that
  ///   names none could never be found again.
  package init(number: UInt64, header: EntryHeader, body: EntryBody) {
    precondition(number > 0 && number <= UInt64(Int64.max), "entries are numbered from 1")
    precondition(header.satisfies(body.kind.scope), "a \(body.kind.rawValue) entry names its course and session")
    self.number = number
    self.header = header
    self.body = body
  }

  /// The entry as it is stored after `head`.
  package func stored(after head: ChainHead) -> StoredEntry {
    precondition(number == head.number + 1, "entry \(number) cannot follow entry \(head.number)")
    let body = body.encoded
    let hash = Chain.hash(after: head.hash, number: number, header: header, kind: self.body.kind.rawValue, body: body)
    return StoredEntry(
      number: number, header: header, kind: self.body.kind.rawValue, body: String(decoding: body, as: UTF8.self),
      hash: hash)
  }
}

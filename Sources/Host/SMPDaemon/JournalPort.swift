package import SMPRecord

/// Entries that become durable together, with the texts behind their commitments.
package struct JournalBatch: Sendable {
  package var entries: [Entry] = []
  package var confidential: [Confidential] = []
  package init() {}
}

/// Where the owner's entries go. `submit` returns at once; `durable` or `journalFailed` comes back as an event.
package protocol JournalPort: Sendable {
  func submit(_ batch: JournalBatch)
}

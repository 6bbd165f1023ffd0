package import SMPJournal
package import SMPRecord

/// Entries that become durable together, with the texts behind their commitments and the plans they import.
package struct JournalBatch: Sendable {
  package var entries: [Entry] = []
  package var confidential: [Confidential] = []
  package var plans: [StoredPlan] = []
  package init() {}
}

/// Where the owner's entries go. `submit` returns at once; `durable` or `journalFailed` comes back as an event.
package protocol JournalPort: Sendable {
  func submit(_ batch: JournalBatch)
}

extension JournalStore {
  /// Stores batches as few groups as the store's bound allows; usually one.
  func append(merging batches: [JournalBatch]) throws(JournalError) -> Durable {
    var group = JournalBatch()
    for batch in batches {
      if group.entries.count + batch.entries.count > JournalBounds.groupEntries {
        _ = try append(group.entries, confidential: group.confidential, plans: group.plans)
        group = JournalBatch()
      }
      group.entries += batch.entries
      group.confidential += batch.confidential
      group.plans += batch.plans
    }
    return try append(group.entries, confidential: group.confidential, plans: group.plans)
  }
}

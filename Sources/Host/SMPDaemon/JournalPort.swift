package import SMPJournal
package import SMPRecord

/// Entries that become durable together, with the texts behind their commitments and the plans they import.
package struct JournalBatch: Sendable {
  package var entries: [Entry] = []
  package var confidential: [Confidential] = []
  package var plans: [StoredPlan] = []
  package var erasing = Erasure()
  package init() {}
}

/// Where the owner's entries go. `submit` returns at once; `durable` or `journalFailed` comes back as an event.
package protocol JournalPort: Sendable {
  func submit(_ batch: JournalBatch)
}

extension JournalStore {
  /// Stores batches as few groups as the store's bound allows; usually one.
  func append(merging batches: [JournalBatch]) throws(JournalError) -> Durable {
    // What is erased goes with the entry that says so, or stays.
    if let place = batches.firstIndex(where: { !$0.erasing.isEmpty }) {
      let batch = batches[place]
      if place > 0 { _ = try append(merging: Array(batches[..<place])) }
      let durable = try erase(
        batch.erasing, recordedBy: batch.entries, confidential: batch.confidential, plans: batch.plans)
      return place + 1 < batches.count ? try append(merging: Array(batches[(place + 1)...])) : durable
    }
    let entries = batches.flatMap(\.entries)
    // Texts and plans go with the first group: they are of use only beside their entries, and do no harm before.
    var confidential = batches.flatMap(\.confidential)
    var plans = batches.flatMap(\.plans)
    var rest = entries[...]
    while rest.count > JournalBounds.groupEntries {
      _ = try append(Array(rest.prefix(JournalBounds.groupEntries)), confidential: confidential, plans: plans)
      rest = rest.dropFirst(JournalBounds.groupEntries)
      (confidential, plans) = ([], [])
    }
    return try append(Array(rest), confidential: confidential, plans: plans)
  }
}

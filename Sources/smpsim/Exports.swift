import SMPDaemon
import SMPJournal
import SMPRecord

/// What `treat` leaves beside its journal.
enum Exports {
  /// Every entry as JSON Lines, in order: `journal.jsonl`.
  static func write(_ store: JournalStore, to directory: String) throws {
    var bytes: [UInt8] = []
    var after: UInt64 = 0
    do {
      while true {
        let entries = try store.entries(after: after, limit: JournalBounds.readEntries)
        guard let last = entries.last else { break }
        for entry in entries {
          bytes.append(contentsOf: Array("{\"entry\":\(entry.text),\"hash\":\"\(entry.hash.hex)\"}\n".utf8))
        }
        after = last.number
      }
    } catch {
      throw Failed("the journal cannot be exported: \(error)")
    }
    guard FileBytes.create(directory + "/journal.jsonl", bytes, mode: 0o640) else {
      throw Failed("\(directory)/journal.jsonl cannot be written. Remedy: free space, or name another --out")
    }
  }
}

import SMPInterface
import SMPRecord
import StrictJSON

/// Entries as the daemon sends them and as the chain verifier takes them.
enum JournalReading {
  /// Large enough that the calls do not count, small enough that a message stays far below its bound.
  static let batch: Int64 = 500

  /// The entry as the chain verifier takes it.
  static func stored(_ entry: JournalInterface.Entry) throws(RecordError) -> StoredEntry {
    guard let hash = Fingerprint(hex: entry.hash) else { throw .unfit("hash") }
    return try StoredEntry(text: entry.text, hash: hash)
  }

  /// Everything in the journal, or of one session, in order.
  static func all(
    _ daemon: Daemon, after: Int64? = nil, session: String? = nil, follow: Bool = false,
    each: (JournalInterface.Read.Reply, JSONObject) throws -> Void
  ) throws {
    try daemon.stream(
      JournalInterface.Read.self,
      .init(after: after, limit: batch, session: session, follow: follow ? true : nil)
    ) { answer in try each(answer.reply, answer.json) }
  }
}

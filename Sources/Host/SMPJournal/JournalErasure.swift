internal import GRDB
internal import Synchronization

/// What is left to do once an erasure is committed: pages that were given up are overwritten in the database
/// (`secure_delete`), but the write-ahead log holds the old ones, and so does the database until the log has gone into it.
/// A reader who began before keeps the log as it is. So the journal remembers, beside its entries, that this is still to
/// come; no restart forgets it.
enum JournalErasure {
  private static let key = "erasure_pending"

  /// In the transaction that erases.
  static func note(in database: Database) throws {
    try database.execute(sql: "INSERT OR REPLACE INTO meta (key, value) VALUES (?, 'true')", arguments: [key])
  }

  static func isNoted(in database: Database) throws -> Bool {
    try Bool.fetchOne(database, sql: "SELECT EXISTS (SELECT 1 FROM meta WHERE key = ?)", arguments: [key]) == true
  }

  static func strike(from database: Database) throws {
    try database.execute(sql: "DELETE FROM meta WHERE key = ?", arguments: [key])
  }
}

extension JournalOpening {
  func isErasurePending(_ pool: DatabasePool) throws(JournalError) -> Bool {
    do { return try pool.read { try JournalErasure.isNoted(in: $0) } } catch {
      throw JournalError(error, path: files.path)
    }
  }
}

extension JournalStore {
  /// Whether the journal's files still have what was erased: a reader who began before holds them as they were, or the
  /// daemon was killed just then. `checkpoint` and the next opening make up for it. Waits for nothing.
  package var isErasurePending: Bool { pendingErasure.load(ordering: .acquiring) }

  /// Writes the log out wholly and empties it.
  /// - Parameter waiting: for readers, as long as for anybody's lock; otherwise not at all.
  /// - Throws: where a reader keeps the log, or the disk fails; the erasure stays pending.
  func finishErasure(waiting: Bool) throws(JournalError) {
    try attempt { pool in
      try pool.writeWithoutTransaction { database in
        if !waiting { try database.execute(sql: "PRAGMA busy_timeout = 0") }
        defer {
          let patience = Int64(JournalBounds.busySeconds * 1_000)
          if !waiting { try? database.execute(sql: "PRAGMA busy_timeout = \(patience)") }
        }
        _ = try database.checkpoint(.truncate)
        try JournalErasure.strike(from: database)
      }
    }
    pendingErasure.store(false, ordering: .releasing)
  }
}

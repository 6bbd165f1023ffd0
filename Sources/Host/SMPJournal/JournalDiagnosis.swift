internal import Foundation
internal import GRDB
package import SMPRecord

/// What is asked of a journal to tell whether all is well with it.
extension JournalStore {
  /// The directory the journal stands in.
  package var directory: String { files.directory }

  /// Refuses when files could not be made beside the journal any more: the file system has become read-only, or the
  /// directory another's.
  package func checkWritable() throws(JournalError) { try files.checkDirectory() }

  /// The newest entry of these kinds; nil when there is none.
  package func newest(of kinds: [EntryKind]) throws(JournalError) -> Entry? {
    try attempt { pool in
      try pool.read { database in
        let words = kinds.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let number = try Int64.fetchOne(
          database, sql: "SELECT number FROM entries WHERE kind IN (\(words)) ORDER BY number DESC LIMIT 1")
        guard let number, let before = UInt64(exactly: number - 1) else { return nil }
        var entry: Entry?
        try JournalRow.each(database, after: before, limit: 1) { _, row in entry = try row.get().entry() }
        return entry
      }
    }
  }

  /// Courses whose plan nobody has signed, in order. One with a session was signed before it, and one that was given up
  /// never will be.
  package func coursesWithoutSignature() throws(JournalError) -> [String] {
    try attempt { pool in
      try pool.read { database in
        try String.fetchAll(
          database,
          sql: """
            SELECT DISTINCT course FROM plans WHERE NOT EXISTS (
                SELECT 1 FROM entries e WHERE e.course = plans.course
                  AND e.kind IN ('session_opened', 'session_closed') AND e.kind = 'session_opened')
              AND course NOT IN (
                SELECT course FROM entries
                WHERE \(JournalSchema.papers) AND kind IN ('plan_signed', 'course_abandoned') AND course IS NOT NULL)
            ORDER BY course
            """)
      }
    }
  }
}

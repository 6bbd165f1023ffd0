internal import Foundation
internal import GRDB
package import SMPRecord

/// What the journal knows of seals: which sessions wait for one, and what it would vouch for (S10).
extension JournalStore {
  /// Closed sessions that have no seal, oldest first. By the indexes alone: asked at every start and every close.
  package func unsealedSessions() throws(JournalError) -> [String] {
    try attempt { pool in
      try pool.read { database in
        try String.fetchAll(
          database,
          sql: """
            SELECT c.session FROM entries c INDEXED BY entries_of_course
            WHERE c.kind IN ('session_opened', 'session_closed') AND c.kind = 'session_closed'
              AND c.course IS NOT NULL AND c.session IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM entries s INDEXED BY entries_of_session
                WHERE s.session = c.session AND s.kind = 'session_sealed')
            ORDER BY c.number
            """)
      }
    }
  }

  /// What a seal of this session vouches for; nil while it is open, and where its opening is not in the journal.
  package func sealedFacts(of session: String) throws(JournalError) -> SealedFacts? {
    try attempt { pool in
      try pool.read { database in
        guard let opened = try Self.first(.sessionOpened, of: session, database),
          let closed = try Self.first(.sessionClosed, of: session, database),
          case .sessionOpened(let opening) = try opened.entry().body, let course = closed.header.course
        else { return nil }
        return SealedFacts(
          session: session, course: course, simulated: closed.header.simulated, head: closed.head, plan: opening.plan,
          planVersion: try Int64.fetchOne(
            database, sql: "SELECT version FROM plans WHERE course = ? AND sha256 = ?",
            arguments: [course, Data(opening.plan.bytes)]),
          counts: try Self.counts(database, session, after: opened.number, before: closed.number))
      }
    }
  }

  private static func first(_ kind: EntryKind, of session: String, _ database: Database) throws -> StoredEntry? {
    var found: StoredEntry?
    try JournalRow.each(database, limit: 1, session: session, kind: kind.rawValue) { _, row in found = try row.get() }
    return found
  }

  private static func counts(
    _ database: Database, _ session: String, after opened: UInt64, before closed: UInt64
  ) throws -> SealCounts {
    let row = try Row.fetchOne(
      database,
      sql: """
        SELECT count(*) FILTER (WHERE kind = 'grant'), count(*) FILTER (WHERE kind = 'dot'),
          count(*) FILTER (WHERE kind = 'dot' AND json_extract(body, '$.outcome') = 'presumed'),
          count(*) FILTER (WHERE kind = 'denial'), count(*) FILTER (WHERE kind = 'unbidden_contact'),
          count(*) FILTER (WHERE kind = 'stop'), count(*) FILTER (WHERE kind = 'fault')
        FROM entries WHERE session = ? AND number > ? AND number < ?
        """, arguments: [session, Int64(opened), Int64(closed)])
    var counts = SealCounts()
    guard let row else { return counts }
    (counts.grants, counts.dots, counts.presumed) = (row[0], row[1], row[2])
    (counts.denials, counts.unbiddenContacts, counts.stops, counts.faults) = (row[3], row[4], row[5], row[6])
    return counts
  }

  /// The key that the newest daemon with one has named; nil where none ever had one.
  package func namedKey() throws(JournalError) -> StationKey? {
    try attempt { pool in
      try pool.read { database in
        let hex = try String.fetchOne(
          database,
          sql: """
            SELECT json_extract(body, '$.key') FROM entries INDEXED BY entries_of_starts
            WHERE kind = 'daemon_started' AND json_extract(body, '$.key') IS NOT NULL ORDER BY number DESC LIMIT 1
            """)
        guard let hex else { return nil }
        guard let key = StationKey(hex: hex) else {
          throw JournalRow.Oddity(detail: "a daemon named a key that is none")
        }
        return key
      }
    }
  }
}

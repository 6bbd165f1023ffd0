internal import Foundation
internal import GRDB
package import SMPModel
package import SMPRecord

extension JournalStore {
  /// Entries with larger numbers than `number`, in order.
  /// - Parameters:
  ///   - limit: at most `JournalBounds.readEntries`.
  ///   - session: only this session's; such a list has gaps and cannot be verified by itself.
  package func entries(
    after number: UInt64, limit: Int, session: String? = nil
  ) throws(JournalError) -> [StoredEntry] {
    precondition(limit > 0 && limit <= JournalBounds.readEntries, "a read has its bound")
    return try attempt { pool in
      try pool.read { database in
        var entries: [StoredEntry] = []
        try JournalRow.each(database, after: number, limit: limit, session: session) { _, row in
          entries.append(try row.get())
        }
        return entries
      }
    }
  }

  package func lastEntry() throws(JournalError) -> StoredEntry? {
    try attempt { pool in try pool.read { try JournalRow.last($0) } }
  }

  /// Every dot of a course that is in the skin: made, presumed and unbidden ones, in the order they were recorded (S4).
  package func livingDots(course: String) throws(JournalError) -> [LivingDot] {
    try attempt { pool in
      try pool.read { database in
        let numbers = try sessionNumbers(database, course: course)
        let statement = try database.cachedStatement(
          sql: """
            SELECT session, json_extract(body, '$.x_micrometres'), json_extract(body, '$.y_micrometres')
            FROM entries WHERE course = ? AND kind IN ('dot', 'unbidden_contact') ORDER BY number
            """)
        var dots: [LivingDot] = []
        let rows = try Row.fetchCursor(statement, arguments: [course])
        while let row = try rows.next() {
          guard let x = Int32.fromDatabaseValue(row[1]), let y = Int32.fromDatabaseValue(row[2]) else {
            throw JournalRow.Oddity(detail: "a dot has no position")
          }
          let session = String.fromDatabaseValue(row[0]).flatMap { numbers[$0] } ?? 0
          dots.append(LivingDot(position: ChartPosition(x: x, y: y), session: session))
        }
        return try dots + doubtedPlaces(database, course: course, numbers)
      }
    }
  }

  /// Where dots were granted that were reported from somewhere else: nobody knows which of the two places has the dot, so
  /// both count. The fault that says so stands right behind the dot.
  private func doubtedPlaces(
    _ database: Database, course: String, _ numbers: [String: Int]
  ) throws -> [LivingDot] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT d.session, json_extract(g.body, '$.x_micrometres'), json_extract(g.body, '$.y_micrometres')
        FROM entries f
        JOIN entries d ON d.number = f.number - 1 AND d.kind = 'dot' AND d.course = f.course
        JOIN entries g ON g.number = json_extract(d.body, '$.grant') AND g.kind = 'grant'
        WHERE f.kind = 'fault' AND f.course = ? AND json_extract(f.body, '$.fault') = 'place_beyond_grant'
        """, arguments: [course])
    return try rows.map { row in
      guard let x = Int32.fromDatabaseValue(row[1]), let y = Int32.fromDatabaseValue(row[2]) else {
        throw JournalRow.Oddity(detail: "a grant has no position")
      }
      let session = String.fromDatabaseValue(row[0]).flatMap { numbers[$0] } ?? 0
      return LivingDot(position: ChartPosition(x: x, y: y), session: session)
    }
  }

  private func sessionNumbers(_ database: Database, course: String) throws -> [String: Int] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT session, json_extract(body, '$.number') FROM entries
        WHERE course = ? AND kind IN ('session_opened', 'session_closed') AND kind = 'session_opened'
        """, arguments: [course])
    var numbers: [String: Int] = [:]
    for row in rows { if let session: String = row[0], let number: Int = row[1] { numbers[session] = number } }
    return numbers
  }

  /// Grants of a session that have not ended: after a restart, each must be resolved (S7).
  package func openGrants(session: String) throws(JournalError) -> [(number: GrantNumber, grant: GrantEntry)] {
    try attempt { pool in
      try pool.read { database in
        let rows = try Row.fetchAll(
          database,
          sql: """
            SELECT number, CAST(body AS BLOB) FROM entries WHERE session = :session AND kind = 'grant'
              AND number NOT IN (SELECT json_extract(body, '$.grant') FROM entries
                WHERE session = :session AND kind IN ('dot', 'grant_ended'))
            ORDER BY number
            """, arguments: ["session": session])
        return try rows.map { row in
          let body: Data = row[1]
          guard case .grant(let grant) = try EntryBody(kind: .grant, text: Array(body)) else {
            throw JournalRow.Oddity(detail: "a grant that is none")
          }
          return (GrantNumber(number: UInt64(row[0] as Int64)), grant)
        }
      }
    }
  }

  /// The newest registration of a session's device (S12); nil where it needed none, or had none yet.
  package func registration(session: String) throws(JournalError) -> HandpieceRegisteredEntry? {
    try attempt { pool in
      try pool.read { database in
        let body = try Data.fetchOne(
          database,
          sql: """
            SELECT CAST(body AS BLOB) FROM entries WHERE session = ? AND kind = 'handpiece_registered'
            ORDER BY number DESC LIMIT 1
            """, arguments: [session])
        guard let body else { return nil }
        guard case .handpieceRegistered(let entry) = try EntryBody(kind: .handpieceRegistered, text: Array(body)) else {
          throw JournalRow.Oddity(detail: "a registration that is none")
        }
        return entry
      }
    }
  }

  /// One occurrence of a fault.
  package struct FaultOccurrence: Hashable, Sendable {
    package let fault: Word
    package let at: WallTime
  }

  /// Faults since the last unlocking and not before `wall`, oldest first, for the count of three (S8).
  package func recentFaults(since wall: WallTime) throws(JournalError) -> [FaultOccurrence] {
    try faults(
      """
      SELECT json_extract(body, '$.fault'), wall_ms FROM entries
      WHERE kind IN ('fault', 'locked_out', 'unlocked') AND kind = 'fault' AND wall_ms >= ? AND number >
        (SELECT coalesce(max(number), 0) FROM entries
          WHERE kind IN ('fault', 'locked_out', 'unlocked') AND kind = 'unlocked')
      ORDER BY number DESC LIMIT \(JournalBounds.faults)
      """, [wall.milliseconds]
    ).reversed()
  }

  /// The newest fault, unless somebody has cleared what was latched since (S8).
  package func standingFault() throws(JournalError) -> Word? {
    try attempt { pool in
      try pool.read { database in
        let newest = try Row.fetchOne(
          database,
          sql: """
            SELECT number, json_extract(body, '$.fault') FROM entries WHERE kind = 'fault' ORDER BY number DESC LIMIT 1
            """)
        guard let newest else { return nil }
        let number: Int64 = newest[0]
        let isCleared = try Bool.fetchOne(
          database, sql: "SELECT EXISTS (SELECT 1 FROM entries WHERE kind = 'fault_cleared' AND number > ?)",
          arguments: [number])
        return isCleared == true ? nil : String.fromDatabaseValue(newest[1]).flatMap { Word(text: $0) }
      }
    }
  }

  /// The newest session on each device, by its serial (S4).
  package func lastSessions() throws(JournalError) -> [String: (session: String, course: String)] {
    try attempt { pool in
      try pool.read { database in
        var last: [String: (session: String, course: String)] = [:]
        let rows = try Row.fetchCursor(
          database,
          sql: """
            SELECT json_extract(body, '$.serial'), session, course, max(number)
            FROM entries INDEXED BY entries_of_course
            WHERE kind IN ('session_opened', 'session_closed') AND kind = 'session_opened' GROUP BY 1
            """)
        while let row = try rows.next() {
          guard let serial = String.fromDatabaseValue(row[0]) else { continue }
          last[serial] = (row[1], row[2])
        }
        return last
      }
    }
  }

  /// The lock-out in force: it survives any restart until somebody lifts it by name (S8).
  package func lockOut() throws(JournalError) -> FaultOccurrence? {
    try faults(
      """
      SELECT json_extract(body, '$.fault'), wall_ms FROM entries
      WHERE kind IN ('fault', 'locked_out', 'unlocked') AND kind = 'locked_out' AND number >
        (SELECT coalesce(max(number), 0) FROM entries
          WHERE kind IN ('fault', 'locked_out', 'unlocked') AND kind = 'unlocked')
      ORDER BY number DESC LIMIT 1
      """, []
    ).first
  }

  private func faults(_ sql: String, _ arguments: StatementArguments) throws(JournalError) -> [FaultOccurrence] {
    try attempt { pool in
      try pool.read { database in
        try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
          guard let text = String.fromDatabaseValue(row[0]), let fault = Word(text: text) else {
            throw JournalRow.Oddity(detail: "a fault has no name")
          }
          return FaultOccurrence(fault: fault, at: WallTime(milliseconds: row[1]))
        }
      }
    }
  }

  /// The texts behind these commitments that are not erased, in the order asked for.
  package func confidential(behind commitments: [Commitment]) throws(JournalError) -> [Confidential] {
    try attempt { pool in
      try pool.read { database in
        let statement = try database.cachedStatement(sql: "SELECT text, salt FROM confidential WHERE commitment = ?")
        var texts: [Confidential] = []
        for commitment in commitments {
          guard let row = try Row.fetchOne(statement, arguments: [Data(commitment.fingerprint.bytes)]) else { continue }
          let salt: Data = row[1]
          guard salt.count == Confidential.saltBytes else { throw JournalRow.Oddity(detail: "a salt has not 32 bytes") }
          let text = Confidential(text: row[0], salt: Array(salt))
          // The table beside the chain proves itself by the commitment in the chain; another text is shown as none.
          if text.commitment == commitment { texts.append(text) }
        }
        return texts
      }
    }
  }
}

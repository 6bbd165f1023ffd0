internal import Foundation
internal import GRDB
package import SMPModel
package import SMPRecord

/// One session as the journal's `sessions` view has it.
package struct SessionRecord: Hashable, Sendable {
  package let session: String
  package let course: String
  /// Its number in the course, from 1.
  package let number: Int
  package let device: String
  package let operatorName: Commitment
  package let pigmentLot: String
  package let cartridge: String
  package let plan: Fingerprint
  package let opened: WallTime
  /// Nil while the session is open.
  package let closed: WallTime?
  package let outcome: String?
  package let dotsPlanned: Int64
  /// Presumed ones included.
  package let dotsMade: Int64
  package let dotsPresumed: Int64
  package let unbiddenContacts: Int64
  package let denials: Int64
  package let faults: Int64
  package let simulated: Bool
  package let firstEntry: UInt64
  package let lastEntry: UInt64
  package let seal: SealState

  /// The needle was in the client's skin, with leave or without.
  package var wasInSkin: Bool { dotsMade > 0 || unbiddenContacts > 0 }
  /// When it was over, or began while it is open: by a clock that was set back in between the later of the two.
  package var over: WallTime { max(opened, closed ?? opened) }
}

extension JournalStore {
  /// All sessions, or those of one course, oldest first.
  package func sessions(course: String? = nil) throws(JournalError) -> [SessionRecord] {
    try sessions(course == nil ? "" : "WHERE s.course = ?", course)
  }

  /// Those in which this cartridge was named, at the start or later, however it was spelt (`Lot.comparable`), oldest
  /// first.
  package func sessions(cartridge: String) throws(JournalError) -> [SessionRecord] {
    let openings = """
      FROM entries o INDEXED BY entries_of_course %
      WHERE o.kind IN ('session_opened', 'session_closed') AND o.kind = 'session_opened'
      """
    let named = try attempt { pool in
      try pool.read { database in
        try Row.fetchAll(
          database,
          sql: """
            SELECT o.number, o.session, json_extract(o.body, '$.cartridge') \(openings.replacing("%", with: ""))
            UNION SELECT o.number, o.session, json_extract(x.body, '$.lot')
              \(openings.replacing("%", with: "JOIN entries x ON x.session = o.session AND x.kind = 'supply_changed'"))
              AND json_extract(x.body, '$.supply') = 'cartridge'
            ORDER BY 1
            """
        ).map { (session: $0[1] as String?, cartridge: $0[2] as String?) }
      }
    }
    let wanted = Lot.comparable(cartridge)
    var found: [SessionRecord] = []
    for (name, used) in named where used.map(Lot.comparable) == wanted && found.last?.session != name {
      if let name, let record = try session(name) { found.append(record) }
    }
    return found
  }

  /// The newest wall time of a clock that was kept by a time service, or simulated, among the newest entries; nil where
  /// there is none.
  package func newestTrustedWall() throws(JournalError) -> WallTime? {
    try attempt { pool in
      try pool.read { database in
        try Int64.fetchOne(
          database,
          sql: """
            SELECT max(wall_ms) FROM (SELECT wall_ms, clock FROM entries ORDER BY number DESC LIMIT 10000)
            WHERE clock != '\(ClockQuality.unsynchronised.rawValue)'
            """)
      }
    }.map { WallTime(milliseconds: $0) }
  }

  /// One session; nil where there is none of that name.
  package func session(_ name: String) throws(JournalError) -> SessionRecord? {
    try sessions("WHERE s.session_id = ?", name).first
  }

  /// The name of the newest session that was opened and not closed; nil when there is none. By the indexes alone: a
  /// start does not read the journal for it.
  package func openSessionName() throws(JournalError) -> String? {
    try attempt { pool in
      try pool.read { database in
        try String.fetchOne(
          database,
          sql: """
            SELECT o.session FROM entries o INDEXED BY entries_of_course
            WHERE o.kind IN ('session_opened', 'session_closed') AND o.kind = 'session_opened'
              AND o.course IS NOT NULL AND o.session IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM entries c INDEXED BY entries_of_session
                WHERE c.session = o.session AND c.kind = 'session_closed')
            ORDER BY o.number DESC LIMIT 1
            """)
      }
    }
  }

  /// All sessions by their names, oldest first.
  package func sessionNames() throws(JournalError) -> [String] {
    try attempt { pool in
      try pool.read { database in
        try String.fetchAll(
          database,
          sql: """
            SELECT session FROM entries INDEXED BY entries_of_course
            WHERE kind IN ('session_opened', 'session_closed') AND kind = 'session_opened' ORDER BY number
            """)
      }
    }
  }

  private func sessions(_ filter: String, _ value: String? = nil) throws(JournalError) -> [SessionRecord] {
    try attempt { pool in
      try pool.read { database in
        let sql = """
          SELECT s.*, e.wall_ms AS opened_ms, c.wall_ms AS closed_ms,
            EXISTS (SELECT 1 FROM entries x WHERE x.session = s.session_id AND x.kind = 'session_sealed') AS sealed,
            (SELECT count(*) FROM entries x WHERE x.session = s.session_id AND x.kind = 'unbidden_contact') AS unbidden
          FROM sessions s
          JOIN entries e ON e.session = s.session_id AND e.kind = 'session_opened'
          LEFT JOIN entries c ON c.session = s.session_id AND c.kind = 'session_closed'
          \(filter) ORDER BY s.first_entry
          """
        let rows = try Row.fetchAll(database, sql: sql, arguments: value.map { [$0] } ?? [])
        return try rows.map { try JournalStore.session($0) }
      }
    }
  }

  private static func session(_ row: Row) throws -> SessionRecord {
    func fact<Value: DatabaseValueConvertible>(_ name: String) throws -> Value {
      guard let value = Value.fromDatabaseValue(row[name]) else {
        throw JournalRow.Oddity(detail: "a session has no fit \(name)")
      }
      return value
    }
    func fingerprint(_ name: String) throws -> Fingerprint {
      guard let value = Fingerprint(hex: try fact(name)) else {
        throw JournalRow.Oddity(detail: "a session has no fit \(name)")
      }
      return value
    }
    let closed: Int64? = row["closed_ms"]
    return SessionRecord(
      session: try fact("session_id"), course: try fact("course"), number: try fact("number"),
      device: try fact("device"), operatorName: Commitment(try fingerprint("operator_commitment")),
      pigmentLot: try fact("pigment_lot"), cartridge: try fact("cartridge"), plan: try fingerprint("plan_sha256"),
      opened: WallTime(milliseconds: try fact("opened_ms")), closed: closed.map { WallTime(milliseconds: $0) },
      outcome: row["outcome"], dotsPlanned: try fact("dots_planned"), dotsMade: try fact("dots_made"),
      dotsPresumed: try fact("dots_presumed"), unbiddenContacts: try fact("unbidden"), denials: try fact("denials"),
      faults: try fact("faults"),
      simulated: try fact("simulated"), firstEntry: try fact("first_entry"), lastEntry: try fact("last_entry"),
      seal: try fact("sealed") ? .sealed : closed == nil ? .open : .unsealed)
  }

  /// A plan document: this version of it, or the newest; nil when the course has none.
  package func plan(course: String, version: Int64? = nil) throws(JournalError) -> StoredPlan? {
    try attempt { pool in
      try pool.read { database in
        let row = try Row.fetchOne(
          database,
          sql: """
            SELECT course, version, sha256, text FROM plans
            WHERE course = ? AND version = coalesce(?, version) ORDER BY version DESC LIMIT 1
            """, arguments: [course, version])
        return try row.map { row in
          let (sha256, text): (Data, Data) = (row[2], row[3])
          guard let fingerprint = Fingerprint(Array(sha256)) else {
            throw JournalRow.Oddity(detail: "a plan's sha256 has not 32 bytes")
          }
          return StoredPlan(course: row[0], version: row[1], sha256: fingerprint, text: Array(text))
        }
      }
    }
  }

  /// One plan without its text.
  package struct PlanName: Hashable, Sendable {
    package let course: String
    package let version: Int64
    package let sha256: Fingerprint
  }

  /// Every plan there is, by course and version.
  package func plans() throws(JournalError) -> [PlanName] {
    try attempt { pool in
      try pool.read { database in
        let rows = try Row.fetchAll(
          database, sql: "SELECT course, version, sha256 FROM plans ORDER BY course, version")
        return try rows.map { row in
          let sha256: Data = row[2]
          guard let fingerprint = Fingerprint(Array(sha256)) else {
            throw JournalRow.Oddity(detail: "a plan's sha256 has not 32 bytes")
          }
          return PlanName(course: row[0], version: row[1], sha256: fingerprint)
        }
      }
    }
  }

  /// What the state of a course follows from, in order: its versions, who agreed, signed or gave it up, and whether a
  /// session of it is uncertain.
  package func papers(course: String) throws(JournalError) -> [Entry] {
    try attempt { pool in
      try pool.read { database in
        var entries: [Entry] = []
        try JournalRow.each(database, course: course, where: JournalSchema.papers) { _, row in
          entries.append(try row.get().entry())
        }
        return entries
      }
    }
  }

  /// The texts behind a course's entries that say something of its client, and are still there.
  package func clientTexts(course: String) throws(JournalError) -> [Commitment] {
    var commitments: [Commitment] = []
    try attempt { pool in
      try pool.read { database in
        let condition = "kind NOT IN ('dot', 'grant', 'grant_ended', 'denial')"
        try JournalRow.each(database, course: course, where: condition) { _, row in
          commitments += try row.get().entry().body.clientCommitments
        }
      }
    }
    return try confidential(behind: commitments).map(\.commitment)
  }

  /// What is on record of lots, in order.
  package func lotEntries() throws(JournalError) -> [Entry] {
    try attempt { pool in
      try pool.read { database in
        let rows = try Row.fetchAll(
          database,
          sql: """
            SELECT \(JournalRow.columns) FROM entries INDEXED BY entries_of_lots
            WHERE kind IN ('lot_registered', 'lot_withdrawn') ORDER BY number
            """)
        return try rows.map { try JournalRow.entry($0).entry() }
      }
    }
  }
}

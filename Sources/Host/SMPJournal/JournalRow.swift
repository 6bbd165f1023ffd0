internal import Foundation
internal import GRDB
internal import SMPModel
internal import SMPRecord

/// Rows of the tables, both ways. Reading is strict: a value the store never writes is an oddity, not a default.
enum JournalRow {
  /// Why a row is not one of ours.
  struct Oddity: Error {
    let detail: String
  }

  static func insert(_ entries: [StoredEntry], into database: Database) throws {
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO entries
          (number, session, course, kind, monotonic_ns, wall_ms, boot_id, clock, actor_uid, simulated, body, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    for entry in entries { try insert(entry, by: statement) }
  }

  private static func insert(_ entry: StoredEntry, by statement: Statement) throws {
    let header = entry.header
    statement.setUncheckedArguments([
      Int64(entry.number), header.session, header.course, entry.kind, Int64(header.monotonic.nanoseconds),
      header.wall.milliseconds, header.bootID, header.clock.rawValue, header.actorUID.map { Int64($0) },
      header.simulated, entry.body, Data(entry.hash.bytes),
    ])
    try statement.execute()
  }

  static func insert(_ text: Confidential, into database: Database) throws {
    // The same text under the same salt is the same row.
    let statement = try database.cachedStatement(
      sql: "INSERT OR IGNORE INTO confidential (commitment, salt, text) VALUES (?, ?, ?)")
    try statement.execute(arguments: [Data(text.commitment.fingerprint.bytes), Data(text.salt), text.text])
  }

  static func erase(_ commitment: Commitment, from database: Database) throws {
    let statement = try database.cachedStatement(sql: "DELETE FROM confidential WHERE commitment = ?")
    try statement.execute(arguments: [Data(commitment.fingerprint.bytes)])
  }

  static func erasePlans(of course: String, from database: Database) throws {
    try database.cachedStatement(sql: "DELETE FROM plans WHERE course = ?").execute(arguments: [course])
  }

  static func insert(_ plan: StoredPlan, into database: Database) throws {
    let statement = try database.cachedStatement(
      sql: "INSERT INTO plans (course, version, sha256, text) VALUES (?, ?, ?, ?)")
    try statement.execute(arguments: [plan.course, plan.version, Data(plan.sha256.bytes), Data(plan.text)])
  }

  // Texts are read as bytes: read as text, everything behind a NUL would be invisible here and yet stand in the file.
  static let columns = """
    number, CAST(session AS BLOB), CAST(course AS BLOB), CAST(kind AS BLOB), monotonic_ns, wall_ms,
    CAST(boot_id AS BLOB), CAST(clock AS BLOB), actor_uid, simulated, CAST(body AS BLOB), hash
    """

  /// Calls `body` with every row after `number`, in order; with a session, course, kind or condition, only with theirs.
  static func each(
    _ database: Database, after number: UInt64 = 0, limit: Int = .max, session: String? = nil, course: String? = nil,
    kind: String? = nil, where condition: String? = nil,
    _ body: (UInt64, Result<StoredEntry, Oddity>) throws -> Void
  ) throws {
    var conditions = ["number > ?"] + (condition.map { [$0] } ?? [])
    var arguments: StatementArguments = [Int64(number)]
    for (column, value) in [("session", session), ("course", course), ("kind", kind)] {
      guard let value else { continue }
      conditions.append("\(column) = ?")
      arguments += [value]
    }
    arguments += [Int64(limit)]
    let statement = try database.cachedStatement(
      sql: "SELECT \(columns) FROM entries WHERE \(conditions.joined(separator: " AND ")) ORDER BY number LIMIT ?")
    let rows = try Row.fetchCursor(statement, arguments: arguments)
    while let row = try rows.next() {
      try body(UInt64(max(0, Int64.fromDatabaseValue(row[0]) ?? 0)), Result { () throws(Oddity) in try entry(row) })
    }
  }

  static func last(_ database: Database) throws -> StoredEntry? {
    try Row.fetchOne(database, sql: lastRow).map { try entry($0) }
  }

  /// Number and hash of the last row, whatever else it holds; a hash that is none is taken as that of nothing.
  static func lastHead(_ database: Database) throws -> ChainHead? {
    guard let row = try Row.fetchOne(database, sql: lastRow) else { return nil }
    guard let number = Int64.fromDatabaseValue(row[0]).flatMap({ UInt64(exactly: $0) }) else {
      throw Oddity(detail: "the last entry has no number")
    }
    let hash = Data.fromDatabaseValue(row[11]).flatMap { Fingerprint(Array($0)) }
    return ChainHead(number: number, hash: hash ?? Fingerprint(of: []))
  }

  private static var lastRow: String { "SELECT \(columns) FROM entries ORDER BY number DESC LIMIT 1" }

  static func entry(_ row: Row) throws(Oddity) -> StoredEntry {
    let simulated = try integer(row, 9)
    guard simulated == 0 || simulated == 1 else { throw Oddity(detail: "simulated is neither 0 nor 1") }
    guard let clock = ClockQuality(rawValue: try text(row, 7)) else { throw Oddity(detail: "clock is no known word") }
    guard let monotonic = UInt64(exactly: try integer(row, 4)) else { throw Oddity(detail: "monotonic_ns is negative") }
    guard let number = UInt64(exactly: try integer(row, 0)) else { throw Oddity(detail: "number is negative") }
    guard case .blob(let hash) = (row[11] as DatabaseValue).storage, let hash = Fingerprint(Array(hash)) else {
      throw Oddity(detail: "hash has not 32 bytes")
    }
    var actor: UInt32?
    if !row.hasNull(atIndex: 8) {
      actor = UInt32(exactly: try integer(row, 8))
      guard actor != nil else { throw Oddity(detail: "actor_uid is no uid") }
    }
    let header = EntryHeader(
      monotonic: MonotonicTime(nanoseconds: monotonic), wall: WallTime(milliseconds: try integer(row, 5)),
      bootID: try text(row, 6), clock: clock, actorUID: actor, session: try textIfAny(row, 1),
      course: try textIfAny(row, 2), simulated: simulated == 1)
    return StoredEntry(number: number, header: header, kind: try text(row, 3), body: try text(row, 10), hash: hash)
  }

  private static func integer(_ row: Row, _ index: Int) throws(Oddity) -> Int64 {
    guard case .int64(let value) = (row[index] as DatabaseValue).storage else {
      throw Oddity(detail: "column \(index) holds no integer")
    }
    return value
  }

  private static func textIfAny(_ row: Row, _ index: Int) throws(Oddity) -> String? {
    row.hasNull(atIndex: index) ? nil : try text(row, index)
  }

  private static func text(_ row: Row, _ index: Int) throws(Oddity) -> String {
    guard case .blob(let bytes) = (row[index] as DatabaseValue).storage,
      let text = String(validating: bytes, as: UTF8.self)
    else { throw Oddity(detail: "column \(index) holds no text") }
    return text
  }
}

import GRDBSQLite

/// The reference for groups: SQLite's own C API, the same table and indexes, no chain, no encoding, the same durability.
@safe struct RawSQLite {
  // Safe: made by `init`, used by this thread alone, gone after `close`.
  private var database: OpaquePointer?
  private var statement: OpaquePointer?

  init(_ path: String) throws {
    guard unsafe sqlite3_open(path, &database) == SQLITE_OK else { throw Failure.system("open \(path)") }
    try run(
      """
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4096;
      CREATE TABLE entries (number INTEGER PRIMARY KEY, session TEXT, course TEXT, kind TEXT NOT NULL,
        monotonic_ns INTEGER NOT NULL, wall_ms INTEGER NOT NULL, boot_id TEXT NOT NULL, clock TEXT NOT NULL,
        actor_uid INTEGER, simulated INTEGER NOT NULL, body TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
      CREATE INDEX entries_of_session ON entries (session, kind) WHERE session IS NOT NULL;
      CREATE INDEX entries_in_skin ON entries (course) WHERE kind IN ('dot', 'unbidden_contact');
      """)
    let insert = """
      INSERT INTO entries VALUES (?, 'C-7F3A2B-1', 'C-7F3A2B', ?, ?, 1763849880000,
        '00000000-0000-0000-0000-000000000000', 'synchronised', 1000, 0, ?, zeroblob(32))
      """
    guard unsafe sqlite3_prepare_v2(database, insert, -1, &statement, nil) == SQLITE_OK else {
      throw Failure.system("prepare")
    }
  }

  mutating func append(_ rows: [(number: Int64, body: String)]) throws {
    try run("BEGIN IMMEDIATE")
    for row in rows {
      // Safe: SQLite copies each text (the destructor -1 is SQLITE_TRANSIENT, a macro Swift does not import).
      let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      unsafe sqlite3_bind_int64(statement, 1, row.number)
      unsafe sqlite3_bind_text(statement, 2, row.number % 2 == 0 ? "grant" : "dot", -1, copied)
      unsafe sqlite3_bind_int64(statement, 3, row.number * 500_000)
      unsafe sqlite3_bind_text(statement, 4, row.body, -1, copied)
      guard unsafe sqlite3_step(statement) == SQLITE_DONE, unsafe sqlite3_reset(statement) == SQLITE_OK else {
        throw Failure.system("insert")
      }
    }
    try run("COMMIT")
  }

  func close() {
    unsafe sqlite3_finalize(statement)
    unsafe sqlite3_close(database)
  }

  private func run(_ statements: String) throws {
    guard unsafe sqlite3_exec(database, statements, nil, nil, nil) == SQLITE_OK else {
      throw Failure.system(statements)
    }
  }
}

internal import Foundation
internal import GRDB
internal import GRDBSQLite
internal import SMPRecord

/// The steps of opening a journal, in their order; each refuses for one reason.
struct JournalOpening {
  let files: JournalFiles
  let durability: Durability
  let simulated: Bool

  /// Opens the connections. GRDB sets `synchronous` to NORMAL after every preparation we could hook into, so FULL is
  /// set afterwards and read back; without that, a commit would not survive a power cut (S2).
  func open(maximumBytes: Int64?) throws(JournalError) -> DatabasePool {
    try attempt {
      var configuration = Configuration()
      configuration.label = "smpd.journal"
      configuration.maximumReaderCount = JournalBounds.readers
      configuration.busyMode = .timeout(JournalBounds.busySeconds)
      configuration.foreignKeysEnabled = false
      configuration.prepareDatabase { database in try JournalOpening.keepLog(of: database) }
      let pool = try DatabasePool(path: files.path, configuration: configuration)
      try pool.writeWithoutTransaction { database in
        try database.execute(sql: "PRAGMA synchronous = \(durability == .full ? "FULL" : "OFF")")
        try database.execute(sql: "PRAGMA secure_delete = ON")
        try database.execute(sql: "PRAGMA wal_autocheckpoint = \(JournalBounds.checkpointPages)")
        try database.execute(sql: "PRAGMA journal_size_limit = \(JournalBounds.logBytes)")
        let level = try Int64.fetchOne(database, sql: "PRAGMA synchronous")
        guard level == (durability == .full ? 2 : 0) else {
          throw JournalError.failed(path: files.path, detail: "the database does not take the durability it is told")
        }
        if let maximumBytes {
          let pageSize = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 4_096
          try database.execute(sql: "PRAGMA max_page_count = \(max(1, maximumBytes / pageSize))")
        }
      }
      return pool
    }
  }

  /// Keeps the `-wal` and `-shm` files when the last connection closes. Without them a reader who may not write into the
  /// directory, such as a group member, could not open the journal while the daemon is down.
  private static func keepLog(of database: Database) throws {
    guard let connection = unsafe database.sqliteConnection else { return }
    var isKept: CInt = 1
    let code = unsafe sqlite3_file_control(connection, nil, SQLITE_FCNTL_PERSIST_WAL, &isKept)
    guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
  }

  /// Whose database it is, and of which schema; makes the tables in a fresh one.
  func identify(_ pool: DatabasePool, isFresh: Bool, newJournal: JournalID) throws(JournalError) -> JournalID {
    try attempt {
      try pool.writeWithoutTransaction { database in
        if isFresh { try create(database, newJournal) }
        guard try Int64.fetchOne(database, sql: "PRAGMA application_id") == JournalSchema.applicationID else {
          throw JournalError.notAJournal(files.path)
        }
        let found = try meta("schema", database).flatMap { Int64($0) }
        guard let found else { throw JournalError.corrupt(path: files.path, detail: "it does not name its schema") }
        guard found <= JournalSchema.version else {
          throw JournalError.newerSchema(path: files.path, found: found, known: JournalSchema.version)
        }
        guard let world = try meta("simulated", database), let journal = try meta("journal", database),
          let id = JournalID(hex: journal)
        else { throw JournalError.corrupt(path: files.path, detail: "it does not name itself") }
        guard (world == "true") == simulated else {
          throw JournalError.otherWorld(path: files.path, simulated: world == "true")
        }
        let indexes = try String.fetchSet(
          database, sql: "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        for index in JournalSchema.laterIndexes where !indexes.contains(index) { try database.execute(sql: index) }
        return id
      }
    }
  }

  private func create(_ database: Database, _ journal: JournalID) throws {
    try database.inTransaction(.immediate) {
      try database.execute(sql: "PRAGMA application_id = \(JournalSchema.applicationID)")
      for statement in JournalSchema.statements { try database.execute(sql: statement) }
      let facts = [
        ("schema", "\(JournalSchema.version)"), ("journal", journal.hex), ("simulated", "\(simulated)"),
      ]
      for (key, value) in facts {
        try database.execute(sql: "INSERT INTO meta (key, value) VALUES (?, ?)", arguments: [key, value])
      }
      return .commit
    }
  }

  private func meta(_ key: String, _ database: Database) throws -> String? {
    try String.fetchOne(database, sql: "SELECT value FROM meta WHERE key = ?", arguments: [key])
  }

  /// Holds the end of the journal against the head file: cheap, because only what the head does not cover is hashed.
  func checkTail(
    _ pool: DatabasePool, _ journal: JournalID, _ headFile: borrowing HeadFile, hadHead: Bool
  ) throws(JournalError) -> (check: TailCheck, last: ChainHead) {
    let genesis = Chain.genesis(of: journal)
    let last = try attempt { try pool.read { try JournalRow.lastHead($0) } } ?? genesis
    guard hadHead else { return (last.number == 0 ? .matches : .headMissing, last) }
    guard let known = try headFile.read() else {
      // A crash while the journal was being created leaves an empty head file and no entry.
      return (last.number == 0 ? .matches : .headUnreadable, last)
    }
    // A fresh database beside an old head: the journal was taken away whole.
    guard known.journal == journal else { return (.truncated(found: last, expected: known.head), last) }
    guard known.head.number <= last.number else { return (.truncated(found: last, expected: known.head), last) }
    guard try hash(of: known.head.number, pool, genesis) == known.head.hash else {
      return (.altered(number: known.head.number), last)
    }
    let start = known.head.number == last.number && last.number > 0 ? last.number - 1 : known.head.number
    guard let previous = try hash(of: start, pool, genesis) else { return (.altered(number: start), last) }
    var verifier = ChainVerifier(after: ChainHead(number: start, hash: previous))
    try attempt {
      try pool.read { database in
        try JournalRow.each(database, after: start) { number, row in
          switch row {
          case .success(let entry): verifier.take(entry)
          case .failure(let oddity): verifier.takeUnreadable(at: number, detail: oddity.detail)
          }
        }
      }
    }
    switch verifier.verdict() {
    case .broken(let damage): return (.altered(number: damage.number), last)
    case .intact:
      return (known.head.number == last.number ? .matches : .ahead(entries: last.number - known.head.number), last)
    }
  }

  private func hash(of number: UInt64, _ pool: DatabasePool, _ genesis: ChainHead) throws(JournalError) -> Fingerprint?
  {
    if number == 0 { return genesis.hash }
    return try attempt {
      try pool.read { database in
        try Data.fetchOne(database, sql: "SELECT hash FROM entries WHERE number = ?", arguments: [Int64(number)])
          .flatMap { Fingerprint(Array($0)) }
      }
    }
  }

  private func attempt<Result>(_ work: () throws -> Result) throws(JournalError) -> Result {
    do { return try work() } catch { throw JournalError(error, path: files.path) }
  }
}

internal import GRDB
package import SMPRecord

/// What a full verification of the journal found.
package struct JournalVerification: Hashable, Sendable {
  /// Whether every entry is as it was written, and the first that is not.
  package let chain: ChainVerdict
  /// What the entries say that cannot be.
  package let findings: [RecordFinding]
  /// What is wrong with the store around them: damaged pages, changed views, missing triggers. They cannot change an
  /// entry, but they can hide one from somebody's query.
  package let store: [String]

  package var isSound: Bool {
    guard case .intact = chain else { return false }
    return findings.isEmpty && store.isEmpty
  }
}

extension JournalStore {
  /// Verifies the whole journal: every entry, its order, its end against the head file, and the store around it.
  /// Takes some microseconds for each entry, on the calling thread; the journal goes on meanwhile.
  package func verify() throws(JournalError) -> JournalVerification {
    let expected = try expectedHead()
    return try attempt { pool in
      try pool.read { database in
        var verifier = ChainVerifier(expecting: expected)
        try JournalRow.each(database, after: 0) { number, row in
          switch row {
          case .success(let entry): verifier.take(entry)
          case .failure(let oddity): verifier.takeUnreadable(at: number, detail: oddity.detail)
          }
        }
        return JournalVerification(
          chain: verifier.verdict(), findings: verifier.findings, store: try JournalStore.examine(database))
      }
    }
  }

  /// Where the chain must reach: what the head file says, or where this store itself has brought it.
  private func expectedHead() throws(JournalError) -> ChainHead? {
    if case .truncated(_, let expected) = tailAtOpening, !hasAcceptedTail { return expected }
    return head.number == 0 ? nil : head
  }

  private static func examine(_ database: Database) throws -> [String] {
    var oddities: [String] = []
    let damage = try String.fetchAll(database, sql: "PRAGMA integrity_check(10)")
    if damage != ["ok"] { oddities += damage }
    let found = try String.fetchAll(database, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
    let expected = JournalSchema.statements + JournalSchema.laterIndexes
    for statement in expected where !found.contains(statement) {
      oddities.append("changed or missing in the schema: \(firstWords(of: statement))")
    }
    for statement in found where !expected.contains(statement) {
      oddities.append("added to the schema: \(firstWords(of: statement))")
    }
    return oddities
  }

  private static func firstWords(of statement: String) -> String {
    statement.split(whereSeparator: \.isWhitespace).prefix(3).joined(separator: " ")
  }
}

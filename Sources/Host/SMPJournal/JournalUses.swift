internal import GRDB
package import SMPModel
package import SMPRecord

/// What one cartridge or lot of pigment was used for in one session.
package struct SupplyUse: Hashable, Sendable {
  package let supply: Supply
  package let lot: String
  /// Presumed ones included.
  package let dots: Int64
  /// As the device counted them; a presumed dot has none.
  package let strokes: Int64
}

extension JournalStore {
  /// How long the session took so far; nothing where there is none of that name.
  package func times(session: String) throws(JournalError) -> SessionTimes {
    try attempt { pool in
      try pool.read { database in
        var times = SessionTimes()
        let turns = SessionTimes.turns.map { "'\($0.rawValue)'" }.joined(separator: ", ")
        let rows = try Row.fetchCursor(
          database,
          sql: """
            SELECT \(JournalRow.columns) FROM entries WHERE session = :session AND (kind IN (\(turns)) OR number IN
              (SELECT (SELECT max(p.number) FROM entries p WHERE p.session = :session AND p.number < u.number)
                FROM entries u WHERE u.session = :session AND u.kind = 'uncertain'))
            ORDER BY number
            """, arguments: ["session": session])
        while let row = try rows.next() {
          let entry = try JournalRow.entry(row)
          if let kind = EntryKind(rawValue: entry.kind) { times.take(entry.header, kind) }
        }
        let milliseconds = try Int64.fetchOne(
          database,
          sql: """
            SELECT sum(json_extract(body, '$.dwell_milliseconds')) FROM entries
            WHERE session = ? AND kind IN ('dot', 'unbidden_contact')
            """, arguments: [session])
        times.add(contacts: .milliseconds(milliseconds ?? 0))
        return times
      }
    }
  }

  /// What was in the handpiece in this session, in the order in which it was put there; empty where there is none of that
  /// name.
  package func uses(session: String) throws(JournalError) -> [SupplyUse] {
    try attempt { pool in
      try pool.read { database in
        var loaded: [(supply: Supply, lot: String, from: UInt64)] = []
        for kind in [EntryKind.sessionOpened, .supplyChanged] {
          try JournalRow.each(database, session: session, kind: kind.rawValue) { number, row in
            switch try row.get().entry().body {
            case .sessionOpened(let body):
              loaded += [(.pigment, body.pigmentLot.text, number), (.cartridge, body.cartridge.text, number)]
            case .supplyChanged(let body): loaded.append((body.supply, body.lot.text, number))
            default: break
            }
          }
        }
        return try loaded.enumerated().map { place, use in
          let end = loaded[(place + 1)...].first { $0.supply == use.supply }?.from
          let row = try Row.fetchOne(
            database,
            sql: """
              SELECT count(*), coalesce(sum(json_extract(body, '$.strokes')), 0) FROM entries
              WHERE session = ? AND kind = 'dot' AND number > ? AND number < ?
              """, arguments: [session, Int64(use.from), end.map { Int64($0) } ?? .max])
          return SupplyUse(supply: use.supply, lot: use.lot, dots: row?[0] ?? 0, strokes: row?[1] ?? 0)
        }
      }
    }
  }
}

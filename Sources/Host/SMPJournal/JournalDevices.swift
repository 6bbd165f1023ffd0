internal import Foundation
internal import GRDB
package import SMPModel
package import SMPRecord

/// What the journal knows of devices: a later daemon tells by it what a device has still to say (S7).
extension JournalStore {
  /// A device as the journal has seen it last.
  package struct SeenDevice: Hashable, Sendable {
    package let serial: String
    /// At its last attach.
    package let bootCount: UInt32
    /// After the newest record of it that ended a grant: what follows may not be in the journal.
    package let expectedRecord: RecordSequence
    /// After the newest record of it at all. A contact that nobody granted may be one the device never made: its number
    /// does not say that the device's own record of that number is in the journal.
    package let heardUpTo: RecordSequence
  }

  /// A grant that a record ended.
  package struct EndedGrant: Hashable, Sendable {
    package let grant: GrantNumber
    package let sequence: RecordSequence
  }

  /// One attach, and what the journal says between it and the next one.
  private struct Attach {
    let serial: String
    let bootCount: UInt32
    let nextRecord: UInt32
    let oldestRecord: UInt32
    /// After the newest record that ended a grant; nil when none did.
    let ended: UInt32?
    /// After the newest record that was written down; nil when none was.
    let heard: UInt32?

    /// What lies before it no longer matters: records of it are written down, or it held none.
    var saysAll: Bool { ended != nil || nextRecord == oldestRecord }
  }

  /// Devices by their newest attach, last seen last; at most `count` of them.
  package func devices(_ count: Int) throws(JournalError) -> [SeenDevice] {
    try attempt { pool in
      try pool.read { database in
        var chains: [(serial: String, attaches: [Attach], isWhole: Bool)] = []
        var next: Int64?
        // The journal shows one attach at a time, so what lies between two of them is of the first.
        let rows = try Row.fetchCursor(database, sql: Self.attachesSQL, arguments: [JournalBounds.attaches])
        while let row = try rows.next() {
          let number: Int64 = row[0]
          let attach = try Self.attach(row, Self.newestRecords(database, after: number, before: next))
          next = number
          if let place = chains.firstIndex(where: { $0.serial == attach.serial }) {
            if !chains[place].isWhole { chains[place].attaches.append(attach) }
            chains[place].isWhole = chains[place].isWhole || attach.saysAll
          } else if chains.count < count {
            chains.append((attach.serial, [attach], attach.saysAll))
          }
          if chains.count == count, chains.allSatisfy(\.isWhole) { break }
        }
        return chains.reversed().map { Self.device($0.serial, $0.attaches) }
      }
    }
  }

  private static let attachesSQL = """
    SELECT number, json_extract(body, '$.serial'), json_extract(body, '$.boot_count'),
      json_extract(body, '$.next_record'), json_extract(body, '$.oldest_record')
    FROM entries WHERE kind = 'device_attached' ORDER BY number DESC LIMIT ?
    """

  private static func attach(_ row: Row, _ newest: (ended: UInt32?, heard: UInt32?)) throws -> Attach {
    guard let serial = String.fromDatabaseValue(row[1]), let boots = UInt32.fromDatabaseValue(row[2]),
      let next = UInt32.fromDatabaseValue(row[3]), let oldest = UInt32.fromDatabaseValue(row[4])
    else { throw JournalRow.Oddity(detail: "a device was attached without its counters") }
    return Attach(
      serial: serial, bootCount: boots, nextRecord: next, oldestRecord: oldest, ended: newest.ended,
      heard: newest.heard)
  }

  private static func newestRecords(
    _ database: Database, after: Int64, before: Int64?
  ) throws -> (ended: UInt32?, heard: UInt32?) {
    func newest(_ kinds: String) throws -> UInt32? {
      let sequence = try Int64.fetchOne(
        database,
        sql: """
          SELECT json_extract(body, '$.sequence') FROM entries
          WHERE number > ? AND number < ? AND kind IN (\(kinds)) AND json_extract(body, '$.sequence') IS NOT NULL
          ORDER BY number DESC LIMIT 1
          """, arguments: [after, before ?? Int64.max])
      return sequence.map { UInt32(truncatingIfNeeded: $0) &+ 1 }
    }
    return (try newest("'dot', 'grant_ended'"), try newest("'dot', 'grant_ended', 'unbidden_contact'"))
  }

  /// - Parameter attaches: newest first, back to one that says all.
  private static func device(_ serial: String, _ attaches: [Attach]) -> SeenDevice {
    var known: (expected: UInt32, heard: UInt32, boots: UInt32)?
    for attach in attaches.reversed() {
      // A memory that does not go on where it was left is another one: all it holds is still to be read.
      let left = known.flatMap { known in
        attach.bootCount &- known.boots <= Bounds.startsBetweenAttaches && known.heard >= attach.oldestRecord
          && known.expected <= attach.nextRecord ? known : nil
      }
      let expected = attach.ended ?? max(left?.expected ?? 0, attach.oldestRecord)
      known = (expected, max(expected, attach.heard ?? left?.heard ?? 0), attach.bootCount)
    }
    return SeenDevice(
      serial: serial, bootCount: known?.boots ?? 0, expectedRecord: RecordSequence(number: known?.expected ?? 0),
      heardUpTo: RecordSequence(number: known?.heard ?? 0))
  }

  /// The newest grants that a record ended, oldest first; none that lies further back than a session's length.
  package func endedGrants(_ count: Int) throws(JournalError) -> [EndedGrant] {
    try attempt { pool in
      try pool.read { database in
        let rows = try Row.fetchAll(
          database,
          sql: """
            SELECT json_extract(body, '$.grant'), json_extract(body, '$.sequence') FROM entries
            WHERE number > (SELECT coalesce(max(number), 0) FROM entries) - ? AND kind IN ('dot', 'grant_ended')
              AND json_extract(body, '$.sequence') IS NOT NULL
            ORDER BY number DESC LIMIT ?
            """, arguments: [JournalBounds.sessionEntries, count])
        return rows.reversed().compactMap { row in
          guard let grant = Int64.fromDatabaseValue(row[0]), let sequence = UInt32.fromDatabaseValue(row[1]) else {
            return nil
          }
          return EndedGrant(
            grant: GrantNumber(number: UInt64(clamping: grant)), sequence: RecordSequence(number: sequence))
        }
      }
    }
  }

  /// The newest grants that count as made because nobody could know, oldest first.
  package func presumedGrants(_ count: Int) throws(JournalError) -> [GrantNumber] {
    try attempt { pool in
      try pool.read { database in
        let numbers = try Int64.fetchAll(
          database,
          sql: """
            SELECT json_extract(body, '$.grant') FROM entries
            WHERE kind = 'dot' AND json_extract(body, '$.outcome') = 'presumed' ORDER BY number DESC LIMIT ?
            """, arguments: [count])
        return numbers.reversed().map { GrantNumber(number: UInt64(clamping: $0)) }
      }
    }
  }

  /// The newest contacts that nobody granted, oldest first.
  package func unbiddenContacts(_ count: Int) throws(JournalError) -> [UnbiddenContactEntry] {
    try attempt { pool in
      try pool.read { database in
        let bodies = try Data.fetchAll(
          database,
          sql: """
            SELECT CAST(body AS BLOB) FROM entries WHERE kind = 'unbidden_contact' ORDER BY number DESC LIMIT ?
            """, arguments: [count])
        return try bodies.reversed().map { body in
          guard case .unbiddenContact(let contact) = try EntryBody(kind: .unbiddenContact, text: Array(body)) else {
            throw JournalRow.Oddity(detail: "a contact that is none")
          }
          return contact
        }
      }
    }
  }
}

import SMPDaemon
import SMPJournal
import SMPRecord
import SMPReport

/// What `treat` leaves beside its journal: every entry, and each table as the reports have it.
enum Exports {
  static func write(_ store: JournalStore, to directory: String, _ key: StationKey) throws {
    var lines: [UInt8] = []
    var tables = ExportTable.allCases.map { (table: $0, exporter: Exporter($0, as: .csv), bytes: [UInt8]()) }
    for index in tables.indices { tables[index].bytes = tables[index].exporter.header }
    do {
      var after: UInt64 = 0
      while let last = try batch(store, after, &lines, &tables) { after = last }
    } catch {
      throw Failed("the journal cannot be exported: \(error)")
    }
    try create(directory + "/journal.jsonl", lines)
    try create(directory + "/station.pub", Array(key.fileText.utf8))
    for table in tables {
      try create(directory + "/\(table.table.rawValue).csv", table.bytes + table.exporter.finish())
    }
  }

  /// One batch of entries into everything; returns the last one's number, or nil at the end.
  private static func batch(
    _ store: JournalStore, _ after: UInt64, _ lines: inout [UInt8],
    _ tables: inout [(table: ExportTable, exporter: Exporter, bytes: [UInt8])]
  ) throws -> UInt64? {
    let entries = try store.entries(after: after, limit: JournalBounds.readEntries)
    for entry in entries {
      lines += Array((entry.line + "\n").utf8)
      for index in tables.indices { tables[index].bytes += try tables[index].exporter.take(entry) }
    }
    return entries.last?.number
  }

  private static func create(_ path: String, _ bytes: [UInt8]) throws {
    guard FileBytes.create(path, bytes, mode: 0o640) else {
      throw Failed("\(path) cannot be written. Remedy: free space, or name another --out")
    }
  }
}

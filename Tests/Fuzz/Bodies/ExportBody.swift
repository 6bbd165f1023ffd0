import SMPModel
import SMPRecord
import SMPReport
import StrictJSON

/// Entries as an export has them, one a line: read, verified, and exported again.
enum ExportBody {
  private static let lines = 64

  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: lines, omittingEmptySubsequences: true)
    var verifier = ChainVerifier()
    var entries: [StoredEntry] = []
    for (index, part) in parts.prefix(lines).enumerated() {
      let line = String(decoding: part, as: UTF8.self)
      let stored: StoredEntry
      do throws(RecordError) { stored = try StoredEntry(line: line) } catch {
        verifier.takeUnreadable(at: UInt64(index + 1), detail: error.description)
        continue
      }
      try spelling(stored, line)
      verifier.take(stored)
      entries.append(stored)
    }
    if case .broken(let damage) = verifier.verdict() {
      try hold(damage.number > 0 && !damage.detail.isEmpty, "a damage has its entry and says what it is")
    }
    for finding in verifier.findings { try hold(!finding.description.isEmpty, "a finding says what it is") }
    try export(entries)
    try chained(entries, Choices(of: bytes))
  }

  /// One entry has one spelling, in the line, in the text and in the body.
  private static func spelling(_ stored: StoredEntry, _ line: String) throws(BrokenPromise) {
    try hold(stored.line.utf8.elementsEqual(line.utf8), "an entry is written as it was read")
    let again = try? StoredEntry(text: stored.text, hash: stored.hash)
    try hold(again == stored, "an entry's text reads as the entry")
    guard let entry = try? stored.entry() else { return }
    let body = String(decoding: entry.body.encoded, as: UTF8.self)
    guard let read = try? EntryBody(kind: entry.body.kind, text: Array(body.utf8)) else {
      throw BrokenPromise(description: "a body that is written can be read: \(body)")
    }
    try hold(read == entry.body, "a body that is written and read is the same")
    try hold(body.utf8.elementsEqual(stored.body.utf8), "S2 a body has one spelling: \(body) for \(stored.body)")
  }

  /// Every table in every format: rows that can be read again, or a refusal of the entry.
  private static func export(_ entries: [StoredEntry]) throws(BrokenPromise) {
    for table in ExportTable.allCases {
      for format in ExportFormat.allCases {
        var exporter = Exporter(table, as: format)
        var bytes = exporter.header
        for entry in entries { if let rows = try? exporter.take(entry) { bytes += rows } }
        bytes += exporter.finish()
        switch format {
        case .jsonl: try rows(bytes, table)
        case .csv: try fields(bytes, table)
        }
      }
    }
  }

  private static func rows(_ bytes: [UInt8], _ table: ExportTable) throws(BrokenPromise) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      guard let object = (try? JSON.parse(Array(line)))?.object else {
        throw BrokenPromise(description: "a row of \(table) is an object: \(String(decoding: line, as: UTF8.self))")
      }
      try hold(object.members.map(\.name) == table.columns.map(\.description), "a row of \(table) has its columns")
    }
  }

  /// RFC 4180, read plainly: every record has a field for each column, and none begins a formula.
  private static func fields(_ bytes: [UInt8], _ table: ExportTable) throws(BrokenPromise) {
    var record: [[UInt8]] = [[]]
    var isQuoted = false
    var records = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      let next = index + 1 < bytes.count ? bytes[index + 1] : nil
      index += 1
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && next == byte:
        record[record.count - 1].append(byte)
        index += 1
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted: record.append([])
      case 0x0D where !isQuoted:
        try hold(next == 0x0A, "a record ends in CRLF")
        index += 1
        try hold(record.count == table.columns.count, "a record of \(table) has a field for each column")
        for field in record { try judge(field) }
        record = [[]]
        records += 1
      default: record[record.count - 1].append(byte)
      }
    }
    try hold(!isQuoted && record == [[]] && records >= 1, "the last record is whole")
  }

  private static func judge(_ field: [UInt8]) throws(BrokenPromise) {
    guard let first = field.first, [UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "@")].contains(first) else {
      return
    }
    throw BrokenPromise(description: "a field begins a formula: \(String(decoding: field, as: UTF8.self))")
  }

  // MARK: A chain that holds

  /// The readable bodies chained anew verify; with one of them changed, moved or left out, they do not.
  private static func chained(_ entries: [StoredEntry], _ choices: Choices) throws(BrokenPromise) {
    guard let journal = JournalID(Array(0..<16)), let header = entries.first?.header else { return }
    var choices = choices
    // A seal is about a chain that was; this is another one.
    let bodies = entries.compactMap { try? $0.entry() }.filter { $0.body.kind != .sessionSealed }
    var head = Chain.genesis(of: journal)
    let first = EntryBody.journalCreated(
      JournalCreatedEntry(schema: 1, journal: journal, station: Label(cleaning: "f")))
    var chain = [Entry(number: 1, header: header, body: first).stored(after: head)]
    for entry in bodies {
      head = chain[chain.count - 1].head
      chain.append(Entry(number: head.number + 1, header: entry.header, body: entry.body).stored(after: head))
    }
    guard let end = chain.last?.head else { return }
    try hold(verdict(chain, end) == .intact(end), "a chain that was made verifies: \(verdict(chain, end))")
    let place = choices.below(chain.count)
    var less = chain
    less.remove(at: place)
    try hold(damaged(less, end) == UInt64(place + 1), "an entry that is missing is named")
    var altered = chain
    let old = altered[place]
    altered[place] = StoredEntry(
      number: old.number, header: old.header, kind: old.kind, body: old.body + " ", hash: old.hash)
    try hold(damaged(altered, end) == UInt64(place + 1), "an entry that is altered is named")
    let other = choices.below(chain.count)
    var moved = chain
    moved.swapAt(place, other)
    let expected = place == other ? nil : UInt64(min(place, other) + 1)
    try hold(damaged(moved, end) == expected, "entries that are exchanged are named")
  }

  private static func verdict(_ chain: [StoredEntry], _ head: ChainHead) -> ChainVerdict {
    var verifier = ChainVerifier(expecting: head)
    for entry in chain { verifier.take(entry) }
    return verifier.verdict()
  }

  private static func damaged(_ chain: [StoredEntry], _ head: ChainHead) -> UInt64? {
    guard case .broken(let damage) = verdict(chain, head) else { return nil }
    return damage.number
  }
}

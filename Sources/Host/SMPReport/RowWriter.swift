internal import StrictJSON

/// Writes rows in one format. The same rows give the same bytes.
struct RowWriter: Sendable {
  let table: ExportTable
  let format: ExportFormat

  /// What stands before the first row.
  func writeHeader(into bytes: inout [UInt8]) {
    switch format {
    case .csv:
      bytes.append(contentsOf: table.columns.map(\.description).joined(separator: ",").utf8)
      bytes.append(contentsOf: "\r\n".utf8)
    case .jsonl: break
    }
  }

  func write(_ cells: [Cell], into bytes: inout [UInt8]) {
    precondition(cells.count == table.columns.count, "a row has a cell for every column")
    switch format {
    case .csv: writeCSV(cells, into: &bytes)
    case .jsonl: writeJSON(cells, into: &bytes)
    }
  }

  private func writeCSV(_ cells: [Cell], into bytes: inout [UInt8]) {
    for (index, cell) in cells.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      switch cell {
      case .none: break
      case .integer(let value): JSONWriter.write(value, into: &bytes)
      case .flag(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
      case .text(let text), .object(let text): RowWriter.writeField(text, into: &bytes)
      }
    }
    bytes.append(contentsOf: "\r\n".utf8)
  }

  /// A text that a spreadsheet would take for a formula gets an apostrophe before it, which spreadsheets take as "this
  /// is text": a lot number from a label must not run anything on the machine that opens the export. Numbers are written
  /// as numbers and need none.
  static func writeField(_ text: String, into bytes: inout [UInt8]) {
    let isFormula = text.unicodeScalars.first.map { "=+-@\t\r\n＝＋－＠".unicodeScalars.contains($0) } ?? false
    let isQuoted = text.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0D, 0x0A].contains($0) }
    if isQuoted { bytes.append(UInt8(ascii: "\"")) }
    if isFormula { bytes.append(UInt8(ascii: "'")) }
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    if isQuoted { bytes.append(UInt8(ascii: "\"")) }
  }

  private func writeJSON(_ cells: [Cell], into bytes: inout [UInt8]) {
    for (index, (name, cell)) in zip(table.columns, cells).enumerated() {
      bytes.append(index == 0 ? UInt8(ascii: "{") : UInt8(ascii: ","))
      JSONWriter.write(name.description, into: &bytes)
      bytes.append(UInt8(ascii: ":"))
      switch cell {
      case .none: JSON.null.write(into: &bytes)
      case .integer(let value): JSONWriter.write(value, into: &bytes)
      case .flag(let value): JSON.bool(value).write(into: &bytes)
      case .text(let text): JSONWriter.write(text, into: &bytes)
      case .object(let text): bytes.append(contentsOf: text.utf8)
      }
    }
    bytes.append(contentsOf: "}\n".utf8)
  }
}

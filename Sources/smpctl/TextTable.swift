/// Columns as wide as their widest cell.
struct TextTable {
  private var rows: [[String]]
  /// Columns whose cells stand at the right.
  private let numeric: Set<Int>

  init(_ heads: [String], numeric: Set<Int> = []) {
    rows = [heads]
    self.numeric = numeric
  }

  var isEmpty: Bool { rows.count == 1 }

  mutating func append(_ cells: [String]) {
    precondition(cells.count == rows[0].count, "a row has a cell for every column")
    rows.append(cells.map(Wording.harmless))
  }

  var text: String {
    var widths = Array(repeating: 0, count: rows[0].count)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
    }
    return rows.map { line($0, widths) }.joined(separator: "\n")
  }

  private func line(_ row: [String], _ widths: [Int]) -> String {
    var text = ""
    for (column, cell) in row.enumerated() {
      let gap = String(repeating: " ", count: widths[column] - cell.count)
      let isLast = column == row.count - 1
      text += numeric.contains(column) ? gap + cell : cell + (isLast ? "" : gap)
      if !isLast { text += "  " }
    }
    return text
  }
}

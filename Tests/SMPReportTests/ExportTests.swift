import SMPModel
import SMPRecord
import SMPReport
import StrictJSON
import Testing

@Suite("Exports") struct ExportTests {
  private func export(_ table: ExportTable, _ format: ExportFormat, _ entries: [StoredEntry]) throws -> [UInt8] {
    var exporter = Exporter(table, as: format)
    var bytes = exporter.header
    for entry in entries { bytes += try exporter.take(entry) }
    return bytes + exporter.finish()
  }

  /// The cells as Python's csv module reads them.
  private func cells(_ table: ExportTable, _ entries: [StoredEntry]) throws -> [[String]] {
    let script = """
      import csv, io, json, sys
      text = sys.stdin.buffer.read().decode()
      print(json.dumps(list(csv.reader(io.StringIO(text, newline=''), strict=True))))
      """
    let answer = try Tool.python(script, try export(table, .csv, entries))
    let rows = try JSON.parse(Array(answer.utf8)).array ?? []
    return rows.map { ($0.array ?? []).map { $0.string ?? "" } }
  }

  @Test("S13 an entry that cannot be understood stops the export instead of leaving a hole") func refusesTheUnknown()
    throws
  {
    let good = try #require(Sample.stored(Sample.first).first)
    let odd = StoredEntry(number: 1, header: good.header, kind: good.kind, body: "{}", hash: good.hash)
    var exporter = Exporter(.dots, as: .csv)
    #expect(throws: RecordError.self) { try exporter.take(odd) }
  }

  @Test(
    "S13 a label that a spreadsheet would run is shown as text", arguments: ["=1+1", "+1", "-1", "@x", "＝1", "\"=1"])
  func formulas(_ lot: String) throws {
    let rows = try cells(.sessions, Sample.stored([Sample.opening(lot)]))
    let isFormula = !lot.hasPrefix("\"")
    #expect(rows.last?[5] == (isFormula ? "'" + lot : lot))
  }

  @Test("negative coordinates stay numbers") func numbers() throws {
    let row = try #require(try cells(.dots, Sample.stored(Sample.first)).dropFirst().first)
    #expect(row[5] == "-1500" && row[6] == "2500")
  }

  @Test("names with commas and quotes come back whole from Python's csv module") func quoting() throws {
    let rows = try cells(.dots, Sample.stored(Sample.first))
    #expect(rows.map { $0[3] } == ["zone", "Schläfe, \"links\"", "hairline", "Schläfe, \"links\""])
    let bytes = try export(.dots, .csv, Sample.stored(Sample.first))
    #expect(String(decoding: bytes, as: UTF8.self).hasSuffix("\r\n"))
  }

  @Test("every row has a cell for every column, in both formats", arguments: ExportTable.allCases)
  func shape(_ table: ExportTable) throws {
    let entries = Sample.stored(Sample.first)
    let names = table.columns.map(\.description)
    let rows = try cells(table, entries)
    #expect(rows.first == names)
    #expect(rows.count > 1 && rows.allSatisfy { $0.count == names.count })
    let lines = String(decoding: try export(table, .jsonl, entries), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == rows.count - 1)
    for line in lines { #expect(try JSON.parse(Array(line.utf8)).object?.members.map(\.name) == names) }
    #expect(try export(table, .csv, entries) == export(table, .csv, entries))
  }

  @Test("a presumed dot shows what was commanded and leaves open what nobody measured") func presumed() throws {
    let rows = try cells(.dots, Sample.stored(Sample.first))
    #expect(Array(rows[2][7...13]) == ["500", "", "110000", "110000", "", "", "presumed"])
    #expect(Array(rows[1][7...13]) == ["500", "498", "110000", "109000", "90", "10", "made"])
  }

  @Test("a denial shows what was asked, what is allowed, by whom and in which unit") func denials() throws {
    let rows = try cells(.denials, Sample.stored(Sample.first))
    #expect(
      Array(rows[1][4...12]) == [
        "2", "5", "-6", "beyond_hard_limit", "spacing-minimum", "0", "1200", "micrometres", "plan",
      ])
    #expect(Array(rows[2][3...12]) == ["", "", "", "", "not_running", "", "", "", "", ""])
  }

  @Test("a zone goes by its number where the session's opening is not among the entries") func withoutOpening() throws {
    let rows = try cells(.dots, Array(Sample.stored(Sample.first).dropFirst()))
    #expect(rows.map { $0[3] } == ["zone", "1", "0", "1"])
    #expect(rows[1][2].isEmpty)
  }

  @Test("the events table leaves out what happens at every dot") func events() throws {
    let rows = try cells(.events, Sample.stored(Sample.first))
    #expect(rows.dropFirst().map { $0[4] } == ["session_opened", "fault", "stop", "session_closed"])
  }

  @Test("times are UTC to the millisecond, as Python's datetime has them") func times() throws {
    var values: [Int64] = [0, -1, 951_782_400_000, 951_868_799_999, 4_107_542_400_000, -62_135_596_800_000]
    for step: Int64 in 0..<4_000 { values.append(-3_000_000_000_000 + step * 2_345_678_901) }
    let lines = values.map { "\($0) \(UniversalTime.text(WallTime(milliseconds: $0)))" }.joined(separator: "\n")
    let script = """
      import sys
      from datetime import datetime, timedelta
      for line in sys.stdin:
          number, text = line.split()
          time = datetime(1970, 1, 1) + timedelta(milliseconds=int(number))
          assert time.isoformat(timespec='milliseconds') + 'Z' == text, (line, time)
      """
    try Tool.python(script, Array(lines.utf8))
  }
}

@Suite("Session summary") struct SummaryTests {
  @Test("figures of one session: dots by zone, denials by reason, faults, duration") func figures() throws {
    var summary = SessionSummary(session: "C-1-1")
    for entry in Sample.stored(Sample.first) { summary.take(try entry.entry()) }
    for entry in Sample.stored(Sample.first, session: "C-1-2", from: 50) { summary.take(try entry.entry()) }
    #expect(summary.zones.map(\.name) == ["hairline", "Schläfe, \"links\""])
    #expect(summary.zones.map(\.dots) == [1, 2] && summary.zones.map(\.presumed) == [1, 0])
    #expect(summary.dots == 3 && summary.dotsPresumed == 1)
    #expect(summary.denials.map(\.count) == [2, 1, 1])
    #expect(summary.denials.map(\.key) == [.spacingMinimum, .discDensityMaximum, nil])
    #expect(summary.faults.map(\.fault) == ["motor_stuck"])
    #expect(summary.grants == 4 && summary.grantsUnused == 1)
    #expect(summary.protectiveStops == 1 && summary.normalStops == 0)
    #expect(summary.times.duration == .seconds(15) && summary.outcome == "ended" && summary.simulated)
  }

  @Test("a session that is open has no close") func open() throws {
    var summary = SessionSummary(session: "C-1-1")
    for entry in Sample.stored(Sample.first).dropLast() { summary.take(try entry.entry()) }
    #expect(summary.closed == nil && summary.opened != nil)
  }
}

import SMPModel
import SMPRecord
import Testing

@testable import SMPReport

/// The tables as somebody else's statistics read them, told nothing about them.
@Suite("Exports in pandas", .enabled(if: Pandas.isThere, "apt-get install python3-pandas"))
struct PandasTests {
  @Test("every number is numeric, every flag a flag, every time a time, in both formats and without options")
  func tables() throws {
    let folder = try PageFolder()
    let entries = Sample.stored(ReportSample.own(200, ["frontal", "vertex"]), session: "C-1-1")
    for table in ExportTable.allCases {
      for format in ExportFormat.allCases {
        var exporter = Exporter(table, as: format)
        var bytes = exporter.header
        for entry in entries { bytes += try exporter.take(entry) }
        try folder.write("\(table).\(format)", bytes + exporter.finish())
      }
    }
    let said = try Tool.run(["/usr/bin/python3", "-c", Pandas.script, folder.path])
    #expect(said.status == 0, "\(said.errors)")
    #expect(said.output == "read 8 tables\n")
  }
}

enum Pandas {
  /// In a CI run it must be there: deps.sh installs it.
  static let isThere = Browser.isCI || (try? Tool.run(["/usr/bin/python3", "-c", "import pandas"]))?.status == 0

  /// A column of another kind than its name promises, or one whose kind nobody knows, ends it.
  static let script = """
    import pandas, sys
    numbers = {
        "number", "dots_planned", "dots_made", "dots_presumed", "denials", "faults", "first_entry", "last_entry",
        "grant", "x_micrometres", "y_micrometres", "depth_commanded_micrometres", "depth_reported_micrometres",
        "speed_commanded_millihertz", "speed_millihertz", "dwell_milliseconds", "strokes", "entry", "request",
        "requested", "allowed", "actor_uid",
    }
    times = {"opened_wall_time", "closed_wall_time", "wall_time"}
    words = {
        "session_id", "course", "device", "operator_commitment", "pigment_lot", "cartridge", "skin", "plan_sha256",
        "outcome", "zone", "reason", "limit_key", "unit", "limit_source", "kind", "body",
    }
    kinds = pandas.api.types
    read = 0
    for table in ("sessions", "dots", "denials", "events"):
        csv = pandas.read_csv(f"{sys.argv[1]}/{table}.csv")
        lines = pandas.read_json(f"{sys.argv[1]}/{table}.jsonl", lines=True)
        assert list(csv.columns) == list(lines.columns) and len(csv) == len(lines) > 0, table
        for frame in (csv, lines):
            read += 1
            for name in frame.columns:
                column = frame[name]
                if name == "simulated":
                    assert kinds.is_bool_dtype(column) and column.all(), (table, name)
                elif name in numbers:
                    assert kinds.is_numeric_dtype(column) and not kinds.is_bool_dtype(column), (table, name)
                elif name in times:
                    parsed = pandas.to_datetime(column, utc=True)
                    assert parsed.notna().all() and (parsed.dt.year == 2025).all(), (table, name)
                else:
                    assert name in words, (table, name)
    dots = pandas.read_csv(f"{sys.argv[1]}/dots.csv")
    assert len(dots) == 200 and dots["depth_reported_micrometres"].between(400, 600).sum() == 199
    print("read", read, "tables")
    """
}

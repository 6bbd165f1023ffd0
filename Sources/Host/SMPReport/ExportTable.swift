/// What can be exported. Tables and columns are those of the journal's views, so that a query on the file and an export
/// through the daemon give the same (design.md, section 5).
package enum ExportTable: String, CaseIterable, Hashable, Sendable {
  case sessions
  case dots
  case denials
  case events

  /// Names with their units, in order.
  package var columns: [StaticString] {
    switch self {
    case .sessions:
      [
        "session_id", "course", "number", "device", "operator_commitment", "pigment_lot", "cartridge", "skin",
        "plan_sha256", "opened_wall_time", "closed_wall_time", "outcome", "dots_planned", "dots_made", "dots_presumed",
        "denials", "faults", "simulated", "first_entry", "last_entry",
      ]
    case .dots:
      [
        "session_id", "course", "device", "zone", "grant", "x_micrometres", "y_micrometres",
        "depth_commanded_micrometres", "depth_reported_micrometres", "speed_commanded_millihertz", "speed_millihertz",
        "dwell_milliseconds", "strokes", "outcome", "wall_time", "simulated", "entry",
      ]
    case .denials:
      [
        "session_id", "course", "device", "zone", "request", "x_micrometres", "y_micrometres", "reason", "limit_key",
        "requested", "allowed", "unit", "limit_source", "wall_time", "simulated", "entry",
      ]
    case .events:
      ["entry", "session_id", "course", "wall_time", "kind", "actor_uid", "simulated", "body"]
    }
  }
}

package enum ExportFormat: String, CaseIterable, Hashable, Sendable {
  /// RFC 4180: a header line, CRLF, quotes where they are needed.
  case csv
  /// One JSON object a line.
  case jsonl
}

/// One value of a row.
enum Cell: Hashable, Sendable {
  case none
  case integer(Int64)
  case flag(Bool)
  case text(String)
  /// A JSON object as text.
  case object(String)

  static func integer(ifAny value: Int64?) -> Cell { value.map(Cell.integer) ?? .none }
  static func text(ifAny value: String?) -> Cell { value.map(Cell.text) ?? .none }
}

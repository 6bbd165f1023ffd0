import SMPModel
import SMPTreatment

/// `zone-order` as a document writes it.
enum PlanZoneOrder: String, CaseIterable {
  case free
  case strict
  var order: ZoneOrder {
    switch self {
    case .free: .free
    case .strict: .strict
    }
  }
}

/// The schema line both kinds of document begin with.
enum Schema {
  static func check(_ top: inout MappingReader, current: Int64) -> Bool {
    let entry = top.take("schema")
    switch top.count("schema") {
    case .value(current): return true
    case .unreadable: return false
    case .nothing:
      top.nameMisspelt("schema")
      top.problems.error(
        top.place, "`schema` is missing", allowed: "schema: \(current)",
        remedy: "begin the document with `schema: \(current)`")
    case .value(let found):
      top.problems.error(
        entry?.value.place ?? top.place, "schema \(found) is not known here", allowed: "\(current)",
        remedy: found > current
          ? "update the software, or write the document for schema \(current)"
          : "write `schema: \(current)`")
    }
    return false
  }
}

extension ZoneField {
  /// The key in a document.
  var key: String {
    switch self {
    case .zone: "zone"
    case .depth: "depth"
    case .depthRange: "depth-range"
    case .speed: "speed"
    case .speedRange: "speed-range"
    case .dwell: "dwell"
    case .spacing: "spacing"
    case .density: "density"
    case .held: "held"
    case .localDensity: "local-density"
    case .dots: "dots"
    case .needle: "needle"
    }
  }
}

extension PlanField {
  /// The key in a document.
  var key: String {
    switch self {
    case .title: "title"
    case .client: "client"
    case .pattern: "norwood"
    case .skin: "fitzpatrick"
    case .style: "style"
    case .naturalDensity: "natural-density"
    case .pigment: "pigment"
    case .zones: "zones"
    case .landmarks: "landmarks"
    case .sessions: "sessions"
    }
  }
}

extension Given {
  func map<Other: Hashable & Sendable>(_ transform: (Value) -> Other) -> Given<Other> {
    switch self {
    case .nothing: .nothing
    case .unreadable: .unreadable
    case .value(let value): .value(transform(value))
    }
  }
}

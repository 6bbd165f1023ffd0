package import SMPModel

/// A request that was denied, and why. The amounts carry their unit beside them, because it depends on the key.
package struct DenialEntry: EntryPayload {
  /// None where a command was denied rather than a device's request.
  package let request: RequestID?
  package let zone: ZoneIndex?
  package let position: ChartPosition?
  package let denial: Denial

  package init(request: RequestID? = nil, zone: ZoneIndex? = nil, position: ChartPosition? = nil, denial: Denial) {
    self.request = request
    self.zone = zone
    self.position = position
    self.denial = denial
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    request = try fields.integer(ifAny: "request").map { RequestID(number: $0) }
    zone = try fields.zoneIfAny()
    position = try fields.positionIfAny()
    let reason = try fields.text("reason")
    switch reason {
    case "beyond_hard_limit":
      let (key, requested, limit, source) = try DenialEntry.limit(&fields)
      denial = .beyondHard(key: key, requested: requested, limit: limit, source: source)
    case "beyond_soft_limit":
      let (key, requested, limit, source) = try DenialEntry.limit(&fields)
      denial = .beyondSoft(key: key, requested: requested, limit: limit, source: source)
    case "zone_out_of_order":
      denial = .zoneOutOfOrder(
        zone: ZoneIndex(number: try fields.integer("denied_zone")),
        next: ZoneIndex(number: try fields.integer("next_zone")))
    case "zone_complete": denial = .zoneComplete(zone: ZoneIndex(number: try fields.integer("denied_zone")))
    case "outside_outline": denial = .outsideOutline
    case "grant_open": denial = .grantOpen
    case "not_running": denial = .notRunning
    case "journal_stalled": denial = .journalStalled
    case "too_many_dots": denial = .tooManyDots
    default: throw .unfit("reason")
    }
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("request", ifAny: request?.number)
    fields.integer("zone", ifAny: zone?.number)
    fields.position(ifAny: position)
    fields.text("reason", denial.word.description)
    switch denial {
    case .beyondHard(let key, let requested, let limit, let source),
      .beyondSoft(let key, let requested, let limit, let source):
      fields.limitKey("key", key)
      fields.integer("requested", requested)
      fields.integer("limit", limit)
      fields.text("unit", key.unit.description)
      fields.text("source", source.word.description)
    case .zoneOutOfOrder(let zone, let next):
      fields.integer("denied_zone", zone.number)
      fields.integer("next_zone", next.number)
    case .zoneComplete(let zone): fields.integer("denied_zone", zone.number)
    case .outsideOutline, .grantOpen, .notRunning, .journalStalled, .tooManyDots: break
    }
  }

  private static func limit(
    _ fields: inout FieldReader
  ) throws(RecordError) -> (key: LimitKey, requested: Int64, limit: Int64, source: LimitSource) {
    let key = try fields.limitKey("key")
    let requested: Int64 = try fields.integer("requested")
    let limit: Int64 = try fields.integer("limit")
    guard try fields.text("unit") == key.unit.description else { throw .unfit("unit") }
    let word = try fields.text("source")
    guard let source = LimitSource.allCases.first(where: { $0.word.description == word }) else {
      throw .unfit("source")
    }
    return (key, requested, limit, source)
  }
}

extension LimitKey {
  /// The unit of this key's amounts, as one word.
  package var unit: StaticString {
    switch self {
    case .depthMinimum, .depthMaximum, .spacingMinimum, .registrationResidualMaximum: "micrometres"
    case .speedMinimum, .speedMaximum: "millihertz"
    case .discDensityMaximum, .zoneDensityMaximum: "per_square_metre"
    case .zoneDotsMaximum, .sessionDotsMaximum: "dots"
    case .dwellMaximum: "milliseconds"
    case .sessionDurationMaximum: "seconds"
    }
  }
}

extension LimitSource {
  /// The one word for this source in records.
  package var word: StaticString {
    switch self {
    case .ceiling: "ceiling"
    case .device: "device"
    case .site: "site"
    case .plan: "plan"
    }
  }
}

/// What can be limited. One key, one number, one unit; the guard checks every key at every dot.
///
/// `…Maximum` keys refuse values above, `…Minimum` keys values below. A new key without a generated scenario at
/// the limit and one step beyond fails the guard's tests.
package enum LimitKey: UInt8, CaseIterable, Sendable {
  /// Commanded depth, µm.
  case depthMinimum, depthMaximum
  /// Commanded speed, mHz.
  case speedMinimum, speedMaximum
  /// Centre-to-centre distance to every living dot of the client, µm; the device's position error is added.
  case spacingMinimum
  /// Living dots in every disc of 1 cm² centred on an existing or requested dot, dots per m².
  case discDensityMaximum
  /// Living dots of a zone over the zone's area, earlier sessions included, dots per m².
  case zoneDensityMaximum
  /// Dots of this session in one zone.
  case zoneDotsMaximum
  /// Contact time of one dot, ms.
  case dwellMaximum
  /// Dots of this session.
  case sessionDotsMaximum
  /// Time since the session was armed first, s.
  case sessionDurationMaximum
  /// What the registration of the handpiece leaves over at any landmark, µm.
  case registrationResidualMaximum

  /// True where larger values are the dangerous ones.
  package var isMaximum: Bool {
    switch self {
    case .depthMinimum, .speedMinimum, .spacingMinimum: false
    case .depthMaximum, .speedMaximum, .discDensityMaximum, .zoneDensityMaximum, .zoneDotsMaximum, .dwellMaximum,
      .sessionDotsMaximum, .sessionDurationMaximum, .registrationResidualMaximum:
      true
    }
  }

  /// The one word for this key in files, records and on the command line: `depth-maximum`.
  package var word: StaticString {
    switch self {
    case .depthMinimum: "depth-minimum"
    case .depthMaximum: "depth-maximum"
    case .speedMinimum: "speed-minimum"
    case .speedMaximum: "speed-maximum"
    case .spacingMinimum: "spacing-minimum"
    case .discDensityMaximum: "disc-density-maximum"
    case .zoneDensityMaximum: "zone-density-maximum"
    case .zoneDotsMaximum: "zone-dots-maximum"
    case .dwellMaximum: "dwell-maximum"
    case .sessionDotsMaximum: "session-dots-maximum"
    case .sessionDurationMaximum: "session-duration-maximum"
    case .registrationResidualMaximum: "registration-residual-maximum"
    }
  }
}

/// Where a limit comes from. All four must be present, or nothing arms (S3).
package enum LimitSource: UInt8, CaseIterable, Sendable {
  /// Built into the software; never moved by a file.
  case ceiling
  /// What the device says it can do.
  case device
  /// The clinic's limits file.
  case site
  /// The signed plan.
  case plan
}

/// One source's word on one key, in the key's unit. Soft may be confirmed by name, hard may not (S3).
package struct LimitPair: Hashable, Sendable {
  package let soft: Int64?
  package let hard: Int64?
  package init(soft: Int64? = nil, hard: Int64? = nil) {
    self.soft = soft
    self.hard = hard
  }
}

/// What one source says on every key; silent on most.
package struct LimitSet: Hashable, Sendable {
  private var pairs: [LimitPair]

  package init() {
    pairs = Array(repeating: LimitPair(), count: LimitKey.allCases.count)
  }

  package subscript(key: LimitKey) -> LimitPair {
    get { pairs[Int(key.rawValue)] }
    set { pairs[Int(key.rawValue)] = newValue }
  }

  /// The software's own ceilings (S3). Depth: design.md and field.md ("absolute ceiling 2.0 mm"). The others are
  /// derived: wide enough for every figure in field.md, and still a bound when a site file is careless.
  package static let ceiling: LimitSet = {
    var set = LimitSet()
    set[.depthMinimum] = LimitPair(hard: 0)
    set[.depthMaximum] = LimitPair(hard: 2_000)
    set[.speedMinimum] = LimitPair(hard: 10_000)
    set[.speedMaximum] = LimitPair(hard: 200_000)
    set[.spacingMinimum] = LimitPair(hard: 300)
    set[.discDensityMaximum] = LimitPair(hard: 1_500_000)
    set[.zoneDensityMaximum] = LimitPair(hard: 1_500_000)
    set[.zoneDotsMaximum] = LimitPair(hard: 30_000)
    set[.dwellMaximum] = LimitPair(hard: 1_000)
    set[.sessionDotsMaximum] = LimitPair(hard: 30_000)
    set[.sessionDurationMaximum] = LimitPair(hard: 28_800)
    // Twice the usual residual: past it dots keep so far apart that hardly a plan could be carried out.
    set[.registrationResidualMaximum] = LimitPair(hard: 2_000)
    return set
  }()
}

/// A set of limit keys with a fixed order, for the soft limits a person has confirmed.
package struct LimitKeySet: OptionSet, Hashable, Sendable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }
  package init(_ key: LimitKey) { rawValue = 1 << UInt32(key.rawValue) }
  package func contains(_ key: LimitKey) -> Bool { contains(LimitKeySet(key)) }
}

/// Why a dot was denied: facts as values; the sentence is made at the edge.
package enum Denial: Hashable, Sendable {
  case beyondHard(key: LimitKey, requested: Int64, limit: Int64, source: LimitSource)
  /// Allowed after a named, recorded confirmation of `key`.
  case beyondSoft(key: LimitKey, requested: Int64, limit: Int64, source: LimitSource)
  /// Not inside any zone of the plan by at least the position error.
  case outsideOutline
  /// A zone that earlier ones in the plan's order must precede.
  case zoneOutOfOrder(zone: ZoneIndex, next: ZoneIndex)
  /// The dots planned for this zone in this session are made.
  case zoneComplete(zone: ZoneIndex)
  /// Another grant is still open: one needle, one dot.
  case grantOpen
  /// The session is not running (paused, stopping, disarmed).
  case notRunning
  /// The journal did not answer in time; without a durable entry there is no dot (S2).
  case journalStalled
  /// The guard already holds `Bounds.livingDots` dots of this client.
  case tooManyDots

  package var indication: Indication {
    switch self {
    case .beyondHard(let key, _, _, _):
      switch key {
      case .spacingMinimum, .discDensityMaximum, .zoneDensityMaximum, .zoneDotsMaximum: .moveAway
      case .depthMinimum, .depthMaximum, .speedMinimum, .speedMaximum, .dwellMaximum, .sessionDotsMaximum,
        .sessionDurationMaximum, .registrationResidualMaximum:
        .askOperator
      }
    case .beyondSoft: .askOperator
    case .outsideOutline, .zoneOutOfOrder: .wrongPlace
    case .zoneComplete: .moveAway
    case .grantOpen, .notRunning, .journalStalled: .wait
    case .tooManyDots: .askOperator
    }
  }

  /// The one word for this reason in records and JSON.
  package var word: StaticString {
    switch self {
    case .beyondHard: "beyond_hard_limit"
    case .beyondSoft: "beyond_soft_limit"
    case .outsideOutline: "outside_outline"
    case .zoneOutOfOrder: "zone_out_of_order"
    case .zoneComplete: "zone_complete"
    case .grantOpen: "grant_open"
    case .notRunning: "not_running"
    case .journalStalled: "journal_stalled"
    case .tooManyDots: "too_many_dots"
    }
  }
}

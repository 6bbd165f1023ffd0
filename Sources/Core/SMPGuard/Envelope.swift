package import SMPModel

/// One limit in force and the source it comes from.
package struct Bound: Hashable, Sendable {
  /// In the key's unit.
  package let value: Int64
  package let source: LimitSource
  package init(value: Int64, source: LimitSource) {
    self.value = value
    self.source = source
  }
}

/// How a value stands to the limits of one key.
package enum Verdict: Hashable, Sendable {
  case within
  /// Allowed after a named, recorded confirmation.
  case beyondSoft(Bound)
  case beyondHard(Bound)
}

/// The limits of one zone: of four sources the strictest wins, for soft and hard apart (S3).
///
/// Where two sources say the same, the one that is harder to move is named: ceiling, device, site, plan.
package struct Envelope: Hashable, Sendable {
  private struct Row: Hashable, Sendable {
    var soft: Bound?
    var hard: Bound
  }

  /// By the key's raw value.
  private let rows: [Row]

  /// Refuses when a source is missing, or when no source gives a key a hard limit.
  ///
  /// Ceiling, device and site count as missing when they are silent on every key. A plan may be silent: a zone
  /// without limits of its own is still held by the other three.
  package init(ceiling: LimitSet?, device: LimitSet?, site: LimitSet?, plan: LimitSet?) throws(GuardRefusal) {
    guard let ceiling, !ceiling.isSilent else { throw .sourceMissing(.ceiling) }
    guard let device, !device.isSilent else { throw .sourceMissing(.device) }
    guard let site, !site.isSilent else { throw .sourceMissing(.site) }
    guard let plan else { throw .sourceMissing(.plan) }
    var rows: [Row] = []
    rows.reserveCapacity(LimitKey.allCases.count)
    for key in LimitKey.allCases {
      var soft: Bound?
      var hard: Bound?
      for source in LimitSource.allCases {
        let pair =
          switch source {
          case .ceiling: ceiling[key]
          case .device: device[key]
          case .site: site[key]
          case .plan: plan[key]
          }
        soft = Self.stricter(soft, pair.soft, source, for: key)
        hard = Self.stricter(hard, pair.hard, source, for: key)
      }
      guard let hard else { throw .hardLimitMissing(key) }
      // A soft limit at or past the hard one could be confirmed to no effect: it is none.
      if let candidate = soft, !key.passes(hard.value, candidate.value) { soft = nil }
      rows.append(Row(soft: soft, hard: hard))
    }
    self.rows = rows
  }

  package subscript(key: LimitKey) -> (soft: Bound?, hard: Bound) {
    let row = rows[Int(key.rawValue)]
    return (row.soft, row.hard)
  }

  package func judge(_ key: LimitKey, _ value: Int64) -> Verdict {
    let row = rows[Int(key.rawValue)]
    if key.passes(value, row.hard.value) { return .beyondHard(row.hard) }
    if let soft = row.soft, key.passes(value, soft.value) { return .beyondSoft(soft) }
    return .within
  }

  /// Whether whatever passes a limit of `other` on `key` passes one of these as well.
  func covers(_ other: borrowing Envelope, on key: LimitKey) -> Bool {
    let mine = rows[Int(key.rawValue)]
    let theirs = other.rows[Int(key.rawValue)]
    if key.passes(mine.hard.value, theirs.hard.value) { return false }
    guard let soft = theirs.soft else { return true }
    guard let own = mine.soft else { return false }
    return !key.passes(own.value, soft.value)
  }

  private static func stricter(_ held: Bound?, _ value: Int64?, _ source: LimitSource, for key: LimitKey) -> Bound? {
    guard let value else { return held }
    guard let held else { return Bound(value: value, source: source) }
    return key.passes(held.value, value) ? Bound(value: value, source: source) : held
  }
}

extension LimitKey {
  /// Whether `value` lies on the dangerous side of `limit`. The limit itself is still allowed.
  package func passes(_ value: Int64, _ limit: Int64) -> Bool { isMaximum ? value > limit : value < limit }

  /// Keys that count for the session as a whole, whatever the zone.
  package var isSessionWide: Bool {
    switch self {
    case .sessionDotsMaximum, .sessionDurationMaximum, .registrationResidualMaximum: true
    case .depthMinimum, .depthMaximum, .speedMinimum, .speedMaximum, .spacingMinimum, .discDensityMaximum,
      .zoneDensityMaximum, .zoneDotsMaximum, .dwellMaximum:
      false
    }
  }

  /// Keys that cannot be held without knowing where the needle is.
  package var needsPositioning: Bool {
    switch self {
    case .spacingMinimum, .discDensityMaximum, .zoneDensityMaximum: true
    case .depthMinimum, .depthMaximum, .speedMinimum, .speedMaximum, .zoneDotsMaximum, .dwellMaximum,
      .sessionDotsMaximum, .sessionDurationMaximum, .registrationResidualMaximum:
      false
    }
  }
}

extension LimitSet {
  /// Says nothing on any key.
  package var isSilent: Bool { LimitKey.allCases.allSatisfy { self[$0] == LimitPair() } }

  /// What the device says it can do, as hard limits (S3). It has no word on the client, so the other keys stay silent.
  package init(device: DeviceCapabilities) {
    self.init()
    self[.depthMinimum] = LimitPair(hard: device.depthMinimum.micrometres)
    self[.depthMaximum] = LimitPair(hard: device.depthMaximum.micrometres)
    self[.speedMinimum] = LimitPair(hard: device.speedMinimum.millihertz)
    self[.speedMaximum] = LimitPair(hard: device.speedMaximum.millihertz)
  }

  /// The stricter of both on `key`, for soft and hard apart.
  func stricter(of other: LimitSet, on key: LimitKey) -> LimitPair {
    func strictest(_ left: Int64?, _ right: Int64?) -> Int64? {
      guard let left else { return right }
      guard let right else { return left }
      return key.passes(left, right) ? right : left
    }
    return LimitPair(
      soft: strictest(self[key].soft, other[key].soft), hard: strictest(self[key].hard, other[key].hard))
  }
}

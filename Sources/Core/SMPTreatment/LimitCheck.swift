import SMPModel

/// The limits a plan is read against: built-in ceilings and, where given, the site's. The strictest wins (S3);
/// the device's own are met when a session is armed on it.
struct LimitCheck {
  private let sources: [(source: LimitSource, limits: LimitSet)]

  init(site: LimitSet?) {
    var sources = [(source: LimitSource.ceiling, limits: LimitSet.ceiling)]
    if let site { sources.append((.site, site)) }
    self.sources = sources
  }

  /// Of equal limits the first source is named: the built-in one, which nobody can move.
  private func strictest(_ key: LimitKey, _ bound: (LimitPair) -> Int64?) -> (value: Int64, source: LimitSource)? {
    var found: (value: Int64, source: LimitSource)?
    for (source, limits) in sources {
      guard let value = bound(limits[key]) else { continue }
      if let known = found, key.isMaximum ? known.value <= value : known.value >= value { continue }
      found = (value, source)
    }
    return found
  }

  /// The first limit a value meets on its way to danger, soft or hard.
  func strictest(_ key: LimitKey) -> (value: Int64, source: LimitSource)? {
    let hard = strictest(key, \.hard)
    guard let soft = strictest(key, \.soft) else { return hard }
    guard let hard, isBeyond(key, soft.value, hard.value) else { return soft }
    return hard
  }

  /// How far a proposal may go: to the first limit, or to the plan's own value where that lies past a soft one, since
  /// whoever signed the plan knew. Never past a hard one.
  func bound(_ key: LimitKey, own: Int64) -> (value: Int64, source: LimitSource) {
    guard let first = strictest(key) else { return (own, .plan) }
    guard isBeyond(key, own, first.value) else { return first }
    if let hard = strictest(key, \.hard), isBeyond(key, own, hard.value) { return hard }
    return (own, .plan)
  }

  /// nil: within every limit.
  func judge(_ key: LimitKey, _ value: Int64) -> PlanFinding.Kind? {
    if let hard = strictest(key, \.hard), isBeyond(key, value, hard.value) {
      return .value(.beyondHard(key, value: value, allowed: allowed(key), source: hard.source))
    }
    if let soft = strictest(key, \.soft), isBeyond(key, value, soft.value) {
      return .value(.beyondSoft(key, value: value, limit: soft.value, source: soft.source))
    }
    return nil
  }

  private func isBeyond(_ key: LimitKey, _ value: Int64, _ limit: Int64) -> Bool {
    key.isMaximum ? value > limit : value < limit
  }

  /// Both ends where the quantity has two keys.
  private func allowed(_ key: LimitKey) -> AllowedRange {
    func hard(_ key: LimitKey) -> Int64? { strictest(key, \.hard)?.value }
    switch key {
    case .depthMinimum, .depthMaximum:
      return AllowedRange(lower: hard(.depthMinimum), upper: hard(.depthMaximum))
    case .speedMinimum, .speedMaximum:
      return AllowedRange(lower: hard(.speedMinimum), upper: hard(.speedMaximum))
    case .spacingMinimum:
      return AllowedRange(lower: hard(key), upper: PlanBounds.spacingMaximum.micrometres)
    case .discDensityMaximum, .zoneDensityMaximum, .zoneDotsMaximum, .dwellMaximum, .sessionDotsMaximum,
      .sessionDurationMaximum, .registrationResidualMaximum:
      return AllowedRange(lower: nil, upper: hard(key))
    }
  }
}

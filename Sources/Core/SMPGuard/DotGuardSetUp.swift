import SMPModel

/// What must hold before a guard exists.
extension DotGuard {
  /// The position accuracy; nil without positioning, which refuses a plan that limits spacing or density (S4).
  ///
  /// What ceiling and site say on spacing and density does not refuse: they speak for every device of the house, and on
  /// one without positions the practitioner's eye holds the spacing, as the plan that asks for none has chosen.
  static func accuracy(
    of device: DeviceCapabilities, for profile: SessionProfile
  ) throws(GuardRefusal) -> Distance? {
    guard device.depthStep.micrometres > 0, device.depthAccuracy >= .zero else { throw .deviceImplausible }
    switch device.positioning {
    case .absolute(let accuracy), .chart(let accuracy):
      guard accuracy >= .zero, accuracy <= worstAccuracy else { throw .deviceImplausible }
      return accuracy
    case .none:
      for zone in profile.zones {
        for key in LimitKey.allCases where key.needsPositioning && zone.limits[key] != LimitPair() {
          throw .positioningRequired(zone: zone.index, key: key)
        }
      }
      return nil
    }
  }

  /// Every zone with its envelope of all four sources. A session-wide limit that one zone states holds for all of them.
  static func rules(
    for profile: SessionProfile, site: LimitSet?, device: DeviceCapabilities
  ) throws(GuardRefusal) -> [ZoneRule] {
    var session = LimitSet()
    for key in LimitKey.allCases where key.isSessionWide {
      for zone in profile.zones { session[key] = session.stricter(of: zone.limits, on: key) }
    }
    var rules: [ZoneRule] = []
    for (place, zone) in profile.zones.enumerated() {
      precondition(Int(zone.index.number) == place, "a zone's index is its place in the profile")
      var plan = zone.limits
      for key in LimitKey.allCases where key.isSessionWide { plan[key] = session[key] }
      let envelope = try Envelope(ceiling: .ceiling, device: LimitSet(device: device), site: site, plan: plan)
      rules.append(try ZoneRule(zone, envelope: envelope))
    }
    return rules
  }

  /// The plan's own set-points, each within its zone's envelope.
  static func setPoints(of rules: [ZoneRule], step: Int64) throws(GuardRefusal) -> [SetPoint] {
    var points: [SetPoint] = []
    for rule in rules {
      let zone = rule.zone
      points.append(
        try setPoint(rule, depth: zone.depth, speed: zone.speed, dwell: zone.dwell, step: step, confirmed: nil))
    }
    return points
  }

  /// A set-point within the zone's envelope. Depth goes to the next shallower step of the device, never deeper (S3).
  ///
  /// What was asked for is judged as well as what it is rounded to: rounding must not turn a refused wish into a
  /// granted one. Soft limits are judged when `confirmed` is given; a plan's own set-points may lie beyond one, and
  /// then each dot waits for the confirmation.
  static func setPoint(
    _ rule: ZoneRule, depth: Depth, speed: Speed, dwell: Dwell, step: Int64, confirmed: LimitKeySet?
  ) throws(GuardRefusal) -> SetPoint {
    let steps = depth.micrometres / step
    let rounded = Depth.micrometres(steps * step)
    let wishes: [(LimitKey, Int64)] = [
      (.depthMinimum, depth.micrometres), (.depthMinimum, rounded.micrometres), (.depthMaximum, depth.micrometres),
      (.speedMinimum, speed.millihertz), (.speedMaximum, speed.millihertz), (.dwellMaximum, dwell.milliseconds),
    ]
    for (key, value) in wishes {
      switch rule.envelope.judge(key, value) {
      case .within: continue
      case .beyondHard(let bound):
        throw .beyondHard(
          zone: rule.zone.index, key: key, requested: value, limit: bound.value, source: bound.source)
      case .beyondSoft(let bound):
        if let confirmed, !confirmed.contains(key) {
          throw .beyondSoft(
            zone: rule.zone.index, key: key, requested: value, limit: bound.value, source: bound.source)
        }
      }
    }
    return SetPoint(depth: rounded, speed: speed, dwell: dwell)
  }

  /// An empty field over all zones and all dots, with room for what this session may add, so that no decision waits for
  /// an array to grow.
  static func field(
    over rules: [ZoneRule], accuracy: Distance?, history: [LivingDot], madeThisSession: [SessionDot]
  ) -> DotField {
    guard let accuracy else {
      let origin = ChartPosition(x: 0, y: 0)
      return DotField(lowest: origin, highest: origin, reach: .zero, discReach: .zero, capacity: 0)
    }
    var low = rules[0].outline.lowest
    var high = rules[0].outline.highest
    func widen(_ position: ChartPosition) {
      let position = position.clampedToChart
      low = ChartPosition(x: min(low.x, position.x), y: min(low.y, position.y))
      high = ChartPosition(x: max(high.x, position.x), y: max(high.y, position.y))
    }
    for rule in rules {
      widen(rule.outline.lowest)
      widen(rule.outline.highest)
    }
    for dot in history { widen(dot.position) }
    for dot in madeThisSession { widen(dot.position) }
    let error = accuracy + accuracy
    let reach = widestReach(of: rules, error: error)
    let expected = rules.map { $0.envelope[.sessionDotsMaximum].hard.value }.max() ?? 0
    let room = min(Int64(history.count + madeThisSession.count) + max(expected, 0), Int64(Bounds.livingDots))
    return DotField(lowest: low, highest: high, reach: reach, discReach: discRadius + error, capacity: Int(room))
  }

  /// The widest usual search, which sets the field's cell; a wider one meets more cells and stays right.
  static func widestReach(of rules: [ZoneRule], error: Distance) -> Distance {
    let widest = rules.map { $0.envelope[.spacingMinimum] }.map { max($0.soft?.value ?? 0, $0.hard.value) }.max() ?? 0
    return .micrometres(min(max(widest, 0), discRadius.micrometres)) + error
  }
}

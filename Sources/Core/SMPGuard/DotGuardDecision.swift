package import SMPModel

/// The decision on one request.
///
/// Order of checks; the denial reported is the first in this order:
/// 1. `notRunning`: the device has not answered for the profile set in force, or its frame is not registered
/// 2. `grantOpen`: another grant has not ended yet
/// 3. `tooManyDots`
/// 4. `outsideOutline`: in no zone by at least the position error; where zones overlap, the first in the plan's order
///    takes the dot
/// 5. `zoneOutOfOrder`
/// 6. `zoneComplete`
/// 7. hard limits, in the order of `LimitKey`
/// 8. soft limits nobody has confirmed, in the same order: a person is asked only about what a yes would allow
///
/// For spacing, disc and zone density more than one zone can have a say: the zone of the request first, then the other
/// zones concerned in the plan's order.
extension DotGuard {
  /// Grants or denies. A granted dot counts at once, and until its grant ends in a record (S1, S4).
  ///
  /// `elapsed` is the time since the session was armed first; any begun second counts as a whole one.
  package mutating func decide(_ request: DotRequest, elapsed: Interval) -> Decision {
    guard digest != .none, isRegistered else { return .denied(.notRunning, zone: nil) }
    guard openGrant == nil || !keeps(.oneGrantAtATime) else { return .denied(.grantOpen, zone: nil) }
    guard field.count + unplacedDots < Bounds.livingDots else { return .denied(.tooManyDots, zone: nil) }
    guard let (zone, membership) = locate(request.position) else { return .denied(.outsideOutline, zone: nil) }
    if let denial = orderDenial(zone) { return .denied(denial, zone: zone) }
    var finding = Finding(confirmed: confirmed)
    judge(request, in: zone, membership: membership, elapsed: elapsed, into: &finding)
    if let denial = finding.hard ?? finding.soft { return .denied(denial, zone: zone) }
    let point = setPoints[Int(zone.number)]
    let grant = Grant(
      request: request.id, zone: zone, position: request.position, asked: request.asked, depth: point.depth,
      speed: point.speed, dwell: point.dwell, digest: digest)
    openGrant = OpenGrant(grant: grant, slot: place(request.position, in: zone))
    counts[Int(zone.number)].open += 1
    return .admitted(Admitted(.grant(grant)))
  }

  /// The first hard and the first unconfirmed soft limit passed.
  struct Finding {
    let confirmed: LimitKeySet
    var hard: Denial?
    var soft: Denial?

    mutating func judge(_ key: LimitKey, _ value: Int64, by envelope: borrowing Envelope) {
      switch envelope.judge(key, value) {
      case .within: return
      case .beyondHard(let bound):
        if hard == nil {
          hard = .beyondHard(key: key, requested: value, limit: bound.value, source: bound.source)
        }
      case .beyondSoft(let bound):
        if soft == nil && !confirmed.contains(key) {
          soft = .beyondSoft(key: key, requested: value, limit: bound.value, source: bound.source)
        }
      }
    }
  }

  /// The zone that takes a dot at `position`, and every zone it lies in; nil where none holds it by the position error.
  private func locate(_ position: ChartPosition) -> (zone: ZoneIndex, membership: UInt32)? {
    guard let positionError else { return (selectedZone, 1 << UInt32(selectedZone.number)) }
    let membership = self.membership(of: position)
    var rest = membership
    while rest != 0 {
      let index = rest.trailingZeroBitCount
      if rules[index].outline.keeps(positionError, from: position) { return (rules[index].zone.index, membership) }
      rest &= rest &- 1
    }
    return nil
  }

  private func orderDenial(_ zone: ZoneIndex) -> Denial? {
    let index = Int(zone.number)
    switch zoneOrder {
    case .free: break
    case .strict:
      if openedZones & (1 << UInt32(index)) == 0 {
        for earlier in 0..<index where counts[earlier].session < rules[earlier].zone.dots {
          return .zoneOutOfOrder(zone: zone, next: rules[earlier].zone.index)
        }
      }
    }
    return counts[index].session < rules[index].zone.dots ? nil : .zoneComplete(zone: zone)
  }

  /// Every key, in the order of `LimitKey`.
  private func judge(
    _ request: DotRequest, in zone: ZoneIndex, membership: UInt32, elapsed: Interval, into finding: inout Finding
  ) {
    let index = Int(zone.number)
    let point = setPoints[index]
    finding.judge(.depthMinimum, point.depth.micrometres, by: rules[index].envelope)
    finding.judge(.depthMaximum, point.depth.micrometres, by: rules[index].envelope)
    finding.judge(.speedMinimum, point.speed.millihertz, by: rules[index].envelope)
    finding.judge(.speedMaximum, point.speed.millihertz, by: rules[index].envelope)
    if let positionError {
      let error = positionError + positionError
      judgeSpacing(request.position, in: index, membership: membership, error: error, into: &finding)
      judgeDiscs(request.position, in: index, membership: membership, error: error, into: &finding)
    }
    judgeZoneDensity(in: index, membership: membership, into: &finding)
    finding.judge(.zoneDotsMaximum, counts[index].session + 1, by: rules[index].envelope)
    finding.judge(.dwellMaximum, point.dwell.milliseconds, by: rules[index].envelope)
    finding.judge(.sessionDotsMaximum, sessionDots + 1, by: rules[index].envelope)
    let seconds = elapsed.nanoseconds / 1_000_000_000 + (elapsed.nanoseconds % 1_000_000_000 > 0 ? 1 : 0)
    finding.judge(.sessionDurationMaximum, seconds, by: rules[index].envelope)
    if let registration = frame.registration {
      finding.judge(
        .registrationResidualMaximum, registration.greatestResidual.micrometres, by: rules[index].envelope)
    }
  }

  /// The nearest living dot must be at least the spacing and the position error of both dots away.
  ///
  /// A dot keeps its own zone's spacing whoever comes second: near a border the stricter of both zones holds.
  private func judgeSpacing(
    _ position: ChartPosition, in zone: Int, membership: UInt32, error: Distance, into finding: inout Finding
  ) {
    judgeNearest(position, by: zone, among: 0, error: error, into: &finding)
    for other in rules.indices where !holds(.spacingMinimum, zone, for: other) {
      let concerned = membership & (1 << UInt32(other)) != 0
      guard concerned || isNear(position, zone: other, reach: widestSpacing(other, error: error)) else { continue }
      judgeNearest(position, by: other, among: concerned ? 0 : 1 << UInt32(other), error: error, into: &finding)
    }
  }

  private func judgeNearest(
    _ position: ChartPosition, by zone: Int, among membership: UInt32, error: Distance, into finding: inout Finding
  ) {
    let reach = widestSpacing(zone, error: error)
    guard let squared = field.nearestSquared(to: position, within: reach, membership: membership) else { return }
    let distance = Int64(squared.magnitude.squareRootRoundedDown)
    finding.judge(.spacingMinimum, max(distance - error.micrometres, 0), by: rules[zone].envelope)
  }

  /// As far as any dot can stand in the way in this zone. No two places on the chart are 3 m apart, so more is not needed.
  private func widestSpacing(_ zone: Int, error: Distance) -> Distance {
    let bounds = rules[zone].envelope[.spacingMinimum]
    return .micrometres(min(max(bounds.hard.value, bounds.soft?.value ?? 0, 0), 2_900_000) + error.micrometres)
  }

  /// The request's own disc and that of every dot within it must stay within the cap with the new dot counted.
  ///
  /// A disc is held by the zone of the request and by every zone its centre lies in, so the strictest of them wins.
  private func judgeDiscs(
    _ position: ChartPosition, in zone: Int, membership: UInt32, error: Distance, into finding: inout Finding
  ) {
    let found = field.discs(around: position)
    let highest = Int64(max(found.own, found.highestNeighbour)) + 1
    finding.judge(.discDensityMaximum, Self.perDisc(highest), by: rules[zone].envelope)
    for other in rules.indices where !holds(.discDensityMaximum, zone, for: other) {
      let concerned = membership & (1 << UInt32(other)) != 0
      guard concerned || isNear(position, zone: other, reach: Self.discRadius + error) else { continue }
      let theirs = field.discs(around: position, membership: 1 << UInt32(other))
      let count = Int64(max(concerned ? theirs.own : 0, theirs.highestNeighbour))
      if count > 0 || concerned {
        finding.judge(.discDensityMaximum, Self.perDisc(count + 1), by: rules[other].envelope)
      }
    }
  }

  /// Whether the limits of `zone` on `key` leave those of `other` nothing to add.
  private func holds(_ key: LimitKey, _ zone: Int, for other: Int) -> Bool {
    zone == other || rules[zone].envelope.covers(rules[other].envelope, on: key)
  }

  /// Dots in 1 cm² as dots per m²: exact, so the cap is compared without rounding.
  private static func perDisc(_ count: Int64) -> Int64 { count * 10_000 }

  private func judgeZoneDensity(in zone: Int, membership: UInt32, into finding: inout Finding) {
    finding.judge(.zoneDensityMaximum, densityWithOneMore(zone), by: rules[zone].envelope)
    for other in rules.indices where other != zone && membership & (1 << UInt32(other)) != 0 {
      finding.judge(.zoneDensityMaximum, densityWithOneMore(other), by: rules[other].envelope)
    }
  }

  private func densityWithOneMore(_ zone: Int) -> Int64 {
    Self.density(of: counts[zone].living + 1, over: rules[zone].area)
  }

  /// Dots per m², rounded up: rounding never goes towards danger. A million dots on 1 µm² fit 64 bits.
  static func density(of dots: Int64, over area: Int64) -> Int64 {
    let scaled = dots * 1_000_000_000_000
    return scaled / area + (scaled % area > 0 ? 1 : 0)
  }

  /// Whether a dot of `zone` can be within `reach` of the position: by the zone's bounding box, widened by nothing else,
  /// since a dot belongs to a zone only by lying in its outline.
  private func isNear(_ position: ChartPosition, zone: Int, reach: Distance) -> Bool {
    let low = rules[zone].outline.lowest
    let high = rules[zone].outline.highest
    let reach = reach.micrometres
    return Int64(position.x) >= Int64(low.x) - reach && Int64(position.x) <= Int64(high.x) + reach
      && Int64(position.y) >= Int64(low.y) - reach && Int64(position.y) <= Int64(high.y) + reach
  }
}

extension UInt64 {
  /// The largest whole number whose square is not larger.
  var squareRootRoundedDown: UInt64 {
    guard self > 0 else { return 0 }
    var root: UInt64 = 1 << UInt64((64 - leadingZeroBitCount + 1) / 2)
    while true {
      let next = (root + self / root) / 2
      if next >= root { return root }
      root = next
    }
  }
}

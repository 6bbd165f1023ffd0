package import SMPModel

/// What is still to come of a course: sessions, dots, time and cartridges, with a range. No prices (field.md).
///
/// The assumptions, each of them ours and none of them a promise:
/// 1. An assessment says for a zone which share of everything placed so far is held. What is placed from then on is held
///    in the same share: the zone's own, as nobody else's skin says more. Before an assessment all of it is held.
/// 2. The plan's densities are those to be held (`PlannedZone.held` where it is written). To hold more, more is placed.
/// 3. A faded dot is still a dot in the skin: caps count what was placed, for life and in every course.
/// 4. What a visit has no room for, by dots, by time or by its zones, comes at the next one; visits are added after the
///    planned ones, up to `PlanBounds.sessions`.
/// 5. Time is dots at the working rate. A session takes one cartridge: no source was found for how many strokes one lasts.
package struct Projection: Hashable, Sendable {
  package struct Amount: Hashable, Sendable {
    package let sessions: Int
    package let dots: Int64
    /// Working time, rounded up session by session.
    package let seconds: Int64
    package var cartridges: Int { sessions }
  }

  /// `low` is the least work: more is held than expected.
  package struct Range: Hashable, Sendable {
    package let low: Amount
    package let expected: Amount
    package let high: Amount
  }

  package struct Zone: Hashable, Sendable {
    package let name: String
    package let area: Area
    /// Dots to be held in the end.
    package let target: Int64
    package let placed: Int64
    package let held: Int64
    /// What the projection assumes.
    package let retention: Retention
    package let isMeasured: Bool
    /// Dots still to be placed, and how many of them only because of fading.
    package let toCome: Int64
    package let forFading: Int64
    /// Planned in sessions that are over, and not made.
    package let unmade: Int64
    /// nil: its target is held already, or can be.
    package let obstacle: Obstacle?
    package var isHeld: Bool { held >= target }
  }

  package struct Visit: Hashable, Sendable {
    /// Number of the session, counted over those that have dots.
    package let number: Int
    package let dots: Int64
    package let seconds: Int64
    /// It takes as many dots as a session may have.
    package let isFull: Bool
  }

  package let toCome: Range
  package let zones: [Zone]
  /// The expected ones.
  package let visits: [Visit]
  package var reachesTarget: Bool { zones.allSatisfy { $0.obstacle == nil } }

  package init(_ plan: Plan, standing: CourseStanding, site: LimitSet?) {
    let expected = VisitSchedule(plan, standing: standing, site: site)
    let best = VisitSchedule(
      plan, standing: standing.assuming { _, zone in zone.retention?.moved(by: Retention.margin) ?? .whole }, site: site
    )
    let worst = VisitSchedule(
      plan,
      standing: standing.assuming { index, zone in
        zone.retention?.moved(by: -Retention.margin)
          ?? (plan.zones[index].name == "scar" ? .usualOnScar : .usual)
      }, site: site)
    let unfaded = VisitSchedule(plan, standing: standing.assuming { _, _ in .whole }, site: site)
    toCome = Range(low: best.amount, expected: expected.amount, high: worst.amount)
    zones = plan.zones.indices.map { index in
      let (zone, ramp) = (standing.zones[index], expected.ramps[index])
      let retention = zone.retention ?? .whole
      let toCome = expected.dots(ofZone: index)
      return Zone(
        name: plan.zones[index].name, area: ramp.area, target: ramp.target, placed: zone.placed,
        held: retention.held(of: zone.placed), retention: retention, isMeasured: zone.retention != nil, toCome: toCome,
        forFading: max(0, toCome - unfaded.dots(ofZone: index)), unmade: ramp.unmade,
        obstacle: expected.obstacle(toZone: index, standing: zone))
    }
    visits = expected.worked.enumerated().map { place, visit in
      let dots = visit.zones.reduce(0, +)
      return Visit(
        number: standing.sessionsDone + place + 1, dots: dots, seconds: PlanBounds.workingSeconds(dots: dots),
        isFull: dots == expected.sessionDots)
    }
  }
}

/// Which dots fall to which visit.
struct VisitSchedule {
  struct Visit {
    /// Step of the plan's ramp, from 0.
    let step: Int
    /// Dots of each zone, in the plan's order of zones.
    let zones: [Int64]
  }

  let ramps: [ZoneRamp]
  /// Most dots one session may have, by number and by time.
  let sessionDots: Int64
  let visits: [Visit]

  /// Visits with anything to do.
  var worked: [Visit] { visits.filter { $0.zones.contains { $0 > 0 } } }

  init(_ plan: Plan, standing: CourseStanding, site: LimitSet?) {
    let limits = LimitCheck(site: site)
    let ramps = plan.zones.indices.map { ZoneRamp(plan, zone: $0, standing: standing, limits: limits) }
    let longest = plan.sessions.map(\.dots).max() ?? 0
    let ownZone = plan.sessions.flatMap(\.zones).map(\.dots).max() ?? 0
    let duration = limits.bound(.sessionDurationMaximum, own: PlanBounds.workingSeconds(dots: longest)).value
    // What the plan's own longest session takes is rounded up to seconds: its last dot is within them.
    let sessionDots = min(
      limits.bound(.sessionDotsMaximum, own: longest).value, PlanBounds.dots(within: duration))
    let zoneDots = limits.bound(.zoneDotsMaximum, own: ownZone).value
    let due = ramps.enumerated().map { index, ramp in
      let zone = standing.zones[index]
      return ramp.due(after: standing.sessionsDone, placed: zone.placed, retention: zone.retention ?? .whole)
    }
    var waiting = ramps.map { _ in Int64(0) }
    var visits: [Visit] = []
    for (place, step) in (min(standing.sessionsDone, PlanBounds.sessions)..<PlanBounds.sessions).enumerated() {
      var free = sessionDots
      var zones: [Int64] = []
      for index in ramps.indices {
        waiting[index] += due[index][place]
        let dots = min(waiting[index], zoneDots, free)
        waiting[index] -= dots
        free -= dots
        zones.append(dots)
      }
      visits.append(Visit(step: step, zones: zones))
    }
    self.ramps = ramps
    self.sessionDots = sessionDots
    self.visits = visits
  }

  func dots(ofZone index: Int) -> Int64 { visits.reduce(0) { $0 + $1.zones[index] } }

  var amount: Projection.Amount {
    let dots = worked.map { $0.zones.reduce(0, +) }
    return Projection.Amount(
      sessions: dots.count, dots: dots.reduce(0, +),
      seconds: dots.reduce(0) { $0 + PlanBounds.workingSeconds(dots: $1) })
  }

  /// nil: the zone's target is held, or will be. Each step of the ramp is in whole dots, so within one dot for each.
  func obstacle(toZone index: Int, standing: ZoneStanding) -> Obstacle? {
    let (ramp, retention) = (ramps[index], standing.retention ?? .whole)
    guard retention.held(of: standing.placed) < ramp.target else { return nil }
    guard let needed = retention.placing(ramp.target) else { return .holdsNothing }
    if needed > ramp.room.last ?? 0 { return ramp.obstacle }
    let reached = standing.placed + dots(ofZone: index) + Int64(ramp.targets.count)
    return reached < needed ? .sessions(PlanBounds.sessions) : nil
  }
}

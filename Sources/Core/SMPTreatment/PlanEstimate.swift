package import SMPModel

/// What a plan amounts to: areas, dots and working time for the whole course. No prices (field.md).
///
/// Time is dots at `PlanBounds.dotsPerTenSeconds`, without pauses; it is planning data, not a limit.
package struct PlanEstimate: Hashable, Sendable {
  package struct Zone: Hashable, Sendable {
    package let name: String
    package let area: Area
    /// Dots of all sessions.
    package let dots: Int64
  }

  package struct Work: Hashable, Sendable {
    package let name: String
    package let dots: Int64
    /// Working time, rounded up.
    package let seconds: Int64
    /// Dots of this and earlier sessions over the zone's area, rounded down.
    package let densityReached: Density
    package let densityTarget: Density
  }

  package struct Session: Hashable, Sendable {
    package let number: Int
    package let dots: Int64
    package let seconds: Int64
    package let zones: [Work]
  }

  /// In the plan's order of zones.
  package let zones: [Zone]
  package let sessions: [Session]
  package let area: Area
  package let dots: Int64
  package let seconds: Int64

  package init(_ plan: Plan) {
    var made = Array(repeating: Int64(0), count: plan.zones.count)
    var sessions: [Session] = []
    for session in plan.sessions {
      var work: [Work] = []
      for zone in session.zones {
        made[zone.zone] += zone.dots
        let area = plan.zones[zone.zone].area
        work.append(
          Work(
            name: zone.name, dots: zone.dots, seconds: PlanBounds.workingSeconds(dots: zone.dots),
            densityReached: Self.density(dots: made[zone.zone], area: area), densityTarget: zone.density))
      }
      sessions.append(
        Session(
          number: session.number, dots: session.dots, seconds: PlanBounds.workingSeconds(dots: session.dots),
          zones: work))
    }
    self.sessions = sessions
    zones = plan.zones.enumerated().map { Zone(name: $1.name, area: $1.area, dots: made[$0]) }
    area = plan.zones.reduce(.zero) { $0 + $1.area }
    dots = made.reduce(0, +)
    seconds = sessions.reduce(0) { $0 + $1.seconds }
  }

  /// Dots per m²: a zone has at least 10⁷ µm² and at most 12 × 30,000 dots, so the product stays below 2⁶³.
  private static func density(dots: Int64, area: Area) -> Density {
    .perSquareMetre(dots * 1_000_000_000_000 / area.squareMicrometres)
  }
}

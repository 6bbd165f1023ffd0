package import SMPModel

/// Why a zone cannot hold what the plan asks for.
package enum Obstacle: Hashable, Sendable {
  /// Nothing of what was placed is held.
  case holdsNothing
  /// The zone's dots over its area, counted for life, whether held or faded.
  case zoneDensity(Density, source: LimitSource)
  /// The cap in a disc of 1 cm²: dots cannot stand denser on average than they may anywhere.
  case localDensity(Density, source: LimitSource)
  /// Random placement jams at the least spacing there may be.
  case jam(Density, spacing: Distance)
  /// The visits a plan may have do not suffice.
  case sessions(Int)
}

/// What one zone is to hold after each session, and what its caps leave room for. All sums in dots.
///
/// The caps are those of ceiling, site and plan, soft ones included: nothing here asks for a confirmation that the plan
/// did not ask for already. So where the plan's own value lies past a soft limit, that value is the cap.
struct ZoneRamp {
  let area: Area
  /// To be held after session 1, 2 and so on; the last one holds for every later visit.
  let targets: [Int64]
  /// Planned in sessions that are over, and not made. The document goes on counting them, so they take room.
  let unmade: Int64
  /// The densest that may be proposed, and the least spacing it may be proposed with.
  let cap: Density
  let leastSpacing: Distance
  let localCap: Density
  /// Dots the zone may hold in all, held or faded, after each session.
  let room: [Int64]
  let obstacle: Obstacle

  var target: Int64 { targets.last ?? 0 }

  init(_ plan: Plan, zone index: Int, standing: CourseStanding, limits: LimitCheck) {
    let area = plan.zones[index].area
    let listings = plan.sessions.map { session in session.zones.first { $0.zone == index } }
    let earlier = standing.zones[index].earlier
    var (planned, target): (Int64, Int64) = (0, 0)
    targets = listings.map { listing in
      guard let listing else { return target }
      planned += listing.dots
      let asked = listing.held?.dots(in: area) ?? min(listing.density.dots(in: area), planned + earlier)
      target = max(target, asked)
      return target
    }
    let booked = listings.prefix(standing.sessionsDone).reduce(Int64(0)) { $0 + ($1?.dots ?? 0) }
    unmade = max(0, booked - standing.zones[index].placed)
    self.area = area
    let own = listings.compactMap(\.self)
    let densest = own.map(\.density).max() ?? .zero
    let zoneCap = limits.bound(.zoneDensityMaximum, own: densest.perSquareMetre)
    var disc = limits.bound(.discDensityMaximum, own: densest.perSquareMetre)
    if let written = own.map(\.localDensity).max(), written.perSquareMetre < disc.value {
      disc = (written.perSquareMetre, .plan)
    }
    localCap = .perSquareMetre(disc.value)
    let closest = own.map(\.spacing).min() ?? PlanBounds.spacingMaximum
    leastSpacing = .micrometres(limits.bound(.spacingMinimum, own: closest.micrometres).value)
    let jam = PlanBounds.densest(at: leastSpacing)
    cap = min(.perSquareMetre(min(zoneCap.value, disc.value)), jam)
    if zoneCap.value <= disc.value, zoneCap.value <= jam.perSquareMetre {
      obstacle = .zoneDensity(.perSquareMetre(zoneCap.value), source: zoneCap.source)
    } else if disc.value <= jam.perSquareMetre {
      obstacle = .localDensity(localCap, source: disc.source)
    } else {
      obstacle = .jam(jam, spacing: leastSpacing)
    }
    // A plan may itself be past the jam, with a warning: what it asks for stays, and nothing is added to it.
    let hard = min(Density.perSquareMetre(zoneCap.value), localCap).dots(in: area)
    let jammed = jam.dots(in: area)
    let unmade = unmade
    let most = max(0, min(hard, max(target, jammed)) - unmade)
    room = targets.map { step in
      let share = target > 0 ? step * most / target : 0
      return max(0, min(share, max(step, jammed) - unmade))
    }
  }

  /// Dots that become due at each visit after the sessions done, up to `PlanBounds.sessions`.
  ///
  /// A step of the ramp asks for its dots over the retention, each step rounded up by itself, and never for more than its
  /// own share of the room. So a lower retention asks for no less at any visit: the caps bend the ramp, they do not end
  /// it earlier.
  func due(after done: Int, placed: Int64, retention: Retention) -> [Int64] {
    var result: [Int64] = []
    var (required, reached) = (Int64(0), placed)
    for visit in 0..<PlanBounds.sessions {
      if visit < targets.count {
        let step = targets[visit] - (visit > 0 ? targets[visit - 1] : 0)
        let share = room[visit] - (visit > 0 ? room[visit - 1] : 0)
        required += min(retention.placing(step) ?? share, share)
      }
      guard visit >= done else { continue }
      result.append(max(0, required - reached))
      reached = max(reached, required)
    }
    return result
  }
}

extension PlanBounds {
  /// What random placement reaches at a spacing, rounded down.
  static func densest(at spacing: Distance) -> Density {
    .perSquareMetre(randomJam / max(1, spacing.micrometres * spacing.micrometres))
  }

  /// The widest spacing at which random placement reaches a density.
  static func widest(for density: Density) -> Distance {
    var (low, high): (Int64, Int64) = (0, spacingMaximum.micrometres)
    while low < high {
      let middle = (low + high + 1) / 2
      if density.perSquareMetre * middle * middle <= randomJam { low = middle } else { high = middle - 1 }
    }
    return .micrometres(low)
  }

  /// Dots that can be made within so many seconds at the working rate, rounded down.
  static func dots(within seconds: Int64) -> Int64 { seconds * dotsPerTenSeconds / 10 }
}

extension Density {
  /// The least density that makes so many dots on an area: its `dots(in:)` gives them back.
  static func of(_ dots: Int64, over area: Area) -> Density {
    .perSquareMetre((dots * 1_000_000_000_000 + area.squareMicrometres - 1) / area.squareMicrometres)
  }
}

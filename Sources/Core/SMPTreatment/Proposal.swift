package import SMPModel

/// The plan with its sessions to come as the retention asks for them.
///
/// A proposal is a plan like any other: it is read, accepted or altered by a person, taken in as an amendment and signed.
/// A zone that holds nothing keeps the plan's own dots: more of what does not hold is nothing to propose.
package enum Proposal {
  /// The amended plan, or nil with what keeps it from being one. A plan that fits comes back as it is.
  package static func make(_ plan: Plan, standing: CourseStanding, site: LimitSet?) -> Compilation {
    let assumed = standing.assuming { _, zone in
      guard let measured = zone.retention, measured.percent > 0 else { return .whole }
      return measured
    }
    let schedule = VisitSchedule(plan, standing: assumed, site: site)
    let done = Array(plan.sessions.prefix(standing.sessionsDone))
    var zones = plan.zones.indices.map { ProposedZone(plan, zone: $0, standing: standing, ramp: schedule.ramps[$0]) }
    var sessions = done.map(SessionDraft.init)
    for visit in schedule.worked {
      let number = sessions.count + 1
      let planned = plan.sessions[min(visit.step, plan.sessions.count - 1)]
      var listings: [SessionZoneDraft] = []
      // In the order that visit was planned in; what it did not plan comes after.
      let order = planned.zones.map(\.zone)
      for index in order + plan.zones.indices.filter({ !order.contains($0) }) where visit.zones[index] > 0 {
        listings.append(zones[index].listing(dots: visit.zones[index], step: visit.step))
      }
      var session = SessionDraft()
      session.number = .value(Int64(number))
      session.zoneOrder = .value(planned.zoneOrder)
      session.zones = .value(listings)
      sessions.append(session)
    }
    var draft = PlanDraft(plan)
    draft.sessions = .value(sessions)
    return draft.compile(site: site)
  }
}

/// One zone while its listings are proposed, visit by visit.
private struct ProposedZone {
  private let ramp: ZoneRamp
  /// The zone's listings by session; nil where a session leaves it alone.
  private let listings: [PlannedZone?]
  /// Dots the document counts up to now: those placed, or those planned where more were planned.
  private var counted: Int64
  /// What a reader of the document takes for planned, and for the density so far.
  private var planned: Int64
  private var density: Density
  private let earlier: Int64

  init(_ plan: Plan, zone: Int, standing: CourseStanding, ramp: ZoneRamp) {
    self.ramp = ramp
    listings = plan.sessions.map { session in session.zones.first { $0.zone == zone } }
    let done = listings.prefix(standing.sessionsDone).compactMap(\.self)
    planned = done.reduce(0) { $0 + $1.dots }
    density = done.map(\.density).max() ?? .zero
    counted = standing.zones[zone].placed + ramp.unmade
    earlier = standing.zones[zone].earlier
  }

  mutating func listing(dots: Int64, step: Int) -> SessionZoneDraft {
    counted += dots
    planned += dots
    let own = step < listings.count ? listings[step] : nil
    // A zone is worked somewhere in its plan, or the plan would not have been one.
    guard let base = own ?? listings.prefix(step).last(where: { $0 != nil }) ?? listings.compactMap(\.self).first
    else { return SessionZoneDraft() }
    var draft = SessionZoneDraft(base)
    let fits = counted <= base.density.dots(in: ramp.area)
    density = max(density, fits ? base.density : tidy(.of(counted, over: ramp.area)))
    draft.dots = .value(dots)
    draft.density = .value(density)
    if density > base.density {
      draft.spacing = .value(min(base.spacing, max(ramp.leastSpacing, PlanBounds.widest(for: density))))
      if draft.localDensity != .nothing {
        let usual = min(PlanBounds.localDensity(for: density), ramp.localCap)
        draft.localDensity = .value(max(base.localDensity, usual, density))
      }
    }
    let target = ramp.targets[min(step, ramp.targets.count - 1)]
    draft.held = held(target, base: base).map { .value($0) } ?? .nothing
    return draft
  }

  /// In whole tenths per cm² where the caps leave room for that.
  private func tidy(_ density: Density) -> Density {
    let tenths = Density.perSquareMetre((density.perSquareMetre + 999) / 1_000 * 1_000)
    return tenths <= ramp.cap ? tenths : density
  }

  /// nil where the document says the same without it.
  private func held(_ target: Int64, base: PlannedZone) -> Density? {
    if let held = base.held, held.dots(in: ramp.area) == target { return held }
    if base.held == nil, min(density.dots(in: ramp.area), planned + earlier) == target { return nil }
    if base.density.dots(in: ramp.area) == target { return base.density }
    return .of(target, over: ramp.area)
  }
}

extension PlanDraft {
  /// The draft that compiles to this plan.
  init(_ plan: Plan) {
    self.init()
    title = .value(plan.title)
    client = .value(plan.client)
    pattern = plan.pattern.map { .value($0) } ?? .nothing
    skin = .value(plan.skin)
    style = .value(plan.style)
    naturalDensity = .value(plan.naturalDensity)
    pigment = .value(plan.pigment)
    zones = .value(
      plan.zones.map { zone in
        var draft = ZoneDraft()
        draft.name = .value(zone.name)
        draft.needle = zone.needle.map { .value($0) } ?? .nothing
        draft.corners = .value(zone.outline.corners)
        return draft
      })
    sessions = .value(plan.sessions.map(SessionDraft.init))
  }
}

extension SessionDraft {
  init(_ session: PlannedSession) {
    self.init()
    number = .value(Int64(session.number))
    zoneOrder = .value(session.zoneOrder)
    zones = .value(session.zones.map(SessionZoneDraft.init))
  }
}

extension SessionZoneDraft {
  /// A cap in a disc that nobody need have written is not written here: then it refuses nothing by itself.
  init(_ zone: PlannedZone) {
    self.init()
    self.zone = .value(zone.name)
    depth = .value(zone.depth)
    depthRange = .value(Span(lower: zone.depthRange.lowerBound, upper: zone.depthRange.upperBound))
    speed = .value(zone.speed)
    speedRange = .value(Span(lower: zone.speedRange.lowerBound, upper: zone.speedRange.upperBound))
    dwell = .value(zone.dwell)
    spacing = .value(zone.spacing)
    density = .value(zone.density)
    held = zone.held.map { .value($0) } ?? .nothing
    localDensity =
      zone.localDensity == PlanBounds.localDensity(for: zone.density) ? .nothing : .value(zone.localDensity)
    dots = .value(zone.dots)
    needle = .value(zone.needle)
  }
}

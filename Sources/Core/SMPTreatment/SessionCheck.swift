import SMPModel

/// Sessions: their order, and each zone's listing against itself, the limits, and what earlier sessions planned.
extension PlanCompiler {
  mutating func sessions(zones: [CheckedZone], natural: Density?) -> [PlannedSession]? {
    guard let drafts = need(draft.sessions, .plan, .part(.missing(.sessions))) else { return nil }
    if drafts.isEmpty { report(.field(.sessions), .part(.noSessions)) }
    if drafts.count > PlanBounds.sessions {
      report(.field(.sessions), .part(.tooManySessions(drafts.count)))
      return nil
    }
    var planned: [PlannedSession] = []
    for (index, session) in drafts.enumerated() {
      let number = need(session.number, .session(index), .part(.missingSessionNumber))
      if let number, number != Int64(index + 1) {
        report(.sessionNumber(index), .part(.sessionOutOfOrder(expected: index + 1, found: number)))
      }
      if session.zoneOrder == .unreadable { hasUnreadable = true }
      guard let worked = need(session.zones, .session(index), .part(.missingSessionZones)) else {
        forgetDots()
        continue
      }
      if worked.isEmpty { report(.sessionZones(index), .part(.missingSessionZones)) }
      if worked.count > Bounds.zones {
        report(.sessionZones(index), .part(.tooManyZones(worked.count)))
        forgetDots()
        continue
      }
      let complete = work(worked, session: index, zones: zones, natural: natural)
      guard complete.count == worked.count else { continue }
      planned.append(
        PlannedSession(number: index + 1, zoneOrder: session.zoneOrder.value ?? .free, zones: complete))
    }
    return planned.count == drafts.count ? planned : nil
  }

  private mutating func work(
    _ worked: [SessionZoneDraft], session: Int, zones: [CheckedZone], natural: Density?
  ) -> [PlannedZone] {
    var complete: [PlannedZone] = []
    var seen: [Int] = []
    var dots: Int64 = 0
    for (place, draft) in worked.enumerated() {
      let check = ListingCheck(draft: draft, session: session, place: place, natural: natural)
      let zone = zoneIndex(draft, check: check, zones: zones, seen: seen)
      if let zone {
        seen.append(zone)
        progress[zone].isWorked = true
      } else {
        forgetDots()
      }
      let needle = needle(draft, check: check, zone: zone)
      let area = zone.flatMap { zones[$0].zone?.area }
      guard let listing = check.run(&self, zone: zone, area: area) else { continue }
      dots += listing.dots
      guard let zone, let name = zones[zone].name, let needle else { continue }
      complete.append(listing.planned(zone: zone, name: name, needle: needle))
    }
    if let finding = limits.judge(.sessionDotsMaximum, dots) { report(.session(session), finding) }
    if let finding = limits.judge(.sessionDurationMaximum, PlanBounds.workingSeconds(dots: dots)) {
      report(.session(session), finding)
    }
    return complete
  }

  /// Nobody knows in which zone some dots of this session were meant: from here on the sums mean nothing.
  private mutating func forgetDots() {
    isSessionUnclear = true
    for index in progress.indices { progress[index].dots = nil }
  }

  /// The listing's own needle, else its zone's.
  private mutating func needle(_ listing: SessionZoneDraft, check: ListingCheck, zone: Int?) -> String? {
    switch listing.needle {
    case .value(let needle): return needle
    case .unreadable:
      hasUnreadable = true
      return nil
    case .nothing:
      // An unknown zone is already reported, and what it would have said of the needle is unknown too.
      guard let zone, let known = draft.zones.value?[zone].needle else { return nil }
      return need(known, check.place(.needle), .part(.missingInZone(.needle)))
    }
  }

  /// The zone a listing names; reported when there is none or it was listed before.
  private mutating func zoneIndex(
    _ listing: SessionZoneDraft, check: ListingCheck, zones: [CheckedZone], seen: [Int]
  ) -> Int? {
    guard let name = need(listing.zone, check.place(.zone), .part(.missingInZone(.zone))) else { return nil }
    guard let index = zones.firstIndex(where: { $0.name == name }) else {
      // A zone whose own name could not be read may be the one that is meant: its own error is enough.
      let known = zones.compactMap { $0.name }
      if !known.isEmpty, known.count == zones.count {
        report(check.place(.zone), .part(.unknownZone(name, known: known)))
      }
      return nil
    }
    if let first = seen.firstIndex(of: index) {
      report(check.place(.zone), .part(.zoneTwice(name, first: first)))
      return nil
    }
    return index
  }
}

/// A listing whose values are whole and sound by themselves.
struct Listing {
  let depth: Depth
  let depthRange: ClosedRange<Depth>
  let speed: Speed
  let speedRange: ClosedRange<Speed>
  let dwell: Dwell
  let spacing: Distance
  let density: Density
  let held: Density?
  let localDensity: Density
  let dots: Int64

  func planned(zone: Int, name: String, needle: String) -> PlannedZone {
    PlannedZone(
      zone: zone, name: name, depth: depth, depthRange: depthRange, speed: speed, speedRange: speedRange,
      dwell: dwell, spacing: spacing, density: density, held: held, localDensity: localDensity, dots: dots,
      needle: needle)
  }
}

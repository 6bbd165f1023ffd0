package import SMPModel

/// A draft after its checks: the plan (nil when any finding is an error) and everything that was found.
package struct Compilation: Hashable, Sendable {
  package let plan: Plan?
  package let findings: [PlanFinding]
}

extension PlanDraft {
  /// Checks the whole draft against itself, the built-in ceilings and, where given, the site's limits; every
  /// finding at once. Findings come in the draft's own order.
  package func compile(site: LimitSet?) -> Compilation {
    var compiler = PlanCompiler(draft: self, limits: LimitCheck(site: site))
    let plan = compiler.run()
    let isRefused = compiler.hasUnreadable || compiler.findings.contains { $0.severity == .error }
    return Compilation(plan: isRefused ? nil : plan, findings: compiler.findings)
  }
}

/// Walks a draft once, top to bottom. A value that is missing or unreadable is nil from there on.
struct PlanCompiler {
  let draft: PlanDraft
  let limits: LimitCheck
  var findings: [PlanFinding] = []
  /// The reader reported something itself: there is no plan, whatever else is found.
  var hasUnreadable = false
  var progress: [ZoneProgress] = []
  /// Some session works a zone nobody can name: then no zone can be called unused.
  var isSessionUnclear = false

  /// What earlier sessions planned in one zone; nil where it could not be read.
  struct ZoneProgress {
    var dots: Int64? = 0
    var density: Density?
    var spacing: Distance?
    var isWorked = false
  }

  init(draft: PlanDraft, limits: LimitCheck) {
    self.draft = draft
    self.limits = limits
  }

  mutating func report(_ place: PlanPlace, _ kind: PlanFinding.Kind) {
    findings.append(PlanFinding(place: place, kind: kind))
  }

  /// The value, or nil with `kind` reported when it is missing.
  mutating func need<Value>(_ given: Given<Value>, _ place: PlanPlace, _ kind: PlanFinding.Kind) -> Value? {
    switch given {
    case .nothing:
      report(place, kind)
      return nil
    case .unreadable:
      hasUnreadable = true
      return nil
    case .value(let value): return value
    }
  }

  mutating func run() -> Plan? {
    let title = need(draft.title, .plan, .part(.missing(.title)))
    let client = need(draft.client, .plan, .part(.missing(.client)))
    if draft.pattern == .unreadable { hasUnreadable = true }
    let skin = need(draft.skin, .plan, .part(.missing(.skin)))
    let style = need(draft.style, .plan, .part(.missing(.style)))
    let natural = naturalDensity()
    let pigment = need(draft.pigment, .plan, .part(.missing(.pigment)))
    let zones = zones()
    let landmarks = landmarks(around: zones.compactMap(\.zone))
    let sessions = sessions(zones: zones, natural: natural)
    reportUnusedZones()
    guard let title, let client, let skin, let style, let natural, let pigment, let landmarks, let sessions else {
      return nil
    }
    let complete = zones.compactMap { $0.zone }
    guard complete.count == zones.count else { return nil }
    return Plan(
      title: title, client: client, pattern: draft.pattern.value, skin: skin, style: style, naturalDensity: natural,
      pigment: pigment, zones: complete, landmarks: landmarks, sessions: sessions)
  }

  private mutating func naturalDensity() -> Density? {
    guard let density = need(draft.naturalDensity, .plan, .part(.missing(.naturalDensity))) else { return nil }
    if density <= .zero {
      report(.field(.naturalDensity), .value(.notPositive))
      return nil
    }
    if density > PlanBounds.naturalDensityMaximum {
      report(.field(.naturalDensity), .value(.naturalDensityTooHigh(density)))
      return nil
    }
    return density
  }

  /// One zone of the draft: its name for the sessions to refer to, and the zone itself where it is sound.
  struct CheckedZone {
    let name: String?
    let zone: PlanZone?
    let polygon: Polygon?
  }

  private mutating func zones() -> [CheckedZone] {
    guard let drafts = need(draft.zones, .plan, .part(.missing(.zones))) else { return [] }
    if drafts.isEmpty { report(.field(.zones), .part(.noZones)) }
    if drafts.count > Bounds.zones {
      report(.field(.zones), .part(.tooManyZones(drafts.count)))
      return []
    }
    var checked: [CheckedZone] = []
    for (index, zone) in drafts.enumerated() {
      let name = need(zone.name, .zone(index), .part(.missingName))
      if let name, let first = checked.firstIndex(where: { $0.name == name }) {
        report(.zoneName(index), .part(.nameTaken(name, first: first)))
      }
      if zone.needle == .unreadable { hasUnreadable = true }
      let (outline, polygon) = outline(zone.corners, of: index)
      if let polygon {
        for other in checked where other.polygon?.overlaps(polygon) == true {
          report(.outline(zone: index), .outline(.overlaps(other.name ?? "")))
        }
      }
      var sound: PlanZone?
      if let name, let outline { sound = PlanZone(name: name, outline: outline, needle: zone.needle.value) }
      checked.append(CheckedZone(name: name, zone: sound, polygon: polygon))
      progress.append(ZoneProgress())
    }
    return checked
  }

  /// The outline with its corners in positive order, when it is sound.
  private mutating func outline(_ given: Given<[ChartPosition]>, of zone: Int) -> (Outline?, Polygon?) {
    guard let corners = need(given, .zone(zone), .part(.missingOutline)) else { return (nil, nil) }
    let place = PlanPlace.outline(zone: zone)
    if corners.count < 3 {
      report(place, .outline(.tooFewCorners(corners.count)))
      return (nil, nil)
    }
    if corners.count > Bounds.outlineCorners {
      report(place, .outline(.tooManyCorners(corners.count)))
      return (nil, nil)
    }
    let extent = Bounds.chartExtent.micrometres
    if let beyond = corners.firstIndex(where: { abs(Int64($0.x)) > extent || abs(Int64($0.y)) > extent }) {
      report(.corner(zone: zone, corner: beyond), .outline(.beyondChart))
      return (nil, nil)
    }
    let polygon = Polygon(corners)
    if let (corner, again) = polygon.repeatedCorner {
      report(.corner(zone: zone, corner: again), .outline(.cornerRepeated(corner: corner, again: again)))
      return (nil, nil)
    }
    if let (first, second) = polygon.crossingSides {
      report(.corner(zone: zone, corner: second), .outline(.sidesCross(first, second)))
      return (nil, nil)
    }
    let drawn = Outline(corners: corners)
    if drawn.area < PlanBounds.smallestArea {
      report(place, .outline(.areaTooSmall(drawn.area)))
      return (nil, nil)
    }
    return (drawn.twiceSignedArea > 0 ? drawn : Outline(corners: corners.reversed()), polygon)
  }

  private mutating func reportUnusedZones() {
    guard let drafts = draft.zones.value, draft.sessions.value?.isEmpty == false, !isSessionUnclear else { return }
    for (index, worked) in progress.enumerated() where !worked.isWorked {
      if let name = drafts[index].name.value { report(.zone(index), .part(.zoneUnused(name))) }
    }
  }
}

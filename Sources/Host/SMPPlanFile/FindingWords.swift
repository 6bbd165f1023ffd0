import SMPModel
import SMPTreatment

/// Findings as sentences: made once, here, for people.
struct FindingWords {
  let message: String
  let allowed: String?
  let remedy: String

  private init(_ message: String, _ remedy: String, allowed: String? = nil) {
    self.message = message
    self.allowed = allowed
    self.remedy = remedy
  }

  init(_ finding: PlanFinding) {
    self = Self.structure(finding.kind) ?? Self.outline(finding.kind) ?? Self.value(finding)
  }

  // MARK: what a plan consists of

  private static func structure(_ kind: PlanFinding.Kind) -> FindingWords? {
    switch kind {
    case .missing(let field): return missing(field)
    case .missingInZone(let field): return missing(field)
    case .missingName: return .init("this zone has no `name`", "add `name:` with a word such as hairline")
    case .missingOutline:
      return .init("this zone has no `outline`", "add `outline:` with a list of [x, y] in mm")
    case .missingSessionNumber: return .init("this session has no number", "add `session: 1`, 2, 3 and so on")
    case .missingSessionZones: return .init("this session works no zone", "add `zones:` with at least one zone")
    case .noZones: return .init("the plan has no zone", "add at least one zone with its outline")
    case .noSessions: return .init("the plan has no session", "add at least one session")
    case .tooManyZones(let count):
      return .init("there are \(count) zones", "join zones", allowed: "at most \(Bounds.zones)")
    case .tooManySessions(let count):
      return .init(
        "there are \(count) sessions", "plan fewer sessions, or another course later",
        allowed: "at most \(PlanBounds.sessions)")
    case .nameTaken(let name, let first):
      return .init(
        "the name \(quoted(name)) is already taken by zone \(first + 1)",
        "give each zone its own name, such as "
          + "\(name)-left and \(name)-right")
    case .sessionOutOfOrder(let expected, let found):
      return .init(
        "session \(found) stands where session \(expected) belongs", "number the sessions 1, 2, 3 in their order",
        allowed: "session: \(expected)")
    case .unknownZone(let name, let known):
      let likely = Nearest.word(to: name, among: known)
      return .init(
        "there is no zone \(quoted(name)) in this plan",
        likely.map { "did you mean `\($0)`?" } ?? "add the zone with its outline under `zones`",
        allowed: known.joined(separator: ", "))
    case .zoneTwice(let name, let first):
      return .init(
        "\(quoted(name)) is already worked in this session, as its zone \(first + 1)", "join the two entries")
    case .zoneUnused(let name):
      return .init("no session works the zone \(quoted(name))", "list it in a session, or delete it")
    default: return nil
    }
  }

  private static func missing(_ field: PlanField) -> FindingWords {
    let sample =
      switch field {
      case .title: "title: Norwood 4, closely shaved look"
      case .client: "client: C-2041"
      case .pattern: "norwood: IV"
      case .skin: "fitzpatrick: II"
      case .style: "style: soft hairline"
      case .naturalDensity: "natural-density: 80 /cm2"
      case .pigment: "pigment: with brand, shade and dilution below it"
      case .zones: "zones: with a list below it"
      case .sessions: "sessions: with a list below it"
      }
    return .init("`\(field.key)` is missing", "add `\(sample)`")
  }

  private static func missing(_ field: ZoneField) -> FindingWords {
    let sample =
      switch field {
      case .zone: "zone: hairline"
      case .depth, .spacing: "\(field.key): \(Unit.millimetres.sample)"
      case .depthRange: "depth-range: 0.3 mm to 0.6 mm"
      case .speed: "speed: \(Unit.hertz.sample)"
      case .speedRange: "speed-range: 90 Hz to 120 Hz"
      case .dwell: "dwell: \(Unit.milliseconds.sample)"
      case .density, .localDensity: "\(field.key): \(Unit.perSquareCentimetre.sample)"
      case .dots: "dots: \(Unit.count.sample)"
      case .needle: "needle: 3RL 0.25"
      }
    return .init(
      "`\(field.key)` is missing in this session's zone",
      field == .needle
        ? "add `\(sample)` here or in the zone" : "add `\(sample)` with the value you mean")
  }

  // MARK: outlines

  private static func outline(_ kind: PlanFinding.Kind) -> FindingWords? {
    switch kind {
    case .tooFewCorners(let count):
      return .init("the outline has \(count) corners", "add corners", allowed: "at least 3")
    case .tooManyCorners(let count):
      return .init(
        "the outline has \(count) corners", "draw it with fewer corners", allowed: "at most \(Bounds.outlineCorners)")
    case .beyondChart:
      return .init("this corner lies off the chart", "outlines are in mm from the middle of the chart")
    case .cornerRepeated(let corner, let again):
      return .init(
        "corner \(again + 1) is corner \(corner + 1) again",
        "delete one of them; an outline closes by itself from its last corner to its first")
    case .sidesCross(let first, let second):
      return .init(
        "the outline crosses or touches itself: the side after corner \(second + 1) meets the side after corner "
          + "\(first + 1)", "list the corners in order around the zone")
    case .areaTooSmall(let area):
      return .init(
        "the zone covers only \(squareCentimetres(area))", "check that the outline is in mm",
        allowed: "at least \(squareCentimetres(PlanBounds.smallestArea))")
    case .overlaps(let other):
      return .init(
        "the outline overlaps the zone \(quoted(other))",
        "move a border; zones may share a border, but no dot may belong to two zones")
    default: return nil
    }
  }

  /// Down to a hundredth of a cm², rounded down.
  private static func squareCentimetres(_ area: Area) -> String {
    let hundredths = area.squareMicrometres / 1_000_000
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) cm2"
  }

  // MARK: values

  private static func value(_ finding: PlanFinding) -> FindingWords {
    let name = name(finding.place)
    switch finding.kind {
    case .beyondHard(let key, let value, let allowed, let source):
      return limit(name, key, value, allowed, source)
    case .beyondSoft(let key, let value, let limit, let source):
      return .init(
        "\(name) is \(key.unit.text(value)), beyond the soft limit of \(key.unit.text(limit)) (\(words(source)))",
        "the session will ask for a confirmation by name; change the value if it was not meant")
    case .notPositive: return .init("\(name) is zero", "write the value you mean", allowed: "more than zero")
    case .rangeReversed: return .init("\(name) ends below its beginning", "write the lower end first")
    case .outsideRange:
      return .init("\(name) lies outside its own range", "widen the range or change the value")
    case .spacingTooWide(let spacing):
      return .init(
        "\(name) is \(mm(spacing))", "check that the value is in mm",
        allowed: "at most \(mm(PlanBounds.spacingMaximum))")
    case .naturalDensityTooHigh(let density):
      return .init(
        "\(name) is \(perCm2(density))", "count follicular units, not hairs",
        allowed: "at most \(perCm2(PlanBounds.naturalDensityMaximum))")
    default: return density(finding.kind, name)
    }
  }

  private static func density(_ kind: PlanFinding.Kind, _ name: String) -> FindingWords {
    switch kind {
    case .densityFell(let previous, _):
      return .init(
        "density is cumulative and an earlier session already reaches \(perCm2(previous))",
        "write the density of all sessions so far", allowed: "at least \(perCm2(previous))")
    case .jams(let density, let reachable, let spacing):
      return .init(
        "\(perCm2(density)) is hardly reached with dots \(mm(spacing)) apart: random placement jams near "
          + "\(perCm2(reachable))", "lower the spacing or the density")
    case .beyondLattice(let density, let reachable, let spacing):
      return .init(
        "\(perCm2(density)) cannot be reached with dots \(mm(spacing)) apart, however they are placed",
        "lower the spacing or the density", allowed: "at most \(perCm2(reachable)) at this spacing")
    case .spacingDidNotFall(let previous, _):
      return .init(
        "spacing does not fall: an earlier session already has \(mm(previous))",
        "later sessions fill gaps; give them a smaller spacing")
    case .localBelowDensity(let density):
      return .init(
        "local-density is below the density it shall hold", "raise it, or leave it out",
        allowed: "at least \(perCm2(density)); by default \(perCm2(PlanBounds.localDensity(for: density)))")
    case .aboveNatural(let natural):
      return .init(
        "the density is above the natural density of \(perCm2(natural))", "check that this is what the client wants")
    case .tooManyDots(let soFar, let possible):
      return .init(
        "\(soFar) dots so far are more than the density allows in this zone",
        "plan fewer dots or a higher density", allowed: "at most \(possible) dots up to this session")
    case .tooFewDots(let soFar, let possible):
      return .init(
        "\(soFar) dots so far reach less than \(PlanBounds.fewDotsPercent) % of the density (\(possible) dots)",
        "plan more dots, or state the density that is meant")
    case .noDotsLeft:
      return .init(
        "earlier sessions leave no dots for this density", "raise the density, or leave the zone out of this session")
    case .shorterThanStroke(let speed):
      return .init(
        "dwell is shorter than one stroke at \(Unit.hertz.text(speed.millihertz))", "lengthen the dwell")
    default: return .init("the plan is not consistent here", "compare it with the example")
    }
  }

  private static func limit(
    _ name: String, _ key: LimitKey, _ value: Int64, _ allowed: AllowedRange, _ source: LimitSource
  ) -> FindingWords {
    let range =
      switch (allowed.lower, allowed.upper) {
      case (let lower?, let upper?): "\(key.unit.text(lower)) to \(key.unit.text(upper))"
      case (let lower?, nil): "at least \(key.unit.text(lower))"
      case (nil, let upper?): "at most \(key.unit.text(upper))"
      case (nil, nil): ""
      }
    let remedy =
      switch source {
      case .ceiling: "this limit is built in and cannot be moved; change the value"
      case .device: "the device cannot do this; change the value"
      case .site: "change the value; this limit stands in the site's limits file"
      case .plan: "change the value or amend the plan"
      }
    return .init(
      "\(name) is \(key.unit.text(value)), \(key.isMaximum ? "above" : "below") the hard limit (\(words(source)))",
      remedy, allowed: range)
  }

  private static func words(_ source: LimitSource) -> String {
    switch source {
    case .ceiling: "built-in ceiling"
    case .device: "device"
    case .site: "site limits"
    case .plan: "plan"
    }
  }

  private static func name(_ place: PlanPlace) -> String {
    switch place {
    case .sessionField(_, _, let field): field.key
    case .field(let field): field.key
    case .session: "the whole session"
    case .plan, .zone, .zoneName, .outline, .corner, .sessionNumber, .sessionZones, .sessionZone: "the value"
    }
  }

  private static func mm(_ distance: Distance) -> String { Unit.millimetres.text(distance.micrometres) }
  private static func perCm2(_ density: Density) -> String { Unit.perSquareCentimetre.text(density.perSquareMetre) }
}

extension LimitKey {
  /// How documents write a value of this key.
  var unit: Unit {
    switch self {
    case .depthMinimum, .depthMaximum, .spacingMinimum: .millimetres
    case .speedMinimum, .speedMaximum: .hertz
    case .discDensityMaximum, .zoneDensityMaximum: .perSquareCentimetre
    case .zoneDotsMaximum, .sessionDotsMaximum: .count
    case .dwellMaximum: .milliseconds
    case .sessionDurationMaximum: .hours
    }
  }
}

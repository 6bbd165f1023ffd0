import SMPModel
import SMPTreatment

/// Findings about values as sentences.
extension FindingWords {
  static func words(_ finding: ValueFinding, name: String) -> FindingWords {
    switch finding {
    case .beyondHard(let key, let value, let allowed, let source):
      .init(
        "\(name) is \(key.unit.text(value)), \(key.isMaximum ? "above" : "below") the hard limit "
          + "(\(words(source)))", remedy(source), allowed: range(allowed, key.unit))
    case .beyondSoft(let key, let value, let limit, let source):
      .init(
        "\(name) is \(key.unit.text(value)), beyond the soft limit of \(key.unit.text(limit)) (\(words(source)))",
        "the session will ask for a confirmation by name; change the value if it was not meant")
    case .notPositive: .init("\(name) is zero", "write the value you mean", allowed: "more than zero")
    case .rangeReversed: .init("\(name) ends below its beginning", "write the lower end first")
    case .outsideRange: .init("\(name) lies outside its own range", "widen the range or change the value")
    case .spacingTooWide(let spacing):
      .init(
        "\(name) is \(mm(spacing))", "check that the value is in mm",
        allowed: "at most \(mm(PlanBounds.spacingMaximum))")
    case .naturalDensityTooHigh(let density):
      .init(
        "\(name) is \(perCm2(density))", "count follicular units, not hairs",
        allowed: "at most \(perCm2(PlanBounds.naturalDensityMaximum))")
    case .shorterThanStroke(let speed):
      .init("\(name) is shorter than one stroke at \(Unit.hertz.text(speed.millihertz))", "lengthen the dwell")
    }
  }

  static func words(_ finding: DensityFinding) -> FindingWords {
    switch finding {
    case .densityFell(let previous):
      .init(
        "density is cumulative and an earlier session already reaches \(perCm2(previous))",
        "write the density of all sessions so far", allowed: "at least \(perCm2(previous))")
    case .jams(let density, let reachable, let spacing):
      .init(
        "\(perCm2(density)) is hardly reached with dots \(mm(spacing)) apart: random placement jams near "
          + "\(perCm2(reachable))", "lower the spacing or the density")
    case .beyondLattice(let density, let reachable, let spacing):
      .init(
        "\(perCm2(density)) cannot be reached with dots \(mm(spacing)) apart, however they are placed",
        "lower the spacing or the density", allowed: "at most \(perCm2(reachable)) at this spacing")
    case .spacingDidNotFall(let previous):
      .init(
        "spacing does not fall: an earlier session already has \(mm(previous))",
        "later sessions fill gaps; give them a smaller spacing")
    case .localBelowDensity(let density):
      .init(
        "local-density is below the density it shall hold", "raise it, or leave it out",
        allowed: "at least \(perCm2(density)); by default \(perCm2(PlanBounds.localDensity(for: density)))")
    case .defaultCapBeyond(let cap, let limit, let source):
      .init(
        "`local-density` is not given and would be \(perCm2(cap)), looser than \(perCm2(limit)) (\(words(source)))",
        "write `local-density: \(perCm2(limit))` or less, so that crowded places are avoided and not questioned")
    case .aboveNatural(let natural):
      .init(
        "the density is above the natural density of \(perCm2(natural))", "check that this is what the client wants")
    case .tooManyDots(let soFar, let possible):
      .init(
        "\(soFar) dots so far are more than the density allows in this zone",
        "plan fewer dots or a higher density", allowed: "at most \(possible) dots up to this session")
    case .tooFewDots(let soFar, let possible):
      .init(
        "\(soFar) dots so far reach less than \(PlanBounds.fewDotsPercent) % of the density (\(possible) dots)",
        "plan more dots, or state the density that is meant")
    case .noDotsLeft:
      .init(
        "earlier sessions leave no dots for this density",
        "raise the density, or leave the zone out of this session")
    }
  }

  private static func range(_ allowed: AllowedRange, _ unit: Unit) -> String? {
    switch (allowed.lower, allowed.upper) {
    case (let lower?, let upper?): "\(unit.text(lower)) to \(unit.text(upper))"
    case (let lower?, nil): "at least \(unit.text(lower))"
    case (nil, let upper?): "at most \(unit.text(upper))"
    case (nil, nil): nil
    }
  }

  private static func words(_ source: LimitSource) -> String {
    switch source {
    case .ceiling: "built-in ceiling"
    case .device: "device"
    case .site: "site limits"
    case .plan: "plan"
    }
  }

  private static func remedy(_ source: LimitSource) -> String {
    switch source {
    case .ceiling: "this limit is built in and cannot be moved; change the value"
    case .device: "the device cannot do this; change the value"
    case .site: "change the value; this limit stands in the site's limits file"
    case .plan: "change the value or amend the plan"
    }
  }

  /// What a limited value is called at its place.
  static func name(_ place: PlanPlace) -> String {
    switch place {
    case .sessionField(_, _, let field): field.key
    case .field(let field): field.key
    case .session: "the whole session"
    case .plan, .zone, .zoneName, .outline, .corner, .landmark, .landmarkName, .landmarkPlace, .sessionNumber,
      .sessionZones, .sessionZone:
      "the value"
    }
  }

  static func mm(_ distance: Distance) -> String { Unit.millimetres.text(distance.micrometres) }
  private static func perCm2(_ density: Density) -> String { Unit.perSquareCentimetre.text(density.perSquareMetre) }
}

extension LimitKey {
  /// How documents write a value of this key.
  var unit: Unit {
    switch self {
    case .depthMinimum, .depthMaximum, .spacingMinimum, .registrationResidualMaximum: .millimetres
    case .speedMinimum, .speedMaximum: .hertz
    case .discDensityMaximum, .zoneDensityMaximum: .perSquareCentimetre
    case .zoneDotsMaximum, .sessionDotsMaximum: .count
    case .dwellMaximum: .milliseconds
    case .sessionDurationMaximum: .hours
    }
  }
}

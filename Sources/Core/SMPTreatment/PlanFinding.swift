package import SMPModel

/// Whether a finding keeps the draft from becoming a plan.
package enum Severity: UInt8, Sendable {
  case error
  case warning
}

/// A key of a plan document.
package enum PlanField: String, CaseIterable, Sendable {
  case title, client, pattern, skin, style, naturalDensity, pigment, zones, landmarks, sessions
}

/// A key of one zone in one session.
package enum ZoneField: String, CaseIterable, Sendable {
  case zone, depth, depthRange, speed, speedRange, dwell, spacing, density, held, localDensity, dots, needle
}

/// Where in a draft. Indices count from 0 in the draft's own order.
package enum PlanPlace: Hashable, Sendable {
  case plan
  case field(PlanField)
  case zone(Int)
  case zoneName(Int)
  case outline(zone: Int)
  case corner(zone: Int, corner: Int)
  case landmark(Int)
  case landmarkName(Int)
  case landmarkPlace(Int)
  case session(Int)
  case sessionNumber(Int)
  case sessionZones(Int)
  case sessionZone(session: Int, zone: Int)
  case sessionField(session: Int, zone: Int, field: ZoneField)
}

/// What is allowed for a limited value, all sources taken together, in the key's unit.
package struct AllowedRange: Hashable, Sendable {
  package let lower: Int64?
  package let upper: Int64?
  package init(lower: Int64?, upper: Int64?) {
    self.lower = lower
    self.upper = upper
  }
}

/// One thing found in a draft: facts as values, the sentence is made by who shows it (house style 11).
package struct PlanFinding: Hashable, Sendable {
  package let place: PlanPlace
  package let kind: Kind
  package init(place: PlanPlace, kind: Kind) {
    self.place = place
    self.kind = kind
  }

  package enum Kind: Hashable, Sendable {
    case part(PartFinding)
    case outline(OutlineFinding)
    case landmark(LandmarkFinding)
    case value(ValueFinding)
    case density(DensityFinding)
  }

  package var severity: Severity {
    switch kind {
    case .part(let finding): finding.severity
    case .outline, .landmark: .error
    case .value(let finding): finding.severity
    case .density(let finding): finding.severity
    }
  }
}

/// What a plan consists of: a part is missing, too many, twice, or out of order.
package enum PartFinding: Hashable, Sendable {
  case missing(PlanField)
  case missingInZone(ZoneField)
  case missingName
  case missingOutline
  case missingSessionNumber
  case missingSessionZones
  case noZones
  case noSessions
  case tooManyZones(Int)
  case tooManySessions(Int)
  /// The name of an earlier zone again.
  case nameTaken(String, first: Int)
  case sessionOutOfOrder(expected: Int, found: Int64)
  case unknownZone(String, known: [String])
  case zoneTwice(String, first: Int)
  /// A zone no session works: a warning.
  case zoneUnused(String)

  var severity: Severity {
    switch self {
    case .zoneUnused: .warning
    case .missing, .missingInZone, .missingName, .missingOutline, .missingSessionNumber, .missingSessionZones,
      .noZones, .noSessions, .tooManyZones, .tooManySessions, .nameTaken, .sessionOutOfOrder, .unknownZone,
      .zoneTwice:
      .error
    }
  }
}

/// What is wrong with an outline. Always an error.
package enum OutlineFinding: Hashable, Sendable {
  case tooFewCorners(Int)
  case tooManyCorners(Int)
  case beyondChart
  case cornerRepeated(corner: Int, again: Int)
  /// Two sides of one outline cross or touch; a side is named by its first corner.
  case sidesCross(Int, Int)
  case areaTooSmall(Area)
  case overlaps(String)
}

/// What is wrong with the landmarks. Always an error.
package enum LandmarkFinding: Hashable, Sendable {
  case tooFew(Int)
  case tooMany(Int)
  case missingName
  case missingPlace
  case nameTaken(String, first: Int)
  case beyondChart
  /// Nearer to an earlier one than a touch of the wrong one would show.
  case tooNear(String)
  case inOneLine
  /// A corner of this zone lies further from their middle than any of them.
  case zoneBeyond(String)
}

/// A value by itself: past a limit, or impossible.
package enum ValueFinding: Hashable, Sendable {
  case beyondHard(LimitKey, value: Int64, allowed: AllowedRange, source: LimitSource)
  /// Can be confirmed by name in the session: a warning.
  case beyondSoft(LimitKey, value: Int64, limit: Int64, source: LimitSource)
  case notPositive
  case rangeReversed
  case outsideRange
  case spacingTooWide(Distance)
  case naturalDensityTooHigh(Density)
  case shorterThanStroke(Speed)

  var severity: Severity {
    switch self {
    case .beyondSoft: .warning
    case .beyondHard, .notPositive, .rangeReversed, .outsideRange, .spacingTooWide, .naturalDensityTooHigh,
      .shorterThanStroke:
      .error
    }
  }
}

/// Density, spacing and dots against each other and against earlier sessions.
package enum DensityFinding: Hashable, Sendable {
  case densityFell(previous: Density)
  /// Past what random placement reaches at this spacing: a warning.
  case jams(Density, reachable: Density, spacing: Distance)
  /// Past what any placement reaches at this spacing.
  case beyondLattice(Density, reachable: Density, spacing: Distance)
  /// A warning.
  case spacingDidNotFall(previous: Distance)
  case localBelowDensity(density: Density)
  /// The cap nobody wrote is looser than a limit, which will hold instead of it: a warning.
  case defaultCapBeyond(Density, limit: Density, source: LimitSource)
  /// A warning.
  case aboveNatural(Density)
  case tooManyDots(soFar: Int64, possible: Int64)
  /// A warning.
  case tooFewDots(soFar: Int64, possible: Int64)
  /// Nothing is left to plan: dots were not given and earlier sessions use up the density.
  case noDotsLeft

  var severity: Severity {
    switch self {
    case .jams, .spacingDidNotFall, .defaultCapBeyond, .aboveNatural, .tooFewDots: .warning
    case .densityFell, .beyondLattice, .localBelowDensity, .tooManyDots, .noDotsLeft: .error
    }
  }
}

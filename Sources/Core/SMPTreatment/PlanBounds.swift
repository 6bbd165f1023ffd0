package import SMPModel

/// Bounds and ratios of a plan, each with its reason. Relations between them are tested.
package enum PlanBounds {
  /// The schema this software reads and writes.
  package static let schema: Int64 = 1
  /// 2 to 4 sessions are usual (field.md, row "sessions"); more than this is a slip or another course.
  package static let sessions = 12
  /// Longest zone name, in bytes: it goes into every record.
  package static let zoneNameBytes = 32
  /// Longest client reference, in bytes.
  package static let clientBytes = 32
  /// Longest title and style, in characters.
  package static let titleCharacters = 120
  /// Longest brand, shade, dilution, in characters: what fits a label.
  package static let labelCharacters = 64
  /// Longest needle configuration, in characters.
  package static let needleCharacters = 32
  /// Smallest zone: 0.1 cm². Anything below is a slip of the decimal point; derived.
  package static let smallestArea = Area.squareMicrometres(10_000_000)
  /// Two landmarks are at least this far apart: whoever touches the wrong one leaves five times the largest residual that
  /// is ever accepted (`LimitSet.ceiling`). Ours, derived.
  package static let landmarkDistance = Distance.micrometres(10_000)
  /// One landmark lies at least this far from the line through the two that are furthest apart: in one line they could
  /// not tell a mirrored frame from a right one; so far off it leaves ten times the largest residual and more. Ours, derived.
  package static let landmarkHeight = Distance.micrometres(20_000)
  /// Largest spacing a plan may ask for: 20 mm, ten times the widest lattice in field.md; derived.
  package static let spacingMaximum = Distance.micrometres(20_000)
  /// Largest natural density a plan may state: 200 /cm² (field.md: 70 to 120, 80 usual).
  package static let naturalDensityMaximum = Density.perSquareCentimetre(200)
  /// Random placement at a least spacing s jams near 0.70/s² (field.md, row "spacing against density"):
  /// dots per m² times µm², that is 0.70 × 10¹².
  package static let randomJam: Int64 = 700_000_000_000
  /// A hexagonal lattice ends at 1.15/s² (same row).
  package static let hexagonalEnd: Int64 = 1_150_000_000_000
  /// The cap in a disc of 1 cm² when the plan gives none: 1.4 times the zone's density, in tenths. Ours: dots
  /// placed by hand scatter about their mean, and a cap equal to the mean could never let the mean be reached.
  package static let localDensityTenths: Int64 = 14
  /// Fewer planned dots than this share of density × area deserve a warning, in percent. Ours.
  package static let fewDotsPercent: Int64 = 75
  /// Default cumulative density after sessions 1, 2 and 3 or later, in percent of the natural density
  /// (field.md, row "density by session": Liu 2025).
  package static let rampPercent: [Int64] = [30, 70, 100]
  /// Working rate, in dots per 10 s: 1.3 dots/s, 14,000 dots in 3 h (field.md, row "a dot is not a stroke").
  package static let dotsPerTenSeconds: Int64 = 13

  /// The ramp's density for one session, rounded down.
  package static func ramp(session: Int, of natural: Density) -> Density {
    let step = rampPercent[max(0, min(session, rampPercent.count) - 1)]
    return .perSquareMetre(natural.perSquareMetre * step / 100)
  }

  /// The default cap in a disc of 1 cm², rounded down, and never past the built-in ceiling.
  package static func localDensity(for density: Density) -> Density {
    let cap = density.perSquareMetre * localDensityTenths / 10
    return .perSquareMetre(min(cap, LimitSet.ceiling[.discDensityMaximum].hard ?? cap))
  }

  /// Working time for so many dots in seconds, rounded up.
  package static func workingSeconds(dots: Int64) -> Int64 {
    (dots * 10 + dotsPerTenSeconds - 1) / dotsPerTenSeconds
  }
}

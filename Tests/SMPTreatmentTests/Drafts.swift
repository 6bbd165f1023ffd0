import SMPModel
import SMPTreatment

/// A small sound draft for the tests to spoil: one square of 30 mm (9 cm²), two sessions.
enum Drafts {
  static func square(_ x: Int32, _ y: Int32, _ side: Int32) -> [ChartPosition] {
    [
      ChartPosition(x: x, y: y), ChartPosition(x: x + side, y: y), ChartPosition(x: x + side, y: y + side),
      ChartPosition(x: x, y: y + side),
    ]
  }

  static func zone(_ name: String, _ corners: [ChartPosition]) -> ZoneDraft {
    var zone = ZoneDraft()
    zone.name = .value(name)
    zone.needle = .value("3RL 0.25")
    zone.corners = .value(corners)
    return zone
  }

  static func listing(_ name: String, spacing: Int64, density: Int64, dots: Int64) -> SessionZoneDraft {
    var listing = SessionZoneDraft()
    listing.zone = .value(name)
    listing.depth = .value(.micrometres(500))
    listing.speed = .value(.millihertz(100_000))
    listing.dwell = .value(.milliseconds(80))
    listing.spacing = .value(.micrometres(spacing))
    listing.density = .value(.perSquareCentimetre(density))
    listing.dots = .value(dots)
    return listing
  }

  static func session(_ number: Int64, _ zones: [SessionZoneDraft]) -> SessionDraft {
    var session = SessionDraft()
    session.number = .value(number)
    session.zones = .value(zones)
    return session
  }

  static var sound: PlanDraft {
    var draft = PlanDraft()
    draft.title = .value("Pad")
    draft.client = .value("C-1")
    draft.skin = .value(.practice)
    draft.style = .value("scattered")
    draft.naturalDensity = .value(.perSquareCentimetre(80))
    draft.pigment = .value(PigmentRecipe(brand: "B", shade: "S", dilution: "1:8"))
    draft.zones = .value([zone("pad", square(0, 0, 30_000))])
    draft.sessions = .value([
      session(1, [listing("pad", spacing: 1_200, density: 25, dots: 220)]),
      session(2, [listing("pad", spacing: 900, density: 55, dots: 270)]),
    ])
    return draft
  }

  /// The sound draft with its first listing changed.
  static func spoilt(session: Int = 0, _ change: (inout SessionZoneDraft) -> Void) -> PlanDraft {
    var draft = sound
    var sessions = draft.sessions.value ?? []
    var zones = sessions[session].zones.value ?? []
    change(&zones[0])
    sessions[session].zones = .value(zones)
    draft.sessions = .value(sessions)
    return draft
  }

  static func withZones(_ zones: [ZoneDraft]) -> PlanDraft {
    var draft = sound
    draft.zones = .value(zones)
    return draft
  }

  /// The site limits of field.md's table.
  static var site: LimitSet {
    var limits = LimitSet()
    limits[.depthMinimum] = LimitPair(soft: 300, hard: 0)
    limits[.depthMaximum] = LimitPair(soft: 1_000, hard: 1_500)
    limits[.speedMinimum] = LimitPair(soft: 80_000, hard: 50_000)
    limits[.speedMaximum] = LimitPair(soft: 150_000, hard: 150_000)
    limits[.spacingMinimum] = LimitPair(soft: 600, hard: 500)
    limits[.discDensityMaximum] = LimitPair(soft: 1_000_000, hard: 1_200_000)
    limits[.zoneDensityMaximum] = LimitPair(soft: 1_000_000, hard: 1_200_000)
    limits[.sessionDotsMaximum] = LimitPair(soft: 18_000, hard: 25_000)
    limits[.sessionDurationMaximum] = LimitPair(soft: 18_000, hard: 21_600)
    return limits
  }
}

/// SplitMix64: a test names its seed, and the same seed gives the same run everywhere.
struct Seeded: RandomNumberGenerator {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

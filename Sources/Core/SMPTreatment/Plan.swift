package import SMPModel

/// A treatment plan that passed every check: whole, in fine units, with nothing left to default.
///
/// Only `PlanDraft.compile(site:)` makes one, so no other code needs to ask whether an outline crosses itself or
/// whether a density can be reached. It asks for sessions; what a dot may be is decided by the guard at each dot.
package struct Plan: Hashable, Sendable {
  package let title: String
  /// Pseudonymous reference of the client; never a name (letters, digits, `.`, `_`, `-`).
  package let client: String
  /// nil where no hair-loss pattern applies, such as a scar or practice skin.
  package let pattern: HairLossPattern?
  package let skin: SkinType
  /// What the client is after, in the practitioner's words.
  package let style: String
  /// The client's own hair, for the default ramp and the check against it.
  package let naturalDensity: Density
  package let pigment: PigmentRecipe
  package let zones: [PlanZone]
  /// By which a device with a frame of its own is registered (S12); none in a plan for other devices.
  package let landmarks: [Landmark]
  /// In order, numbered from 1.
  package let sessions: [PlannedSession]

  init(
    title: String, client: String, pattern: HairLossPattern?, skin: SkinType, style: String, naturalDensity: Density,
    pigment: PigmentRecipe, zones: [PlanZone], landmarks: [Landmark], sessions: [PlannedSession]
  ) {
    self.title = title
    self.client = client
    self.pattern = pattern
    self.skin = skin
    self.style = style
    self.naturalDensity = naturalDensity
    self.pigment = pigment
    self.zones = zones
    self.landmarks = landmarks
    self.sessions = sessions
  }
}

/// What is loaded into the cartridge: the recipe; lots and expiry belong to the session record.
package struct PigmentRecipe: Hashable, Sendable {
  package let brand: String
  package let shade: String
  /// As the maker writes it, such as `1:10`.
  package let dilution: String
  package init(brand: String, shade: String, dilution: String) {
    self.brand = brand
    self.shade = shade
    self.dilution = dilution
  }
}

/// One area of the scalp chart, the same in every session.
package struct PlanZone: Hashable, Sendable {
  /// A field word (`ZoneNames.usual`) or any other lower-case word.
  package let name: String
  /// Does not cross itself, overlaps no other zone, signed area positive.
  package let outline: Outline
  /// Needle configuration unless a session names another.
  package let needle: String?
  init(name: String, outline: Outline, needle: String?) {
    self.name = name
    self.outline = outline
    self.needle = needle
  }
  package var area: Area { outline.area }
}

/// One visit of the client.
package struct PlannedSession: Hashable, Sendable {
  /// 1-based, without gaps.
  package let number: Int
  package let zoneOrder: ZoneOrder
  /// In the order they are to be worked.
  package let zones: [PlannedZone]
  init(number: Int, zoneOrder: ZoneOrder, zones: [PlannedZone]) {
    self.number = number
    self.zoneOrder = zoneOrder
    self.zones = zones
  }
  /// Dots planned for the whole session.
  package var dots: Int64 { zones.reduce(0) { $0 + $1.dots } }
}

/// What one session does in one zone.
package struct PlannedZone: Hashable, Sendable {
  /// Place of the zone in `Plan.zones`.
  package let zone: Int
  package let name: String
  package let depth: Depth
  /// What the practitioner may set during the session; without one in the plan, exactly `depth`.
  package let depthRange: ClosedRange<Depth>
  package let speed: Speed
  package let speedRange: ClosedRange<Speed>
  package let dwell: Dwell
  /// Least centre-to-centre distance to any living dot.
  package let spacing: Distance
  /// Cumulative: dots of this and all earlier sessions over the zone's area.
  package let density: Density
  /// Density that is to be held after healing; nil: the same as `density`, as if nothing faded.
  package let held: Density?
  /// Cap in every disc of 1 cm².
  package let localDensity: Density
  /// Dots of this session.
  package let dots: Int64
  package let needle: String
  init(
    zone: Int, name: String, depth: Depth, depthRange: ClosedRange<Depth>, speed: Speed,
    speedRange: ClosedRange<Speed>, dwell: Dwell, spacing: Distance, density: Density, held: Density?,
    localDensity: Density, dots: Int64, needle: String
  ) {
    self.zone = zone
    self.name = name
    self.depth = depth
    self.depthRange = depthRange
    self.speed = speed
    self.speedRange = speedRange
    self.dwell = dwell
    self.spacing = spacing
    self.density = density
    self.held = held
    self.localDensity = localDensity
    self.dots = dots
    self.needle = needle
  }
}

/// Whether zones must be worked in the plan's order.
package enum ZoneOrder: UInt8, Sendable {
  case free
  /// A zone opens when every zone before it has its dots, or when the operator selects it by name.
  case strict
}

/// One zone as a session works it: compiled from the plan, complete, in fine units.
package struct SessionZone: Hashable, Sendable {
  package let index: ZoneIndex
  package let name: String
  package let outline: Outline
  /// Set-points at the start of the session.
  package let depth: Depth
  package let speed: Speed
  package let dwell: Dwell
  /// Needle configuration as the field writes it, such as `1RL 0.25`.
  package let needle: String
  /// Dots planned for this session in this zone.
  package let dots: Int64
  /// What the plan itself limits in this zone.
  package let limits: LimitSet
  package init(
    index: ZoneIndex, name: String, outline: Outline, depth: Depth, speed: Speed, dwell: Dwell, needle: String,
    dots: Int64, limits: LimitSet
  ) {
    self.index = index
    self.name = name
    self.outline = outline
    self.depth = depth
    self.speed = speed
    self.dwell = dwell
    self.needle = needle
    self.dots = dots
    self.limits = limits
  }
}

/// What one session may do: the only form in which a plan reaches the guard.
package struct SessionProfile: Hashable, Sendable {
  /// The course's reference, such as `C-7F3A2B`.
  package let course: String
  /// SHA-256 of the signed plan document, 32 bytes.
  package let planDigest: [UInt8]
  /// 1-based.
  package let session: Int
  package let zoneOrder: ZoneOrder
  /// In the plan's order; a zone's index is its place here.
  package let zones: [SessionZone]
  /// By which the handpiece is registered, on a device with a frame of its own (S12); the plan may have none.
  package let landmarks: [Landmark]
  package init(
    course: String, planDigest: [UInt8], session: Int, zoneOrder: ZoneOrder, zones: [SessionZone],
    landmarks: [Landmark] = []
  ) {
    precondition(!zones.isEmpty && zones.count <= Bounds.zones, "a session has 1 to \(Bounds.zones) zones")
    self.course = course
    self.planDigest = planDigest
    self.session = session
    self.zoneOrder = zoneOrder
    self.zones = zones
    self.landmarks = landmarks
  }
}

/// A dot in the client's skin that counts against spacing and density, from whatever session it comes (S4).
package struct LivingDot: Hashable, Sendable {
  package let position: ChartPosition
  /// Session number of the course it was made in.
  package let session: Int
  package init(position: ChartPosition, session: Int) {
    self.position = position
    self.session = session
  }
}

package import SMPModel

/// One zone as the guard holds it: the plan's words, its geometry and the limits in force.
struct ZoneRule: Sendable {
  let zone: SessionZone
  let outline: OutlineCheck
  /// Rounded down to whole µm², so that a density computed from it errs upwards.
  let area: Int64
  let envelope: Envelope

  init(_ zone: SessionZone, envelope: Envelope) throws(GuardRefusal) {
    guard zone.outline.corners.allSatisfy(\.isOnChart) else { throw .outlineUnusable(zone: zone.index) }
    area = zone.outline.area.squareMicrometres
    guard area > 0 else { throw .outlineUnusable(zone: zone.index) }
    self.zone = zone
    outline = OutlineCheck(zone.outline)
    self.envelope = envelope
  }
}

/// What a dot of a zone is made with. Changed between dots only, and in force when the device has answered (S5).
package struct SetPoint: Hashable, Sendable {
  /// A whole number of the device's depth steps.
  package let depth: Depth
  package let speed: Speed
  package let dwell: Dwell
}

/// Dots of one zone in this session, by what became of their grants, and in all.
struct ZoneCount: Sendable {
  var made: Int64 = 0
  var open: Int64 = 0
  var presumed: Int64 = 0
  /// Dots of every session that lie in the zone's outline.
  var living: Int64 = 0

  /// What counts against the plan and the limits: an open or presumed grant is a dot until it is known to be none (S4).
  var session: Int64 { made + open + presumed }
}

/// A dot of the session that a restarted guard is told of, so that limits survive pause, restart and re-plug (S4).
package struct SessionDot: Hashable, Sendable {
  package let position: ChartPosition
  /// The zone of its grant; nil for a contact no grant allowed.
  package let zone: ZoneIndex?
  /// Presumed made: nobody knows, so it counts fully (S7).
  package let isPresumed: Bool
  package init(position: ChartPosition, zone: ZoneIndex?, isPresumed: Bool = false) {
    self.position = position
    self.zone = zone
    self.isPresumed = isPresumed
  }
}

/// Where a zone stands.
package struct ZoneProgress: Hashable, Sendable {
  package let zone: ZoneIndex
  /// Dots of this session: made for certain, under an open grant, presumed made.
  package let made: Int64
  package let open: Int64
  package let presumed: Int64
  /// Dots planned for this session.
  package let planned: Int64
  /// Dots of every session that lie in the zone.
  package let living: Int64
  /// `living` over the zone's area, rounded up.
  package let density: Density
  /// The zone density limit in force: the soft one until it is confirmed.
  package let limit: Bound
  /// Every planned dot is made, open or presumed.
  package var isComplete: Bool { made + open + presumed >= planned }
}

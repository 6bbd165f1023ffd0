package import SMPModel

/// One zone as the practitioner sees it on the sheet beside the chair.
package struct HandZone: Hashable, Sendable {
  package let index: ZoneIndex
  package let outline: Outline
  /// Dots still to make here in this session.
  package let dots: Int64
  /// Distance to keep from every other dot, the device's position error included.
  package let spacing: Distance
  /// Most dots in any disc of 1 cm², if the sheet says so.
  package let discDensity: Density?
  /// Contact the plan asks for; the hand lifts a little before it is over.
  package let dwell: Dwell
  package init(
    index: ZoneIndex, outline: Outline, dots: Int64, spacing: Distance, discDensity: Density?, dwell: Dwell
  ) {
    self.index = index
    self.outline = outline
    self.dots = dots
    self.spacing = spacing
    self.discDensity = discDensity
    self.dwell = dwell
  }
}

/// The auto hand's job for a session: what a person would read off the plan and see on the scalp.
package struct HandWork: Hashable, Sendable {
  package let zones: [HandZone]
  /// Dots already in the skin, as the chart knows them.
  package let living: [ChartPosition]
  package let zoneOrder: ZoneOrder
  /// Distance to keep from an outline, inside it.
  package let edge: Distance
  package init(zones: [HandZone], living: [ChartPosition], zoneOrder: ZoneOrder, edge: Distance) {
    self.zones = zones
    self.living = living
    self.zoneOrder = zoneOrder
    self.edge = edge
  }

  /// What the guard adds to every spacing: the error of both dots (S4). Whoever keeps less distance is denied.
  ///
  /// On a device with a frame of its own what the registration left over adds to it: readings are off by a few
  /// micrometres (`PositionModel.worst`), so with its rounding 20 µm are more than is ever left over here.
  package static func positionError(on positioning: Positioning) -> Distance {
    guard let accuracy = positioning.accuracy else { return .zero }
    let error = positioning.isOwnFrame ? accuracy + .micrometres(20) : accuracy
    return error + error
  }

  /// The job as a session profile describes it.
  ///
  /// - Parameters:
  ///   - made: dots made before in this session, zone by zone in the profile's order; missing ones count as none.
  ///   - positionError: what the guard adds to spacings and outlines; the hand keeps clear of both by as much.
  ///   - site: limits beside the plan's own; the stricter spacing and disc density count, soft ones too.
  package init(
    profile: SessionProfile, made: [Int64], living: [ChartPosition], positionError: Distance, site: LimitSet
  ) {
    let zones = profile.zones.enumerated().map { place, zone in
      let sources = [LimitSet.ceiling, site, zone.limits]
      let spacings = sources.map(\.[.spacingMinimum]).flatMap { [$0.soft, $0.hard] }.compactMap(\.self)
      let densities = sources.map(\.[.discDensityMaximum]).flatMap { [$0.soft, $0.hard] }.compactMap(\.self)
      return HandZone(
        index: zone.index, outline: zone.outline, dots: max(0, zone.dots - (place < made.count ? made[place] : 0)),
        spacing: .micrometres(spacings.max() ?? 0) + positionError,
        discDensity: densities.min().map(Density.perSquareMetre), dwell: zone.dwell)
    }
    self.init(zones: zones, living: living, zoneOrder: profile.zoneOrder, edge: positionError)
  }
}

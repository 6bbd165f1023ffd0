package import SMPModel

extension Plan {
  /// What one session may do, in the only form that reaches the guard. nil: the plan has no such session.
  ///
  /// Every limit of the plan is hard: whoever wants another value amends the plan.
  package func profile(course: String, planDigest: [UInt8], session: Int) -> SessionProfile? {
    guard session >= 1, session <= sessions.count else { return nil }
    let planned = sessions[session - 1]
    let zones = planned.zones.enumerated().map { place, zone in
      SessionZone(
        index: ZoneIndex(number: UInt8(place)), name: zone.name, outline: self.zones[zone.zone].outline,
        depth: zone.depth, speed: zone.speed, dwell: zone.dwell, needle: zone.needle, dots: zone.dots,
        limits: zone.limits(sessionDots: planned.dots))
    }
    return SessionProfile(
      course: course, planDigest: planDigest, session: session, zoneOrder: planned.zoneOrder, zones: zones,
      landmarks: landmarks)
  }
}

extension PlannedZone {
  /// The plan's own word on every key it speaks of; it is silent on the length of a session.
  func limits(sessionDots: Int64) -> LimitSet {
    var limits = LimitSet()
    limits[.depthMinimum] = LimitPair(hard: depthRange.lowerBound.micrometres)
    limits[.depthMaximum] = LimitPair(hard: depthRange.upperBound.micrometres)
    limits[.speedMinimum] = LimitPair(hard: speedRange.lowerBound.millihertz)
    limits[.speedMaximum] = LimitPair(hard: speedRange.upperBound.millihertz)
    limits[.spacingMinimum] = LimitPair(hard: spacing.micrometres)
    limits[.discDensityMaximum] = LimitPair(hard: localDensity.perSquareMetre)
    limits[.zoneDensityMaximum] = LimitPair(hard: density.perSquareMetre)
    limits[.zoneDotsMaximum] = LimitPair(hard: dots)
    limits[.dwellMaximum] = LimitPair(hard: dwell.milliseconds)
    limits[.sessionDotsMaximum] = LimitPair(hard: sessionDots)
    return limits
  }
}

package import SMPModel

/// Set-points, profile sets and the commands that are not dots.
extension DotGuard {
  /// New set-points for one zone, under a new generation: the command loads the whole profile set (S5).
  ///
  /// From here on every request is denied `notRunning` until the device has answered with the new set's digest. Refuses
  /// while a grant is open, beyond a hard limit, beyond a soft one nobody has confirmed, and when the generation is not new.
  package mutating func admitSet(
    zone: ZoneIndex, depth: Depth, speed: Speed, dwell: Dwell, generation: UInt32
  ) throws(GuardRefusal) -> Admitted {
    try admit(SetPointWish(zone: zone, depth: depth, speed: speed, dwell: dwell), generation: generation)
  }

  /// The profile set of the current generation.
  package func admitProfiles() -> Admitted { Admitted(.profiles(generation: generation, profiles)) }

  /// The device has answered with this digest. False, and nothing changes, when it is not of the current generation: a
  /// late answer for an earlier set must not put that one in force.
  @discardableResult
  package mutating func loaded(_ digest: ProfileDigest) -> Bool {
    guard digest != .none, digest.generation == generation else { return false }
    self.digest = digest
    fallback = nil
    return true
  }

  /// The device no longer holds the set, or may not: after a re-plug, a reset, or a changed digest.
  package mutating func unloaded() { digest = .none }

  package func admitSelfTest() throws(GuardRefusal) -> Admitted {
    guard digest != .none else { throw .notLoaded }
    return Admitted(.selfTest)
  }

  package func admitArm() throws(GuardRefusal) -> Admitted {
    guard isRegistered else { throw .notRegistered }
    guard digest != .none else { throw .notLoaded }
    return Admitted(.arm(digest))
  }

  package func admitResume() throws(GuardRefusal) -> Admitted {
    guard isRegistered else { throw .notRegistered }
    guard digest != .none else { throw .notLoaded }
    return Admitted(.resume)
  }

  /// The set-point of a zone as loaded or being loaded.
  package func setPoint(_ zone: ZoneIndex) throws(GuardRefusal) -> SetPoint {
    guard Int(zone.number) < rules.count else { throw .unknownZone(zone) }
    return setPoints[Int(zone.number)]
  }

  /// The limits of a zone.
  package func envelope(_ zone: ZoneIndex) throws(GuardRefusal) -> Envelope {
    guard Int(zone.number) < rules.count else { throw .unknownZone(zone) }
    return rules[Int(zone.number)].envelope
  }

  /// What the device enforces by itself, whatever the host says: set-points, and the hard limits above them (S5).
  private var profiles: [ZoneProfile] {
    rules.indices.map { index in
      let point = setPoints[index]
      let envelope = rules[index].envelope
      let deepest = envelope[.depthMaximum].hard.value
      return ZoneProfile(
        zone: rules[index].zone.index, depth: point.depth,
        depthMaximum: .micrometres(deepest / depthStep * depthStep), speed: point.speed,
        speedMaximum: .millihertz(envelope[.speedMaximum].hard.value),
        dwellMaximum: .milliseconds(envelope[.dwellMaximum].hard.value))
    }
  }
}

/// Where the session stands.
extension DotGuard {
  /// Every zone, in the plan's order.
  package var progress: [ZoneProgress] {
    rules.indices.map { index in
      let bounds = rules[index].envelope[.zoneDensityMaximum]
      let softHolds = !confirmed.contains(.zoneDensityMaximum)
      return ZoneProgress(
        zone: rules[index].zone.index, made: counts[index].made, open: counts[index].open,
        presumed: counts[index].presumed, planned: rules[index].zone.dots, living: counts[index].living,
        density: .perSquareMetre(Self.density(of: counts[index].living, over: rules[index].area)),
        limit: softHolds ? bounds.soft ?? bounds.hard : bounds.hard)
    }
  }

  /// Dots of this session: made, open, presumed and unbidden.
  package var sessionDots: Int64 { counts.reduce(strayDots) { $0 + $1.session } }

  /// Every dot of the client that counts.
  package var livingDots: Int { field.count + unplacedDots }

  /// Centre-to-centre distance, as the device measures it, that the guard asks for in a zone: the spacing in force and the
  /// position error of both dots. Zero without positioning.
  package func measuredSpacing(_ zone: ZoneIndex) throws(GuardRefusal) -> Distance {
    guard Int(zone.number) < rules.count else { throw .unknownZone(zone) }
    guard let positionError else { return .zero }
    let bounds = rules[Int(zone.number)].envelope[.spacingMinimum]
    let soft = confirmed.contains(.spacingMinimum) ? nil : bounds.soft
    return .micrometres(soft?.value ?? bounds.hard.value) + positionError + positionError
  }
}

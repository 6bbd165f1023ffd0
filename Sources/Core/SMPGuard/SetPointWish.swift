package import SMPModel

/// New set-points as a person asks for them: for one zone or all, each amount given or left as it is.
package struct SetPointWish: Hashable, Sendable {
  /// Nil means every zone.
  package let zone: ZoneIndex?
  package let depth: Depth?
  package let speed: Speed?
  package let dwell: Dwell?
  package init(zone: ZoneIndex?, depth: Depth?, speed: Speed?, dwell: Dwell?) {
    self.zone = zone
    self.depth = depth
    self.speed = speed
    self.dwell = dwell
  }
}

extension DotGuard {
  /// What `wish` would set, or why it is refused; changes nothing.
  package func check(_ wish: SetPointWish) throws(GuardRefusal) -> [SetPoint] {
    var points = setPoints
    for index in try indices(of: wish) {
      points[index] = try Self.setPoint(
        rules[index], depth: wish.depth ?? setPoints[index].depth, speed: wish.speed ?? setPoints[index].speed,
        dwell: wish.dwell ?? setPoints[index].dwell, step: depthStep, confirmed: confirmed)
    }
    return points
  }

  /// Sets what `wish` asks for in all its zones or in none, under one new generation (S5). See `admitSet`.
  package mutating func admit(_ wish: SetPointWish, generation: UInt32) throws(GuardRefusal) -> Admitted {
    guard openGrant == nil else { throw .grantOpen }
    guard generation > self.generation else { throw .generationNotNew(current: self.generation) }
    let wished = try check(wish)
    if fallback == nil { fallback = setPoints }
    setPoints = wished
    self.generation = generation
    digest = .none
    return admitProfiles()
  }

  /// Takes back set-points that the device never answered for, under a new generation. False when there are none.
  package mutating func fallBack(to generation: UInt32) -> Bool {
    guard let last = fallback, generation > self.generation else { return false }
    setPoints = last
    fallback = nil
    self.generation = generation
    digest = .none
    return true
  }

  private func indices(of wish: SetPointWish) throws(GuardRefusal) -> Range<Int> {
    guard let zone = wish.zone else { return rules.indices }
    let index = Int(zone.number)
    guard index < rules.count else { throw .unknownZone(zone) }
    return index..<(index + 1)
  }
}

import SMPModel

/// What the guard must say, worked out again from the promises by brute force.
///
/// It shares no code with `SMPGuard` (it does not import it): its own strictest-wins, its own geometry at 128 bits, every
/// dot compared with every dot. It keeps its own count of what was granted and made.
struct Oracle {
  struct Dot {
    var x: Int
    var y: Int
  }

  /// One answer, in the guard's words as far as they are words.
  enum Answer: Equatable {
    case accepted(zone: Int)
    case notRunning, grantOpen, outside
    case outOfOrder(zone: Int, next: Int)
    case complete(zone: Int)
    case hard(LimitKey, limit: Int64, zone: Int)
    case soft(LimitKey, limit: Int64, zone: Int)
  }

  struct Zone {
    let corners: [Dot]
    let area: Int
    let planned: Int
    let limits: [LimitSet]
    var depth: Int
    var speed: Int
    var dwell: Int
    /// Granted and not known to be unmade.
    var session = 0
  }

  let error: Int
  let strict: Bool
  var zones: [Zone]
  var dots: [Dot] = []
  var openDot: (dot: Dot, zone: Int)?
  var strays = 0
  var opened: [Int] = []
  var confirmed: [LimitKey] = []
  var running = true

  // MARK: Limits

  /// Strictest of all sources; a soft limit not inside the hard one is none.
  func limits(_ key: LimitKey, _ zone: Int) -> (soft: Int64?, hard: Int64) {
    // A session-wide key holds for all zones, whichever zone's plan states it.
    let wide = [.sessionDotsMaximum, .sessionDurationMaximum, .registrationResidualMaximum].contains(key)
    let sets = wide ? zones.flatMap(\.limits) : zones[zone].limits
    let hards = sets.compactMap { $0[key].hard }
    let softs = sets.compactMap { $0[key].soft }
    let upper = key.word.description.hasSuffix("maximum")
    let hard = (upper ? hards.min() : hards.max()) ?? 0
    let soft = upper ? softs.min() : softs.max()
    guard let soft, upper ? soft < hard : soft > hard else { return (nil, hard) }
    return (soft, hard)
  }

  // MARK: Geometry

  /// Winding number with the rim counted as inside.
  static func inside(_ x: Int, _ y: Int, _ corners: [Dot]) -> Bool {
    if squaredRimDistanceIsBelow(1, x, y, corners) && onRim(x, y, corners) { return true }
    var winding = 0
    for index in corners.indices {
      let (a, b) = (corners[index], corners[(index + 1) % corners.count])
      let side = (b.x - a.x) * (y - a.y) - (x - a.x) * (b.y - a.y)
      if a.y <= y && b.y > y && side > 0 { winding += 1 }
      if a.y > y && b.y <= y && side < 0 { winding -= 1 }
    }
    return winding != 0
  }

  static func onRim(_ x: Int, _ y: Int, _ corners: [Dot]) -> Bool {
    corners.indices.contains { index in
      let (a, b) = (corners[index], corners[(index + 1) % corners.count])
      let side = (b.x - a.x) * (y - a.y) - (x - a.x) * (b.y - a.y)
      return side == 0 && min(a.x, b.x) <= x && x <= max(a.x, b.x) && min(a.y, b.y) <= y && y <= max(a.y, b.y)
    }
  }

  /// Whether the rim comes nearer than `distance`.
  static func squaredRimDistanceIsBelow(_ distance: Int, _ x: Int, _ y: Int, _ corners: [Dot]) -> Bool {
    let limit = Int128(distance) * Int128(distance)
    return corners.indices.contains { index in
      let (a, b) = (corners[index], corners[(index + 1) % corners.count])
      let (ux, uy) = (Int128(b.x - a.x), Int128(b.y - a.y))
      let (vx, vy) = (Int128(x - a.x), Int128(y - a.y))
      let length = ux * ux + uy * uy
      let foot = ux * vx + uy * vy
      // Foot of the perpendicular as the fraction foot/length of the edge; everything times length².
      let clamped = min(max(foot, 0), length)
      let (px, py) = (vx * length - ux * clamped, vy * length - uy * clamped)
      if length == 0 { return vx * vx + vy * vy < limit }
      return px * px + py * py < limit * length * length
    }
  }

  func isIn(_ dot: Dot, _ zone: Int) -> Bool { Self.inside(dot.x, dot.y, zones[zone].corners) }

  static func squared(_ a: Dot, _ b: Dot) -> Int { (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y) }

  /// All dots that count, the open grant's included.
  var living: [Dot] { dots + (openDot.map { [$0.dot] } ?? []) }
  var sessionDots: Int { zones.reduce(strays) { $0 + $1.session } }

  // MARK: The answer

  func answer(x: Int, y: Int, elapsedNanoseconds: Int64) -> Answer {
    if !running { return .notRunning }
    if openDot != nil { return .grantOpen }
    let asked = Dot(x: x, y: y)
    let homes = zones.indices.filter { isIn(asked, $0) }
    let firm = homes.first { !Self.squaredRimDistanceIsBelow(error, x, y, zones[$0].corners) }
    guard let zone = firm else { return .outside }
    if strict && !opened.contains(zone) {
      if let next = zones.indices.first(where: { $0 < zone && zones[$0].session < zones[$0].planned }) {
        return .outOfOrder(zone: zone, next: next)
      }
    }
    if zones[zone].session >= zones[zone].planned { return .complete(zone: zone) }
    let checks = checks(asked, zone: zone, homes: homes, elapsed: elapsedNanoseconds)
    for (key, value, judge) in checks {
      let hard = limits(key, judge).hard
      if isPast(key, value, hard) { return .hard(key, limit: hard, zone: zone) }
    }
    for (key, value, judge) in checks where !confirmed.contains(key) {
      if let soft = limits(key, judge).soft, isPast(key, value, soft) { return .soft(key, limit: soft, zone: zone) }
    }
    return .accepted(zone: zone)
  }

  private func isPast(_ key: LimitKey, _ value: Int64, _ limit: Int64) -> Bool {
    switch key {
    case .depthMinimum, .speedMinimum, .spacingMinimum: value < limit
    case .depthMaximum, .speedMaximum, .discDensityMaximum, .zoneDensityMaximum, .zoneDotsMaximum, .dwellMaximum,
      .sessionDotsMaximum, .sessionDurationMaximum, .registrationResidualMaximum:
      value > limit
    }
  }

  /// Every value to be judged, with the zone whose limits judge it.
  private func checks(_ asked: Dot, zone: Int, homes: [Int], elapsed: Int64) -> [(LimitKey, Int64, Int)] {
    let point = zones[zone]
    var checks: [(LimitKey, Int64, Int)] = [
      (.depthMinimum, Int64(point.depth), zone), (.depthMaximum, Int64(point.depth), zone),
      (.speedMinimum, Int64(point.speed), zone), (.speedMaximum, Int64(point.speed), zone),
    ]
    let others = zones.indices.filter { $0 != zone }
    for judge in [zone] + others {
      // A zone judges the request that lies in it against every dot, and any request against its own dots.
      let all = judge == zone || homes.contains(judge)
      let nearest = dots.filter { all || isIn($0, judge) }.map { Self.squared($0, asked) }.min()
      if let nearest { checks.append((.spacingMinimum, Int64(floorRoot(nearest) - 2 * error), judge)) }
    }
    let radius = 5_642 + 2 * error
    let around = dots.filter { Self.squared($0, asked) <= radius * radius }
    for judge in [zone] + others {
      var counts = judge == zone || homes.contains(judge) ? [around.count + 1] : []
      for centre in around where judge == zone || isIn(centre, judge) {
        counts.append(dots.count { Self.squared($0, centre) <= radius * radius } + 1)
      }
      if let worst = counts.max() { checks.append((.discDensityMaximum, Int64(worst * 10_000), judge)) }
    }
    for judge in [zone] + others where homes.contains(judge) {
      let count = Int128(dots.count { isIn($0, judge) } + 1)
      let area = Int128(zones[judge].area)
      checks.append((.zoneDensityMaximum, Int64((count * 1_000_000_000_000 + area - 1) / area), judge))
    }
    checks.append((.zoneDotsMaximum, Int64(zones[zone].session + 1), zone))
    checks.append((.dwellMaximum, Int64(point.dwell), zone))
    checks.append((.sessionDotsMaximum, Int64(sessionDots + 1), zone))
    checks.append((.sessionDurationMaximum, (elapsed + 999_999_999) / 1_000_000_000, zone))
    return checks
  }

  private func floorRoot(_ value: Int) -> Int {
    var root = Int(Double(value).squareRoot())
    while root * root > value { root -= 1 }
    while (root + 1) * (root + 1) <= value { root += 1 }
    return root
  }

  // MARK: What happened

  mutating func granted(x: Int, y: Int, zone: Int) {
    zones[zone].session += 1
    openDot = (Dot(x: x, y: y), zone)
  }

  /// Made where it was reported; nil: not made.
  mutating func ended(at place: Dot?) {
    guard let open = openDot else { return }
    openDot = nil
    if let place { dots.append(place) } else { zones[open.zone].session -= 1 }
  }

  mutating func presumed() {
    guard let open = openDot else { return }
    openDot = nil
    dots.append(open.dot)
  }

  mutating func unbidden(x: Int, y: Int) {
    let dot = Dot(x: x, y: y)
    if let zone = zones.indices.first(where: { isIn(dot, $0) }) { zones[zone].session += 1 } else { strays += 1 }
    dots.append(dot)
  }
}

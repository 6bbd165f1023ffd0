import SMPGuard
import SMPModel

/// Plans no practitioner would write, but a plan file could: overlapping crooked zones, limits from every source.
struct RandomPlan {
  var numbers: SeededNumbers
  var situation = Situation()
  /// From each zone's middle all of it can be seen.
  private var middles: [ChartPosition] = []

  init(seed: UInt64) {
    numbers = SeededNumbers(seed: seed)
    situation.accuracy = .micrometres(Int64.random(in: 0...150, using: &numbers))
    situation.depthStep = [1, 10, 50, 70].randomElement(using: &numbers) ?? 1
    situation.depthRange = 0...1_900
    situation.speedRange = 20_000...180_000
    situation.zoneOrder = Bool.random(using: &numbers) ? .free : .strict
    situation.site = limits(chance: 70)
    situation.site?[.depthMaximum] = LimitPair(hard: 1_500)
    let count = Int.random(in: 1...4, using: &numbers)
    situation.zones = (0..<count).map { zone(UInt8($0)) }
    situation.history = (0..<Int.random(in: 0...25, using: &numbers)).map { _ in
      LivingDot(position: within(Int.random(in: 0..<count, using: &numbers)), session: 1)
    }
    situation.made = (0..<Int.random(in: 0...4, using: &numbers)).map { _ in
      let zone = Int.random(in: -1..<count, using: &numbers)
      return SessionDot(
        position: anywhere(), zone: zone < 0 ? nil : ZoneIndex(number: UInt8(zone)),
        isPresumed: Bool.random(using: &numbers))
    }
  }

  private mutating func zone(_ index: UInt8) -> SessionZone {
    var zone = ZoneDraft(Situation.zone(index, side: 10_000))
    let middle = anywhere()
    zone.outline = outline(around: middle)
    middles.append(middle)
    zone.depth = .micrometres(Int64.random(in: 400...1_100, using: &numbers))
    zone.speed = .millihertz(Int64.random(in: 85_000...145_000, using: &numbers))
    zone.dwell = .milliseconds(Int64.random(in: 100...400, using: &numbers))
    zone.dots = Int64.random(in: 5...90, using: &numbers)
    zone.limits = limits(chance: 50)
    return zone.zone
  }

  /// A star around the middle: simple, mostly concave, with corners on odd micrometres.
  private mutating func outline(around middle: ChartPosition) -> Outline {
    if Int.random(in: 0..<4, using: &numbers) == 0 {
      let side = Int32.random(in: 6_000...16_000, using: &numbers)
      return Situation.zone(0, x: middle.x - side / 2, y: middle.y - side / 2, side: side).outline
    }
    let directions: [(Int32, Int32)] = [
      (100, 0), (92, 38), (71, 71), (38, 92), (0, 100), (-38, 92), (-71, 71), (-92, 38), (-100, 0), (-92, -38),
      (-71, -71), (-38, -92), (0, -100), (38, -92), (71, -71), (92, -38),
    ]
    return Outline(
      corners: directions.map { direction in
        let reach = Int32.random(in: 3_000...14_000, using: &numbers)
        return ChartPosition(x: middle.x + direction.0 * reach / 100, y: middle.y + direction.1 * reach / 100)
      })
  }

  /// Values around those a session meets, so that each limit bites in some seeds and none in all.
  private mutating func limits(chance: Int) -> LimitSet {
    var set = LimitSet()
    for key in LimitKey.allCases where Int.random(in: 0..<100, using: &numbers) < chance {
      let range: ClosedRange<Int64> =
        switch key {
        case .depthMinimum: 0...350
        case .depthMaximum: 1_000...2_100
        case .speedMinimum: 20_000...85_000
        case .speedMaximum: 140_000...200_000
        case .spacingMinimum: 300...1_200
        case .discDensityMaximum: 120_000...700_000
        case .zoneDensityMaximum: 80_000...500_000
        case .zoneDotsMaximum: 10...60
        case .dwellMaximum: 390...600
        case .sessionDotsMaximum: 30...120
        case .sessionDurationMaximum: 1_000...4_000
        case .registrationResidualMaximum: 100...2_500
        }
      let hard = Int64.random(in: range, using: &numbers)
      let soft = Int64.random(in: range, using: &numbers)
      set[key] = LimitPair(
        soft: Int.random(in: 0..<3, using: &numbers) == 0 ? soft : nil,
        hard: Int.random(in: 0..<4, using: &numbers) > 0 ? hard : nil)
    }
    // Depth set-points may start beyond a soft limit only: a hard one refuses the whole session.
    set[.depthMaximum] = LimitPair(soft: set[.depthMaximum].soft, hard: set[.depthMaximum].hard.map { max($0, 1_200) })
    return set
  }

  mutating func anywhere() -> ChartPosition {
    at(Int32.random(in: -15_000...15_000, using: &numbers), Int32.random(in: -15_000...15_000, using: &numbers))
  }

  /// A place a hand might ask for, often just at a limit: beside an existing dot, near a corner, inside a zone, anywhere.
  mutating func place(near dots: [Oracle.Dot], spacing: Int) -> ChartPosition {
    switch Int.random(in: 0..<10, using: &numbers) {
    case 0: return anywhere()
    case 1:
      let corners = situation.zones.randomElement(using: &numbers)?.outline.corners ?? []
      let corner = corners.randomElement(using: &numbers) ?? at(0, 0)
      return at(corner.x + Int32.random(in: -200...200, using: &numbers), corner.y)
    case 2, 3:
      guard let dot = dots.randomElement(using: &numbers) else { return anywhere() }
      // Pythagoras in whole numbers, so that some requests lie exactly at the limit: 3-4-5 and the axes.
      let step = Int.random(in: -1...1, using: &numbers)
      let way = [(5, 0), (0, 5), (3, 4), (-4, 3), (-5, 0), (0, -5)].randomElement(using: &numbers) ?? (5, 0)
      return at(Int32(dot.x + way.0 * (spacing + step) / 5), Int32(dot.y + way.1 * (spacing + step) / 5))
    default:
      return within(Int.random(in: 0..<middles.count, using: &numbers))
    }
  }

  /// Somewhere between a zone's middle and two neighbouring corners.
  private mutating func within(_ zone: Int) -> ChartPosition {
    let middle = middles[zone]
    let corners = situation.zones[zone].outline.corners
    let index = Int.random(in: 0..<corners.count, using: &numbers)
    let (a, b) = (corners[index], corners[(index + 1) % corners.count])
    let share = Int32.random(in: 0...100, using: &numbers)
    let reach = Int32.random(in: 10...104, using: &numbers)
    let (x, y) = (a.x + (b.x - a.x) * share / 100, a.y + (b.y - a.y) * share / 100)
    return at(middle.x + (x - middle.x) * reach / 100, middle.y + (y - middle.y) * reach / 100)
  }

  var oracle: Oracle {
    let device = situation.device
    var deviceSays = LimitSet()
    deviceSays[.depthMinimum] = LimitPair(hard: device.depthMinimum.micrometres)
    deviceSays[.depthMaximum] = LimitPair(hard: device.depthMaximum.micrometres)
    deviceSays[.speedMinimum] = LimitPair(hard: device.speedMinimum.millihertz)
    deviceSays[.speedMaximum] = LimitPair(hard: device.speedMaximum.millihertz)
    let zones = situation.zones.map { zone in
      Oracle.Zone(
        corners: zone.outline.corners.map { Oracle.Dot(x: Int($0.x), y: Int($0.y)) },
        area: Self.area(zone.outline.corners), planned: Int(zone.dots),
        limits: [.ceiling, deviceSays, situation.site ?? LimitSet(), zone.limits],
        depth: Int(zone.depth.micrometres / situation.depthStep * situation.depthStep),
        speed: Int(zone.speed.millihertz), dwell: Int(zone.dwell.milliseconds))
    }
    var oracle = Oracle(
      error: Int(situation.accuracy?.micrometres ?? 0), strict: situation.zoneOrder == .strict, zones: zones)
    for dot in situation.history { oracle.dots.append(Oracle.Dot(x: Int(dot.position.x), y: Int(dot.position.y))) }
    for dot in situation.made {
      oracle.dots.append(Oracle.Dot(x: Int(dot.position.x), y: Int(dot.position.y)))
      if let zone = dot.zone { oracle.zones[Int(zone.number)].session += 1 } else { oracle.strays += 1 }
    }
    return oracle
  }

  /// By triangles from the first corner.
  private static func area(_ corners: [ChartPosition]) -> Int {
    var twice = 0
    for index in 1..<(corners.count - 1) {
      let (a, b, c) = (corners[0], corners[index], corners[index + 1])
      twice += Int(b.x - a.x) * Int(c.y - a.y) - Int(c.x - a.x) * Int(b.y - a.y)
    }
    return abs(twice) / 2
  }
}

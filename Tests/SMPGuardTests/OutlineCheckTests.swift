import SMPGuard
import SMPModel
import Testing

@Suite struct OutlineCheckTests {
  static let square = OutlineCheck(Situation.zone(0, side: 10_000).outline)

  @Test("S4 outside, and inside by less than the position error, is not inside")
  func marginIsKept() {
    let margin = Distance.micrometres(50)
    #expect(!Self.square.contains(at(-1, 5_000)))
    #expect(!Self.square.contains(at(5_000, 10_001)))
    #expect(Self.square.contains(at(0, 5_000)) && Self.square.contains(at(10_000, 10_000)), "the rim belongs to it")
    #expect(!Self.square.keeps(margin, from: at(49, 5_000)))
    #expect(Self.square.keeps(margin, from: at(50, 5_000)))
    #expect(!Self.square.keeps(margin, from: at(9_951, 5_000)))
    #expect(Self.square.keeps(.zero, from: at(0, 0)))
  }

  @Test("S4 the distance to a slanting edge is exact where it is not a whole number")
  func slantedEdge() {
    // Edge from (0, 0) to (30000, 40000): the distance of (x, y) is |40000 x - 30000 y| / 50000.
    let triangle = OutlineCheck(Outline(corners: [at(0, 0), at(30_000, 40_000), at(0, 40_000)]))
    let inside = at(9_000, 20_000)  // 4800 µm from the edge
    #expect(triangle.contains(inside))
    #expect(triangle.keeps(.micrometres(4_800), from: inside))
    #expect(!triangle.keeps(.micrometres(4_801), from: inside))
    #expect(!triangle.keeps(.micrometres(4_800), from: at(9_001, 20_000)))
    #expect(!triangle.contains(at(15_001, 20_000)) && triangle.contains(at(15_000, 20_000)))
  }

  @Test("S4 a notch counts: its corner keeps dots away from both sides")
  func concaveCorner() {
    let notched = OutlineCheck(
      Outline(corners: [at(0, 0), at(10_000, 0), at(10_000, 10_000), at(5_000, 5_000), at(0, 10_000)]))
    #expect(!notched.contains(at(5_000, 5_001)))
    #expect(notched.contains(at(5_000, 4_999)))
    #expect(!notched.keeps(.micrometres(100), from: at(5_000, 4_901)))
    #expect(notched.keeps(.micrometres(100), from: at(5_000, 4_900)))
  }

  @Test("S4 rays through corners are counted once, whichever way the outline runs")
  func cornersOnTheRay() {
    let diamond = [at(0, -5_000), at(5_000, 0), at(0, 5_000), at(-5_000, 0)]
    for corners in [diamond, diamond.reversed()] {
      let check = OutlineCheck(Outline(corners: corners))
      #expect(check.contains(at(0, 0)) && check.contains(at(-4_999, 0)))
      #expect(!check.contains(at(-5_001, 0)) && !check.contains(at(5_001, 0)))
      #expect(!check.contains(at(-4_000, 5_000)) && !check.contains(at(-1, -5_000)))
    }
  }

  @Test("S4 at the ends of the chart nothing overflows")
  func extremes() {
    let edge: Int32 = 1_000_000
    let whole = OutlineCheck(
      Outline(corners: [at(-edge, -edge), at(edge, -edge), at(edge, edge), at(-edge, edge)]))
    #expect(whole.contains(at(edge, edge)) && whole.contains(at(0, 0)))
    #expect(whole.keeps(.micrometres(1_000_000), from: at(0, 0)))
    #expect(!whole.keeps(.micrometres(1_000_000), from: at(0, 1)))
    #expect(!whole.contains(at(Int32.max, 0)) && !whole.contains(at(0, Int32.min)))
  }

  @Test("S4 random outlines, random places: the same answer as the oracle's")
  func againstOracle() {
    for seed in UInt64(1)...40 {
      let plan = RandomPlan(seed: seed)
      var numbers = SeededNumbers(seed: seed &* 77)
      for zone in plan.situation.zones {
        let check = OutlineCheck(zone.outline)
        let corners = zone.outline.corners.map { Oracle.Dot(x: Int($0.x), y: Int($0.y)) }
        for _ in 0..<200 {
          let corner = corners.randomElement(using: &numbers) ?? Oracle.Dot(x: 0, y: 0)
          let x = corner.x + Int.random(in: -3_000...3_000, using: &numbers)
          let y = Bool.random(using: &numbers) ? corner.y : corner.y + Int.random(in: -3_000...3_000, using: &numbers)
          let place = at(Int32(x), Int32(y))
          let inside = Oracle.inside(x, y, corners)
          #expect(check.contains(place) == inside, "seed \(seed) \(place)")
          let margin = Int.random(in: 0...1_500, using: &numbers)
          let keeps = !Oracle.squaredRimDistanceIsBelow(margin, x, y, corners)
          #expect(check.keeps(.micrometres(Int64(margin)), from: place) == keeps, "seed \(seed) \(place) \(margin)")
        }
      }
    }
  }

  @Test("S13 an outline off the chart or without area refuses the session")
  func unusableOutline() {
    let zone = ZoneIndex(number: 0)
    let outlines = [
      [at(0, 0), at(1_000_001, 0), at(0, 1_000)], [at(0, 0), at(1_000, 0), at(2_000, 0)],
      [at(Int32.min, 0), at(0, 1_000), at(Int32.max, Int32.max)],
    ]
    for corners in outlines {
      var situation = Situation()
      situation.change { $0.outline = Outline(corners: corners) }
      #expect(situation.refusal == .outlineUnusable(zone: zone))
    }
  }
}

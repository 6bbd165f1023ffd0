import SMPGuard
import SMPModel
import Testing

/// The index against counting everything.
@Suite struct DotFieldTests {
  struct Known {
    let slot: DotSlot
    var x: Int
    var y: Int
    var membership: UInt32
  }

  static func nearest(_ dots: [Known], _ x: Int, _ y: Int, within reach: Int, _ membership: UInt32) -> Int64? {
    dots.filter { $0.membership & membership == membership }
      .map { ($0.x - x) * ($0.x - x) + ($0.y - y) * ($0.y - y) }.filter { $0 < reach * reach }.min().map { Int64($0) }
  }

  static func disc(_ dots: [Known], _ x: Int, _ y: Int, _ reach: Int) -> [Known] {
    dots.filter { ($0.x - x) * ($0.x - x) + ($0.y - y) * ($0.y - y) <= reach * reach }
  }

  @Test("S4 insert, remove and move, inside the grid and far beyond it: every search agrees with brute force")
  func againstBruteForce() {
    for seed in UInt64(1)...12 {
      var numbers = SeededNumbers(seed: seed)
      let reach = Int.random(in: 300...6_000, using: &numbers)
      let discReach = Int.random(in: 2_000...6_000, using: &numbers)
      var field = DotField(
        lowest: at(-5_000, -5_000), highest: at(9_000, 8_000), reach: .micrometres(Int64(reach)),
        discReach: .micrometres(Int64(discReach)), capacity: 4)
      var dots: [Known] = []
      // Every third place lies outside the grid, so that clamping is met.
      func place(_ numbers: inout SeededNumbers) -> (Int32, Int32) {
        let extent: Int32 = Int.random(in: 0..<3, using: &numbers) == 0 ? 30_000 : 6_000
        return (
          Int32.random(in: -extent...extent, using: &numbers), Int32.random(in: -extent...extent, using: &numbers)
        )
      }
      for step in 0..<400 {
        let (x, y) = place(&numbers)
        let membership = UInt32.random(in: 0...7, using: &numbers)
        let choice = Int.random(in: 0..<6, using: &numbers)
        if choice == 0, let index = dots.indices.randomElement(using: &numbers) {
          field.remove(dots.remove(at: index).slot)
        } else if choice == 1, let index = dots.indices.randomElement(using: &numbers) {
          field.move(dots[index].slot, to: at(x, y), membership: membership)
          (dots[index].x, dots[index].y, dots[index].membership) = (Int(x), Int(y), membership)
        } else {
          let slot = field.insert(at(x, y), membership: membership)
          dots.append(Known(slot: slot, x: Int(x), y: Int(y), membership: membership))
        }
        let (askX, askY) = place(&numbers)
        let wanted: UInt32 = [0, 0, 1, 4].randomElement(using: &numbers) ?? 0
        let nearest = field.nearestSquared(to: at(askX, askY), within: .micrometres(Int64(reach)), membership: wanted)
        let expected = Self.nearest(dots, Int(askX), Int(askY), within: reach, wanted)
        #expect(nearest == expected, "seed \(seed) step \(step)")
        let found = field.discs(around: at(askX, askY), membership: wanted)
        let around = Self.disc(dots, Int(askX), Int(askY), discReach)
        let highest =
          around.filter { $0.membership & wanted == wanted }
          .map { Self.disc(dots, $0.x, $0.y, discReach).count }.max() ?? 0
        #expect(found.own == Int32(around.count), "seed \(seed) step \(step)")
        #expect(found.highestNeighbour == Int32(highest), "seed \(seed) step \(step)")
        let count = field.count
        #expect(count == dots.count, "seed \(seed) step \(step)")
      }
    }
  }

  @Test("S4 a removed dot's place is free, and its slot serves again")
  func slotsServeAgain() {
    var field = DotField(
      lowest: at(0, 0), highest: at(10_000, 10_000), reach: .micrometres(1_000), discReach: .zero, capacity: 0)
    let first = field.insert(at(5_000, 5_000), membership: 1)
    let before = field.nearestSquared(to: at(5_000, 5_300), within: .micrometres(1_000))
    #expect(before == 90_000)
    field.remove(first)
    let after = field.nearestSquared(to: at(5_000, 5_300), within: .micrometres(1_000))
    #expect(after == nil)
    let second = field.insert(at(1, 1), membership: 2)
    #expect(second == first)
    let place = field.position(of: second)
    #expect(place == at(1, 1))
  }

  @Test("S4 the disc of 1 cm² is rounded outwards")
  func discRadius() {
    // π r² ≥ 10⁸ µm², with π from below at 3.14159265.
    let radius = DotGuard.discRadius.micrometres
    #expect(radius * radius * 314_159_265 >= 10_000_000_000_000_000)
    #expect((radius - 1) * (radius - 1) * 314_159_266 < 10_000_000_000_000_000, "and by no more than it must")
  }

  @Test("S4 a million dots are held and found")
  func aMillion() {
    var field = DotField(
      lowest: at(-500_000, -500_000), highest: at(500_000, 500_000), reach: .micrometres(900), discReach: .zero,
      capacity: Bounds.livingDots)
    for index in 0..<Bounds.livingDots {
      _ = field.insert(
        at(Int32(index % 1_000) * 1_000 - 499_500, Int32(index / 1_000) * 1_000 - 499_500), membership: 0)
    }
    let nearest = field.nearestSquared(to: at(300, 200), within: .micrometres(900))
    #expect(nearest == 130_000)
    let count = field.count
    #expect(count == Bounds.livingDots)
  }
}

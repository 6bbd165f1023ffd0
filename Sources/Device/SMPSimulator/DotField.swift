internal import SMPModel

/// Dots on the chart in square cells, for the hand's own eye: what is near this place?
///
/// The hand's, not the guard's: it shares no code with what it is there to test. Flat arrays, one list per cell.
struct DotField: Sendable {
  private static let none: Int32 = -1
  private let cell: Int64
  private let originX: Int64
  private let originY: Int64
  private let columns: Int
  private let rows: Int
  private var heads: [Int32]
  private var following: [Int32] = []
  private var dots: [ChartPosition] = []
  /// For each dot, the dots in its disc of 1 cm², itself included: counted once, when a dot comes, and not at each look.
  private var crowd: [Int32] = []

  /// Covers the box of all corners and `margin` around it; dots further out are of no concern and not kept.
  init(covering corners: [ChartPosition], margin: Int64, cell: Int64) {
    precondition(!corners.isEmpty && cell > 0, "a field has an extent")
    var (left, right) = (Int64(corners[0].x), Int64(corners[0].x))
    var (low, high) = (Int64(corners[0].y), Int64(corners[0].y))
    for corner in corners {
      (left, right) = (min(left, Int64(corner.x)), max(right, Int64(corner.x)))
      (low, high) = (min(low, Int64(corner.y)), max(high, Int64(corner.y)))
    }
    // A chart is at most 2 m wide: cells grow rather than the table, 2,000 by 2,000 at most.
    let extent = max(right - left, high - low) + 2 * margin
    self.cell = max(cell, extent / 2_000 + 1)
    originX = left - margin
    originY = low - margin
    columns = Int((right - left + 2 * margin) / self.cell) + 1
    rows = Int((high - low + 2 * margin) / self.cell) + 1
    heads = Array(repeating: Self.none, count: columns * rows)
  }

  func count(where isMeant: (ChartPosition) -> Bool) -> Int64 {
    dots.reduce(0) { isMeant($1) ? $0 + 1 : $0 }
  }

  mutating func insert(_ dot: ChartPosition) {
    let column = Int((Int64(dot.x) - originX) / cell)
    let row = Int((Int64(dot.y) - originY) / cell)
    guard Int64(dot.x) >= originX, Int64(dot.y) >= originY, column < columns, row < rows else { return }
    following.append(heads[row * columns + column])
    heads[row * columns + column] = Int32(dots.count)
    crowd.append(1)
    dots.append(dot)
    countInCrowds(Int32(dots.count - 1))
  }

  /// Counts a new dot in the discs around it, and them in its own.
  private mutating func countInCrowds(_ new: Int32) {
    let place = dots[Int(new)]
    let radius = TargetPlanner.discRadius
    guard let across = span(Int64(place.x), originX, radius, columns),
      let along = span(Int64(place.y), originY, radius, rows)
    else { return }
    for row in along {
      for column in across {
        var index = heads[row * columns + column]
        while index != Self.none {
          if index != new, dots[Int(index)].squaredDistance(to: place) < radius * radius {
            crowd[Int(index)] += 1
            crowd[Int(new)] += 1
          }
          index = following[Int(index)]
        }
      }
    }
  }

  private func span(_ centre: Int64, _ origin: Int64, _ radius: Int64, _ cells: Int) -> ClosedRange<Int>? {
    let first = max(0, centre - radius - origin) / cell
    let last = (centre + radius - origin) / cell
    if centre + radius < origin || first >= cells { return nil }
    return Int(first)...min(Int(last), cells - 1)
  }

  /// Calls `body` with the index of every dot closer than `radius`, until it returns false.
  private func visit(near place: ChartPosition, closerThan radius: Int64, _ body: (Int) -> Bool) {
    guard let across = span(Int64(place.x), originX, radius, columns),
      let along = span(Int64(place.y), originY, radius, rows)
    else { return }
    let squared = radius * radius
    for row in along {
      for column in across {
        var index = heads[row * columns + column]
        while index != Self.none {
          if dots[Int(index)].squaredDistance(to: place) < squared, !body(Int(index)) { return }
          index = following[Int(index)]
        }
      }
    }
  }

  func isFree(_ place: ChartPosition, within radius: Int64) -> Bool {
    var free = true
    visit(near: place, closerThan: radius) { _ in
      free = false
      return false
    }
    return free
  }

  /// Whether one more dot at `place` keeps every disc of 1 cm² around it and around its neighbours at or below `cap`.
  func staysWithin(cap: Int64, at place: ChartPosition) -> Bool {
    var around: Int64 = 0
    var within = true
    visit(near: place, closerThan: TargetPlanner.discRadius) { neighbour in
      around += 1
      within = Int64(crowd[neighbour]) + 1 <= cap
      return within
    }
    return within && around + 1 <= cap
  }
}

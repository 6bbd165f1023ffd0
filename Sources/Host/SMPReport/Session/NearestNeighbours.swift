package import SMPModel

/// The distance from each dot to the one nearest to it, centre to centre.
package enum NearestNeighbours {
  /// Beyond this nobody asks how far: 10 mm is ten times the field's usual spacing (field.md, row "spacing").
  package static let farthest: Int64 = 10_000

  /// - Returns: for each of `dots`, in order, the distance to the nearest of all others, `earlier` ones included, in
  ///   micrometres and rounded down; `farthest` where none is nearer.
  package static func distances(of dots: [ChartPosition], among earlier: [ChartPosition]) -> [Distance] {
    let all = dots + earlier
    let cells = Cells(all)
    return dots.indices.map { index in
      .micrometres(cells.nearest(to: index, in: all))
    }
  }

  /// All positions in squares of one side, sorted by square, so that a search looks at few of them.
  private struct Cells {
    static let side: Int64 = 1_000
    /// Places of positions, sorted by the number of their square.
    private let order: [(cell: Int64, place: Int)]

    init(_ positions: [ChartPosition]) {
      order = positions.indices.map { (Cells.number(positions[$0], 0, 0), $0) }
        .sorted { ($0.cell, $0.place) < ($1.cell, $1.place) }
    }

    /// Rings of squares outwards, until nothing in the next one could be nearer.
    func nearest(to index: Int, in positions: [ChartPosition]) -> Int64 {
      let center = positions[index]
      var best = NearestNeighbours.farthest * NearestNeighbours.farthest
      var ring: Int64 = 0
      while (ring - 1) * Cells.side < NearestNeighbours.farthest {
        if ring > 0, (ring - 1) * Cells.side * (ring - 1) * Cells.side >= best { break }
        for row in -ring...ring {
          // Inside a ring only its two ends are new.
          let step = abs(row) == ring ? 1 : max(1, 2 * ring)
          for column in stride(from: -ring, through: ring, by: Int(step)) {
            search(Cells.number(center, column, row), index, positions, &best)
          }
        }
        ring += 1
      }
      return NearestNeighbours.root(best)
    }

    private func search(_ cell: Int64, _ index: Int, _ positions: [ChartPosition], _ best: inout Int64) {
      var low = 0
      var high = order.count
      while low < high {
        let middle = (low + high) / 2
        if order[middle].cell < cell { low = middle + 1 } else { high = middle }
      }
      while low < order.count, order[low].cell == cell {
        if order[low].place != index {
          best = min(best, positions[index].squaredDistance(to: positions[order[low].place]))
        }
        low += 1
      }
    }

    /// Chart positions are within a metre or so of the origin; 2³¹ µm in squares of 1 mm fit 32 bits each way.
    private static func number(_ position: ChartPosition, _ column: Int64, _ row: Int64) -> Int64 {
      let x = (Int64(position.x) + 2_147_483_648) / side + column
      let y = (Int64(position.y) + 2_147_483_648) / side + row
      return y << 32 | x
    }
  }

  /// The integer square root, rounded down.
  static func root(_ value: Int64) -> Int64 {
    guard value > 1 else { return max(0, value) }
    var guess = value
    var next = (guess + 1) / 2
    while next < guess {
      guess = next
      next = (guess + value / guess) / 2
    }
    return guess
  }
}

/// A place on the client's scalp chart, in micrometres. x grows to the client's left, y towards the back of the head.
package struct ChartPosition: Hashable, Sendable {
  package let x: Int32
  package let y: Int32
  package init(x: Int32, y: Int32) {
    self.x = x
    self.y = y
  }

  /// Squared distance in µm². Chart coordinates stay within ±1 m (`Bounds.chartExtent`), so it cannot overflow.
  package func squaredDistance(to other: ChartPosition) -> Int64 {
    let dx = Int64(x) - Int64(other.x)
    let dy = Int64(y) - Int64(other.y)
    return dx * dx + dy * dy
  }
}

/// The outline of a zone: a simple polygon on the chart, at least three corners, closed by itself.
///
/// Whether it crosses itself is checked when the plan is read; the guard trusts that and nothing more.
package struct Outline: Hashable, Sendable {
  package let corners: [ChartPosition]
  package init(corners: [ChartPosition]) {
    precondition(corners.count >= 3, "an outline has at least three corners")
    self.corners = corners
  }

  /// Twice the signed area by the shoelace formula, in µm².
  package var twiceSignedArea: Int64 {
    var sum: Int64 = 0
    var previous = corners[corners.count - 1]
    for corner in corners {
      sum += Int64(previous.x) * Int64(corner.y) - Int64(corner.x) * Int64(previous.y)
      previous = corner
    }
    return sum
  }

  package var area: Area { .squareMicrometres(Int64((twiceSignedArea.magnitude) / 2)) }
}

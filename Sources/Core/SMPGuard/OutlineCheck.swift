package import SMPModel

/// A zone's outline, prepared for the question "inside, and by how much?". Exact integers throughout.
///
/// Coordinates stay within ±1 m (`Bounds.chartExtent`), which the guard checks before it asks: differences fit 22
/// bits, cross products 44, and their squares are compared at 128.
package struct OutlineCheck: Sendable {
  private struct Edge {
    let fromX: Int64
    let fromY: Int64
    let alongX: Int64
    let alongY: Int64
    let squaredLength: Int64
  }

  private let edges: [Edge]
  package let lowest: ChartPosition
  package let highest: ChartPosition

  package init(_ outline: Outline) {
    var edges: [Edge] = []
    edges.reserveCapacity(outline.corners.count)
    var from = outline.corners[outline.corners.count - 1]
    var (lowX, lowY, highX, highY) = (from.x, from.y, from.x, from.y)
    for to in outline.corners {
      let alongX = Int64(to.x) - Int64(from.x)
      let alongY = Int64(to.y) - Int64(from.y)
      edges.append(
        Edge(
          fromX: Int64(from.x), fromY: Int64(from.y), alongX: alongX, alongY: alongY,
          squaredLength: alongX * alongX + alongY * alongY))
      (lowX, lowY) = (min(lowX, to.x), min(lowY, to.y))
      (highX, highY) = (max(highX, to.x), max(highY, to.y))
      from = to
    }
    self.edges = edges
    lowest = ChartPosition(x: lowX, y: lowY)
    highest = ChartPosition(x: highX, y: highY)
  }

  /// Whether the position lies inside the outline or on it.
  package func contains(_ position: ChartPosition) -> Bool {
    guard mayContain(position) else { return false }
    let x = Int64(position.x)
    let y = Int64(position.y)
    var inside = false
    for edge in edges {
      let relativeX = x - edge.fromX
      let relativeY = y - edge.fromY
      let cross = edge.alongX * relativeY - edge.alongY * relativeX
      if cross == 0 {
        let along = relativeX * edge.alongX + relativeY * edge.alongY
        if along >= 0 && along <= edge.squaredLength { return true }
      }
      // Half-open in y, so that a ray through a corner counts it once.
      let startsBelow = relativeY >= 0
      let endsBelow = relativeY >= edge.alongY
      if startsBelow != endsBelow && (cross > 0) == (edge.alongY > 0) { inside.toggle() }
    }
    return inside
  }

  /// Whether every edge is at least `margin` away. Together with `contains`: the whole disc of radius `margin` lies inside.
  package func keeps(_ margin: Distance, from position: ChartPosition) -> Bool {
    let squaredMargin = margin.micrometres * margin.micrometres
    for edge in edges {
      let relativeX = Int64(position.x) - edge.fromX
      let relativeY = Int64(position.y) - edge.fromY
      let along = relativeX * edge.alongX + relativeY * edge.alongY
      if along <= 0 {
        if relativeX * relativeX + relativeY * relativeY < squaredMargin { return false }
      } else if along >= edge.squaredLength {
        let beyondX = relativeX - edge.alongX
        let beyondY = relativeY - edge.alongY
        if beyondX * beyondX + beyondY * beyondY < squaredMargin { return false }
      } else {
        // Distance to the line is |cross| / length; both sides are squared, so nothing is rounded.
        let cross = (edge.alongX * relativeY - edge.alongY * relativeX).magnitude
        let left = cross.multipliedFullWidth(by: cross)
        let right = squaredMargin.magnitude.multipliedFullWidth(by: edge.squaredLength.magnitude)
        if left.high < right.high || (left.high == right.high && left.low < right.low) { return false }
      }
    }
    return true
  }

  private func mayContain(_ position: ChartPosition) -> Bool {
    position.x >= lowest.x && position.x <= highest.x && position.y >= lowest.y && position.y <= highest.y
  }
}

extension ChartPosition {
  /// Within ±1 m (`Bounds.chartExtent`): outside it no arithmetic on positions is safe, and no scalp is that large.
  package var isOnChart: Bool {
    let extent = Bounds.chartExtent.micrometres
    return Int64(x).magnitude <= extent.magnitude && Int64(y).magnitude <= extent.magnitude
  }

  /// The nearest position on the chart.
  var clampedToChart: ChartPosition {
    let extent = Int32(clamping: Bounds.chartExtent.micrometres)
    return ChartPosition(x: min(max(x, -extent), extent), y: min(max(y, -extent), extent))
  }
}

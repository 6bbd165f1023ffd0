internal import SMPModel

/// The hand's eye for an outline. Its own code, not the guard's: it is there to test that one.
///
/// Coordinates become `Double` here: only additions, products and quotients, which every machine rounds alike.
struct ZoneShape: Sendable {
  let corners: [ChartPosition]
  let left: Int64
  let right: Int64
  let low: Int64
  let high: Int64
  let area: Area

  init(_ outline: Outline) {
    corners = outline.corners
    let across = corners.map { Int64($0.x) }
    let along = corners.map { Int64($0.y) }
    left = across.min() ?? 0
    right = across.max() ?? 0
    low = along.min() ?? 0
    high = along.max() ?? 0
    area = outline.area
  }

  /// Inside by the crossing rule, with at least `inset` µm to every edge.
  func contains(_ place: ChartPosition, inset: Int64) -> Bool {
    let (x, y) = (Double(place.x), Double(place.y))
    let clear = Double(inset) * Double(inset)
    var inside = false
    var previous = corners[corners.count - 1]
    for corner in corners {
      let (ax, ay) = (Double(previous.x), Double(previous.y))
      let (bx, by) = (Double(corner.x), Double(corner.y))
      if (ay > y) != (by > y), x < ax + (y - ay) / (by - ay) * (bx - ax) { inside.toggle() }
      if inset > 0, Self.squaredDistance(x, y, ax, ay, bx, by) < clear { return false }
      previous = corner
    }
    return inside
  }

  private static func squaredDistance(
    _ x: Double, _ y: Double, _ ax: Double, _ ay: Double, _ bx: Double, _ by: Double
  ) -> Double {
    let (dx, dy) = (bx - ax, by - ay)
    let length = dx * dx + dy * dy
    let along = length > 0 ? min(1, max(0, ((x - ax) * dx + (y - ay) * dy) / length)) : 0
    let (ex, ey) = (ax + along * dx - x, ay + along * dy - y)
    return ex * ex + ey * ey
  }

  /// A place `beyond` µm outside, across the edge nearest to `place`.
  func outside(near place: ChartPosition, beyond: Int64) -> ChartPosition {
    let (x, y) = (Double(place.x), Double(place.y))
    var best = (distance: Double.infinity, a: corners[0], b: corners[0])
    var previous = corners[corners.count - 1]
    for corner in corners {
      let distance = Self.squaredDistance(
        x, y, Double(previous.x), Double(previous.y), Double(corner.x), Double(corner.y))
      if distance < best.distance { best = (distance, previous, corner) }
      previous = corner
    }
    let (dx, dy) = (Double(best.b.x) - Double(best.a.x), Double(best.b.y) - Double(best.a.y))
    let length = max(1, (dx * dx + dy * dy).squareRoot())
    // From the middle of that edge out, on whichever side is not inside.
    let (mx, my) = ((Double(best.a.x) + Double(best.b.x)) / 2, (Double(best.a.y) + Double(best.b.y)) / 2)
    let (ox, oy) = (dy / length * Double(beyond), -dx / length * Double(beyond))
    let one = ChartPosition(x: Int32(mx + ox), y: Int32(my + oy))
    return contains(one, inset: 0) ? ChartPosition(x: Int32(mx - ox), y: Int32(my - oy)) : one
  }
}

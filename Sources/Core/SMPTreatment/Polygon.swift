import SMPModel

/// A closed polygon on an integer grid of half micrometres, where the middle of two chart positions is exact.
///
/// Every question is answered with integers: products stay below 2⁴⁷ within `Bounds.chartExtent`, so nothing is
/// rounded and a shared border is a shared border, not an overlap.
struct Polygon: Hashable {
  struct Point: Hashable {
    var x: Int64
    var y: Int64
    /// Half of the sum, exact on this grid for two corners.
    static func middle(_ a: Point, _ b: Point) -> Point { Point(x: (a.x + b.x) / 2, y: (a.y + b.y) / 2) }
    func squaredDistance(to other: Point) -> Int64 {
      (x - other.x) * (x - other.x) + (y - other.y) * (y - other.y)
    }
  }

  let points: [Point]
  let low: Point
  let high: Point

  init(_ corners: [ChartPosition]) {
    points = corners.map { Point(x: Int64($0.x) * 2, y: Int64($0.y) * 2) }
    var low = Point(x: .max, y: .max)
    var high = Point(x: .min, y: .min)
    for point in points {
      low = Point(x: min(low.x, point.x), y: min(low.y, point.y))
      high = Point(x: max(high.x, point.x), y: max(high.y, point.y))
    }
    self.low = low
    self.high = high
  }

  func end(of side: Int) -> Point { points[side + 1 == points.count ? 0 : side + 1] }

  /// Twice the signed area of the triangle: positive when `c` lies to the left of the way from `a` to `b`.
  static func turn(_ a: Point, _ b: Point, _ c: Point) -> Int64 {
    (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
  }

  /// `p` lies on the closed side from `a` to `b`.
  static func isOn(_ p: Point, _ a: Point, _ b: Point) -> Bool {
    turn(a, b, p) == 0 && min(a.x, b.x) <= p.x && p.x <= max(a.x, b.x) && min(a.y, b.y) <= p.y
      && p.y <= max(a.y, b.y)
  }

  /// The open sides cross in one inner point.
  static func cross(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> Bool {
    let (first, second) = (turn(a, b, c).signum(), turn(a, b, d).signum())
    guard first * second < 0 else { return false }
    return turn(c, d, a).signum() * turn(c, d, b).signum() < 0
  }

  /// The closed sides have at least one point in common.
  static func touch(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> Bool {
    if max(a.x, b.x) < min(c.x, d.x) || max(c.x, d.x) < min(a.x, b.x) { return false }
    if max(a.y, b.y) < min(c.y, d.y) || max(c.y, d.y) < min(a.y, b.y) { return false }
    return cross(a, b, c, d) || isOn(c, a, b) || isOn(d, a, b) || isOn(a, c, d) || isOn(b, c, d)
  }

  enum Place { case inside, border, outside }

  func place(of p: Point) -> Place {
    if p.x < low.x || p.x > high.x || p.y < low.y || p.y > high.y { return .outside }
    var isInside = false
    for side in points.indices {
      let (a, b) = (points[side], end(of: side))
      if Self.isOn(p, a, b) { return .border }
      guard (a.y > p.y) != (b.y > p.y) else { continue }
      // The ray towards +x passes this side: to its right when the side runs upwards.
      if (Self.turn(a, b, p) > 0) == (b.y > a.y) { isInside.toggle() }
    }
    return isInside ? .inside : .outside
  }

  /// The first corner that stands in the list twice.
  var repeatedCorner: (corner: Int, again: Int)? {
    for again in points.indices {
      for corner in points.indices where corner < again && points[corner] == points[again] {
        return (corner, again)
      }
    }
    return nil
  }

  /// The first two sides that cross, touch, or fold back onto each other. Corners must not repeat.
  var crossingSides: (Int, Int)? {
    for first in points.indices {
      for second in points.indices where second > first {
        if sidesMeet(first, second) { return (first, second) }
      }
    }
    return nil
  }

  private func sidesMeet(_ first: Int, _ second: Int) -> Bool {
    let (a, b, c, d) = (points[first], end(of: first), points[second], end(of: second))
    // Neighbours share one corner by nature; they may not share more.
    if second == first + 1 { return Self.isOn(d, a, b) || Self.isOn(a, c, d) }
    if first == 0 && second == points.count - 1 { return Self.isOn(c, a, b) || Self.isOn(b, c, d) }
    return Self.touch(a, b, c, d)
  }

  /// The inner areas have a point in common. Both polygons must be simple; shared borders and corners are allowed.
  ///
  /// Where no sides cross, the sides meet only at corners of one polygon on a side of the other. Cut there, each
  /// piece lies wholly inside, outside or on the border of the other polygon, and its middle tells which. If no
  /// piece lies inside, the areas are apart, unless both borders are the same.
  func overlaps(_ other: Polygon) -> Bool {
    if high.x <= other.low.x || other.high.x <= low.x || high.y <= other.low.y || other.high.y <= low.y {
      return false
    }
    for side in points.indices {
      let (a, b) = (points[side], end(of: side))
      for foreign in other.points.indices
      where Self.cross(a, b, other.points[foreign], other.end(of: foreign)) {
        return true
      }
    }
    let mine = piecesAgainst(other)
    return mine.inside || other.piecesAgainst(self).inside || mine.allOnBorder
  }

  private func piecesAgainst(_ other: Polygon) -> (inside: Bool, allOnBorder: Bool) {
    var allOnBorder = true
    for side in points.indices {
      let (a, b) = (points[side], end(of: side))
      var cuts = other.points.filter { Self.isOn($0, a, b) && $0 != a && $0 != b }
      cuts.sort { a.squaredDistance(to: $0) < a.squaredDistance(to: $1) }
      cuts.append(b)
      var start = a
      for cut in cuts {
        switch other.place(of: .middle(start, cut)) {
        case .inside: return (true, false)
        case .outside: allOnBorder = false
        case .border: break
        }
        start = cut
      }
    }
    return (false, allOnBorder)
  }
}

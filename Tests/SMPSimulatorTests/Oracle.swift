import SMPModel
import SMPSimulator

/// A host's judgement on places, slow and plain: outline, spacing, count. It shares no code with the hand.
struct PlainJudge {
  let outlines: [Outline]
  let spacing: Int64
  /// Most dots in each zone.
  let dots: [Int]
  var living: [ChartPosition]
  private(set) var made: [Int]
  private(set) var denials = 0
  private var cells: [Int64: [ChartPosition]] = [:]

  init(outlines: [Outline], spacing: Int64, dots: [Int], living: [ChartPosition]) {
    self.outlines = outlines
    self.spacing = spacing
    self.dots = dots
    self.living = []
    made = Array(repeating: 0, count: outlines.count)
    for dot in living { insert(dot) }
  }

  private func cell(_ place: ChartPosition, _ dx: Int64 = 0, _ dy: Int64 = 0) -> Int64 {
    (Int64(place.x) / spacing + dx) * 1_000_000 + Int64(place.y) / spacing + dy
  }

  private mutating func insert(_ place: ChartPosition) {
    living.append(place)
    cells[cell(place), default: []].append(place)
  }

  mutating func judge(_ place: ChartPosition) -> Rig.Answer {
    guard let zone = outlines.firstIndex(where: { contains($0, place) }) else { return deny(.wrongPlace) }
    if made[zone] >= dots[zone] { return deny(.moveAway) }
    for dx in -1...1 {
      for dy in -1...1 {
        for dot in cells[cell(place, Int64(dx), Int64(dy))] ?? []
        where dot.squaredDistance(to: place) < spacing * spacing {
          return deny(.moveAway)
        }
      }
    }
    insert(place)
    made[zone] += 1
    return .grant
  }

  private mutating func deny(_ indication: Indication) -> Rig.Answer {
    denials += 1
    return .deny(indication)
  }

  private func contains(_ outline: Outline, _ place: ChartPosition) -> Bool {
    var inside = false
    var previous = outline.corners[outline.corners.count - 1]
    for corner in outline.corners {
      if (corner.y > place.y) != (previous.y > place.y) {
        let cross =
          (Int64(previous.x) - Int64(corner.x)) * (Int64(place.y) - Int64(corner.y))
          - (Int64(place.x) - Int64(corner.x)) * (Int64(previous.y) - Int64(corner.y))
        if (cross > 0) == (previous.y > corner.y) { inside.toggle() }
      }
      previous = corner
    }
    return inside
  }
}

/// Rectangles side by side, in millimetres.
func squares(_ count: Int, width: Int32, height: Int32) -> [Outline] {
  (0..<Int32(count)).map { place in
    let left = place * (width + 5)
    return Outline(corners: [
      millimetres(left, 0), millimetres(left + width, 0), millimetres(left + width, height), millimetres(left, height),
    ])
  }
}

extension HandWork {
  init(outlines: [Outline], dots: [Int], spacing: Int64, living: [ChartPosition] = [], cap: Density? = nil) {
    let zones = zip(outlines, dots).enumerated().map { place, zone in
      HandZone(
        index: ZoneIndex(number: UInt8(place)), outline: zone.0, dots: Int64(zone.1),
        spacing: .micrometres(spacing), discDensity: cap, dwell: .milliseconds(100))
    }
    self.init(zones: zones, living: living, zoneOrder: .free, edge: .micrometres(50))
  }
}

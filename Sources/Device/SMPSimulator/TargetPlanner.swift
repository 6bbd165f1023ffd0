internal import SMPModel

/// Finds free gaps in a zone: where would a person put the next so many dots?
///
/// A clear zone gets a jittered hexagonal lattice, which leaves the most room to every dot. Between living dots the
/// widest gaps are filled first, then narrower ones: places are tried in random order at falling distances, down to
/// the spacing itself. Random darts alone jam near 0.70/spacing² (field.md); this ends above it.
struct TargetPlanner: Sendable {
  /// Radius of the disc of 1 cm² in which areal density is held (design.md, section 4), rounded up, µm.
  static let discRadius: Int64 = 5_642
  /// The hand works in strips of this width, there and back, as one mows a lawn.
  private static let strip: Int64 = 8_000
  /// Distances tried from the widest to the spacing.
  private static let levels: Int64 = 7

  let shape: ZoneShape
  let spacing: Int64
  /// Room kept to the outline.
  let inset: Int64
  let discCap: Int64?
  let tremor: Int64

  init(zone: HandZone, edge: Distance, tremor: Int64) {
    shape = ZoneShape(zone.outline)
    spacing = max(100, zone.spacing.micrometres)
    inset = edge.micrometres + 3 * tremor
    // One dot of the cap is left alone: position errors move dots into a disc and out of it.
    discCap = zone.discDensity.map { max(1, $0.dots(in: .squareCentimetre) - 1) }
    self.tremor = tremor
  }

  /// Up to `wanted` places, in working order, none too close to another or to `field`.
  func targets(wanted: Int64, field: DotField, random: inout SeededRandom) -> [ChartPosition] {
    guard wanted > 0 else { return [] }
    var taken = field
    var found = lattice(wanted: wanted, field: field, random: &random)
    if Int64(found.count) < wanted {
      found = fill(wanted: wanted, taken: &taken, random: &random)
    }
    return inWorkingOrder(found)
  }

  /// A hexagonal lattice just dense enough, if the living dots leave enough of it; otherwise nothing.
  private func lattice(wanted: Int64, field: DotField, random: inout SeededRandom) -> [ChartPosition] {
    let comfortable = spacing + 3 * tremor
    var pitch = hexagonalPitch(for: wanted)
    for _ in 0..<6 {
      guard pitch >= comfortable else { return [] }
      let jitter = min(pitch / 4, (pitch - comfortable) / 3)
      var places = hexagons(pitch: pitch, jitter: jitter, random: &random)
      places.removeAll { !field.isFree($0, within: comfortable) || !respectsCap($0, field) }
      if Int64(places.count) >= wanted {
        shuffle(&places, random: &random)
        var taken = field
        var chosen: [ChartPosition] = []
        for place in places where Int64(chosen.count) < wanted && respectsCap(place, taken) {
          taken.insert(place)
          chosen.append(place)
        }
        if Int64(chosen.count) == wanted { return chosen }
      }
      pitch = pitch * 97 / 100
    }
    return []
  }

  private func fill(wanted: Int64, taken: inout DotField, random: inout SeededRandom) -> [ChartPosition] {
    let least = spacing + tremor / 2
    var candidates = hexagons(pitch: max(150, spacing / 3), jitter: max(40, spacing / 8), random: &random)
    candidates.removeAll { !taken.isFree($0, within: least) }
    shuffle(&candidates, random: &random)
    let widest = max(least, hexagonalPitch(for: wanted + livingInside(taken)))
    var found: [ChartPosition] = []
    for level in 0...Self.levels {
      let distance = widest - (widest - least) * level / Self.levels
      var left: [ChartPosition] = []
      left.reserveCapacity(candidates.count)
      for place in candidates {
        if Int64(found.count) == wanted { return found }
        if !taken.isFree(place, within: distance) {
          left.append(place)
        } else if respectsCap(place, taken) {
          taken.insert(place)
          found.append(place)
        }
      }
      candidates = left
      candidates.removeAll { !taken.isFree($0, within: least) }
    }
    return found
  }

  private func respectsCap(_ place: ChartPosition, _ field: DotField) -> Bool {
    guard let discCap else { return true }
    return field.staysWithin(cap: discCap, at: place)
  }

  /// Pitch at which a hexagonal lattice holds so many dots in the zone's area: 1.1547/pitch² (field.md).
  private func hexagonalPitch(for dots: Int64) -> Int64 {
    let each = Double(shape.area.squareMicrometres) / Double(max(1, dots))
    return Int64((each * 1.1547).squareRoot())
  }

  private func livingInside(_ field: DotField) -> Int64 {
    field.count { dot in
      (shape.left...shape.right).contains(Int64(dot.x)) && (shape.low...shape.high).contains(Int64(dot.y))
        && shape.contains(dot, inset: 0)
    }
  }

  private func hexagons(pitch: Int64, jitter: Int64, random: inout SeededRandom) -> [ChartPosition] {
    var places: [ChartPosition] = []
    let rowHeight = max(1, pitch * 866 / 1_000)
    var y = shape.low + random.below(rowHeight)
    let start = random.below(pitch)
    var row: Int64 = 0
    while y <= shape.high {
      var x = shape.left - pitch + start + (row % 2) * pitch / 2
      while x <= shape.right {
        let place = ChartPosition(
          x: Int32(clamping: x + (jitter > 0 ? random.within(-jitter...jitter) : 0)),
          y: Int32(clamping: y + (jitter > 0 ? random.within(-jitter...jitter) : 0)))
        if shape.contains(place, inset: inset) { places.append(place) }
        x += pitch
      }
      y += rowHeight
      row += 1
    }
    return places
  }

  private func shuffle(_ places: inout [ChartPosition], random: inout SeededRandom) {
    guard places.count > 1 else { return }
    for last in stride(from: places.count - 1, to: 0, by: -1) {
      places.swapAt(last, Int(random.below(Int64(last) + 1)))
    }
  }

  private func inWorkingOrder(_ places: [ChartPosition]) -> [ChartPosition] {
    places.map { place -> (strip: Int64, along: Int64, place: ChartPosition) in
      let strip = (Int64(place.y) - shape.low) / Self.strip
      return (strip, strip % 2 == 0 ? Int64(place.x) : -Int64(place.x), place)
    }
    .sorted { one, other in
      if one.strip != other.strip { return one.strip < other.strip }
      if one.along != other.along { return one.along < other.along }
      return one.place.y < other.place.y
    }
    .map(\.place)
  }
}

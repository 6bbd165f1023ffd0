import SMPModel

/// Landmarks: each by itself, and whether together they fix a frame for all that is worked.
extension PlanCompiler {
  /// nil where any cannot be used; empty where the plan names none.
  mutating func landmarks(around zones: [PlanZone]) -> [Landmark]? {
    let drafts: [LandmarkDraft]
    switch draft.landmarks {
    case .nothing: return []
    case .unreadable:
      hasUnreadable = true
      return nil
    case .value(let value): drafts = value
    }
    guard drafts.count >= Landmark.counts.lowerBound else {
      report(.field(.landmarks), .landmark(.tooFew(drafts.count)))
      return nil
    }
    guard drafts.count <= Landmark.counts.upperBound else {
      report(.field(.landmarks), .landmark(.tooMany(drafts.count)))
      return nil
    }
    var sound: [Landmark] = []
    for (index, draft) in drafts.enumerated() {
      if let landmark = landmark(draft, index: index, among: drafts) { sound.append(landmark) }
    }
    guard sound.count == drafts.count else { return nil }
    return isSpread(sound, around: zones) ? sound : nil
  }

  private mutating func landmark(_ draft: LandmarkDraft, index: Int, among all: [LandmarkDraft]) -> Landmark? {
    let name = need(draft.name, .landmark(index), .landmark(.missingName))
    let place = need(draft.place, .landmark(index), .landmark(.missingPlace))
    guard let name, let place else { return nil }
    let earlier = all.prefix(index)
    if let first = earlier.firstIndex(where: { $0.name.value == name }) {
      report(.landmarkName(index), .landmark(.nameTaken(name, first: first)))
      return nil
    }
    let extent = Bounds.chartExtent.micrometres
    guard abs(Int64(place.x)) <= extent, abs(Int64(place.y)) <= extent else {
      report(.landmarkPlace(index), .landmark(.beyondChart))
      return nil
    }
    let least = PlanBounds.landmarkDistance.micrometres
    for other in earlier {
      guard let near = other.place.value, near.squaredDistance(to: place) < least * least else { continue }
      report(.landmarkPlace(index), .landmark(.tooNear(other.name.value ?? "")))
      return nil
    }
    return Landmark(name: name, place: place)
  }

  /// A turn that is a little wrong is the more wrong the further out: what is worked lies among the landmarks.
  private mutating func isSpread(_ landmarks: [Landmark], around zones: [PlanZone]) -> Bool {
    guard !isInOneLine(landmarks.map(\.place)) else {
      report(.field(.landmarks), .landmark(.inOneLine))
      return false
    }
    let count = Int64(landmarks.count)
    let sum = landmarks.reduce((x: Int64(0), y: Int64(0))) { ($0.x + Int64($1.place.x), $0.y + Int64($1.place.y)) }
    // Times their count, so that the middle is not rounded: below 12 × 2 m, its square below 2⁵⁰.
    func squaredReach(_ place: ChartPosition) -> Int64 {
      let (dx, dy) = (count * Int64(place.x) - sum.x, count * Int64(place.y) - sum.y)
      return dx * dx + dy * dy
    }
    let furthest = landmarks.map { squaredReach($0.place) }.max() ?? 0
    let beyond = zones.filter { zone in zone.outline.corners.contains { squaredReach($0) > furthest } }
    for zone in beyond { report(.field(.landmarks), .landmark(.zoneBeyond(zone.name))) }
    return beyond.isEmpty
  }

  /// Whether none is far enough from the line through the two that are furthest apart.
  private func isInOneLine(_ places: [ChartPosition]) -> Bool {
    var ends = (places[0], places[0])
    for (index, place) in places.enumerated() {
      for other in places[..<index] where place.squaredDistance(to: other) > ends.0.squaredDistance(to: ends.1) {
        ends = (other, place)
      }
    }
    let (alongX, alongY) = (Int64(ends.1.x) - Int64(ends.0.x), Int64(ends.1.y) - Int64(ends.0.y))
    let squaredLength = (alongX * alongX + alongY * alongY).magnitude
    let height = PlanBounds.landmarkHeight.micrometres.magnitude
    let least = (height * height).multipliedFullWidth(by: squaredLength)
    return places.allSatisfy { place in
      let (x, y) = (Int64(place.x) - Int64(ends.0.x), Int64(place.y) - Int64(ends.0.y))
      let cross = (alongX * y - alongY * x).magnitude
      // The distance to the line is cross / length; both squared, so that nothing is rounded.
      let found = cross.multipliedFullWidth(by: cross)
      return found.high < least.high || (found.high == least.high && found.low < least.low)
    }
  }
}

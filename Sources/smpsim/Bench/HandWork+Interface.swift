import SMPInterface
import SMPModel
import SMPSimulator

extension HandWork {
  /// The job as it comes from outside, checked: the planner reckons with what a plan can have.
  init(_ wish: SimulatorInterface.TakeUp.Parameters) throws(Failure) {
    let extent = Bounds.chartExtent.micrometres
    guard (1...Bounds.zones).contains(wish.zones.count) else {
      throw Self.outside("zones", 1...Int64(Bounds.zones))
    }
    guard wish.living.count.isMultiple(of: 2), wish.living.allSatisfy({ (-extent...extent).contains($0) }) else {
      throw Self.outside("living", -extent...extent)
    }
    var zones: [HandZone] = []
    for zone in wish.zones { zones.append(try HandZone(zone)) }
    self.init(
      zones: zones,
      living: stride(from: 0, to: wish.living.count, by: 2).map {
        ChartPosition(x: Int32(wish.living[$0]), y: Int32(wish.living[$0 + 1]))
      }, zoneOrder: wish.strict ? .strict : .free,
      edge: .micrometres(try Self.within("edgeMicrometres", wish.edgeMicrometres, 0...extent)))
  }

  /// The same job, for a hand elsewhere.
  var parameters: SimulatorInterface.TakeUp.Parameters {
    SimulatorInterface.TakeUp.Parameters(
      zones: zones.map { zone in
        SimulatorInterface.HandZone(
          index: Int64(zone.index.number),
          outline: zone.outline.corners.map {
            SimulatorInterface.Place(xMicrometres: Int64($0.x), yMicrometres: Int64($0.y))
          }, dots: zone.dots, spacingMicrometres: zone.spacing.micrometres,
          discDensityPerSquareMetre: zone.discDensity?.perSquareMetre, dwellMilliseconds: zone.dwell.milliseconds)
      }, strict: zoneOrder == .strict, edgeMicrometres: edge.micrometres,
      living: living.flatMap { [Int64($0.x), Int64($0.y)] })
  }

  static func within(_ name: String, _ value: Int64, _ range: ClosedRange<Int64>) throws(Failure) -> Int64 {
    guard range.contains(value) else { throw outside(name, range) }
    return value
  }

  static func outside(_ name: String, _ range: ClosedRange<Int64>) -> Failure {
    .outOfRange(
      parameter: name, minimum: range.lowerBound, maximum: range.upperBound, remedy: "give what a plan could have")
  }
}

extension HandZone {
  /// No session has more dots than this (the simulated hand plans them all at once).
  private static let dots: Int64 = 100_000

  fileprivate init(_ zone: SimulatorInterface.HandZone) throws(Failure) {
    guard (3...Bounds.outlineCorners).contains(zone.outline.count) else {
      throw HandWork.outside("outline", 3...Int64(Bounds.outlineCorners))
    }
    var corners: [ChartPosition] = []
    for corner in zone.outline { corners.append(try ChartPosition(corner)) }
    self.init(
      index: ZoneIndex(number: UInt8(try HandWork.within("index", zone.index, 0...Int64(Bounds.zones - 1)))),
      outline: Outline(corners: corners), dots: try HandWork.within("dots", zone.dots, 0...Self.dots),
      spacing: .micrometres(
        try HandWork.within("spacingMicrometres", zone.spacingMicrometres, 0...Bounds.chartExtent.micrometres)),
      discDensity: try zone.discDensityPerSquareMetre.map { (value) throws(Failure) in
        .perSquareMetre(try HandWork.within("discDensityPerSquareMetre", value, 0...100_000_000))
      }, dwell: .milliseconds(try HandWork.within("dwellMilliseconds", zone.dwellMilliseconds, 0...60_000)))
  }
}

extension ChartPosition {
  init(_ place: SimulatorInterface.Place) throws(Failure) {
    let extent = Bounds.chartExtent.micrometres
    self.init(
      x: Int32(try HandWork.within("xMicrometres", place.xMicrometres, -extent...extent)),
      y: Int32(try HandWork.within("yMicrometres", place.yMicrometres, -extent...extent)))
  }
}

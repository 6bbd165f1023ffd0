internal import SMPModel

/// The job as far as it is done: which zone, which places are left, what was made.
///
/// Places for every zone are planned before it starts, outside any lock; only what goes wrong is planned again.
struct HandJob: Sendable {
  enum Next: Hashable, Sendable {
    case aim(Hand.Aim)
    /// This zone is done or given up; the next one is in hand.
    case nextZone
    case finished
  }

  private struct Zone: Sendable {
    let zone: HandZone
    let planner: TargetPlanner
    var targets: [ChartPosition]
    var next = 0
    var made: Int64 = 0
    var rounds = 0
    var isGivenUp = false
    var isDone: Bool { isGivenUp || made >= zone.dots }
  }

  /// Planned again at most this often in one zone: what is still free then is out of a person's reach.
  private static let rounds = 12

  private var zones: [Zone]
  private var current = 0
  private var field: DotField
  private var random: SeededRandom
  private var last: ChartPosition?

  init(_ work: HandWork, model: HandModel, seed: UInt64) {
    var random = SeededRandom(seed: seed, stream: .targets)
    let corners = work.zones.flatMap(\.outline.corners)
    let widest = work.zones.map(\.spacing.micrometres).max() ?? 0
    var field = DotField(
      covering: corners.isEmpty ? [ChartPosition(x: 0, y: 0)] : corners,
      margin: 2 * TargetPlanner.discRadius + widest, cell: max(500, widest))
    for dot in work.living { field.insert(dot) }
    // Zones share borders: each is planned around what the ones before it will have.
    var planned = field
    zones = work.zones.map { zone in
      let planner = TargetPlanner(zone: zone, edge: work.edge, tremor: model.tremorSigma)
      let targets = planner.targets(wanted: zone.dots, field: planned, random: &random)
      for target in targets { planned.insert(target) }
      return Zone(zone: zone, planner: planner, targets: targets)
    }
    self.field = field
    self.random = random
  }

  /// The plan's dwell where the hand is, in milliseconds.
  var dwell: Int64? { current < zones.count ? zones[current].zone.dwell.milliseconds : nil }

  /// Dots made by the hand's own count, zone by zone.
  var progress: [(zone: ZoneIndex, made: Int64)] { zones.map { ($0.zone.index, $0.made) } }

  mutating func made(at place: ChartPosition) {
    field.insert(place)
    last = place
    let inside = zones.firstIndex { $0.planner.shape.contains(place, inset: 0) }
    if let index = inside ?? (current < zones.count ? current : nil) { zones[index].made += 1 }
  }

  /// Whether a place keeps its distance, by eye.
  func looksFree(_ place: ChartPosition) -> Bool {
    current < zones.count && field.isFree(place, within: zones[current].planner.spacing)
  }

  mutating func giveUpZone() {
    if current < zones.count { zones[current].isGivenUp = true }
  }

  mutating func nextAim(model: HandModel, random hand: inout SeededRandom) -> Next {
    guard current < zones.count else { return .finished }
    if zones[current].isDone {
      while current < zones.count, zones[current].isDone { current += 1 }
      return current < zones.count ? .nextZone : .finished
    }
    guard let place = nextPlace() else {
      zones[current].isGivenUp = true
      return nextAim(model: model, random: &hand)
    }
    return .aim(erring(from: place, model: model, random: &hand))
  }

  /// The next planned place that is still free; plans again when the list is through.
  private mutating func nextPlace() -> ChartPosition? {
    while true {
      while zones[current].next < zones[current].targets.count {
        let place = zones[current].targets[zones[current].next]
        zones[current].next += 1
        if field.isFree(place, within: zones[current].planner.spacing) { return place }
      }
      let zone = zones[current]
      guard zone.rounds < Self.rounds else { return nil }
      let targets = zone.planner.targets(wanted: zone.zone.dots - zone.made, field: field, random: &random)
      if targets.isEmpty { return nil }
      zones[current].targets = targets
      zones[current].next = 0
      zones[current].rounds += 1
    }
  }

  private func erring(from place: ChartPosition, model: HandModel, random: inout SeededRandom) -> Hand.Aim {
    let planner = zones[current].planner
    var roll = random.below(1_000)
    roll -= model.tooClose
    if roll < 0, let last {
      let away = planner.spacing * random.within(25...60) / 100
      return Hand.Aim(place: last.moved(x: random.chance(perMille: 500) ? away : -away, y: 0), mistake: .tooClose)
    }
    roll -= model.outside
    if roll < 0 {
      let beyond = random.within(400...1_500)
      return Hand.Aim(place: planner.shape.outside(near: place, beyond: beyond), mistake: .outside)
    }
    roll -= model.dwellTooLong
    if roll < 0 { return Hand.Aim(place: place, mistake: .dwellTooLong) }
    roll -= model.pedalReleased
    if roll < 0 { return Hand.Aim(place: place, mistake: .pedalReleased) }
    roll -= model.wrongZone
    if roll < 0, let other = zones[(current + 1)...].first(where: { !$0.isDone && $0.next < $0.targets.count }) {
      return Hand.Aim(place: other.targets[other.next], mistake: .wrongZone)
    }
    return Hand.Aim(place: place, mistake: nil)
  }
}

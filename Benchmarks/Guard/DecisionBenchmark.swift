import SMPGuard
import SMPModel

/// The full decision (outline, order, envelope, spacing, discs, zone density, counts) with 42,000 living dots: a client
/// after three sessions of 14,000. Budget: p99 of 10 µs.
enum DecisionBenchmark {
  private static let zones = 6
  private static let living = 42_000
  private static let decisions = 20_000

  static func run() {
    var numbers = Numbers(seed: 7)
    // 210 by 210 places; the zones are six upright stripes of them with jagged sides.
    let dots = Workload.dots(side: 210, isShuffled: true)
    let history = dots.prefix(living).map { LivingDot(position: $0, session: 1) }
    var places = Array(dots.dropFirst(living))
    guard
      var dotGuard = try? DotGuard(
        profile: profile(), site: site, device: device, generation: 1, history: Array(history))
    else {
      print("{\"benchmark\":\"decision\",\"error\":\"the guard refused\"}")
      return
    }
    dotGuard.loaded(ProfileDigest(generation: 1, checksum: 1))
    var granting: [Double] = []
    var denying: [Double] = []
    let clock = ContinuousClock()
    for index in 0..<decisions {
      // One request in two aims at a free place, the other anywhere: most of those are too close to a dot.
      let extent: Int32 = 117_000
      let aim =
        index % 2 == 0
        ? places[Int(numbers.below(UInt32(places.count)))]
        : ChartPosition(x: numbers.below(UInt32(2 * extent)) - extent, y: numbers.below(UInt32(2 * extent)) - extent)
      let request = DotRequest(
        id: RequestID(number: UInt32(index)), position: aim, requestedAt: DeviceTicks(microseconds: 0))
      let begin = clock.now
      let decision = dotGuard.decide(request, elapsed: .seconds(Int64(index / 10)))
      let duration = nanoseconds(clock.now - begin)
      switch decision {
      case .admitted:
        granting.append(duration)
        // Made and taken away in turns, so that the field stays at its size and places do not run out.
        dotGuard.settle(request.id, made: nil)
      case .denied: denying.append(duration)
      }
    }
    places.removeAll()
    report("granted", granting, dotGuard.livingDots)
    report("denied", denying, dotGuard.livingDots)
    report("all", granting + denying, dotGuard.livingDots)
  }

  private static func report(_ outcome: String, _ durations: [Double], _ livingDots: Int) {
    guard !durations.isEmpty else { return }
    let sorted = durations.sorted()
    func percentile(_ thousandths: Int) -> String { tenths(sorted[(sorted.count - 1) * thousandths / 1_000]) }
    print(
      "{\"benchmark\":\"decision\",\"language\":\"swift\",\"outcome\":\"\(outcome)\",\"living_dots\":\(livingDots),"
        + "\"decisions\":\(sorted.count),\"ns_p50\":\(percentile(500)),\"ns_p99\":\(percentile(990)),"
        + "\"ns_p999\":\(percentile(999)),\"budget_ns_p99\":10000}")
  }

  private static func profile() -> SessionProfile {
    let height: Int32 = 118_000
    let width = 2 * height / Int32(zones)
    let stripes = (0..<zones).map { index in
      let left = -height + Int32(index) * width
      // Twelve corners up each side, alternately drawn in by half a millimetre.
      let steps = (0...11).map { (step: Int32($0), inset: Int32($0 % 2) * 500) }
      let upwards = steps.map { ChartPosition(x: left + $0.inset, y: -height + $0.step * 2 * height / 11) }
      let downwards = steps.reversed().map {
        ChartPosition(x: left + width - $0.inset, y: -height + $0.step * 2 * height / 11)
      }
      var limits = LimitSet()
      limits[.spacingMinimum] = LimitPair(hard: 500)
      limits[.discDensityMaximum] = LimitPair(soft: 1_100_000, hard: 1_200_000)
      limits[.zoneDensityMaximum] = LimitPair(hard: 1_200_000)
      return SessionZone(
        index: ZoneIndex(number: UInt8(index)), name: "stripe \(index)", outline: Outline(corners: upwards + downwards),
        depth: .micrometres(500), speed: .millihertz(100_000), dwell: .milliseconds(300), needle: "1RL 0.25",
        dots: 14_000, limits: limits)
    }
    return SessionProfile(
      course: "C-BENCH", planDigest: Array(repeating: 0, count: 32), session: 3, zoneOrder: .free, zones: stripes)
  }

  private static let site: LimitSet = {
    var set = LimitSet()
    set[.depthMaximum] = LimitPair(soft: 1_000, hard: 1_500)
    set[.sessionDotsMaximum] = LimitPair(soft: 18_000, hard: 25_000)
    return set
  }()

  private static let device = DeviceCapabilities(
    oldestVersion: 1, newestVersion: 1, depthMinimum: .zero, depthMaximum: .micrometres(1_900),
    depthStep: .micrometres(10), depthAccuracy: .micrometres(150), speedMinimum: .millihertz(50_000),
    speedMaximum: .millihertz(150_000), positioning: .chart(accuracy: .micrometres(50)), recordWindow: 4,
    leaseMaximum: Bounds.leaseLifetime, hasPedal: true, hasStopInput: true, indicators: [.lamp], serial: "BENCH",
    firmware: "1", isSimulated: true)
}

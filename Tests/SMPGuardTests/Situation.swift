import SMPGuard
import SMPModel

/// One session as a test sets it up: everything the guard is made from, with values no limit minds.
struct Situation {
  var zones: [SessionZone]
  var zoneOrder = ZoneOrder.free
  var site: LimitSet? = Situation.boundless
  var accuracy: Distance? = .micrometres(50)
  var depthRange: ClosedRange<Int64> = -1_000_000...1_000_000
  var speedRange: ClosedRange<Int64> = -1_000_000...1_000_000
  var depthStep: Int64 = 1
  var depthAccuracy: Int64 = 50
  var history: [LivingDot] = []
  var made: [SessionDot] = []
  /// What a registration left over, µm, on a device with a frame of its own; nil: it speaks the chart.
  var residual: Int64?

  /// A site file that speaks on every key and forbids nothing.
  static let boundless: LimitSet = {
    var set = LimitSet()
    for key in LimitKey.allCases { set[key] = LimitPair(hard: key.isMaximum ? Int64.max : Int64.min) }
    return set
  }()

  /// One zone, a square of 200 mm with its corner in the origin.
  init() { zones = [Situation.zone(0, side: 200_000)] }

  static func zone(
    _ index: UInt8, x: Int32 = 0, y: Int32 = 0, side: Int32, height: Int32? = nil, dots: Int64 = 100_000,
    limits: LimitSet = LimitSet()
  ) -> SessionZone {
    let height = height ?? side
    return SessionZone(
      index: ZoneIndex(number: index), name: "zone \(index)",
      outline: Outline(corners: [
        ChartPosition(x: x, y: y), ChartPosition(x: x + side, y: y), ChartPosition(x: x + side, y: y + height),
        ChartPosition(x: x, y: y + height),
      ]), depth: .micrometres(500), speed: .millihertz(100_000), dwell: .milliseconds(300), needle: "1RL 0.25",
      dots: dots, limits: limits)
  }

  var device: DeviceCapabilities {
    DeviceCapabilities(
      oldestVersion: 1, newestVersion: 1, depthMinimum: .micrometres(depthRange.lowerBound),
      depthMaximum: .micrometres(depthRange.upperBound), depthStep: .micrometres(depthStep),
      depthAccuracy: .micrometres(depthAccuracy), speedMinimum: .millihertz(speedRange.lowerBound),
      speedMaximum: .millihertz(speedRange.upperBound),
      positioning: positioning, recordWindow: 4,
      leaseMaximum: Bounds.leaseLifetime, hasPedal: true, hasStopInput: true, indicators: [.lamp], serial: "T-1",
      firmware: "1", isSimulated: true)
  }

  private var positioning: Positioning {
    guard let accuracy else { return .none }
    return residual == nil ? .chart(accuracy: accuracy) : .absolute(accuracy: accuracy)
  }

  var profile: SessionProfile {
    SessionProfile(
      course: "C-TEST", planDigest: Array(repeating: 7, count: 32), session: 2, zoneOrder: zoneOrder, zones: zones)
  }

  /// A guard whose profile set the device has answered for.
  func makeGuard() throws(GuardRefusal) -> DotGuard {
    var made = try makeUnloadedGuard()
    made.loaded(Situation.digest)
    if let residual { try made.register(.left(over: residual)) }
    return made
  }

  func makeUnloadedGuard() throws(GuardRefusal) -> DotGuard {
    try DotGuard(
      profile: profile, site: site, device: device, generation: 1, history: history, madeThisSession: self.made)
  }

  static let digest = ProfileDigest(generation: 1, checksum: 0xABCD)

  mutating func change(_ index: Int = 0, _ change: (inout ZoneDraft) -> Void) {
    var draft = ZoneDraft(zones[index])
    change(&draft)
    zones[index] = draft.zone
  }
}

extension Registration {
  /// A frame that lies as the chart does, with so much left over.
  static func left(over residual: Int64) -> Registration {
    let zero = DevicePosition(x: 0, y: 0)
    guard let motion = Motion(cosine: Motion.unit, sine: 0, pivot: zero, pivotOnChart: at(0, 0)) else {
      preconditionFailure("no turn is a turn")
    }
    let reading = LandmarkReading(landmark: Landmark(name: "nasion", place: at(0, 0)), read: zero)
    return Registration(
      motion: motion, residuals: [Residual(reading: reading, distance: .micrometres(residual))])
  }
}

/// A zone with its fields open.
struct ZoneDraft {
  let index: ZoneIndex
  var outline: Outline
  var depth: Depth
  var speed: Speed
  var dwell: Dwell
  var dots: Int64
  var limits: LimitSet

  init(_ zone: SessionZone) {
    index = zone.index
    outline = zone.outline
    depth = zone.depth
    speed = zone.speed
    dwell = zone.dwell
    dots = zone.dots
    limits = zone.limits
  }

  var zone: SessionZone {
    SessionZone(
      index: index, name: "zone \(index.number)", outline: outline, depth: depth, speed: speed, dwell: dwell,
      needle: "1RL 0.25", dots: dots, limits: limits)
  }
}

func at(_ x: Int32, _ y: Int32) -> ChartPosition { ChartPosition(x: x, y: y) }

func request(_ id: UInt32, _ x: Int32, _ y: Int32) -> DotRequest {
  DotRequest(id: RequestID(number: id), position: at(x, y), requestedAt: DeviceTicks(microseconds: id))
}

/// Places on a square lattice, row by row.
func lattice(_ count: Int, x: Int32, y: Int32, pitch: Int32, columns: Int) -> [ChartPosition] {
  (0..<count).map { at(x + Int32($0 % columns) * pitch, y + Int32($0 / columns) * pitch) }
}

extension Decision {
  var grant: Grant? {
    switch self {
    case .admitted(let admitted):
      switch admitted.command {
      case .grant(let grant): grant
      case .profiles, .selfTest, .arm, .resume: nil
      }
    case .denied: nil
    }
  }

  var denial: Denial? {
    switch self {
    case .admitted: nil
    case .denied(let denial, _): denial
    }
  }
}

/// SplitMix64: the same numbers for a seed, everywhere.
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

// `#expect` cannot hold a `~Copyable` value, so refusals are fetched outside of it.
extension DotGuard {
  mutating func refusalOfConfirming(_ key: LimitKey) -> GuardRefusal? {
    do throws(GuardRefusal) {
      try confirm(key)
      return nil
    } catch { return error }
  }

  mutating func refusalOfOpening(_ zone: UInt8) -> GuardRefusal? {
    do throws(GuardRefusal) {
      try open(ZoneIndex(number: zone))
      return nil
    } catch { return error }
  }

  mutating func refusalOfSetting(
    zone: UInt8 = 0, depth: Int64 = 500, speed: Int64 = 100_000, dwell: Int64 = 300, generation: UInt32 = 2
  ) -> GuardRefusal? {
    do throws(GuardRefusal) {
      _ = try admitSet(
        zone: ZoneIndex(number: zone), depth: .micrometres(depth), speed: .millihertz(speed),
        dwell: .milliseconds(dwell), generation: generation)
      return nil
    } catch { return error }
  }
}

extension Situation {
  /// Why no guard can be made of this; nil when one can.
  var refusal: GuardRefusal? {
    do throws(GuardRefusal) {
      _ = try makeGuard()
      return nil
    } catch { return error }
  }
}

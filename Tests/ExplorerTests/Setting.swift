import SMPModel
import SMPSession
import Testing

/// A rule that is taken out, and on which side of the cable.
struct Removed: Hashable, Sendable, CustomStringConvertible {
  enum Side: String, CaseIterable, Hashable, Sendable {
    case host, device, both
  }
  let rule: RemovableRule
  let side: Side

  var host: RemovableRule? { side == .device ? nil : rule }
  var device: RemovableRule? { side == .host ? nil : rule }
  var description: String { "\(rule)/\(side.rawValue)" }

  init(_ rule: RemovableRule, at side: Side) {
    self.rule = rule
    self.side = side
  }

  /// Reads `lease/device`; nil when there is no such rule or side.
  init?(_ text: String) {
    let parts = text.split(separator: "/")
    guard parts.count == 2, let rule = RemovableRule.allCases.first(where: { "\($0)" == parts[0] }),
      let side = Side(rawValue: String(parts[1]))
    else { return nil }
    self.init(rule, at: side)
  }
}

/// Where an exploration begins and what may happen in it: each kind of event so many times on one way, nil for any
/// number; a kind that is not named does not happen.
struct Setting: Sendable, CustomTestStringConvertible {
  let name: String
  var testDescription: String { name }
  /// What has happened before the exploration begins.
  var prefix: [Event] = []
  /// Bounded kinds of events.
  var times: [(Stimulus, UInt8)] = []
  /// Kinds that may happen any number of times.
  var free: [Stimulus] = [.tick]
  /// Messages that the link may get wrong on one way, and how.
  var missteps: UInt8 = 0
  var kinds: [Misstep.Kind] = Misstep.Kind.allCases
  /// A person's commands that are taken, on one way; refused ones are free.
  var commands: UInt8 = 0
  var depth = 30
  /// States after which the exploration ends.
  var states = 100_000
  /// Every so many states the way out is tried.
  var wayOutEvery = 40
  var faults: [SessionFault] = []
  var window: UInt8 = 2
  /// Starts of the device before this story.
  var starts = 3

  func limit(_ stimulus: Stimulus) -> UInt8? {
    if free.contains(stimulus) { return .max }
    return times.first { $0.0 == stimulus }?.1
  }

  // MARK: The session

  static let serial = "EXPLORED-1"
  static let planDigest = [UInt8](repeating: 7, count: 32)

  var capabilities: DeviceCapabilities {
    DeviceCapabilities(
      oldestVersion: 1, newestVersion: 1, depthMinimum: .zero, depthMaximum: .micrometres(1_900),
      depthStep: .micrometres(10), depthAccuracy: .micrometres(150), speedMinimum: .millihertz(50_000),
      speedMaximum: .millihertz(150_000), positioning: .chart(accuracy: .micrometres(50)), recordWindow: window,
      leaseMaximum: Bounds.leaseLifetime, hasPedal: true, hasStopInput: true, indicators: .lamp,
      serial: Self.serial, firmware: "explored", isSimulated: true)
  }

  static let zone: SessionZone = {
    var limits = LimitSet()
    limits[.depthMaximum] = LimitPair(hard: 700)
    limits[.spacingMinimum] = LimitPair(hard: 1_000)
    limits[.dwellMaximum] = LimitPair(hard: 100)
    let corners = [(0, 0), (30_000, 0), (30_000, 10_000), (0, 10_000)].map { ChartPosition(x: $0.0, y: $0.1) }
    return SessionZone(
      index: ZoneIndex(number: 0), name: "vertex", outline: Outline(corners: corners), depth: .micrometres(500),
      speed: .millihertz(100_000), dwell: .milliseconds(30), needle: "1RL 0.25", dots: 6, limits: limits)
  }()

  static let site: LimitSet = {
    var site = LimitSet()
    site[.depthMaximum] = LimitPair(hard: 1_500)
    site[.sessionDotsMaximum] = LimitPair(hard: 50)
    return site
  }()

  /// The next session of the course.
  static func order(done: Int, history: [LivingDot]) -> StartOrder {
    StartOrder(
      session: "C-1-\(done + 1)",
      profile: SessionProfile(
        course: "C-1", planDigest: planDigest, session: done + 1, zoneOrder: .free, zones: [zone]),
      signature: PlanSignature(planDigest: planDigest, by: "S"), site: site, history: history, sessionsDone: done,
      deviceSerial: nil, operatorName: "O", pigmentLot: "L", cartridge: "K", skin: .clear, earlier: .none,
      wall: WallTime(milliseconds: 0))
  }
}

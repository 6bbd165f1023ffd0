import SMPGuard
import SMPModel
import Testing

/// Every key, every source that may set it, soft and hard: at the limit accepted, one step beyond denied by name.
///
/// The cases are generated from `LimitKey.allCases`, and every switch below lists all keys: a new key does not compile
/// until it has its scenario.
@Suite struct LimitScenarioTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let key: LimitKey
    let source: LimitSource
    let limit: Int64
    let isSoft: Bool
    var testDescription: String { "\(key.word) from \(source), \(isSoft ? "soft" : "hard") \(limit)" }
  }

  static let hardCases = LimitKey.allCases.flatMap { key in
    sources(of: key).map { Case(key: key, source: $0, limit: limit(of: key, from: $0), isSoft: false) }
  }
  /// Ceiling and device know no soft limits.
  static let softCases = LimitKey.allCases.flatMap { key in
    [LimitSource.site, .plan].map { Case(key: key, source: $0, limit: limit(of: key, from: $0), isSoft: true) }
  }

  /// Who may set a hard limit on a key. A device has no word on the client.
  static func sources(of key: LimitKey) -> [LimitSource] {
    switch key {
    case .depthMinimum, .depthMaximum, .speedMinimum, .speedMaximum: [.ceiling, .device, .site, .plan]
    case .spacingMinimum, .discDensityMaximum, .zoneDensityMaximum, .zoneDotsMaximum, .dwellMaximum,
      .sessionDotsMaximum, .sessionDurationMaximum, .registrationResidualMaximum:
      [.ceiling, .site, .plan]
    }
  }

  /// The ceiling's own number, written out: moving a ceiling must be a decision, not an accident. For the other sources
  /// a number stricter than the ceiling's.
  static func limit(of key: LimitKey, from source: LimitSource) -> Int64 {
    let ceiling = source == .ceiling
    return switch key {
    case .depthMinimum: ceiling ? 0 : 300
    case .depthMaximum: ceiling ? 2_000 : 1_000
    case .speedMinimum: ceiling ? 10_000 : 50_000
    case .speedMaximum: ceiling ? 200_000 : 150_000
    case .spacingMinimum: ceiling ? 300 : 1_200
    case .discDensityMaximum: ceiling ? 1_500_000 : 250_000
    case .zoneDensityMaximum: ceiling ? 1_500_000 : 500_000
    case .zoneDotsMaximum: ceiling ? 30_000 : 12
    case .dwellMaximum: ceiling ? 1_000 : 400
    case .sessionDotsMaximum: ceiling ? 30_000 : 17
    case .sessionDurationMaximum: ceiling ? 28_800 : 3_600
    case .registrationResidualMaximum: ceiling ? 2_000 : 1_000
    }
  }

  /// What a request meets: the situation, the place asked for, the time gone by.
  struct Attempt {
    var situation = Situation()
    var position = at(100_000, 100_000)
    var elapsed = Interval.zero
  }

  /// A request whose value on `key` is `limit`, or one step on the dangerous side of it.
  static func attempt(_ key: LimitKey, _ limit: Int64, beyond: Bool) -> Attempt {
    var attempt = Attempt()
    let step: Int64 = beyond ? 1 : 0
    switch key {
    case .depthMinimum: attempt.situation.change { $0.depth = .micrometres(limit - step) }
    case .depthMaximum: attempt.situation.change { $0.depth = .micrometres(limit + step) }
    case .speedMinimum: attempt.situation.change { $0.speed = .millihertz(limit - step) }
    case .speedMaximum: attempt.situation.change { $0.speed = .millihertz(limit + step) }
    case .dwellMaximum: attempt.situation.change { $0.dwell = .milliseconds(limit + step) }
    case .spacingMinimum:
      // The position error of both dots, 50 µm each, comes on top.
      let x = Int32(100_000 - (limit + 100 - step))
      attempt.situation.history = [LivingDot(position: at(x, 100_000), session: 1)]
    case .discDensityMaximum:
      // From the rim of the request's own disc inwards: it fills up before the disc of any dot in it.
      let count = Int(limit / 10_000 - 1 + step)
      func squaredReach(_ place: ChartPosition) -> Int64 { place.squaredDistance(to: at(100_000, 100_000)) }
      let places = lattice(400, x: 93_000, y: 93_000, pitch: 700, columns: 20)
        .filter { squaredReach($0) < 5_600 * 5_600 && squaredReach($0) > 450 * 450 }
        .sorted { squaredReach($0) > squaredReach($1) }
      attempt.situation.history = places.prefix(count).map { LivingDot(position: $0, session: 1) }
    case .zoneDensityMaximum:
      // 20 mm², so that zone density is reached while the discs, wider than the zone, stay below the same density.
      attempt.situation.change { $0.outline = Situation.zone(0, side: 5_000, height: 4_000).outline }
      let count = Int(limit * 20_000_000 / 1_000_000_000_000 - 1 + step)
      attempt.situation.history = lattice(count, x: 200, y: 200, pitch: 600, columns: 8)
        .map { LivingDot(position: $0, session: 1) }
      attempt.position = at(4_700, 3_700)
    case .zoneDotsMaximum:
      attempt.situation.made = lattice(Int(limit - 1 + step), x: 2_000, y: 2_000, pitch: 1_000, columns: 180)
        .map { SessionDot(position: $0, zone: ZoneIndex(number: 0)) }
      attempt.position = at(190_000, 190_000)
    case .sessionDotsMaximum:
      attempt.situation.zones.append(Situation.zone(1, x: 300_000, side: 200_000))
      attempt.situation.made = lattice(Int(limit - 1 + step), x: 302_000, y: 2_000, pitch: 1_000, columns: 180)
        .map { SessionDot(position: $0, zone: ZoneIndex(number: 1)) }
    case .sessionDurationMaximum:
      attempt.elapsed = .seconds(limit) + .nanoseconds(step)
    case .registrationResidualMaximum: attempt.situation.residual = limit + step
    }
    return attempt
  }

  /// Gives the limit to its source; every other source stays boundless, but for the ceiling.
  static func place(_ test: Case, hard: Int64? = nil, in situation: inout Situation) {
    let pair = test.isSoft ? LimitPair(soft: test.limit, hard: hard) : LimitPair(hard: test.limit)
    switch test.source {
    case .ceiling: break
    case .site: situation.site?[test.key] = pair
    case .plan:
      for index in situation.zones.indices { situation.change(index) { $0.limits[test.key] = pair } }
    case .device:
      switch test.key {
      case .depthMinimum: situation.depthRange = test.limit...1_000_000
      case .depthMaximum: situation.depthRange = -1_000_000...test.limit
      case .speedMinimum: situation.speedRange = test.limit...1_000_000
      case .speedMaximum: situation.speedRange = -1_000_000...test.limit
      case .spacingMinimum, .discDensityMaximum, .zoneDensityMaximum, .zoneDotsMaximum, .dwellMaximum,
        .sessionDotsMaximum, .sessionDurationMaximum, .registrationResidualMaximum:
        Issue.record("a device has no word on \(test.key.word)")
      }
    }
  }

  /// What the guard says, at set-up or at the request: nil when the dot is granted.
  struct Verdict: Equatable {
    let key: LimitKey?
    let limit: Int64
    let source: LimitSource
    let isSoft: Bool
    let requested: Int64
  }

  static func run(_ attempt: Attempt, confirming key: LimitKey? = nil) -> Verdict? {
    do throws(GuardRefusal) {
      var dotGuard = try attempt.situation.makeGuard()
      if let key { try dotGuard.confirm(key) }
      let asked = DotRequest(
        id: RequestID(number: 1), position: attempt.position, requestedAt: DeviceTicks(microseconds: 0))
      switch dotGuard.decide(asked, elapsed: attempt.elapsed) {
      case .admitted: return nil
      case .denied(.beyondHard(let key, let requested, let limit, let source), _):
        return Verdict(key: key, limit: limit, source: source, isSoft: false, requested: requested)
      case .denied(.beyondSoft(let key, let requested, let limit, let source), _):
        return Verdict(key: key, limit: limit, source: source, isSoft: true, requested: requested)
      case .denied(let other, _):
        Issue.record("denied for another reason: \(other)")
        return Verdict(key: nil, limit: 0, source: .ceiling, isSoft: false, requested: 0)
      }
    } catch {
      guard case .beyondHard(_, let key, let requested, let limit, let source) = error else {
        Issue.record("refused for another reason: \(error)")
        return Verdict(key: nil, limit: 0, source: .ceiling, isSoft: false, requested: 0)
      }
      return Verdict(key: key, limit: limit, source: source, isSoft: false, requested: requested)
    }
  }

  @Test("S3 one step beyond a hard limit is denied with key, limit and source, confirmed or not", arguments: hardCases)
  func hardLimitHolds(_ test: Case) {
    var beyond = Self.attempt(test.key, test.limit, beyond: true)
    Self.place(test, in: &beyond.situation)
    let verdict = Self.run(beyond)
    #expect(verdict?.key == test.key)
    #expect(verdict?.limit == test.limit)
    #expect(verdict?.source == test.source)
    #expect(verdict?.isSoft == false)
    if let requested = verdict?.requested {
      #expect(test.key.isMaximum ? requested > test.limit : requested < test.limit)
    }

    var within = Self.attempt(test.key, test.limit, beyond: false)
    Self.place(test, in: &within.situation)
    #expect(Self.run(within) == nil, "at the limit itself the dot is allowed")
  }

  @Test(
    "S3 one step beyond a soft limit waits for its confirmation; the hard limit holds after it", arguments: softCases)
  func softLimitHolds(_ test: Case) {
    var beyond = Self.attempt(test.key, test.limit, beyond: true)
    Self.place(test, in: &beyond.situation)
    let verdict = Self.run(beyond)
    #expect(verdict?.key == test.key)
    #expect(verdict?.limit == test.limit)
    #expect(verdict?.source == test.source)
    #expect(verdict?.isSoft == true)
    #expect(Self.run(beyond, confirming: test.key) == nil, "confirmed by name")

    var within = Self.attempt(test.key, test.limit, beyond: false)
    Self.place(test, in: &within.situation)
    #expect(Self.run(within) == nil, "at the limit itself nobody need confirm")

    // The soft limit one step inside the hard one, and a value one step beyond the hard one.
    let inside = Self.insideStep(test.key)
    let soft = test.key.isMaximum ? test.limit - inside : test.limit + inside
    var past = Self.attempt(test.key, test.limit, beyond: true)
    let pair = Case(key: test.key, source: test.source, limit: soft, isSoft: true)
    Self.place(pair, hard: test.limit, in: &past.situation)
    for confirmed in [nil, test.key] {
      let verdict = Self.run(past, confirming: confirmed)
      #expect(verdict?.key == test.key)
      #expect(verdict?.limit == test.limit)
      #expect(verdict?.isSoft == false, "a hard limit cannot be confirmed away")
    }
  }

  /// One countable step of a key's unit.
  static func insideStep(_ key: LimitKey) -> Int64 {
    switch key {
    case .discDensityMaximum: 10_000
    case .zoneDensityMaximum: 50_000
    case .depthMinimum, .depthMaximum, .speedMinimum, .speedMaximum, .spacingMinimum, .zoneDotsMaximum, .dwellMaximum,
      .sessionDotsMaximum, .sessionDurationMaximum, .registrationResidualMaximum:
      1
    }
  }

  @Test("S3 every key has its scenarios from every source that may set it")
  func everyKeyIsCovered() {
    for key in LimitKey.allCases {
      let sources = Self.hardCases.filter { $0.key == key }.map(\.source)
      #expect(sources.contains(.ceiling) && sources.contains(.site) && sources.contains(.plan), "\(key.word)")
      let setByDevice = LimitSet(device: Situation().device)[key] != LimitPair()
      #expect(sources.contains(.device) == setByDevice, "\(key.word)")
    }
  }

  @Test("S3 only a key with a soft limit can be confirmed", arguments: LimitKey.allCases)
  func hardOnlyKeyCannotBeConfirmed(_ key: LimitKey) throws {
    var dotGuard = try Situation().makeGuard()
    let refusal = dotGuard.refusalOfConfirming(key)
    #expect(refusal == .notConfirmable(key))
    let confirmed = dotGuard.confirmed
    #expect(confirmed == [])
  }
}

import SMPGuard
import SMPModel
import Testing

@Suite struct SetPointTests {
  static let zone = ZoneIndex(number: 0)

  static func profiles(_ admitted: Admitted) -> (generation: UInt32, profiles: [ZoneProfile])? {
    switch admitted.command {
    case .profiles(let generation, let profiles): (generation, profiles)
    case .grant, .selfTest, .arm, .resume: nil
    }
  }

  @Test("S5 new set-points hold the needle until the device has answered with the new digest")
  func newSetHoldsUp() throws {
    var dotGuard = try Situation().makeGuard()
    let admitted = try dotGuard.admitSet(
      zone: Self.zone, depth: .micrometres(700), speed: .millihertz(120_000), dwell: .milliseconds(200), generation: 2)
    #expect(Self.profiles(admitted)?.generation == 2)
    #expect(Self.profiles(admitted)?.profiles.first?.depth == .micrometres(700))
    let waiting = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .zero)
    #expect(waiting.denial == .notRunning)
    dotGuard.loaded(Situation.digest)
    let late = dotGuard.decide(request(2, 50_000, 50_000), elapsed: .zero)
    #expect(late.denial == .notRunning, "the old set's answer is no answer")
    let digest = ProfileDigest(generation: 2, checksum: 3)
    dotGuard.loaded(digest)
    let decision = dotGuard.decide(request(3, 50_000, 50_000), elapsed: .zero)
    #expect(decision.grant?.depth == .micrometres(700) && decision.grant?.speed == .millihertz(120_000))
    #expect(decision.grant?.dwell == .milliseconds(200) && decision.grant?.digest == digest)
  }

  @Test("S5 set-points do not change under an open grant, nor under an old generation, nor for an unknown zone")
  func refusedInPlace() throws {
    var dotGuard = try Situation().makeGuard()
    let generations = [dotGuard.refusalOfSetting(generation: 1), dotGuard.refusalOfSetting(generation: 0)]
    #expect(generations == [.generationNotNew(current: 1), .generationNotNew(current: 1)])
    let unknown = dotGuard.refusalOfSetting(zone: 1)
    #expect(unknown == .unknownZone(ZoneIndex(number: 1)))
    _ = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .zero)
    let open = dotGuard.refusalOfSetting()
    #expect(open == .grantOpen)
    let generation = dotGuard.generation
    #expect(generation == 1)
  }

  @Test("S3 S13 a refused change changes nothing")
  func refusalChangesNothing() throws {
    var dotGuard = try Situation().makeGuard()
    let refusal = dotGuard.refusalOfSetting(depth: 2_001)
    #expect(
      refusal == .beyondHard(zone: Self.zone, key: .depthMaximum, requested: 2_001, limit: 2_000, source: .ceiling))
    let decision = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .zero)
    #expect(decision.grant?.depth == .micrometres(500) && decision.grant?.digest == Situation.digest)
  }

  @Test("S3 S5 a wish for every zone is granted whole or not at all")
  func wishForAllZones() throws {
    var situation = Situation()
    situation.zones.append(Situation.zone(1, x: 300_000, side: 50_000))
    situation.change(1) { $0.limits[.depthMaximum] = LimitPair(hard: 600) }
    var dotGuard = try situation.makeGuard()
    let wish = SetPointWish(zone: nil, depth: .micrometres(601), speed: nil, dwell: nil)
    let refusal = dotGuard.refusalOfWish(wish)
    #expect(
      refusal
        == .beyondHard(
          zone: ZoneIndex(number: 1), key: .depthMaximum, requested: 601, limit: 600, source: .plan))
    let untouched = try dotGuard.setPoint(Self.zone)
    #expect(untouched.depth == .micrometres(500), "not even the zone that would allow it")
    let admitted = try dotGuard.admit(
      SetPointWish(zone: nil, depth: .micrometres(600), speed: nil, dwell: .milliseconds(90)), generation: 2)
    let profiles = Self.profiles(admitted)?.profiles ?? []
    #expect(profiles.map(\.depth) == [.micrometres(600), .micrometres(600)])
    #expect(profiles.map(\.speed) == [.millihertz(100_000), .millihertz(100_000)], "left as it was")
    let points = [try dotGuard.setPoint(Self.zone), try dotGuard.setPoint(ZoneIndex(number: 1))]
    #expect(points.map(\.dwell) == [.milliseconds(90), .milliseconds(90)])
  }

  @Test("S3 depth is rounded to the device's step towards the surface, and never out of a refusal")
  func roundingGoesShallower() throws {
    var situation = Situation()
    situation.depthStep = 100
    situation.change {
      $0.depth = .micrometres(599)
      $0.limits[.depthMinimum] = LimitPair(hard: 350)
      $0.limits[.depthMaximum] = LimitPair(hard: 950)
    }
    var dotGuard = try situation.makeGuard()
    let decision = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .zero)
    #expect(decision.grant?.depth == .micrometres(500))
    dotGuard.settle(RequestID(number: 1), made: nil)
    let deep = dotGuard.refusalOfSetting(depth: 951)
    #expect(
      deep == .beyondHard(zone: Self.zone, key: .depthMaximum, requested: 951, limit: 950, source: .plan),
      "900 would be allowed, but 951 was asked for")
    let shallow = dotGuard.refusalOfSetting(depth: 399)
    #expect(
      shallow == .beyondHard(zone: Self.zone, key: .depthMinimum, requested: 300, limit: 350, source: .plan),
      "399 would be allowed, but it becomes 300")
    let admitted = try dotGuard.admitSet(
      zone: Self.zone, depth: .micrometres(950), speed: .millihertz(100_000), dwell: .milliseconds(1), generation: 2)
    #expect(Self.profiles(admitted)?.profiles.first?.depth == .micrometres(900))
    #expect(Self.profiles(admitted)?.profiles.first?.depthMaximum == .micrometres(900), "the bound too is rounded down")
  }

  @Test("S3 a set-point beyond a soft limit waits for the confirmation, one beyond a hard limit for nothing")
  func softSetPoints() throws {
    var situation = Situation()
    situation.change {
      $0.limits[.speedMaximum] = LimitPair(soft: 120_000, hard: 150_000)
      $0.limits[.dwellMaximum] = LimitPair(hard: 350)
      $0.limits[.speedMinimum] = LimitPair(hard: 60_000)
    }
    var dotGuard = try situation.makeGuard()
    let soft = dotGuard.refusalOfSetting(speed: 120_001)
    #expect(
      soft == .beyondSoft(zone: Self.zone, key: .speedMaximum, requested: 120_001, limit: 120_000, source: .plan))
    try dotGuard.confirm(.speedMaximum)
    let hard = dotGuard.refusalOfSetting(speed: 150_001)
    #expect(
      hard == .beyondHard(zone: Self.zone, key: .speedMaximum, requested: 150_001, limit: 150_000, source: .plan))
    let slow = dotGuard.refusalOfSetting(speed: 59_999)
    #expect(slow == .beyondHard(zone: Self.zone, key: .speedMinimum, requested: 59_999, limit: 60_000, source: .plan))
    let long = dotGuard.refusalOfSetting(dwell: 351)
    #expect(long == .beyondHard(zone: Self.zone, key: .dwellMaximum, requested: 351, limit: 350, source: .plan))
    let confirmed = dotGuard.refusalOfSetting(speed: 120_001)
    #expect(confirmed == nil)
  }

  @Test("S5 the device is given the hard limits it holds by itself")
  func profilesCarryHardLimits() throws {
    var situation = Situation()
    situation.change {
      $0.limits[.depthMaximum] = LimitPair(soft: 800, hard: 1_100)
      $0.limits[.speedMaximum] = LimitPair(hard: 140_000)
      $0.limits[.dwellMaximum] = LimitPair(hard: 450)
    }
    let dotGuard = try situation.makeGuard()
    let admitted = dotGuard.admitProfiles()
    let expected = ZoneProfile(
      zone: Self.zone, depth: .micrometres(500), depthMaximum: .micrometres(1_100), speed: .millihertz(100_000),
      speedMaximum: .millihertz(140_000), dwellMaximum: .milliseconds(450))
    #expect(Self.profiles(admitted)?.profiles == [expected])
  }

  @Test("S5 S9 self-test, arming and resuming need a loaded profile set")
  func commandsNeedDigest() throws {
    var dotGuard = try Situation().makeUnloadedGuard()
    let refusals = dotGuard.refusalsOfCommands
    #expect(refusals == [.notLoaded, .notLoaded, .notLoaded])
    dotGuard.loaded(Situation.digest)
    let commands = [
      try dotGuard.admitSelfTest().command, try dotGuard.admitArm().command, try dotGuard.admitResume().command,
    ]
    #expect(commands == [.selfTest, .arm(Situation.digest), .resume])
  }
}

extension DotGuard {
  func refusalOfWish(_ wish: SetPointWish) -> GuardRefusal? {
    do throws(GuardRefusal) {
      _ = try check(wish)
      return nil
    } catch { return error }
  }

  var refusalsOfCommands: [GuardRefusal?] {
    [
      Self.refusal { () throws(GuardRefusal) in try admitSelfTest() },
      Self.refusal { () throws(GuardRefusal) in try admitArm() },
      Self.refusal { () throws(GuardRefusal) in try admitResume() },
    ]
  }

  private static func refusal(_ body: () throws(GuardRefusal) -> Admitted) -> GuardRefusal? {
    do throws(GuardRefusal) {
      _ = try body()
      return nil
    } catch { return error }
  }
}

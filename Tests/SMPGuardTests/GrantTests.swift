import SMPGuard
import SMPModel
import Testing

/// What a grant is, and in which order a request is looked at.
///
/// That nobody else can make an `Admitted` needs no test: its initialiser is internal to SMPGuard, and any other target
/// that calls it does not compile. These tests import the target as any other does.
@Suite struct GrantTests {
  @Test("S1 a request is denied while another grant is open, and granted when that one has ended")
  func oneGrantAtATime() throws {
    var dotGuard = try Situation().makeGuard()
    let first = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .zero)
    #expect(first.grant != nil)
    let second = dotGuard.decide(request(2, 90_000, 90_000), elapsed: .zero)
    #expect(second == .denied(.grantOpen, zone: nil))
    let ended = dotGuard.settle(RequestID(number: 1), made: at(50_000, 50_000))
    #expect(ended)
    let third = dotGuard.decide(request(3, 90_000, 90_000), elapsed: .zero)
    #expect(third.grant?.request == RequestID(number: 3))
  }

  @Test("S1 a grant is bound to request, zone, position, set-points and profile set")
  func grantIsBound() throws {
    var situation = Situation()
    situation.zones.append(Situation.zone(1, x: 300_000, side: 50_000))
    situation.change(1) {
      $0.depth = .micrometres(640)
      $0.speed = .millihertz(110_000)
      $0.dwell = .milliseconds(250)
    }
    var dotGuard = try situation.makeGuard()
    let decision = dotGuard.decide(request(7, 310_000, 20_000), elapsed: .zero)
    let expected = Grant(
      request: RequestID(number: 7), zone: ZoneIndex(number: 1), position: at(310_000, 20_000),
      depth: .micrometres(640), speed: .millihertz(110_000), dwell: .milliseconds(250), digest: Situation.digest)
    #expect(decision.grant == expected)
    let open = dotGuard.open
    #expect(open == expected)
  }

  @Test("S1 a settled grant cannot be settled or presumed again")
  func settledOnce() throws {
    var dotGuard = try Situation().makeGuard()
    let id = RequestID(number: 1)
    _ = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .zero)
    let answers = [
      dotGuard.settle(RequestID(number: 9), made: nil), dotGuard.presume(RequestID(number: 9)),
      dotGuard.settle(id, made: nil), dotGuard.settle(id, made: nil), dotGuard.presume(id),
    ]
    #expect(answers == [false, false, true, false, false])
    let counted = (dotGuard.sessionDots, dotGuard.livingDots)
    #expect(counted == (0, 0))
  }

  @Test("S5 nothing is granted before the device has answered for the profile set in force")
  func notRunningBeforeDigest() throws {
    var dotGuard = try Situation().makeUnloadedGuard()
    let before = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .zero)
    #expect(before == .denied(.notRunning, zone: nil))
    for other in [
      ProfileDigest.none, ProfileDigest(generation: 2, checksum: 1), ProfileDigest(generation: 0, checksum: 1),
    ] {
      let loaded = dotGuard.loaded(other)
      #expect(!loaded, "another generation's answer puts nothing in force")
    }
    let still = dotGuard.decide(request(2, 50_000, 50_000), elapsed: .zero)
    #expect(still == .denied(.notRunning, zone: nil))
    let loaded = dotGuard.loaded(Situation.digest)
    #expect(loaded)
    let after = dotGuard.decide(request(3, 50_000, 50_000), elapsed: .zero)
    #expect(after.grant?.digest == Situation.digest)
    dotGuard.settle(RequestID(number: 3), made: nil)
    dotGuard.unloaded()
    let unloaded = dotGuard.decide(request(4, 50_000, 50_000), elapsed: .zero)
    #expect(unloaded == .denied(.notRunning, zone: nil))
  }

  @Test("S4 outside every outline by the position error: denied wherever it is, even off the chart")
  func outside() throws {
    var situation = Situation()
    situation.accuracy = .micrometres(80)
    let places: [(Int32, Int32)] = [
      (-5_000, 0), (79, 1_000), (199_921, 1_000), (Int32.min, Int32.min), (Int32.max, 100_000), (100_000, Int32.min),
    ]
    for (x, y) in places {
      var dotGuard = try situation.makeGuard()
      let decision = dotGuard.decide(request(1, x, y), elapsed: .zero)
      #expect(decision == .denied(.outsideOutline, zone: nil), "\(x) \(y)")
    }
    var dotGuard = try situation.makeGuard()
    let decision = dotGuard.decide(request(1, 80, 80), elapsed: .zero)
    #expect(decision.grant != nil)
  }

  @Test("in strict order a zone waits for those before it, until it is opened by name")
  func zoneOrder() throws {
    var situation = Situation()
    situation.zoneOrder = .strict
    situation.zones = [
      Situation.zone(0, side: 20_000, dots: 1), Situation.zone(1, x: 30_000, side: 20_000, dots: 1),
      Situation.zone(2, x: 60_000, side: 20_000, dots: 1),
    ]
    var dotGuard = try situation.makeGuard()
    let (zero, one, two) = (ZoneIndex(number: 0), ZoneIndex(number: 1), ZoneIndex(number: 2))
    let early = dotGuard.decide(request(1, 65_000, 5_000), elapsed: .zero)
    #expect(early == .denied(.zoneOutOfOrder(zone: two, next: zero), zone: two))
    let first = dotGuard.decide(request(2, 5_000, 5_000), elapsed: .zero)
    #expect(first.grant?.zone == zero)
    dotGuard.settle(RequestID(number: 2), made: at(5_000, 5_000))
    let complete = dotGuard.decide(request(3, 9_000, 5_000), elapsed: .zero)
    #expect(complete == .denied(.zoneComplete(zone: zero), zone: zero))
    let skipping = dotGuard.decide(request(4, 65_000, 5_000), elapsed: .zero)
    #expect(skipping == .denied(.zoneOutOfOrder(zone: two, next: one), zone: two))
    let refused = dotGuard.refusalOfOpening(3)
    #expect(refused == .unknownZone(ZoneIndex(number: 3)))
    let opened = dotGuard.refusalOfOpening(2)
    #expect(opened == nil)
    let third = dotGuard.decide(request(5, 65_000, 5_000), elapsed: .zero)
    #expect(third.grant?.zone == two)
  }

  @Test("S3 hard limits are named before soft ones, and each in the order of the keys")
  func orderOfDenials() throws {
    var situation = Situation()
    situation.change {
      $0.limits[.depthMaximum] = LimitPair(soft: 400, hard: 900)
      $0.limits[.dwellMaximum] = LimitPair(soft: 200, hard: 900)
      $0.limits[.sessionDurationMaximum] = LimitPair(hard: 10)
    }
    var dotGuard = try situation.makeGuard()
    let late = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .seconds(11))
    #expect(
      late.denial == .beyondHard(key: .sessionDurationMaximum, requested: 11, limit: 10, source: .plan),
      "nobody is asked to confirm what could not be made anyway")
    let soft = dotGuard.decide(request(2, 50_000, 50_000), elapsed: .zero)
    #expect(soft.denial == .beyondSoft(key: .depthMaximum, requested: 500, limit: 400, source: .plan))
    try dotGuard.confirm(.depthMaximum)
    let next = dotGuard.decide(request(3, 50_000, 50_000), elapsed: .zero)
    #expect(next.denial == .beyondSoft(key: .dwellMaximum, requested: 300, limit: 200, source: .plan))
    try dotGuard.confirm(.dwellMaximum)
    let granted = dotGuard.decide(request(4, 50_000, 50_000), elapsed: .zero)
    #expect(granted.grant != nil)
  }

  @Test("S3 a denied request leaves nothing behind")
  func denialLeavesNothing() throws {
    var situation = Situation()
    situation.change { $0.limits[.sessionDurationMaximum] = LimitPair(hard: 10) }
    var dotGuard = try situation.makeGuard()
    for id in 1...5 as ClosedRange<UInt32> {
      let decision = dotGuard.decide(request(id, 50_000, 50_000), elapsed: .seconds(60))
      #expect(decision.grant == nil)
    }
    let counted = (dotGuard.sessionDots, dotGuard.livingDots)
    #expect(counted == (0, 0))
    let granted = dotGuard.decide(request(9, 50_000, 50_000), elapsed: .zero)
    #expect(granted.grant != nil)
  }

  @Test("S3 a session-wide limit of one zone's plan holds in the others")
  func sessionWideLimits() throws {
    var situation = Situation()
    situation.zones.append(Situation.zone(1, x: 300_000, side: 50_000))
    situation.change(1) { $0.limits[.sessionDurationMaximum] = LimitPair(hard: 60) }
    var dotGuard = try situation.makeGuard()
    let decision = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .seconds(61))
    #expect(decision.denial == .beyondHard(key: .sessionDurationMaximum, requested: 61, limit: 60, source: .plan))
  }

  @Test("S3 without positions the selected zone is worked, and its counts hold")
  func positionlessDevice() throws {
    var situation = Situation()
    situation.accuracy = nil
    situation.zones = [Situation.zone(0, side: 20_000, dots: 2), Situation.zone(1, x: 30_000, side: 20_000, dots: 9)]
    situation.change(1) { $0.limits[.zoneDotsMaximum] = LimitPair(hard: 1) }
    var dotGuard = try situation.makeGuard()
    for id in 1...2 as ClosedRange<UInt32> {
      let decision = dotGuard.decide(request(id, Int32.max, Int32.min), elapsed: .zero)
      #expect(decision.grant?.zone == ZoneIndex(number: 0))
      dotGuard.settle(RequestID(number: id), made: at(0, 0))
    }
    let complete = dotGuard.decide(request(3, 0, 0), elapsed: .zero)
    #expect(complete.denial == .zoneComplete(zone: ZoneIndex(number: 0)))
    try dotGuard.open(ZoneIndex(number: 1))
    _ = dotGuard.decide(request(4, 0, 0), elapsed: .zero)
    dotGuard.settle(RequestID(number: 4), made: nil)
    let again = dotGuard.decide(request(5, 0, 0), elapsed: .zero)
    #expect(again.grant?.zone == ZoneIndex(number: 1))
    dotGuard.presume(RequestID(number: 5))
    let denied = dotGuard.decide(request(6, 0, 0), elapsed: .zero)
    #expect(denied.denial == .beyondHard(key: .zoneDotsMaximum, requested: 2, limit: 1, source: .plan))
    let counted = (dotGuard.sessionDots, dotGuard.livingDots, dotGuard.progress.map(\.living))
    #expect(counted == (3, 3, [2, 1]))
  }
}

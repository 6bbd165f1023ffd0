import SMPGuard
import SMPModel
import Testing

/// Limits accumulate over sessions, open grants, presumed dots and restarts (S4).
@Suite struct AccumulationTests {
  /// Spacing 1 mm, position error 50 µm: places less than 1.1 mm apart are too close.
  static let spaced: Situation = {
    var situation = Situation()
    situation.change { $0.limits[.spacingMinimum] = LimitPair(hard: 1_000) }
    return situation
  }()

  static func spacingDenial(_ measured: Int64) -> Denial {
    .beyondHard(key: .spacingMinimum, requested: measured - 100, limit: 1_000, source: .plan)
  }

  @Test("S4 dots of earlier sessions keep their distance, with the position error of both dots added")
  func earlierSessions() throws {
    var situation = Self.spaced
    situation.history = [LivingDot(position: at(50_000, 50_000), session: 1)]
    var dotGuard = try situation.makeGuard()
    let close = dotGuard.decide(request(1, 51_099, 50_000), elapsed: .zero)
    #expect(close.denial == Self.spacingDenial(1_099))
    let far = dotGuard.decide(request(2, 51_100, 50_000), elapsed: .zero)
    #expect(far.grant != nil)
  }

  @Test("S4 an open grant counts, a made dot counts, a presumed one counts; one not made frees its place")
  func everyOutcome() throws {
    var dotGuard = try Self.spaced.makeGuard()
    _ = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .zero)
    let whileOpen = (dotGuard.sessionDots, dotGuard.livingDots, dotGuard.progress[0].open, dotGuard.progress[0].living)
    #expect(whileOpen == (1, 1, 1, 1))
    dotGuard.settle(RequestID(number: 1), made: nil)
    let unmade = (dotGuard.sessionDots, dotGuard.livingDots, dotGuard.progress[0].open, dotGuard.progress[0].living)
    #expect(unmade == (0, 0, 0, 0))

    let again = dotGuard.decide(request(2, 50_000, 50_000), elapsed: .zero)
    #expect(again.grant != nil, "the place is free again")
    dotGuard.settle(RequestID(number: 2), made: at(50_000, 50_000))
    let besideMade = dotGuard.decide(request(3, 50_500, 50_000), elapsed: .zero)
    #expect(besideMade.denial == Self.spacingDenial(500))

    _ = dotGuard.decide(request(4, 60_000, 50_000), elapsed: .zero)
    dotGuard.presume(RequestID(number: 4))
    let besidePresumed = dotGuard.decide(request(5, 60_500, 50_000), elapsed: .zero)
    #expect(besidePresumed.denial == Self.spacingDenial(500))
    dotGuard.settle(RequestID(number: 4), made: nil)
    let progress = dotGuard.progress[0]
    #expect(progress.made == 1 && progress.presumed == 1 && progress.open == 0 && progress.living == 2)
  }

  @Test("S4 a dot lives where the device reported it, not where it was granted")
  func movedDot() throws {
    var dotGuard = try Self.spaced.makeGuard()
    _ = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .zero)
    dotGuard.settle(RequestID(number: 1), made: at(50_600, 50_000))
    let old = dotGuard.decide(request(2, 49_500, 50_000), elapsed: .zero)
    #expect(old.grant != nil, "1.1 mm from where it was made")
    dotGuard.settle(RequestID(number: 2), made: nil)
    let new = dotGuard.decide(request(3, 51_699, 50_000), elapsed: .zero)
    #expect(new.denial == Self.spacingDenial(1_099))
  }

  @Test("S4 a report from off the chart leaves the dot where it was granted")
  func reportOffTheChart() throws {
    var dotGuard = try Self.spaced.makeGuard()
    _ = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .zero)
    dotGuard.settle(RequestID(number: 1), made: at(Int32.max, Int32.min))
    let beside = dotGuard.decide(request(2, 50_500, 50_000), elapsed: .zero)
    #expect(beside.denial == Self.spacingDenial(500))
    dotGuard.count(unbidden: at(Int32.min, Int32.max))
    let counted = (dotGuard.sessionDots, dotGuard.livingDots)
    #expect(counted == (2, 2))
  }

  @Test("S4 a contact no grant allowed counts like any other dot")
  func unbiddenCounts() throws {
    var dotGuard = try Self.spaced.makeGuard()
    dotGuard.count(unbidden: at(50_000, 50_000))
    let beside = dotGuard.decide(request(1, 50_500, 50_000), elapsed: .zero)
    #expect(beside.denial == Self.spacingDenial(500))
    dotGuard.settle(RequestID(number: 77), made: at(60_000, 50_000))
    let other = dotGuard.decide(request(2, 60_500, 50_000), elapsed: .zero)
    #expect(other.denial == Self.spacingDenial(500), "a record of a request that is not open as well")
    let counted = (dotGuard.sessionDots, dotGuard.progress[0].made)
    #expect(counted == (2, 2))
  }

  @Test("S4 a guard made anew from the records denies what the old one denied")
  func restart() throws {
    var situation = Self.spaced
    situation.change {
      $0.dots = 4
      $0.limits[.sessionDotsMaximum] = LimitPair(hard: 4)
    }
    situation.made = [
      SessionDot(position: at(50_000, 50_000), zone: ZoneIndex(number: 0)),
      SessionDot(position: at(60_000, 50_000), zone: ZoneIndex(number: 0), isPresumed: true),
      SessionDot(position: at(70_000, 50_000), zone: nil),
    ]
    var dotGuard = try situation.makeGuard()
    for x in [50_500, 60_500, 70_500] as [Int32] {
      let decision = dotGuard.decide(request(1, x, 50_000), elapsed: .zero)
      #expect(decision.denial == Self.spacingDenial(500))
    }
    let progress = dotGuard.progress[0]
    #expect(progress.made == 1 && progress.presumed == 1 && progress.living == 3)
    _ = dotGuard.decide(request(2, 90_000, 50_000), elapsed: .zero)
    dotGuard.settle(RequestID(number: 2), made: at(90_000, 50_000))
    let fifth = dotGuard.decide(request(3, 95_000, 50_000), elapsed: .zero)
    #expect(fifth.denial == .beyondHard(key: .sessionDotsMaximum, requested: 5, limit: 4, source: .plan))
  }

  @Test("S4 the request's own disc must hold, even where no other disc is full")
  func ownDisc() throws {
    var situation = Situation()
    situation.change { $0.limits[.discDensityMaximum] = LimitPair(hard: 80_000) }
    let left = lattice(4, x: 44_500, y: 49_000, pitch: 600, columns: 2)
    let right = lattice(4, x: 54_900, y: 49_000, pitch: 600, columns: 2)
    situation.history = (left + right).map { LivingDot(position: $0, session: 1) }
    var dotGuard = try situation.makeGuard()
    let between = dotGuard.decide(request(1, 50_000, 49_300), elapsed: .zero)
    #expect(between.denial == .beyondHard(key: .discDensityMaximum, requested: 90_000, limit: 80_000, source: .plan))
    let aside = dotGuard.decide(request(2, 51_000, 49_300), elapsed: .zero)
    #expect(aside.grant != nil, "out of reach of the four on the left")
  }

  @Test("S4 the disc of a neighbour must hold as well as the request's own")
  func neighboursDisc() throws {
    // Nine dots within 1 cm² of a centre at its rim; a request that sees only part of them still fills that disc.
    var situation = Situation()
    situation.change { $0.limits[.discDensityMaximum] = LimitPair(hard: 100_000) }
    let crowd = lattice(9, x: 44_600, y: 49_000, pitch: 800, columns: 3)
    situation.history = (crowd + [at(50_000, 50_000)]).map { LivingDot(position: $0, session: 1) }
    var dotGuard = try situation.makeGuard()
    let full = dotGuard.decide(request(1, 55_700, 50_000), elapsed: .zero)
    #expect(full.denial == .beyondHard(key: .discDensityMaximum, requested: 110_000, limit: 100_000, source: .plan))
    let beyond = dotGuard.decide(request(2, 55_743, 50_000), elapsed: .zero)
    #expect(beyond.grant != nil, "5,742 µm and the position error of both dots away from the full disc's centre")
  }

  @Test("S4 a disc is held by the zone its centre lies in, whoever asks from across the border")
  func discAcrossTheBorder() throws {
    var situation = Situation()
    situation.zones = [Situation.zone(0, side: 50_000), Situation.zone(1, x: 50_000, side: 50_000)]
    situation.change(0) { $0.limits[.discDensityMaximum] = LimitPair(hard: 30_000) }
    situation.history = [at(47_000, 20_000), at(48_000, 20_000), at(49_000, 20_000)].map {
      LivingDot(position: $0, session: 1)
    }
    var dotGuard = try situation.makeGuard()
    let across = dotGuard.decide(request(1, 50_500, 20_000), elapsed: .zero)
    #expect(across.denial == .beyondHard(key: .discDensityMaximum, requested: 40_000, limit: 30_000, source: .plan))
    let far = dotGuard.decide(request(2, 56_000, 20_000), elapsed: .zero)
    #expect(far.grant?.zone == ZoneIndex(number: 1))
  }

  @Test("S4 a dot keeps its own zone's spacing, whoever comes second from across the border")
  func spacingAcrossTheBorder() throws {
    var situation = Situation()
    situation.zones = [Situation.zone(0, side: 50_000), Situation.zone(1, x: 50_000, side: 50_000)]
    situation.change(0) { $0.limits[.spacingMinimum] = LimitPair(hard: 2_000) }
    situation.history = [LivingDot(position: at(49_500, 20_000), session: 1)]
    var dotGuard = try situation.makeGuard()
    let close = dotGuard.decide(request(1, 51_599, 20_000), elapsed: .zero)
    #expect(close.denial == .beyondHard(key: .spacingMinimum, requested: 1_999, limit: 2_000, source: .plan))
    let far = dotGuard.decide(request(2, 51_600, 20_000), elapsed: .zero)
    #expect(far.grant != nil)
  }

  @Test("S4 more dots than the guard can hold: refused at the start, denied later, never counted wrongly")
  func tooManyDots() throws {
    // Without positions, since a million dots need not be indexed to be counted.
    var situation = Situation()
    situation.accuracy = nil
    situation.history = Array(repeating: LivingDot(position: at(0, 0), session: 1), count: Bounds.livingDots + 1)
    #expect(situation.refusal == .tooManyDots(Bounds.livingDots + 1))

    situation.history.removeLast(2)
    var dotGuard = try situation.makeGuard()
    let last = dotGuard.decide(request(1, 0, 0), elapsed: .zero)
    #expect(last.grant != nil)
    dotGuard.settle(RequestID(number: 1), made: at(0, 0))
    let full = dotGuard.decide(request(2, 0, 0), elapsed: .zero)
    #expect(full == .denied(.tooManyDots, zone: nil))
    dotGuard.count(unbidden: at(0, 0))
    let beyond = dotGuard.livingDots
    #expect(beyond == Bounds.livingDots + 1, "a contact is counted even where no more fit")
  }

  @Test("S4 set-points, pause and new profile sets leave the dots counted")
  func surviveNewProfiles() throws {
    var dotGuard = try Self.spaced.makeGuard()
    _ = dotGuard.decide(request(1, 50_000, 50_000), elapsed: .zero)
    dotGuard.settle(RequestID(number: 1), made: at(50_000, 50_000))
    let refusal = dotGuard.refusalOfSetting(depth: 600)
    #expect(refusal == nil)
    dotGuard.unloaded()
    dotGuard.loaded(ProfileDigest(generation: 2, checksum: 5))
    let beside = dotGuard.decide(request(2, 50_500, 50_000), elapsed: .zero)
    #expect(beside.denial == Self.spacingDenial(500))
  }

  @Test("S4 progress names density rounded up, the limit in force and what is planned")
  func progress() throws {
    var situation = Situation()
    situation.zones = [Situation.zone(0, side: 30_000, dots: 3)]
    situation.change { $0.limits[.zoneDensityMaximum] = LimitPair(soft: 200_000, hard: 300_000) }
    situation.history = [at(10_000, 10_000), at(20_000, 20_000), at(90_000, 0)].map {
      LivingDot(position: $0, session: 1)
    }
    var dotGuard = try situation.makeGuard()
    _ = dotGuard.decide(request(1, 5_000, 5_000), elapsed: .zero)
    let before = dotGuard.progress[0]
    #expect(before.planned == 3 && before.living == 3 && before.open == 1 && !before.isComplete)
    // 3 dots on 9 cm² are 3,333.3 per m².
    #expect(before.density == .perSquareMetre(3_334))
    #expect(before.limit == Bound(value: 200_000, source: .plan))
    try dotGuard.confirm(.zoneDensityMaximum)
    let after = dotGuard.progress[0]
    #expect(after.limit == Bound(value: 300_000, source: .plan))
  }
}

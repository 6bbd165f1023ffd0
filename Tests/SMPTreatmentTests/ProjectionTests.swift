import SMPModel
import Testing

@testable import SMPTreatment

/// A failing seed is replayed by `SeededCourse(seed)`.
@Suite struct ProjectionTests {
  private static let seeds = UInt64(1)...500

  @Test("Perfect retention reproduces the plan's ramp: dot for dot, spacing for spacing, session by session")
  func perfect() throws {
    for seed in Self.seeds {
      let course = try SeededCourse(seed)
      let plan = course.plan
      for done in 0...plan.sessions.count {
        let standing = CourseStanding(
          sessionsDone: done,
          zones: plan.zones.indices.map { zone in
            ZoneStanding(
              placed: plan.planned(inZone: zone, before: done), retention: done > 0 ? Retention(percent: 100) : nil)
          })
        let projection = Projection(plan, standing: standing, site: course.site)
        #expect(projection.visits.map(\.dots) == plan.sessions.dropFirst(done).map(\.dots), "seed \(seed)")
        #expect(projection.zones.allSatisfy { $0.obstacle == nil && $0.forFading == 0 }, "seed \(seed)")
        #expect(Proposal.make(plan, standing: standing, site: course.site).plan == plan, "seed \(seed)")
      }
    }
  }

  @Test("Lower retention in any zone never projects fewer dots or sessions, in all and at each visit")
  func monotone() throws {
    for seed in Self.seeds {
      let course = try SeededCourse(seed)
      var random = Seeded(seed ^ 0xFADE)
      var retentions = course.plan.zones.map { _ in 100 }
      var before: VisitSchedule?
      for _ in 0..<6 {
        let held = retentions
        let standing = course.standing.with { held[$0] }
        let schedule = VisitSchedule(course.plan, standing: standing, site: course.site)
        if let before {
          let message = "seed \(seed): \(retentions)"
          #expect(schedule.amount.dots >= before.amount.dots, "\(message)")
          #expect(schedule.amount.sessions >= before.amount.sessions, "\(message)")
          #expect(schedule.amount.seconds >= before.amount.seconds, "\(message)")
          for (now, then) in zip(schedule.visits, before.visits) {
            #expect(now.zones.reduce(0, +) >= then.zones.reduce(0, +), "\(message)")
          }
        }
        before = schedule
        let zone = Int.random(in: retentions.indices, using: &random)
        retentions[zone] = Int.random(in: 0...retentions[zone], using: &random)
      }
    }
  }

  @Test("The range is in order, and what is expected lies in it") func range() throws {
    for seed in Self.seeds {
      let course = try SeededCourse(seed)
      let range = Projection(course.plan, standing: course.standing, site: course.site).toCome
      for (less, more) in [(range.low, range.expected), (range.expected, range.high)] {
        #expect(less.dots <= more.dots && less.sessions <= more.sessions, "seed \(seed)")
        #expect(less.seconds <= more.seconds && less.cartridges <= more.cartridges, "seed \(seed)")
      }
    }
  }

  @Test("S3 no projection passes a cap: of a session, of a zone, of its life, or of the visits there may be")
  func caps() throws {
    for seed in Self.seeds {
      let course = try SeededCourse(seed)
      let schedule = VisitSchedule(course.plan, standing: course.standing, site: course.site)
      let limit = course.site[.sessionDotsMaximum].soft ?? 0
      let seconds = course.site[.sessionDurationMaximum].soft ?? 0
      let zoneLimit = course.site[.zoneDotsMaximum].soft ?? 30_000
      #expect(course.standing.sessionsDone + schedule.visits.count <= PlanBounds.sessions, "seed \(seed)")
      for visit in schedule.visits {
        let dots = visit.zones.reduce(0, +)
        #expect(dots <= limit, "seed \(seed)")
        #expect(PlanBounds.workingSeconds(dots: dots) <= seconds, "seed \(seed)")
        #expect(visit.zones.allSatisfy { $0 <= zoneLimit }, "seed \(seed)")
      }
      for (index, zone) in course.plan.zones.enumerated() {
        let all = course.standing.zones[index].placed + schedule.dots(ofZone: index)
        #expect(all <= course.lifetime(ofZone: index).dots(in: zone.area), "seed \(seed)")
      }
    }
  }

  @Test("A zone that can reach its target does, within one dot for each step; one that cannot is said to be so")
  func reached() throws {
    var blocked = 0
    for seed in Self.seeds {
      let course = try SeededCourse(seed)
      let projection = Projection(course.plan, standing: course.standing, site: course.site)
      for (index, zone) in projection.zones.enumerated() {
        let retention = course.standing.zones[index].retention ?? .whole
        let held = retention.held(of: zone.placed + zone.toCome)
        let isReached = held + Int64(PlanBounds.sessions) >= zone.target
        #expect(isReached || zone.obstacle != nil, "seed \(seed): \(zone)")
        if zone.obstacle != nil {
          blocked += 1
          #expect(held <= zone.target, "seed \(seed): \(zone)")
        }
      }
    }
    #expect(blocked > 125)
  }

  @Test("A zone that holds nothing divides nothing by zero: it is said, and nothing more is proposed for it")
  func nothingHeld() throws {
    let plan = try #require(Drafts.sound.compile(site: Drafts.site).plan)
    let standing = CourseStanding(
      sessionsDone: 1, zones: [ZoneStanding(placed: 220, retention: Retention(percent: 0))])
    let projection = Projection(plan, standing: standing, site: Drafts.site)
    #expect(projection.zones[0].obstacle == .holdsNothing)
    #expect(!projection.reachesTarget)
    #expect(Proposal.make(plan, standing: standing, site: Drafts.site).plan == plan)
  }

  @Test("Which cap keeps a zone from its target is named with its source") func obstacles() throws {
    func obstacle(_ site: LimitSet, _ change: (inout SessionZoneDraft) -> Void = { _ in }) throws -> Obstacle? {
      let plan = try #require(Drafts.spoilt(session: 1, change).compile(site: site).plan)
      let standing = CourseStanding(
        sessionsDone: 1, zones: [ZoneStanding(placed: 220, retention: Retention(percent: 40))])
      return Projection(plan, standing: standing, site: site).zones[0].obstacle
    }
    // 490 dots held by 40 in 100 are 1225 dots on 9 cm²: 136 /cm².
    #expect(try obstacle(Drafts.site) == .localDensity(.perSquareCentimetre(77), source: .plan))
    #expect(
      try obstacle(Drafts.site) { $0.localDensity = .value(.perSquareCentimetre(110)) }
        == .zoneDensity(.perSquareCentimetre(100), source: .site))
    var wide = Drafts.site
    wide[.spacingMinimum] = LimitPair(soft: 900, hard: 900)
    #expect(
      try obstacle(wide) { $0.localDensity = .value(.perSquareCentimetre(110)) }
        == .jam(.perSquareMetre(864_197), spacing: .micrometres(900)))
  }

  @Test("Where the visits there may be do not suffice, that is said, by number of visits or by their size")
  func tooFewVisits() throws {
    let plan = try #require(Drafts.sound.compile(site: Drafts.site).plan)
    let last = CourseStanding(
      sessionsDone: PlanBounds.sessions, zones: [ZoneStanding(placed: 400, retention: Retention(percent: 100))])
    let projection = Projection(plan, standing: last, site: Drafts.site)
    #expect(projection.zones[0].obstacle == .sessions(PlanBounds.sessions))
    #expect(projection.toCome.high.sessions == 0)
    // 400 of 490 dots at the last visit but one: 90 are left, and one visit.
    let one = CourseStanding(sessionsDone: PlanBounds.sessions - 1, zones: last.zones)
    #expect(Projection(plan, standing: one, site: Drafts.site).visits.map(\.dots) == [90])
    // 9 dots at a visit, since a zone may have no more: 99 of 270 in eleven visits.
    var slow = Drafts.site
    slow[.sessionDurationMaximum] = LimitPair(hard: 7)
    let begun = CourseStanding(sessionsDone: 1, zones: [ZoneStanding(placed: 220)])
    let crawling = Projection(plan, standing: begun, site: slow)
    #expect(crawling.toCome.expected == .init(sessions: 11, dots: 99, seconds: 77))
    #expect(crawling.zones[0].obstacle == .sessions(PlanBounds.sessions))
  }

  @Test("The earlier course's dots take room for life, held or faded") func earlierCourse() throws {
    let plan = try #require(
      Drafts.spoilt(session: 0) { $0.dots = .nothing }.compile(site: Drafts.site).plan)
    let standing = CourseStanding(
      sessionsDone: 0, zones: [ZoneStanding(placed: 200, earlier: 200)])
    let projection = Projection(plan, standing: standing, site: Drafts.site)
    // 25 /cm² on 9 cm² are 225 dots, of which 200 are there.
    #expect(projection.visits.map(\.dots) == [25, 270])
    let full = CourseStanding(sessionsDone: 0, zones: [ZoneStanding(placed: 900, earlier: 900)])
    #expect(Projection(plan, standing: full, site: Drafts.site).toCome.expected.dots == 0)
  }
}

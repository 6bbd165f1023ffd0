import SMPModel
import SMPTreatment
import Testing

@Suite struct ProfileTests {
  private let digest = [UInt8](repeating: 7, count: 32)

  private var plan: Plan {
    get throws {
      let draft = Drafts.spoilt {
        $0.depthRange = .value(SessionZoneDraft.Span(lower: .micrometres(400), upper: .micrometres(600)))
        $0.needle = .value("1RL 0.20")
      }
      return try #require(draft.compile(site: nil).plan)
    }
  }

  @Test("A session the plan does not have has no profile") func noSession() throws {
    for session in [-1, 0, 3, .max, .min] {
      #expect(try plan.profile(course: "C-1", planDigest: digest, session: session) == nil)
    }
  }

  @Test("S3 the profile carries every limit of the plan, hard") func limits() throws {
    let profile = try #require(try plan.profile(course: "C-1", planDigest: digest, session: 1))
    #expect(profile.course == "C-1")
    #expect(profile.planDigest == digest)
    #expect(profile.session == 1)
    #expect(profile.zoneOrder == .free)
    let zone = try #require(profile.zones.first)
    #expect(zone.name == "pad")
    #expect(zone.needle == "1RL 0.20")
    #expect(zone.dots == 220)
    #expect(zone.depth == .micrometres(500))
    let expected: [(LimitKey, Int64?)] = [
      (.depthMinimum, 400), (.depthMaximum, 600), (.speedMinimum, 100_000), (.speedMaximum, 100_000),
      (.spacingMinimum, 1_200), (.discDensityMaximum, 350_000), (.zoneDensityMaximum, 250_000),
      (.zoneDotsMaximum, 220), (.dwellMaximum, 80), (.sessionDotsMaximum, 220), (.sessionDurationMaximum, nil),
      (.registrationResidualMaximum, nil),
    ]
    #expect(expected.count == LimitKey.allCases.count)
    for (key, hard) in expected { #expect(zone.limits[key] == LimitPair(hard: hard), "\(key)") }
  }

  @Test("Zones come in the session's own order, each with its place as index") func order() throws {
    var draft = Drafts.withZones([
      Drafts.zone("pad", Drafts.square(0, 0, 30_000)), Drafts.zone("side", Drafts.square(40_000, 0, 30_000)),
    ])
    var session = Drafts.session(
      1,
      [
        Drafts.listing("side", spacing: 1_200, density: 25, dots: 200),
        Drafts.listing("pad", spacing: 1_200, density: 25, dots: 210),
      ])
    session.zoneOrder = .value(.strict)
    draft.sessions = .value([session])
    let plan = try #require(draft.compile(site: nil).plan)
    let profile = try #require(plan.profile(course: "C", planDigest: digest, session: 1))
    #expect(profile.zones.map { $0.name } == ["side", "pad"])
    #expect(profile.zones.map { $0.index.number } == [0, 1])
    #expect(profile.zoneOrder == .strict)
    #expect(profile.zones[0].outline == plan.zones[1].outline)
    #expect(profile.zones[0].limits[.sessionDotsMaximum].hard == 410)
  }

  @Test("The estimate adds up areas, dots and hours, per zone and session") func estimate() throws {
    let estimate = PlanEstimate(try plan)
    #expect(estimate.area == .squareMicrometres(900_000_000))
    #expect(estimate.dots == 490)
    #expect(estimate.zones.map { $0.dots } == [490])
    #expect(estimate.sessions.map { $0.dots } == [220, 270])
    #expect(estimate.sessions.map { $0.seconds } == [170, 208])
    #expect(estimate.seconds == 378)
    #expect(estimate.sessions[1].zones[0].densityReached == .perSquareMetre(544_444))
    #expect(estimate.sessions[1].zones[0].densityTarget == .perSquareCentimetre(55))
  }
}

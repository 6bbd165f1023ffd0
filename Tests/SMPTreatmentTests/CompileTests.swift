import SMPModel
import SMPTreatment
import Testing

@Suite struct CompileTests {
  private func kinds(_ draft: PlanDraft, site: LimitSet? = nil) -> [PlanFinding.Kind] {
    draft.compile(site: site).findings.map { $0.kind }
  }

  private func place(_ field: ZoneField, session: Int = 0) -> PlanPlace {
    .sessionField(session: session, zone: 0, field: field)
  }

  @Test("The sound draft is a plan, without a finding") func sound() {
    let compilation = Drafts.sound.compile(site: Drafts.site)
    #expect(compilation.findings.isEmpty)
    #expect(compilation.plan?.sessions.map { $0.dots } == [220, 270])
  }

  @Test("S13 an empty draft names every missing part at once") func empty() {
    let found = kinds(PlanDraft())
    for field in PlanField.allCases where ![.pattern, .landmarks].contains(field) {
      #expect(found.contains(.part(.missing(field))))
    }
    #expect(found.count == PlanField.allCases.count - 2)
    #expect(PlanDraft().compile(site: nil).plan == nil)
  }

  @Test("S13 an unreadable part makes no plan and no second finding", arguments: ZoneField.allCases)
  func unreadable(_ field: ZoneField) {
    let draft = Drafts.spoilt { listing in
      switch field {
      case .zone: listing.zone = .unreadable
      case .depth: listing.depth = .unreadable
      case .depthRange: listing.depthRange = .unreadable
      case .speed: listing.speed = .unreadable
      case .speedRange: listing.speedRange = .unreadable
      case .dwell: listing.dwell = .unreadable
      case .spacing: listing.spacing = .unreadable
      case .density: listing.density = .unreadable
      case .held: listing.held = .unreadable
      case .localDensity: listing.localDensity = .unreadable
      case .dots: listing.dots = .unreadable
      case .needle: listing.needle = .unreadable
      }
    }
    let compilation = draft.compile(site: Drafts.site)
    #expect(compilation.findings.isEmpty)
    #expect(compilation.plan == nil)
  }

  @Test("S13 sessions out of order, doubled or starting late are refused") func order() {
    for numbers: [Int64] in [[2, 1], [1, 1], [0, 1], [2, 3], [1, 3], [-1, Int64.max]] {
      var draft = Drafts.sound
      var sessions = draft.sessions.value ?? []
      for (index, number) in numbers.enumerated() { sessions[index].number = .value(number) }
      draft.sessions = .value(sessions)
      let wrong = numbers.enumerated().filter { $0.element != Int64($0.offset + 1) }
      #expect(
        kinds(draft) == wrong.map { .part(.sessionOutOfOrder(expected: $0.offset + 1, found: $0.element)) })
      #expect(draft.compile(site: nil).plan == nil)
    }
  }

  @Test("S13 unknown, doubled and unused zones") func zoneNames() {
    #expect(
      kinds(Drafts.spoilt { $0.zone = .value("pda") })
        == [.part(.unknownZone("pda", known: ["pad"]))])
    var once = Drafts.spoilt { $0.zone = .value("pda") }
    once.sessions = .value(Array((once.sessions.value ?? []).prefix(1)))
    #expect(kinds(once) == [.part(.unknownZone("pda", known: ["pad"]))])
    var nameless = Drafts.zone("pad", Drafts.square(0, 0, 30_000))
    nameless.name = .unreadable
    #expect(kinds(Drafts.withZones([nameless])) == [])
    #expect(Drafts.withZones([nameless]).compile(site: nil).plan == nil)
    var twice = Drafts.sound
    let listing = Drafts.listing("pad", spacing: 1_200, density: 25, dots: 220)
    twice.sessions = .value([Drafts.session(1, [listing, listing])])
    #expect(kinds(twice) == [.part(.zoneTwice("pad", first: 0))])
    let square = Drafts.square(0, 0, 30_000)
    let taken = Drafts.withZones([Drafts.zone("pad", square), Drafts.zone("pad", Drafts.square(50_000, 0, 9_000))])
    #expect(kinds(taken) == [.part(.nameTaken("pad", first: 0)), .part(.zoneUnused("pad"))])
    let unused = Drafts.withZones([Drafts.zone("pad", square), Drafts.zone("side", Drafts.square(50_000, 0, 9_000))])
    #expect(unused.compile(site: nil).plan != nil)
    #expect(kinds(unused) == [.part(.zoneUnused("side"))])
  }

  @Test("S13 too many zones and sessions are refused, not walked") func tooMany() {
    let zone = Drafts.zone("pad", Drafts.square(0, 0, 30_000))
    let zones = Drafts.withZones(Array(repeating: zone, count: Bounds.zones + 1))
    #expect(kinds(zones).contains(.part(.tooManyZones(Bounds.zones + 1))))
    var sessions = Drafts.sound
    let session = Drafts.session(1, [Drafts.listing("pad", spacing: 1_200, density: 25, dots: 220)])
    sessions.sessions = .value(Array(repeating: session, count: PlanBounds.sessions + 1))
    #expect(kinds(sessions).contains(.part(.tooManySessions(PlanBounds.sessions + 1))))
  }

  @Test("S3 each limit holds at its value and refuses one step beyond, with its source", arguments: [false, true])
  func limits(withSite: Bool) {
    let site = withSite ? Drafts.site : nil
    let source = withSite ? LimitSource.site : .ceiling
    let hard = withSite ? Drafts.site : LimitSet.ceiling
    typealias Change = (inout SessionZoneDraft, Int64) -> Void
    let cases: [(LimitKey, ZoneField, Change)] = [
      (.depthMaximum, .depth, { $0.depth = .value(.micrometres($1)) }),
      (.depthMinimum, .depth, { $0.depth = .value(.micrometres($1)) }),
      (.speedMaximum, .speed, { $0.speed = .value(.millihertz($1)) }),
      (.speedMinimum, .speed, { $0.speed = .value(.millihertz($1)) }),
      (.spacingMinimum, .spacing, { $0.spacing = .value(.micrometres($1)) }),
      (.discDensityMaximum, .localDensity, { $0.localDensity = .value(.perSquareMetre($1)) }),
      (.zoneDensityMaximum, .density, { $0.density = .value(.perSquareMetre($1)) }),
      (.zoneDotsMaximum, .dots, { $0.dots = .value($1) }),
      (.dwellMaximum, .dwell, { $0.dwell = .value(.milliseconds($1)) }),
    ]
    for (key, field, change) in cases {
      let limit = hard[key].hard ?? LimitSet.ceiling[key].hard ?? 0
      // Of equal limits the built-in one is named: nobody can move it.
      let expected = limit == LimitSet.ceiling[key].hard ? LimitSource.ceiling : source
      for step: Int64 in [0, key.isMaximum ? 1 : -1] {
        let draft = Drafts.spoilt { change(&$0, limit + step) }
        let beyond = draft.compile(site: site).findings.filter { finding in
          guard case .value(.beyondHard(key, limit + step, _, expected)) = finding.kind else { return false }
          return finding.place == place(field)
        }
        #expect(beyond.count == (step == 0 ? 0 : 1), "\(key) \(limit + step)")
        if step != 0 { #expect(draft.compile(site: site).plan == nil) }
      }
    }
  }

  @Test("S3 both ends of a range are held against the limits") func rangeLimits() {
    let wide = Drafts.spoilt {
      $0.depthRange = .value(SessionZoneDraft.Span(lower: .micrometres(400), upper: .micrometres(2_001)))
      $0.speedRange = .value(SessionZoneDraft.Span(lower: .millihertz(9_999), upper: .millihertz(110_000)))
    }
    let found = wide.compile(site: nil).findings
    #expect(found.count == 2)
    #expect(found.map { $0.place } == [place(.depthRange), place(.speedRange)])
    #expect(
      found.map { $0.kind } == [
        .value(
          .beyondHard(
            .depthMaximum, value: 2_001, allowed: AllowedRange(lower: 0, upper: 2_000), source: .ceiling)),
        .value(
          .beyondHard(
            .speedMinimum, value: 9_999, allowed: AllowedRange(lower: 10_000, upper: 200_000), source: .ceiling)),
      ])
  }

  @Test("S3 session dots and hours are summed over the zones and held") func sessionSums() {
    var limits = Drafts.site
    limits[.sessionDotsMaximum] = LimitPair(soft: 200, hard: 219)
    limits[.sessionDurationMaximum] = LimitPair(soft: 100, hard: 169)
    let found = Drafts.sound.compile(site: limits).findings.filter { $0.place == .session(0) }
    #expect(
      found.map { $0.kind } == [
        .value(
          .beyondHard(
            .sessionDotsMaximum, value: 220, allowed: AllowedRange(lower: nil, upper: 219), source: .site)),
        .value(
          .beyondHard(
            .sessionDurationMaximum, value: 170, allowed: AllowedRange(lower: nil, upper: 169), source: .site)),
      ])
  }

  @Test("A soft limit is a warning, and the plan stands") func soft() {
    let draft = Drafts.spoilt { $0.depth = .value(.micrometres(1_200)) }
    let compilation = draft.compile(site: Drafts.site)
    #expect(
      compilation.findings == [
        PlanFinding(
          place: place(.depth),
          kind: .value(.beyondSoft(.depthMaximum, value: 1_200, limit: 1_000, source: .site)))
      ])
    #expect(compilation.plan != nil)
  }

  @Test("A set-point outside its range, and a range the wrong way round, are refused") func ranges() {
    let outside = Drafts.spoilt {
      $0.depthRange = .value(SessionZoneDraft.Span(lower: .micrometres(300), upper: .micrometres(400)))
    }
    #expect(kinds(outside) == [.value(.outsideRange)])
    let reversed = Drafts.spoilt {
      $0.speedRange = .value(SessionZoneDraft.Span(lower: .millihertz(120_000), upper: .millihertz(90_000)))
    }
    #expect(kinds(reversed) == [.value(.rangeReversed)])
  }

  @Test("A dwell shorter than one stroke is refused") func stroke() {
    #expect(kinds(Drafts.spoilt { $0.dwell = .value(.milliseconds(10)) }) == [])
    #expect(
      kinds(Drafts.spoilt { $0.dwell = .value(.milliseconds(9)) })
        == [.value(.shorterThanStroke(.millihertz(100_000)))])
    #expect(kinds(Drafts.spoilt { $0.dwell = .value(.milliseconds(0)) }) == [.value(.notPositive)])
    #expect(kinds(Drafts.spoilt { $0.dwell = .value(.milliseconds(.min)) }) == [.value(.notPositive)])
  }
}

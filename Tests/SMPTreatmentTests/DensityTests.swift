import SMPModel
import SMPTreatment
import Testing

@Suite struct DensityTests {
  private func kinds(_ draft: PlanDraft) -> [PlanFinding.Kind] {
    draft.compile(site: nil).findings.map { $0.kind }
  }

  /// One session at 1.00 mm spacing with so many dots per m², and as many dots as fit 9 cm².
  private func reach(_ perSquareMetre: Int64) -> PlanDraft {
    var draft = Drafts.sound
    draft.naturalDensity = .value(.perSquareCentimetre(200))
    var listing = Drafts.listing("pad", spacing: 1_000, density: 1, dots: 1)
    listing.density = .value(.perSquareMetre(perSquareMetre))
    listing.dots = .nothing
    draft.sessions = .value([Drafts.session(1, [listing])])
    return draft
  }

  @Test("S13 spacing against density: sound to 0.70/s², a warning to 1.15/s², refused past it") func jam() {
    let spacing = Distance.micrometres(1_000)
    #expect(kinds(reach(700_000)) == [])
    let jammed = reach(700_001)
    #expect(
      kinds(jammed) == [
        .density(.jams(.perSquareMetre(700_001), reachable: .perSquareMetre(700_000), spacing: spacing))
      ])
    #expect(jammed.compile(site: nil).plan != nil)
    #expect(reach(1_150_000).compile(site: nil).plan != nil)
    let beyond = reach(1_150_001)
    #expect(
      kinds(beyond) == [
        .density(.beyondLattice(.perSquareMetre(1_150_001), reachable: .perSquareMetre(1_150_000), spacing: spacing))
      ])
    #expect(beyond.compile(site: nil).plan == nil)
  }

  @Test("Cumulative dots: as many as the density allows, and not one more") func dots() {
    // 25 /cm² × 9 cm² = 225.
    #expect(kinds(Drafts.spoilt { $0.dots = .value(225) }) == [])
    #expect(
      kinds(Drafts.spoilt { $0.dots = .value(226) }) == [
        .density(.tooManyDots(soFar: 226, possible: 225)), .density(.tooManyDots(soFar: 496, possible: 495)),
      ])
    // 55 × 9 = 495, of which session 1 takes 220.
    #expect(kinds(Drafts.spoilt(session: 1) { $0.dots = .value(275) }) == [])
    #expect(
      kinds(Drafts.spoilt(session: 1) { $0.dots = .value(276) })
        == [.density(.tooManyDots(soFar: 496, possible: 495))])
    // 75 % of 225 is 168.75.
    #expect(kinds(Drafts.spoilt { $0.dots = .value(169) }) == [])
    let few = Drafts.spoilt { $0.dots = .value(168) }
    #expect(kinds(few) == [.density(.tooFewDots(soFar: 168, possible: 225))])
    #expect(few.compile(site: nil).plan != nil)
    #expect(kinds(Drafts.spoilt { $0.dots = .value(0) }) == [.value(.notPositive)])
  }

  @Test("Without dots, the density says how many are left") func defaultDots() throws {
    let draft = Drafts.spoilt(session: 1) { $0.dots = .nothing }
    #expect(try #require(draft.compile(site: nil).plan).sessions[1].dots == 275)
    let none = Drafts.spoilt(session: 1) {
      $0.dots = .nothing
      $0.density = .value(.perSquareCentimetre(25))
      $0.spacing = .value(.micrometres(1_100))
    }
    // 225 - 220 leaves five, which is little but not nothing.
    #expect(try #require(none.compile(site: nil).plan).sessions[1].dots == 5)
    var used = none
    var sessions = used.sessions.value ?? []
    var first = sessions[0].zones.value ?? []
    first[0].dots = .value(225)
    sessions[0].zones = .value(first)
    used.sessions = .value(sessions)
    #expect(kinds(used) == [.density(.noDotsLeft)])
  }

  @Test("Without density, the ramp 30, 70, 100 % of the natural density") func ramp() throws {
    var draft = Drafts.sound
    var listing = Drafts.listing("pad", spacing: 1_200, density: 1, dots: 1)
    listing.density = .nothing
    listing.dots = .nothing
    draft.sessions = .value(
      ([1_200, 900, 700] as [Int64]).enumerated().map { index, spacing in
        var own = listing
        own.spacing = .value(.micrometres(spacing))
        return Drafts.session(Int64(index + 1), [own])
      })
    draft.naturalDensity = .value(.perSquareMetre(801_235))
    let plan = try #require(draft.compile(site: nil).plan)
    #expect(plan.sessions.map { $0.zones[0].density.perSquareMetre } == [240_370, 560_864, 801_235])
    #expect(PlanBounds.ramp(session: 4, of: .perSquareCentimetre(80)) == .perSquareCentimetre(80))
  }

  @Test("S13 density never falls; spacing that does not fall is a warning") func ordered() {
    let falling = Drafts.spoilt(session: 1) {
      $0.density = .value(.perSquareCentimetre(24))
      $0.dots = .nothing
    }
    #expect(kinds(falling).contains(.density(.densityFell(previous: .perSquareCentimetre(25)))))
    #expect(falling.compile(site: nil).plan == nil)
    let level = Drafts.spoilt(session: 1) {
      $0.spacing = .value(.micrometres(1_200))
      $0.density = .value(.perSquareCentimetre(45))
      $0.dots = .value(180)
    }
    #expect(kinds(level) == [.density(.spacingDidNotFall(previous: .micrometres(1_200)))])
    #expect(level.compile(site: nil).plan != nil)
  }

  @Test("The cap of a disc: 1.4 times the density by default, never below it, rounded down") func local() throws {
    let plan = try #require(Drafts.spoilt { $0.density = .value(.perSquareMetre(250_001)) }.compile(site: nil).plan)
    #expect(plan.sessions[0].zones[0].localDensity == .perSquareMetre(350_001))
    #expect(
      kinds(Drafts.spoilt { $0.localDensity = .value(.perSquareMetre(249_999)) })
        == [.density(.localBelowDensity(density: .perSquareCentimetre(25)))])
    #expect(kinds(Drafts.spoilt { $0.localDensity = .value(.perSquareCentimetre(25)) }) == [])
  }

  @Test("A default cap looser than a limit is a warning: it refuses nothing, the stricter limit holds") func cap() {
    var site = Drafts.site
    site[.discDensityMaximum] = LimitPair(soft: 300_000, hard: 320_000)
    var draft = Drafts.sound
    draft.sessions = .value(Array((draft.sessions.value ?? []).prefix(1)))
    let compilation = draft.compile(site: site)
    #expect(
      compilation.findings.map { $0.kind } == [
        .density(
          .defaultCapBeyond(.perSquareCentimetre(35), limit: .perSquareCentimetre(30), source: .site))
      ])
    #expect(compilation.plan?.sessions[0].zones[0].localDensity == .perSquareCentimetre(35))
    #expect(PlanBounds.localDensity(for: .perSquareCentimetre(149)) == .perSquareCentimetre(150))
  }

  @Test("Denser than the client's own hair is a warning") func natural() {
    var draft = Drafts.sound
    draft.naturalDensity = .value(.perSquareCentimetre(54))
    #expect(kinds(draft) == [.density(.aboveNatural(.perSquareCentimetre(54)))])
    #expect(draft.compile(site: nil).plan != nil)
    draft.naturalDensity = .value(.zero)
    #expect(kinds(draft) == [.value(.notPositive)])
    draft.naturalDensity = .value(.perSquareMetre(2_000_001))
    #expect(kinds(draft) == [.value(.naturalDensityTooHigh(.perSquareMetre(2_000_001)))])
  }

  @Test("S13 no value, however wild, traps: every amount is judged") func wild() {
    for amount: Int64 in [.min, -1, 0, 1, 20_000, 20_001, 1_500_001, 1 << 40, .max] {
      let draft = Drafts.spoilt {
        $0.depth = .value(.micrometres(amount))
        $0.speed = .value(.millihertz(amount))
        $0.dwell = .value(.milliseconds(amount))
        $0.spacing = .value(.micrometres(amount))
        $0.density = .value(.perSquareMetre(amount))
        $0.localDensity = .value(.perSquareMetre(amount))
        $0.dots = .value(amount)
      }
      #expect(draft.compile(site: Drafts.site).plan == nil)
      #expect(draft.compile(site: nil).plan == nil)
    }
  }

  @Test("Relations between the bounds") func relations() {
    #expect(PlanBounds.randomJam < PlanBounds.hexagonalEnd)
    #expect(PlanBounds.rampPercent == [30, 70, 100])
    #expect(PlanBounds.localDensityTenths > 10)
    #expect(PlanBounds.spacingMaximum.micrometres > LimitSet.ceiling[.spacingMinimum].hard ?? .max)
    #expect(PlanBounds.workingSeconds(dots: 13) == 10)
    #expect(PlanBounds.workingSeconds(dots: 14) == 11)
    #expect(ZoneNames.usual.allSatisfy(ZoneNames.isValid))
    for name in ["", "Hairline", "a b", "-a", "a-", "a--b", "9a", "é", String(repeating: "a", count: 33)] {
      #expect(!ZoneNames.isValid(name))
    }
    for name in ["a", "temple-left", "scar-2", String(repeating: "a", count: 32)] {
      #expect(ZoneNames.isValid(name))
    }
  }
}

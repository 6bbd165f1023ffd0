import SMPGuard
import SMPModel
import Testing

@Suite struct EnvelopeTests {
  static func refusal(
    ceiling: LimitSet? = .ceiling, device: LimitSet? = LimitSet(device: Situation().device),
    site: LimitSet? = Situation.boundless, plan: LimitSet? = LimitSet()
  ) -> GuardRefusal? {
    do throws(GuardRefusal) {
      _ = try Envelope(ceiling: ceiling, device: device, site: site, plan: plan)
      return nil
    } catch { return error }
  }

  @Test("S3 a missing source refuses, whichever it is")
  func missingSource() {
    #expect(Self.refusal() == nil)
    #expect(Self.refusal(ceiling: nil) == .sourceMissing(.ceiling))
    #expect(Self.refusal(device: nil) == .sourceMissing(.device))
    #expect(Self.refusal(site: nil) == .sourceMissing(.site))
    #expect(Self.refusal(plan: nil) == .sourceMissing(.plan))
  }

  @Test("S3 a source that says nothing at all is missing: an empty file is not a permission")
  func silentSource() {
    #expect(Self.refusal(ceiling: LimitSet()) == .sourceMissing(.ceiling))
    #expect(Self.refusal(device: LimitSet()) == .sourceMissing(.device))
    #expect(Self.refusal(site: LimitSet()) == .sourceMissing(.site))
    #expect(Self.refusal(plan: LimitSet()) == nil, "a plan may leave the limits to the other three")
  }

  @Test("S3 no guard without the site's limits")
  func guardNeedsSite() {
    var situation = Situation()
    situation.site = nil
    #expect(situation.refusal == .sourceMissing(.site))
    situation.site = LimitSet()
    #expect(situation.refusal == .sourceMissing(.site))
  }

  @Test("S3 a key that nobody holds with a hard limit refuses", arguments: LimitKey.allCases)
  func hardLimitMissing(_ key: LimitKey) {
    var ceiling = LimitSet.ceiling
    ceiling[key] = LimitPair(soft: 1)
    var (site, device) = (Situation.boundless, Situation.boundless)
    site[key] = LimitPair()
    device[key] = LimitPair()
    #expect(Self.refusal(ceiling: ceiling, device: device, site: site) == .hardLimitMissing(key))
  }

  @Test("S3 the strictest source wins, soft and hard apart", arguments: LimitKey.allCases)
  func strictestWins(_ key: LimitKey) throws {
    // Strictness 0 to 3 dealt to the four sources in every rotation.
    for turn in 0..<4 {
      var sets: [LimitSet] = Array(repeating: Situation.boundless, count: 4)
      for (place, _) in LimitSource.allCases.enumerated() {
        let strictness = Int64((place + turn) % 4)
        let hard = key.isMaximum ? 1_000 - 10 * strictness : 1_000 + 10 * strictness
        let soft = key.isMaximum ? 500 + 10 * strictness : 1_500 - 10 * strictness
        sets[place][key] = LimitPair(soft: soft, hard: hard)
      }
      let envelope = try Envelope(ceiling: sets[0], device: sets[1], site: sets[2], plan: sets[3])
      let strictest = LimitSource.allCases[(3 - turn + 4) % 4]
      let loosest = LimitSource.allCases[(4 - turn) % 4]
      #expect(envelope[key].hard == Bound(value: key.isMaximum ? 970 : 1_030, source: strictest))
      #expect(envelope[key].soft == Bound(value: key.isMaximum ? 500 : 1_500, source: loosest))
    }
  }

  @Test("S3 of equals the one that is harder to move is named")
  func tiesNameTheHarder() throws {
    var set = Situation.boundless
    set[.dwellMaximum] = LimitPair(hard: 1_000)
    let envelope = try Envelope(ceiling: .ceiling, device: set, site: set, plan: set)
    #expect(envelope[.dwellMaximum].hard == Bound(value: 1_000, source: .ceiling))
  }

  @Test("S3 a soft limit that does not lie within the hard one is none")
  func softBeyondHardIsNone() throws {
    for soft in [Int64(400), 401] {
      var plan = LimitSet()
      plan[.dwellMaximum] = LimitPair(soft: soft, hard: 400)
      let envelope = try Envelope(
        ceiling: .ceiling, device: LimitSet(device: Situation().device), site: Situation.boundless, plan: plan)
      #expect(envelope[.dwellMaximum].soft == nil)
      #expect(envelope.judge(.dwellMaximum, 401) == .beyondHard(Bound(value: 400, source: .plan)))
    }
  }

  @Test("S3 a site file cannot widen what the ceiling or the device allows")
  func siteCannotWiden() throws {
    let envelope = try Envelope(
      ceiling: .ceiling, device: LimitSet(device: Situation().device), site: Situation.boundless, plan: LimitSet())
    for key in LimitKey.allCases { #expect(envelope[key].hard.value == LimitSet.ceiling[key].hard) }
  }

  @Test("S3 S4 a plan that limits spacing or density is refused on a device without positions")
  func positionless() {
    for key in [LimitKey.spacingMinimum, .discDensityMaximum, .zoneDensityMaximum] {
      for pair in [LimitPair(hard: 500), LimitPair(soft: 500)] {
        var situation = Situation()
        situation.accuracy = nil
        situation.change { $0.limits[key] = pair }
        #expect(situation.refusal == .positioningRequired(zone: ZoneIndex(number: 0), key: key), "\(key.word)")
      }
    }
    var situation = Situation()
    situation.accuracy = nil
    #expect(situation.refusal == nil, "a plan that asks for neither may run")
  }

  @Test("S3 a device that states nonsense is refused")
  func implausibleDevice() {
    for accuracy in [-1, 10_001] as [Int64] {
      var situation = Situation()
      situation.accuracy = .micrometres(accuracy)
      #expect(situation.refusal == .deviceImplausible)
    }
    for step in [0, -1] as [Int64] {
      var situation = Situation()
      situation.depthStep = step
      #expect(situation.refusal == .deviceImplausible)
    }
    var situation = Situation()
    situation.depthAccuracy = -1
    #expect(situation.refusal == .deviceImplausible)
  }
}

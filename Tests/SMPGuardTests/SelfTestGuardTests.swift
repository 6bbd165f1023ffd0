import SMPGuard
import SMPModel
import Testing

/// The guard of a self-test outside of a session.
@Suite struct SelfTestGuardTests {
  static func device(speed: ClosedRange<Int64> = 50_000...150_000, depth: ClosedRange<Int64> = 200...1_900)
    -> DeviceCapabilities
  {
    var situation = Situation()
    situation.speedRange = speed
    situation.depthRange = depth
    return situation.device
  }

  static func refusal(site: LimitSet?, device: DeviceCapabilities) -> GuardRefusal? {
    do throws(GuardRefusal) {
      _ = try SelfTestGuard(site: site, device: device, generation: 4)
      return nil
    } catch {
      return error
    }
  }

  @Test("S3 S9 no self-test without the clinic's limits, or beyond what device and ceiling can be held to")
  func refusals() {
    #expect(Self.refusal(site: nil, device: Self.device()) == .sourceMissing(.site))
    #expect(Self.refusal(site: LimitSet(), device: Self.device()) == .sourceMissing(.site))
    #expect(
      Self.refusal(site: Situation.boundless, device: Self.device(depth: -1...1_900)) == .deviceImplausible)
    var site = Situation.boundless
    site[.speedMaximum] = LimitPair(hard: 50_000)
    #expect(Self.refusal(site: site, device: Self.device()) == nil, "at the limit")
    site[.speedMaximum] = LimitPair(hard: 49_999)
    #expect(
      Self.refusal(site: site, device: Self.device())
        == .noSpeedWithinLimits(
          minimum: Bound(value: 50_000, source: .device), maximum: Bound(value: 49_999, source: .site)))
    #expect(
      Self.refusal(site: Situation.boundless, device: Self.device(speed: 200_001...300_000))
        == .noSpeedWithinLimits(
          minimum: Bound(value: 200_001, source: .device), maximum: Bound(value: 200_000, source: .ceiling)))
  }

  @Test(
    "S3 S9 the drive turns at the strictest source's highest speed, under a set that allows nothing else",
    arguments: [
      (LimitPair(), 300_000, 200_000), (LimitPair(), 150_000, 150_000),
      (LimitPair(hard: 120_000), 150_000, 120_000), (LimitPair(soft: 110_000, hard: 120_000), 150_000, 110_000),
    ] as [(LimitPair, Int64, Int64)])
  func speed(site pair: LimitPair, device maximum: Int64, expected: Int64) throws {
    var site = Situation.boundless
    site[.speedMaximum] = pair
    let test = try SelfTestGuard(site: site, device: Self.device(speed: 50_000...maximum), generation: 4)
    let set = try #require(SetPointTests.profiles(test.admitProfiles()))
    #expect(set.generation == 4)
    #expect(
      set.profiles == [
        ZoneProfile(
          zone: ZoneIndex(number: 0), depth: .micrometres(200), depthMaximum: .micrometres(200),
          speed: .millihertz(expected), speedMaximum: .millihertz(expected), dwellMaximum: .milliseconds(1))
      ])
  }

  @Test("S5 S9 the self-test is admitted only for the set that this guard had loaded")
  func loaded() throws {
    let test = try SelfTestGuard(site: Situation.boundless, device: Self.device(), generation: 4)
    for digest in [
      ProfileDigest.none, ProfileDigest(generation: 3, checksum: 9), ProfileDigest(generation: 5, checksum: 9),
    ] {
      #expect(throws: GuardRefusal.notLoaded) { try test.admitSelfTest(loaded: digest) }
    }
    let admitted = try test.admitSelfTest(loaded: ProfileDigest(generation: 4, checksum: 9))
    #expect(admitted.command == .selfTest)
  }
}

import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// S5: the device holds every zone's profile under one digest.
@Suite struct ProfileTests {
  @Test("S5 profiles are not touched while armed, running, in self-test, stopped or faulted")
  func notWhileMoving() {
    let selfTest = Bench()
    selfTest.load()
    #expect(selfTest.say(.startSelfTest)?.isAccepted == true)
    let stopped = Bench.armed()
    stopped.stop()
    let faulted = Bench.armed()
    faulted.pass(.milliseconds(151))
    let phases: [(Bench, CommandRefusal)] = [
      (.armed(), .wrongPhase), (.running(), .wrongPhase), (selfTest, .wrongPhase), (stopped, .wrongPhase),
      (faulted, .faultActive),
    ]
    for (bench, refusal) in phases {
      #expect(bench.say(.beginProfiles(generation: 2, count: 1))?.refusal == refusal)
      #expect(bench.say(.profile(Bench.profiles[0]))?.refusal == refusal)
      #expect(bench.say(.commitProfiles(Bench.digest))?.refusal == refusal)
      #expect(bench.currentDigest == Bench.digest)
    }
  }

  @Test("S5 a change of set-points: suspended, loaded, in force with the answer, and no motion before it")
  func newSetPoints() throws {
    let bench = Bench.running()
    #expect(bench.say(.suspend)?.isAccepted == true)
    #expect(bench.say(.beginProfiles(generation: 2, count: 2))?.isAccepted == true)
    #expect(bench.say(.resume)?.refusal == .noProfiles)
    for profile in Bench.profiles { #expect(bench.say(.profile(profile))?.isAccepted == true) }
    #expect(bench.say(.resume)?.refusal == .noProfiles)
    #expect(bench.say(.renewLease(Bench.digest))?.isAccepted == true)
    let digest = ProfileDigest.of(generation: 2, profiles: Bench.profiles)
    #expect(bench.say(.commitProfiles(digest)) == .profiles(digest))
    #expect(bench.say(.renewLease(digest))?.isAccepted == true)
    #expect(bench.say(.resume)?.isAccepted == true)
    bench.releasePedal()
    bench.press()
    let request = try #require(bench.approach())
    #expect(bench.give(Bench.grant(request, digest: digest)).reply?.isAccepted == true)
  }

  @Test("S5 a set whose digest is not what the host thinks is dropped, and the old one stays in force")
  func wrongDigest() {
    let bench = Bench()
    bench.prepare()
    #expect(bench.say(.beginProfiles(generation: 2, count: 1))?.isAccepted == true)
    #expect(bench.say(.profile(Bench.profiles[0]))?.isAccepted == true)
    #expect(bench.say(.commitProfiles(Bench.digest))?.refusal == .digestMismatch)
    #expect(bench.currentDigest == Bench.digest)
    #expect(bench.say(.commitProfiles(Bench.digest))?.refusal == .noProfiles)
    bench.arm()
  }

  @Test("S5 profiles without a beginning, too many, too few, twice or in falling order are refused")
  func counts() {
    let bench = Bench()
    #expect(bench.say(.profile(Bench.profiles[0]))?.refusal == .noProfiles)
    #expect(bench.say(.commitProfiles(Bench.digest))?.refusal == .noProfiles)
    #expect(bench.say(.beginProfiles(generation: 1, count: 2))?.isAccepted == true)
    #expect(bench.say(.profile(Bench.profiles[1]))?.isAccepted == true)
    #expect(bench.say(.profile(Bench.profiles[1]))?.refusal == .profileOutOfRange)
    #expect(bench.say(.profile(Bench.profiles[0]))?.refusal == .profileOutOfRange)
    #expect(bench.say(.commitProfiles(Bench.digest))?.refusal == .noProfiles)
    #expect(bench.say(.beginProfiles(generation: 1, count: 1))?.isAccepted == true)
    #expect(bench.say(.profile(Bench.profiles[0]))?.isAccepted == true)
    #expect(bench.say(.profile(Bench.profiles[1]))?.refusal == .profileOutOfRange)
    #expect(bench.currentDigest == .none)
  }

  @Test("S5 thirty-two zones fit")
  func full() throws {
    let bench = Bench()
    let base = Bench.profiles[0]
    let profiles = (0..<UInt8(Bounds.zones)).map { zone in
      ZoneProfile(
        zone: ZoneIndex(number: zone), depth: base.depth, depthMaximum: base.depthMaximum, speed: base.speed,
        speedMaximum: base.speedMaximum, dwellMaximum: base.dwellMaximum)
    }
    bench.load(profiles, generation: 9)
    bench.proveStop()
    let digest = ProfileDigest.of(generation: 9, profiles: profiles)
    #expect(bench.say(.arm(digest))?.isAccepted == true)
    bench.press()
    let request = try #require(bench.approach())
    #expect(bench.give(Bench.grant(request, zone: 31, digest: digest)).reply?.isAccepted == true)
  }

  @Test(
    "S5 a profile beyond what the device can do is refused",
    arguments: [
      (Int64(99), Int64(600), Int64(110_000), Int64(120_000), Int64(200)), (601, 600, 110_000, 120_000, 200),
      (500, 1_501, 110_000, 120_000, 200), (500, 600, 19_999, 120_000, 200), (500, 600, 120_001, 120_000, 200),
      (500, 600, 110_000, 150_001, 200), (500, 600, 110_000, 120_000, 0),
    ])
  func outOfRange(depth: Int64, depthMaximum: Int64, speed: Int64, speedMaximum: Int64, dwell: Int64) {
    let bench = Bench()
    #expect(bench.say(.beginProfiles(generation: 1, count: 1))?.isAccepted == true)
    let profile = ZoneProfile(
      zone: ZoneIndex(number: 0), depth: .micrometres(depth), depthMaximum: .micrometres(depthMaximum),
      speed: .millihertz(speed), speedMaximum: .millihertz(speedMaximum), dwellMaximum: .milliseconds(dwell))
    #expect(bench.say(.profile(profile))?.refusal == .profileOutOfRange)
  }

  @Test("S5 a set begun and not ended blocks arming and self-test until it is given up")
  func begunOnly() {
    let bench = Bench()
    bench.prepare()
    #expect(bench.say(.beginProfiles(generation: 2, count: 1))?.isAccepted == true)
    #expect(bench.say(.arm(Bench.digest))?.refusal == .noProfiles)
    #expect(bench.say(.startSelfTest)?.refusal == .noProfiles)
    #expect(bench.say(.disarm)?.isAccepted == true)
    bench.arm()
  }
}

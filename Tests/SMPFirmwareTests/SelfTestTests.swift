import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// S9: the device's own part of the proof that a stop works.
@Suite struct SelfTestTests {
  private static func spinning() -> Bench {
    let bench = Bench()
    bench.load()
    bench.body = .silent
    #expect(bench.say(.startSelfTest)?.isAccepted == true)
    #expect(bench.drive == .millihertz(110_000))
    return bench
  }

  @Test("S9 no arming without a self-test")
  func noArming() {
    let bench = Bench()
    bench.load()
    #expect(bench.say(.arm(Bench.digest))?.refusal == .selfTestMissing)
    bench.proveStop()
    bench.arm()
  }

  @Test("S9 no self-test without profiles, with the pedal down, with the needle out, or outside idle")
  func refusals() {
    let bench = Bench()
    #expect(bench.say(.startSelfTest)?.refusal == .noProfiles)
    bench.load()
    bench.press()
    #expect(bench.say(.startSelfTest)?.refusal == .pedalPressed)
    bench.releasePedal()
    bench.put(.parked(false))
    #expect(bench.say(.startSelfTest)?.refusal == .notParked)
    #expect(bench.drive == .zero)
    #expect(Bench.armed().say(.startSelfTest)?.refusal == .wrongPhase)
    #expect(Bench.running().say(.startSelfTest)?.refusal == .wrongPhase)
  }

  @Test("S9 a stop after which the drive stands within 50 ms proves the path, 1 µs more does not")
  func latency() {
    for (late, isProven) in [(Int64(50_000), true), (50_001, false)] {
      let bench = Self.spinning()
      bench.put(.driveMeasured(.millihertz(90_000)))
      bench.stop()
      bench.pass(.microseconds(late))
      bench.put(.driveMeasured(.zero))
      bench.put(.parked(true))
      #expect(bench.status.fault == nil)
      #expect(bench.clear())
      #expect((bench.say(.arm(Bench.digest))?.isAccepted == true) == isProven)
    }
  }

  @Test("S9 a stop of a drive that was never seen turning proves nothing")
  func neverTurned() {
    let bench = Self.spinning()
    bench.put(.driveMeasured(.millihertz(900)))
    bench.stop()
    bench.put(.driveMeasured(.zero))
    bench.put(.parked(true))
    #expect(bench.clear())
    #expect(bench.say(.arm(Bench.digest))?.refusal == .selfTestMissing)
  }

  @Test("S9 without a stop the self-test ends by itself after 200 ms, as a fault")
  func noStop() {
    for (turns, fault) in [(false, DeviceFault.motorStuck), (true, .leaseExpired)] {
      let bench = Self.spinning()
      if turns { bench.put(.driveMeasured(.millihertz(110_000))) }
      bench.pass(.milliseconds(200))
      #expect(bench.firmware.phase == .selfTest)
      bench.pass(.microseconds(1))
      #expect(bench.status.fault == fault)
      #expect(bench.drive == .zero)
      bench.put(.driveMeasured(.zero))
      bench.put(.parked(true))
      #expect(bench.clear())
      #expect(bench.say(.arm(Bench.digest))?.refusal == .selfTestMissing)
    }
  }

  @Test("S9 a drive that does not stand 200 ms after the stop is stuck")
  func doesNotStand() {
    let bench = Self.spinning()
    bench.put(.driveMeasured(.millihertz(110_000)))
    bench.stop()
    bench.pass(.milliseconds(200))
    #expect(bench.firmware.phase == .stopped)
    bench.pass(.microseconds(1))
    #expect(bench.status.fault == .motorStuck)
    #expect(!bench.clear())
    bench.put(.driveMeasured(.zero))
    bench.put(.parked(true))
    #expect(bench.clear())
    #expect(bench.say(.arm(Bench.digest))?.refusal == .selfTestMissing)
  }

  @Test("S9 a pedal pressed, a needle come out or a contact during the self-test is a fault and no proof")
  func disturbed() {
    let inputs: [(FirmwareInput, DeviceFault)] = [
      (.pedal(pressed: true), .pedalStuck), (.parked(false), .internalFailure),
      (.contactBegan(Bench.here), .contactWithoutGrant),
    ]
    for (input, fault) in inputs {
      let bench = Self.spinning()
      bench.put(.driveMeasured(.millihertz(110_000)))
      bench.put(input)
      #expect(bench.status.fault == fault)
      #expect(bench.drive == .zero)
      bench.body = .obedient
      bench.lift()
      bench.releasePedal()
      bench.stop()
      #expect(bench.clear())
      #expect(bench.say(.arm(Bench.digest))?.refusal == .selfTestMissing)
    }
  }

  @Test("S9 a disarm ends the self-test without a proof")
  func disarmed() {
    let bench = Bench()
    bench.load()
    #expect(bench.say(.startSelfTest)?.isAccepted == true)
    #expect(bench.say(.disarm)?.isAccepted == true)
    #expect(bench.drive == .zero)
    #expect(bench.say(.arm(Bench.digest))?.refusal == .selfTestMissing)
  }

  @Test("S9 the proof is gone with a new profile set, a start, and a fault of the drive, and with nothing else")
  func expiry() {
    let loaded = Bench()
    loaded.prepare()
    loaded.load()
    #expect(loaded.say(.arm(Bench.digest))?.refusal == .selfTestMissing)

    let restarted = Bench(memory: loaded.persisted)
    restarted.load()
    #expect(restarted.say(.arm(Bench.digest))?.refusal == .selfTestMissing)

    let stalled = Bench.running()
    stalled.pass(.milliseconds(300), renewing: true)
    stalled.put(.driveMeasured(.millihertz(98_999)))
    #expect(stalled.status.fault == .speedDeviated)
    stalled.releasePedal()
    #expect(stalled.clear())
    #expect(stalled.say(.arm(Bench.digest))?.refusal == .selfTestMissing)

    let lapsed = Bench.armed()
    lapsed.pass(.milliseconds(151))
    #expect(lapsed.clear())
    lapsed.arm()
  }
}

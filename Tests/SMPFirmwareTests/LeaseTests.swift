import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// S5: the dead-man in the device.
@Suite struct LeaseTests {
  @Test("S5 a lease lives to 150 ms and is cut 1 µs later, in every leased phase")
  func expiry() {
    for prepare in [Bench.leaveArmed, Bench.leaveRunning, Bench.leaveSuspended] {
      for ticking in [true, false] {
        let alive = prepare()
        alive.pass(.milliseconds(150))
        #expect(alive.say(.renewLease(Bench.digest))?.isAccepted == true)
        alive.pass(.milliseconds(150))
        #expect(alive.status.fault == nil)

        let dead = prepare()
        if ticking { dead.pass(.microseconds(150_001)) } else { dead.skip(.microseconds(150_001)) }
        #expect(dead.say(.renewLease(Bench.digest))?.refusal == .faultActive)
        #expect(dead.status.fault == .leaseExpired)
        #expect(dead.drive == .zero)
        #expect(dead.lowered == nil)
      }
    }
  }

  @Test("S5 a device with a shorter lease cuts at its own")
  func shorterLease() {
    let bench = Bench.running(Bench.capabilities(lease: .milliseconds(100)))
    bench.pass(.milliseconds(100))
    #expect(bench.status.fault == nil)
    bench.pass(.microseconds(1))
    #expect(bench.status.fault == .leaseExpired)
  }

  @Test("S5 a device that could hold longer still cuts at 150 ms")
  func longerLease() {
    let bench = Bench.running(Bench.capabilities(lease: .milliseconds(1_000)))
    bench.pass(.microseconds(150_001))
    #expect(bench.status.fault == .leaseExpired)
  }

  @Test("S5 the cut takes the needle out and keeps the grant's record")
  func cutInContact() {
    let (bench, number) = Bench.inContact()
    bench.skip(.microseconds(150_001))
    bench.put(.tick)
    #expect(bench.outputs.prefix(2) == [.drive(.zero), .retract])
    #expect(bench.status.fault == .leaseExpired)
    bench.lift()
    #expect(bench.outcomes(of: number) == [.used])
  }

  @Test("S5 a renewal under a wrong digest cuts and latches, in every leased phase")
  func wrongRenewal() {
    for prepare in [Bench.leaveArmed, Bench.leaveRunning, Bench.leaveSuspended] {
      for wrong in [
        ProfileDigest.none, ProfileDigest(generation: 2, checksum: Bench.digest.checksum),
        ProfileDigest(generation: 1, checksum: Bench.digest.checksum ^ 1),
      ] {
        let bench = prepare()
        #expect(bench.say(.renewLease(wrong))?.refusal == .digestMismatch)
        #expect(bench.status.fault == .digestMismatch)
        #expect(bench.drive == .zero)
      }
    }
  }

  @Test("S5 a grant under a wrong digest lowers nothing, cuts and latches")
  func wrongGrant() throws {
    let bench = Bench.running()
    let request = try #require(bench.approach())
    let wrong = ProfileDigest(generation: 2, checksum: Bench.digest.checksum)
    let (number, reply) = bench.give(Bench.grant(request, digest: wrong))
    #expect(reply?.refusal == .digestMismatch)
    #expect(bench.outcomes(of: number) == [.cancelled])
    #expect(bench.status.fault == .digestMismatch)
    #expect(bench.lowered == nil)
    #expect(bench.drive == .zero)
  }

  @Test("S5 a lease cannot be renewed where there is none")
  func nothingToRenew() {
    let bench = Bench()
    bench.prepare()
    #expect(bench.say(.renewLease(Bench.digest))?.refusal == .wrongPhase)
    bench.stop()
    #expect(bench.say(.renewLease(Bench.digest))?.refusal == .wrongPhase)
    #expect(bench.firmware.nextDeadline == nil)
  }

  @Test("S5 the pedal is hold-to-run, and a press needs no host")
  func pedal() {
    let bench = Bench.armed()
    #expect(bench.drive == .zero)
    bench.press()
    #expect(bench.firmware.phase == .running)
    #expect(bench.drive == .millihertz(110_000))
    bench.releasePedal()
    #expect(bench.firmware.phase == .armed)
    #expect(bench.drive == .zero)
  }

  @Test("S5 the pedal must be seen released before arming")
  func pedalHeld() {
    let bench = Bench()
    bench.prepare()
    bench.press()
    #expect(bench.say(.arm(Bench.digest))?.refusal == .pedalPressed)
    bench.releasePedal()
    #expect(bench.say(.arm(Bench.digest))?.isAccepted == true)
  }

  @Test("S5 a pedal that was never read counts as pressed, a needle never read as out")
  func neverRead() {
    let readings: [(FirmwareInput, CommandRefusal)] = [
      (.parked(true), .pedalPressed), (.pedal(pressed: false), .notParked),
    ]
    for (reading, expected) in readings {
      let now = DeviceTicks(microseconds: 0)
      var firmware = Firmware(capabilities: Bench.capabilities(), memory: NonvolatileMemory(drawn: 7), now: now)
      var outputs: [FirmwareOutput] = []
      firmware.handle(reading, at: now, into: &outputs)
      let commands: [HostCommand] =
        [.beginProfiles(generation: 1, count: 2)] + Bench.profiles.map(HostCommand.profile)
        + [.commitProfiles(Bench.digest), .startSelfTest]
      for command in commands { firmware.handle(.bulkOut(command.encoded(sequence: 1)), at: now, into: &outputs) }
      guard case .bulkIn(let bytes)? = outputs.last, let frame = try? Frame.decode(bytes) else {
        Issue.record("no reply")
        return
      }
      #expect((try? DeviceMessage(frame))?.refusal == expected)
      #expect(firmware.phase == .idle)
    }
  }

  @Test("S5 a pedal held over a resume must be seen released, then pressed")
  func pedalOverResume() {
    let bench = Bench.running()
    #expect(bench.say(.suspend)?.isAccepted == true)
    #expect(bench.drive == .zero)
    #expect(bench.say(.resume)?.isAccepted == true)
    #expect(bench.firmware.phase == .armed)
    bench.put(.pedal(pressed: true))
    #expect(bench.firmware.phase == .armed)
    #expect(bench.drive == .zero)
    bench.releasePedal()
    bench.press()
    #expect(bench.firmware.phase == .running)
  }

  @Test("S5 a pedal still down 10 s after a resume is taken to be stuck")
  func pedalStuck() {
    let bench = Bench.running()
    #expect(bench.say(.suspend)?.isAccepted == true)
    #expect(bench.say(.resume)?.isAccepted == true)
    bench.pass(.seconds(10), renewing: true)
    #expect(bench.status.fault == nil)
    bench.pass(.microseconds(1))
    #expect(bench.status.fault == .pedalStuck)
    #expect(!bench.clear())
    bench.releasePedal()
    #expect(bench.clear())
  }

  @Test("S5 while suspended the pedal does nothing and nobody asks")
  func suspended() {
    let bench = Bench.leaveSuspended()
    bench.press()
    #expect(bench.firmware.phase == .suspended)
    #expect(bench.drive == .zero)
    #expect(bench.approach() == nil)
  }

  @Test("S5 a clear leads to idle and the pedal that was held starts nothing")
  func pedalOverClear() {
    let bench = Bench.running()
    bench.stop()
    #expect(bench.clear())
    #expect(bench.firmware.phase == .idle)
    #expect(bench.say(.arm(Bench.digest))?.refusal == .pedalPressed)
    #expect(bench.drive == .zero)
  }

  @Test("arming is refused under another digest, without profiles, with the needle out, and twice")
  func armRefusals() {
    let bench = Bench()
    #expect(bench.say(.arm(.none))?.refusal == .noProfiles)
    bench.prepare()
    #expect(bench.say(.arm(.none))?.refusal == .digestMismatch)
    #expect(bench.status.fault == nil)
    bench.put(.parked(false))
    #expect(bench.say(.arm(Bench.digest))?.refusal == .notParked)
    bench.put(.parked(true))
    bench.arm()
    #expect(bench.say(.arm(Bench.digest))?.refusal == .wrongPhase)
  }
}

extension Bench {
  @Sendable static func leaveArmed() -> Bench { .armed() }
  @Sendable static func leaveRunning() -> Bench { .running() }
  @Sendable static func leaveSuspended() -> Bench {
    let bench = Bench.armed()
    #expect(bench.say(.suspend)?.isAccepted == true)
    return bench
  }
}

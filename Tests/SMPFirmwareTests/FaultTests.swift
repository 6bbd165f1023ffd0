import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// S8: faults latch, and a reset is an edge that moves nothing.
@Suite struct FaultTests {
  @Test("S8 the first fault stays, whatever follows")
  func firstStays() {
    let bench = Bench.armed()
    bench.pass(.milliseconds(151))
    bench.put(.contactBegan(Bench.here))
    bench.lift()
    #expect(bench.status.fault == .leaseExpired)
    #expect(bench.records.last?.outcome == .unbidden)
  }

  @Test("S8 a clear while armed, running, suspended or in self-test is refused and changes nothing")
  func clearIsNoWayOut() {
    for bench in [Bench.armed(), .running(), .leaveSuspended()] {
      let phase = bench.firmware.phase
      #expect(!bench.clear())
      #expect(bench.firmware.phase == phase)
    }
  }

  @Test("S8 nothing is started by a clear, with the pedal held and a hand waiting")
  func edge() {
    let bench = Bench.running()
    bench.pass(.milliseconds(151))
    #expect(bench.clear())
    #expect(bench.firmware.phase == .idle)
    #expect(bench.drive == .zero)
    #expect(bench.approach() == nil)
    #expect(bench.firmware.nextDeadline == nil)
  }

  @Test("S8 with a fault latched nothing but reading, releasing and stopping is done")
  func whileFaulted() {
    let bench = Bench.armed()
    bench.pass(.milliseconds(151))
    let commands: [HostCommand] = [
      .startSelfTest, .arm(Bench.digest), .renewLease(Bench.digest), .suspend, .resume, .disarm,
      .deny(RequestID(number: 1), .wait), .beginProfiles(generation: 1, count: 1),
    ]
    for command in commands { #expect(bench.say(command)?.refusal == .faultActive) }
    #expect(bench.say(.release(upTo: RecordSequence(number: 1)))?.isAccepted == true)
    #expect(bench.say(.readRecords)?.isAccepted == true)
    #expect(bench.say(.hello(oldest: 1, newest: 1)) == .version(1))
  }

  @Test("a drive more than a tenth off its speed after the ramp is a fault; at a tenth it is not")
  func speed() {
    for (speed, fault) in [
      (Int64(121_000), DeviceFault?.none), (121_001, .speedDeviated), (99_000, nil), (98_999, .speedDeviated),
      (1_000, .motorStuck), (0, .motorStuck),
    ] {
      let early = Bench.running()
      early.body = .silent
      early.pass(.microseconds(299_999), renewing: true)
      early.put(.driveMeasured(.millihertz(speed)))
      #expect(early.status.fault == nil, "the ramp is allowed for")
      early.pass(.microseconds(1))
      #expect(early.status.fault == fault)
      let late = Bench.running()
      late.pass(.milliseconds(300), renewing: true)
      late.put(.driveMeasured(.millihertz(speed)))
      #expect(late.status.fault == fault)
      #expect(late.drive == (fault == nil ? .millihertz(110_000) : .zero))
    }
  }

  @Test("a drive that never says it turns is stuck when the ramp is over")
  func silentSensor() {
    let bench = Bench.armed()
    bench.body = .silent
    bench.press()
    bench.pass(.milliseconds(300), renewing: true)
    #expect(bench.status.fault == .motorStuck)
  }

  @Test("a grant with another speed gives the drive another ramp")
  func newSpeed() throws {
    let bench = Bench.running()
    bench.pass(.milliseconds(300), renewing: true)
    let request = try #require(bench.approach())
    #expect(bench.give(Bench.grant(request, zone: 3, speed: 60_000, dwell: 100)).reply?.isAccepted == true)
    bench.put(.driveMeasured(.millihertz(100_000)))
    #expect(bench.status.fault == nil)
  }

  @Test("a drive that turns untold is stuck when it does not stand within 200 ms")
  func untold() {
    let bench = Bench()
    bench.body = .silent
    bench.put(.driveMeasured(.millihertz(50_000)))
    bench.pass(.milliseconds(200))
    #expect(bench.status.fault == nil)
    bench.pass(.microseconds(1))
    #expect(bench.status.fault == .motorStuck)
  }

  @Test("a state notice follows every change of phase, pedal, end switch, drive and digest")
  func notices() {
    let bench = Bench.running()
    let before = bench.notices.count
    bench.stop()
    #expect(bench.notices.count > before)
    #expect(bench.notices.contains { $0.phase == .stopped })
    let after = bench.notices.count
    bench.put(.tick)
    bench.stop()
    #expect(bench.notices.count == after)
  }
}

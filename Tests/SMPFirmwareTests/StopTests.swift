import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// S6: a stop is free.
@Suite struct StopTests {
  private static func selfTest() -> Bench {
    let bench = Bench()
    bench.load()
    #expect(bench.say(.startSelfTest)?.isAccepted == true)
    return bench
  }
  private static func faulted() -> Bench {
    let bench = Bench.armed()
    bench.pass(.milliseconds(151))
    return bench
  }
  private static func stopped() -> Bench {
    let bench = Bench.armed()
    bench.stop()
    return bench
  }
  private static func everyPhase() -> [Bench] {
    [
      Bench(), selfTest(), .armed(), .running(), Bench.lowered().0, Bench.inContact().0, .leaveSuspended(),
      stopped(), faulted(),
    ]
  }

  @Test("S6 a protective stop is accepted in every phase, with every reason, and brakes and retracts first")
  func everywhere() {
    for reason in [UInt16(0), 1, 4, 999, .max] {
      for bench in Self.everyPhase() {
        let wasFaulted = bench.firmware.phase == .faulted
        #expect(bench.control(.protectiveStop, value: reason) == [])
        #expect(bench.outputs.prefix(2) == [.drive(.zero), .retract])
        #expect(bench.firmware.phase == (wasFaulted ? .faulted : .stopped))
        #expect(bench.drive == .zero)
        #expect(bench.lowered == nil)
      }
    }
  }

  @Test("S6 a stop is idempotent and says brake every time")
  func idempotent() {
    for bench in Self.everyPhase() {
      bench.stop()
      let records = bench.records
      bench.stop()
      #expect(bench.outputs.prefix(2) == [.drive(.zero), .retract])
      #expect(bench.records == records)
    }
  }

  @Test("S6 the stop input does what the protective stop does")
  func stopInput() {
    for bench in Self.everyPhase() {
      let wasFaulted = bench.firmware.phase == .faulted
      bench.put(.stopInput)
      #expect(bench.outputs.prefix(2) == [.drive(.zero), .retract])
      #expect(bench.firmware.phase == (wasFaulted ? .faulted : .stopped))
    }
  }

  @Test("S6 a stop before contact cancels the open grant, one in contact leaves it used")
  func openGrants() {
    let (lowered, first) = Bench.lowered()
    lowered.stop()
    #expect(lowered.outcomes(of: first) == [.cancelled])
    let (contact, second) = Bench.inContact()
    contact.stop()
    contact.skip(.milliseconds(6))
    contact.lift(dwell: 8, strokes: 1)
    #expect(contact.outcomes(of: second) == [.used])
    #expect(contact.records.last?.dwellReported == .milliseconds(8))
    #expect(contact.firmware.phase == .stopped)
  }

  @Test("S6 nothing moves after a stop until it is cleared and armed anew")
  func staysStopped() throws {
    let bench = Bench.running()
    let request = try #require(bench.approach())
    bench.stop()
    #expect(bench.give(Bench.grant(request)).reply?.refusal == .wrongPhase)
    #expect(bench.say(.resume)?.refusal == .wrongPhase)
    #expect(bench.say(.arm(Bench.digest))?.refusal == .wrongPhase)
    #expect(bench.say(.startSelfTest)?.refusal == .wrongPhase)
    bench.releasePedal()
    bench.press()
    #expect(bench.drive == .zero)
    #expect(bench.clear())
    #expect(bench.firmware.phase == .idle)
    #expect(bench.drive == .zero)
    bench.releasePedal()
    bench.arm()
    bench.press()
    #expect(bench.makeDot() != nil)
  }

  @Test("S6 still is the drive's own sensor, not an assumption")
  func still() {
    let bench = Bench.running()
    bench.body = .silent
    bench.put(.parked(false))
    bench.stop()
    #expect(!bench.status.still)
    bench.put(.driveMeasured(.millihertz(1_001)))
    #expect(!bench.status.still)
    #expect(!bench.clear())
    bench.put(.driveMeasured(.millihertz(1_000)))
    #expect(bench.status.still)
    #expect(bench.notices.last?.still == true)
    #expect(!bench.clear())
    bench.put(.parked(true))
    #expect(bench.clear())
  }

  @Test("S6 a stop that follows an overdue lease still stops")
  func overdue() {
    let bench = Bench.running()
    bench.skip(.seconds(3))
    bench.stop()
    #expect(bench.status.fault == .leaseExpired)
    #expect(bench.drive == .zero)
  }

  @Test("S13 control requests nobody defined are stalled and change nothing")
  func unknownRequests() {
    let bench = Bench.running()
    let memory = bench.firmware.memory
    for request in UInt8.min...UInt8.max where ControlRequest(rawValue: request) == nil {
      var outputs: [FirmwareOutput] = []
      #expect(bench.firmware.control(request, value: 3, at: bench.now, into: &outputs) == nil)
      #expect(outputs.isEmpty)
    }
    #expect(bench.firmware.memory == memory)
    #expect(bench.firmware.phase == .running)
  }

  @Test("capabilities and status are read on EP0 in every phase")
  func reads() throws {
    for bench in Self.everyPhase() {
      let capabilities = try #require(bench.control(.capabilities))
      #expect(try DeviceCapabilities(Frame.decode(capabilities)) == Bench.capabilities())
      let status = try #require(bench.control(.status))
      #expect(try DeviceStatus(Frame.decode(status)).phase == bench.firmware.phase)
    }
  }
}

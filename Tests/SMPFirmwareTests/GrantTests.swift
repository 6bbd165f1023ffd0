import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// S1: no dot without a grant. Refusals first.
@Suite struct GrantTests {
  @Test("S1 a grant nobody asked for lowers nothing and ends in one record, in every phase")
  func neverAsked() {
    let phases: [(Bench, CommandRefusal)] = [
      (Bench(), .wrongPhase), (.armed(), .wrongPhase), (.running(), .unknownRequest),
      (Self.suspended(), .wrongPhase), (Self.stopped(), .wrongPhase), (Self.faulted(), .faultActive),
    ]
    for (bench, refusal) in phases {
      let request = DotRequest(id: RequestID(number: 1), position: Bench.here, requestedAt: bench.now)
      let digest = bench.currentDigest
      let (number, reply) = bench.give(Bench.grant(request, digest: digest))
      #expect(reply?.refusal == refusal)
      #expect(bench.lowered == nil)
      #expect(bench.outcomes(of: number) == [.cancelled])
    }
  }

  private static func suspended() -> Bench {
    let bench = Bench.armed()
    #expect(bench.say(.suspend)?.isAccepted == true)
    return bench
  }
  private static func stopped() -> Bench {
    let bench = Bench.armed()
    bench.stop()
    return bench
  }
  private static func faulted() -> Bench {
    let bench = Bench.armed()
    bench.pass(.milliseconds(151))
    #expect(bench.status.fault == .leaseExpired)
    return bench
  }

  @Test("S1 a grant for another request lowers nothing; the pending request stays")
  func wrongRequest() throws {
    let bench = Bench.running()
    let request = try #require(bench.approach())
    let (number, reply) = bench.give(Bench.grant(request, id: request.id.number + 1))
    #expect(reply?.refusal == .unknownRequest)
    #expect(bench.outcomes(of: number) == [.cancelled])
    #expect(bench.lowered == nil)
    #expect(bench.give(Bench.grant(request)).reply?.isAccepted == true)
  }

  @Test("S1 a grant for another place lowers nothing and uses the request up")
  func wrongPosition() throws {
    let bench = Bench.running()
    let request = try #require(bench.approach())
    let elsewhere = ChartPosition(x: Bench.here.x + 1, y: Bench.here.y)
    let (number, reply) = bench.give(Bench.grant(request, position: elsewhere))
    #expect(reply?.refusal == .wrongPosition)
    #expect(bench.outcomes(of: number) == [.cancelled])
    #expect(bench.give(Bench.grant(request)).reply?.refusal == .unknownRequest)
    #expect(bench.lowered == nil)
  }

  @Test("S1 a grant for a zone without a profile lowers nothing")
  func unknownZone() throws {
    let bench = Bench.running()
    let request = try #require(bench.approach())
    #expect(bench.give(Bench.grant(request, zone: 1)).reply?.refusal == .unknownZone)
    #expect(bench.lowered == nil)
  }

  @Test(
    "S1 a grant deeper, faster or longer than the zone's profile, or below what the device can do, lowers nothing",
    arguments: [
      (Int64(601), Int64(110_000), Int64(180)), (99, 110_000, 180), (500, 120_001, 180), (500, 19_999, 180),
      (500, 110_000, 201), (500, 110_000, 0),
    ])
  func beyondProfile(depth: Int64, speed: Int64, dwell: Int64) throws {
    let bench = Bench.running()
    let request = try #require(bench.approach())
    let (number, reply) = bench.give(Bench.grant(request, depth: depth, speed: speed, dwell: dwell))
    #expect(reply?.refusal == .beyondProfile)
    #expect(bench.outcomes(of: number) == [.cancelled])
    #expect(bench.lowered == nil)
  }

  @Test(
    "S1 a grant at the profile's limits is accepted",
    arguments: [(Int64(600), Int64(120_000), Int64(200)), (100, 20_000, 1)])
  func atProfile(depth: Int64, speed: Int64, dwell: Int64) throws {
    let bench = Bench.running()
    let request = try #require(bench.approach())
    #expect(bench.give(Bench.grant(request, depth: depth, speed: speed, dwell: dwell)).reply?.isAccepted == true)
    #expect(bench.lowered == .micrometres(depth))
    #expect(bench.drive == .millihertz(speed))
  }

  @Test("S1 each zone has its own bounds")
  func ownBounds() throws {
    let bench = Bench.running()
    let first = try #require(bench.approach())
    #expect(bench.give(Bench.grant(first, zone: 3, depth: 560, dwell: 150)).reply?.refusal == .beyondProfile)
    let second = try #require(bench.approach())
    #expect(bench.give(Bench.grant(second, zone: 3, depth: 550, dwell: 150)).reply?.isAccepted == true)
  }

  @Test("S1 a depth between two steps of the actuator is rounded down")
  func steps() throws {
    let bench = Bench.running(Bench.capabilities(depthStep: .micrometres(30)))
    let request = try #require(bench.approach())
    #expect(bench.give(Bench.grant(request, depth: 517)).reply?.isAccepted == true)
    #expect(bench.lowered == .micrometres(490))
  }

  @Test("S1 a grant at 20 ms is accepted, 1 µs later it lowers nothing and is recorded as expired")
  func expiry() throws {
    for (late, isAccepted) in [(Int64(20_000), true), (20_001, false)] {
      for ticking in [true, false] {
        let bench = Bench.running()
        let request = try #require(bench.approach())
        if ticking { bench.pass(.microseconds(late)) } else { bench.skip(.microseconds(late)) }
        let (number, reply) = bench.give(Bench.grant(request))
        #expect((reply?.isAccepted == true) == isAccepted)
        #expect((bench.lowered != nil) == isAccepted)
        if !isAccepted {
          #expect(reply?.refusal == .requestExpired)
          #expect(bench.outcomes(of: number) == [.expired])
        }
      }
    }
  }

  @Test("S1 a contact at 20 ms is the grant's; without one the grant expires 1 µs later and the needle is back up")
  func contactExpiry() {
    let (inTime, first) = Bench.lowered()
    inTime.pass(.milliseconds(20))
    #expect(inTime.lowered != nil)
    inTime.put(.contactBegan(Bench.here))
    inTime.lift()
    #expect(inTime.outcomes(of: first) == [.used])

    let (late, second) = Bench.lowered()
    late.pass(.microseconds(20_001))
    #expect(late.lowered == nil)
    #expect(late.outcomes(of: second) == [.expired])
    #expect(late.firmware.phase == .running)
    late.put(.contactBegan(Bench.here))
    #expect(late.status.fault == .contactWithoutGrant)
  }

  @Test("S1 a contact that comes late by 1 µs, without a tick before it, is nobody's")
  func lateContact() {
    let (bench, number) = Bench.lowered()
    bench.skip(.microseconds(20_001))
    bench.put(.contactBegan(Bench.here))
    bench.lift()
    #expect(bench.outcomes(of: number) == [.expired])
    #expect(bench.records.last?.outcome == .unbidden)
    #expect(bench.status.fault == .contactWithoutGrant)
  }

  @Test("S1 silence means no dot: a request runs out by itself and the hand may ask again")
  func silence() throws {
    let bench = Bench.running()
    let first = try #require(bench.approach())
    #expect(bench.approach() == nil)
    bench.pass(.microseconds(20_001))
    let second = try #require(bench.approach())
    #expect(second.id.number == first.id.number + 1)
    #expect(bench.records.isEmpty)
  }

  @Test("S1 a grant is spent once: its replay is refused and its first record stands")
  func replay() throws {
    let bench = Bench.running()
    let request = try #require(bench.approach())
    let grant = Bench.grant(request)
    let number = bench.takeNumber()
    #expect(bench.say(.grant(number, grant))?.isAccepted == true)
    #expect(bench.say(.grant(number, grant))?.refusal == .grantOpen)
    bench.put(.contactBegan(Bench.here))
    bench.lift()
    #expect(bench.say(.grant(number, grant))?.refusal == .unknownRequest)
    #expect(bench.say(.release(upTo: RecordSequence(number: 2)))?.isAccepted == true)
    let again = try #require(bench.approach())
    #expect(bench.say(.grant(number, Bench.grant(again)))?.refusal == .unknownRequest)
    #expect(bench.outcomes(of: number) == [.used])
    #expect(bench.lowered == nil)
  }

  @Test("S1 a replay is refused across a loss of power, and a greeting of an armed device does not open the way")
  func replayAfterPowerLoss() throws {
    let bench = Bench.running()
    let number = try #require(bench.makeDot()).grant
    #expect(bench.say(.hello(oldest: 1, newest: 1)) == .version(1))
    let request = try #require(bench.approach())
    #expect(bench.say(.grant(number, Bench.grant(request)))?.refusal == .unknownRequest)

    let again = Bench(memory: bench.persisted)
    let old = DotRequest(id: RequestID(number: 1), position: Bench.here, requestedAt: again.now)
    #expect(again.say(.grant(number, Bench.grant(old)))?.refusal == .unknownRequest)
    #expect(again.records.isEmpty)
  }

  @Test("S1 a second grant while one is open lowers nothing and is cancelled")
  func secondGrant() {
    let (bench, first) = Bench.lowered()
    guard let request = bench.requests.last else { return }
    let (second, reply) = bench.give(Bench.grant(request, depth: 600))
    #expect(reply?.refusal == .grantOpen)
    #expect(bench.outcomes(of: second) == [.cancelled])
    #expect(bench.lowered == .micrometres(500))
    bench.put(.contactBegan(Bench.here))
    bench.lift()
    #expect(bench.outcomes(of: first) == [.used])
  }

  @Test("S1 a hand that goes away takes its request and its open grant with it")
  func withdrawn() throws {
    let bench = Bench.running()
    let request = try #require(bench.approach())
    bench.put(.withdrew)
    #expect(bench.give(Bench.grant(request)).reply?.refusal == .unknownRequest)

    let (lowered, number) = Bench.lowered()
    lowered.put(.withdrew)
    #expect(lowered.lowered == nil)
    #expect(lowered.outcomes(of: number) == [.cancelled])
  }

  @Test("S1 a denial ends the request and reaches the hand")
  func denial() throws {
    let bench = Bench.running()
    let request = try #require(bench.approach())
    #expect(bench.say(.deny(RequestID(number: 99), .moveAway))?.refusal == .unknownRequest)
    #expect(bench.say(.deny(request.id, .moveAway))?.isAccepted == true)
    #expect(bench.outputs.contains(.indicate(.moveAway)))
    #expect(bench.give(Bench.grant(request)).reply?.refusal == .unknownRequest)
    #expect(bench.lowered == nil)
  }

  @Test("S1 nobody asks unless running")
  func asksOnlyRunning() {
    for bench in [Bench(), .armed(), Self.suspended(), Self.stopped(), Self.faulted()] {
      #expect(bench.approach() == nil)
    }
  }

  @Test("S1 the pedal released between request and grant: no dot")
  func pedalReleased() throws {
    let bench = Bench.running()
    let request = try #require(bench.approach())
    bench.releasePedal()
    let (number, reply) = bench.give(Bench.grant(request))
    #expect(reply?.refusal == .wrongPhase)
    #expect(bench.outcomes(of: number) == [.cancelled])
    #expect(bench.lowered == nil)
  }

  @Test("a whole dot: asked, granted, made, recorded")
  func wholeDot() throws {
    let bench = Bench.running()
    let record = try #require(bench.makeDot())
    #expect(record.sequence == RecordSequence(number: 1))
    #expect(record.depthReported == .micrometres(500))
    #expect(record.dwellReported == .milliseconds(20))
    #expect(record.strokes == 2)
    #expect(bench.status.contactCount == 1)
    #expect(bench.firmware.phase == .running)
    #expect(bench.lowered == nil)
  }
}

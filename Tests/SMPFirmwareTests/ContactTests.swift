import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// What the needle did, against what was granted.
@Suite struct ContactTests {
  @Test("S1 a contact without a grant is recorded as unbidden, latched and cut, in every phase")
  func unbidden() {
    for bench in [Bench(), .armed(), .running()] {
      bench.put(.contactBegan(Bench.here))
      #expect(bench.outputs.prefix(2) == [.drive(.zero), .retract])
      #expect(bench.status.fault == .contactWithoutGrant)
      bench.lift()
      let record = bench.records.last
      #expect(record?.outcome == .unbidden)
      #expect(record?.grant == GrantNumber.none)
      #expect(bench.status.contactCount == 1)
    }
  }

  @Test("S1 a second contact after a used grant is unbidden")
  func doubleDot() {
    let bench = Bench.running()
    bench.makeDot()
    bench.put(.contactBegan(Bench.here))
    bench.lift()
    #expect(bench.records.map(\.outcome) == [.used, .unbidden])
    #expect(bench.status.fault == .contactWithoutGrant)
  }

  @Test("S1 a second contact before the first one's end was seen: the grant is used, the second is unbidden")
  func missedEnd() {
    let (bench, number) = Bench.inContact()
    bench.skip(.milliseconds(5))
    bench.put(.contactBegan(Bench.here))
    bench.lift()
    #expect(bench.outcomes(of: number) == [.used])
    #expect(bench.records.map(\.outcome) == [.used, .unbidden])
    #expect(bench.status.contactCount == 2)
    #expect(bench.drive == .zero)
  }

  @Test("S1 an end without a beginning: under a grant it is used, without one unbidden")
  func missedBeginning() {
    let (granted, number) = Bench.lowered()
    granted.lift()
    #expect(granted.outcomes(of: number) == [.used])
    #expect(granted.status.contactCount == 1)
    #expect(granted.firmware.phase == .running)
    let bench = Bench.running()
    bench.lift()
    #expect(bench.records.last?.outcome == .unbidden)
    #expect(bench.status.fault == .contactWithoutGrant)
  }

  @Test("S1 a contact elsewhere than granted is unbidden and the granted place stays without a dot")
  func elsewhere() {
    // Twice the accuracy of 50 µm and 1,000 µm of drift: at the limit and one step beyond.
    for (offset, isUsed) in [(Int32(1_100), true), (1_101, false)] {
      let (bench, number) = Bench.lowered()
      bench.skip(.milliseconds(10))
      let place = ChartPosition(x: Bench.here.x, y: Bench.here.y + offset)
      bench.put(.contactBegan(place))
      bench.lift(at: place)
      #expect(bench.outcomes(of: number) == [isUsed ? .used : .cancelled])
      #expect(bench.records.last?.position == place)
      #expect(bench.status.fault == (isUsed ? nil : .contactWithoutGrant))
    }
  }

  @Test("S1 on a device without positioning no position is judged")
  func noPositioning() {
    let (bench, number) = Bench.lowered(Bench.capabilities(positioning: .none))
    bench.put(.contactBegan(ChartPosition(x: .max, y: .min)))
    bench.lift(at: ChartPosition(x: 0, y: 0))
    #expect(bench.outcomes(of: number) == [.used])
    #expect(bench.status.fault == nil)
  }

  @Test("the device takes the needle out when the dwell is reached")
  func dwell() {
    let (bench, number) = Bench.inContact()
    bench.pass(.microseconds(179_999), renewing: true)
    #expect(bench.lowered != nil)
    bench.pass(.microseconds(1), renewing: true)
    #expect(bench.lowered == nil)
    bench.skip(.milliseconds(8))
    bench.lift(dwell: 188)
    #expect(bench.outcomes(of: number) == [.used])
    #expect(bench.status.fault == nil)
  }

  @Test("S1 a needle still in the skin 100 ms after its retraction is a fault, and the grant has its record")
  func dwellExceeded() {
    for (late, fault) in [(Int64(100_000), DeviceFault?.none), (100_001, .dwellExceeded)] {
      let (bench, number) = Bench.inContact()
      bench.pass(.milliseconds(180), renewing: true)
      bench.pass(.microseconds(late), renewing: true)
      #expect(bench.status.fault == fault)
      #expect(bench.outcomes(of: number) == (fault == nil ? [] : [.used]))
      #expect(!bench.clear())
      bench.lift()
      #expect(bench.outcomes(of: number) == [.used])
      #expect(bench.records.count == 1)
      #expect(bench.status.contactCount == 1)
      #expect(bench.status.fault == fault)
    }
  }

  @Test("S1 an unbidden contact that does not end goes on record all the same")
  func unbiddenStays() {
    let bench = Bench.running()
    bench.put(.contactBegan(Bench.here))
    bench.pass(.microseconds(100_001))
    #expect(bench.records.map(\.outcome) == [.unbidden])
    #expect(bench.status.fault == .contactWithoutGrant)
    bench.lift()
    #expect(bench.records.count == 1)
  }

  @Test("a depth beyond the granted one by more than the accuracy is used, latched and cut")
  func depthExceeded() {
    for (depth, fault) in [(Int64(520), DeviceFault?.none), (521, .depthExceeded)] {
      let (bench, number) = Bench.inContact()
      bench.lift(depth: depth)
      #expect(bench.outcomes(of: number) == [.used])
      #expect(bench.records.last?.depthReported == .micrometres(depth))
      #expect(bench.status.fault == fault)
      if fault != nil { #expect(bench.drive == .zero) }
    }
  }

  @Test("two positions no hand could reach in that time are a fault while running")
  func positionJump() {
    // 10 ms at 2 m/s and twice 50 µm: 20.1 mm.
    for (distance, fault) in [(Int32(20_100), DeviceFault?.none), (20_101, .positionJumped)] {
      let bench = Bench.running()
      bench.put(.positionMeasured(Bench.here))
      bench.skip(.milliseconds(10))
      bench.put(.positionMeasured(ChartPosition(x: Bench.here.x - distance, y: Bench.here.y)))
      #expect(bench.status.fault == fault)
    }
    let armed = Bench.armed()
    armed.put(.positionMeasured(Bench.here))
    armed.put(.positionMeasured(ChartPosition(x: .min, y: .max)))
    #expect(armed.status.fault == nil)
  }

  @Test("a jump at the contact: the grant is used, then everything stops")
  func jumpAtContact() {
    let (bench, number) = Bench.lowered()
    bench.put(.contactBegan(ChartPosition(x: .max, y: .min)))
    #expect(bench.status.fault == .positionJumped)
    #expect(bench.lowered == nil)
    bench.lift()
    #expect(bench.outcomes(of: number) == [.used])
  }

  @Test("S5 the pedal released in mid-dot finishes the dot, then brakes")
  func pedalInMidDot() {
    let (bench, number) = Bench.inContact()
    bench.releasePedal()
    #expect(bench.lowered == nil)
    #expect(bench.firmware.phase == .running)
    #expect(bench.drive != .zero)
    bench.skip(.milliseconds(5))
    bench.lift(dwell: 7, strokes: 1)
    #expect(bench.outcomes(of: number) == [.used])
    #expect(bench.records.last?.dwellReported == .milliseconds(7))
    #expect(bench.firmware.phase == .armed)
    #expect(bench.drive == .zero)
  }

  @Test("S5 the pedal released before contact takes the grant back")
  func pedalBeforeContact() {
    let (bench, number) = Bench.lowered()
    bench.releasePedal()
    #expect(bench.lowered == nil)
    #expect(bench.outcomes(of: number) == [.cancelled])
    #expect(bench.firmware.phase == .armed)
    #expect(bench.drive == .zero)
  }

  @Test("S5 the pedal released and pressed while a dot is finished goes on running")
  func pedalAgain() {
    let (bench, number) = Bench.inContact()
    bench.releasePedal()
    bench.press()
    bench.lift()
    #expect(bench.outcomes(of: number) == [.used])
    #expect(bench.firmware.phase == .running)
    #expect(bench.makeDot() != nil)
  }

  @Test("S6 a normal stop finishes the dot, retracts and rests")
  func disarmInMidDot() {
    let (bench, number) = Bench.inContact()
    #expect(bench.say(.suspend)?.isAccepted == true)
    #expect(bench.say(.disarm)?.isAccepted == true)
    #expect(bench.say(.suspend)?.isAccepted == true)
    #expect(bench.lowered == nil)
    #expect(bench.firmware.phase == .running)
    bench.lift()
    #expect(bench.outcomes(of: number) == [.used])
    #expect(bench.firmware.phase == .idle)
    #expect(bench.drive == .zero)
    bench.press()
    #expect(bench.firmware.phase == .idle)
  }

  @Test("S6 a pause in mid-dot finishes the dot and suspends")
  func suspendInMidDot() {
    let (bench, number) = Bench.inContact()
    #expect(bench.say(.suspend)?.isAccepted == true)
    bench.lift()
    #expect(bench.outcomes(of: number) == [.used])
    #expect(bench.firmware.phase == .suspended)
    #expect(bench.drive == .zero)
  }
}

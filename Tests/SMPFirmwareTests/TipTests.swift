import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// S12: the device tells where its tip is only while nothing can move it and it is held still.
@Suite struct TipTests {
  private static func hold(_ bench: Bench, _ place: ChartPosition = Bench.here, readings: Int = 12) {
    for _ in 0..<readings {
      bench.put(.positionMeasured(place))
      bench.pass(.milliseconds(20))
    }
  }

  @Test("S12 no place is read without positioning, without a sighting, of a tip that moves, or one seen long ago")
  func unsteady() {
    let blind = Bench(Bench.capabilities(positioning: .none))
    Self.hold(blind)
    #expect(blind.say(.readTip)?.refusal == .noSteadyPlace)
    let bench = Bench()
    #expect(bench.say(.readTip)?.refusal == .noSteadyPlace)
    for step in 0..<20 {
      bench.put(.positionMeasured(ChartPosition(x: Int32(step) * 101, y: 0)))
      bench.pass(.milliseconds(20))
      #expect(bench.say(.readTip)?.refusal == .noSteadyPlace)
    }
    Self.hold(bench)
    bench.pass(.milliseconds(101))
    #expect(bench.say(.readTip)?.refusal == .noSteadyPlace)
    Self.hold(bench)
    bench.put(.withdrew)
    #expect(bench.say(.readTip)?.refusal == .noSteadyPlace)
  }

  @Test("S12 no place is read where the needle may move, is not parked, or the drive turns")
  func energised() {
    for bench in [Bench.armed(), Bench.running()] {
      bench.put(.positionMeasured(Bench.here))
      #expect(bench.say(.readTip)?.refusal == .wrongPhase)
    }
    let bench = Bench()
    Self.hold(bench)
    bench.put(.parked(false))
    #expect(bench.say(.readTip)?.refusal == .notParked)
    bench.put(.parked(true))
    bench.put(.driveMeasured(.millihertz(1_001)))
    #expect(bench.say(.readTip)?.refusal == .wrongPhase)
  }

  @Test("S12 a tip held still is told as it was seen last")
  func read() {
    let bench = Bench(Bench.capabilities(positioning: .absolute(accuracy: .micrometres(50))))
    let place = ChartPosition(x: -431_250, y: 77_003)
    Self.hold(bench, place)
    #expect(bench.say(.readTip) == .tip(DevicePosition(place)))
  }
}

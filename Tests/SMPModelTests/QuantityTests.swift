import SMPModel
import Testing

@Suite struct QuantityTests {
  @Test("a quantity is its amount in the unit its name says")
  func units() {
    #expect(Depth.micrometres(500).amount == 500 && Depth.micrometres(500).micrometres == 500)
    #expect(Speed.millihertz(110_000).millihertz == 110_000)
    #expect(Distance.micrometres(1_200).micrometres == 1_200)
    #expect(Dwell.milliseconds(300).milliseconds == 300)
    #expect(Area.squareCentimetre.squareMicrometres == 10_000 * 10_000)
    #expect(Density.perSquareCentimetre(25) == .perSquareMetre(250_000))
    #expect(Interval.milliseconds(20) == .microseconds(20_000) && Interval.seconds(1) == .milliseconds(1_000))
    #expect(Interval.microseconds(1) == .nanoseconds(1_000))
  }

  @Test("quantities of one kind add, subtract and compare")
  func arithmetic() {
    #expect(Depth.micrometres(500) + .micrometres(150) == .micrometres(650))
    #expect(Distance.micrometres(500) - .micrometres(600) < .zero)
    #expect(Speed.millihertz(1) < .millihertz(2) && Interval.zero < .nanoseconds(1))
  }

  @Test("an overflowing sum traps in release too: a wrapped depth must never reach a needle")
  func overflowTraps() async {
    await #expect(processExitsWith: .failure) {
      let deepest = Depth.micrometres(.max)
      _ = deepest + .micrometres(1)
    }
  }

  @Test("S3 a density allows whole dots, rounded down")
  func densityRoundsDown() {
    let cap = Density.perSquareCentimetre(25)
    #expect(cap.dots(in: .squareCentimetre) == 25)
    #expect(cap.dots(in: .squareMicrometres(99_999_999)) == 24)
    #expect(cap.dots(in: .squareMicrometres(100_000_001)) == 25)
    #expect(cap.dots(in: .squareMicrometres(103_999_999)) == 25)
    #expect(cap.dots(in: .squareMicrometres(104_000_000)) == 26)
    #expect(Density.perSquareMetre(249_999).dots(in: .squareCentimetre) == 24)
    #expect(Density.perSquareMetre(0).dots(in: .squareCentimetre) == 0)
    #expect(cap.dots(in: .squareMicrometres(0)) == 0)
  }

  @Test("S3 the largest density on the largest chart is counted without overflow")
  func densityIsWide() {
    // 10⁷ dots per m² on 4 m²: the product passes 64 bits, the quotient does not.
    #expect(Density.perSquareMetre(10_000_000).dots(in: .squareMicrometres(4_000_000_000_000)) == 40_000_000)
  }
}

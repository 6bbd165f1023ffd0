import SMPModel
import Testing

/// The bounds lean on each other; a change of one that breaks the others fails here.
@Suite struct BoundsTests {
  @Test("S5 a lease outlives two lost renewals and is longer than any grant")
  func lease() {
    #expect(Bounds.leaseLifetime > Bounds.leasePeriod + Bounds.leasePeriod)
    #expect(Bounds.grantLifetime < Bounds.leasePeriod)
    #expect(Bounds.grantLifetime < Bounds.leaseLifetime)
    #expect(Bounds.replyTimeout <= Bounds.leaseLifetime, "a silent device is noticed no later than it cuts")
  }

  @Test("S2 a journal that stalls is called stalled only after every grant it held has expired")
  func journalStall() { #expect(Bounds.journalStall > Bounds.grantLifetime) }

  @Test("S8 three faults fit their window, and idling is shorter than it")
  func faults() {
    #expect(Bounds.lockOutCount == 3)
    #expect(Bounds.lockOutWindow == .seconds(600))
    #expect(Bounds.idleDisarm == .seconds(180) && Bounds.idleDisarm < Bounds.lockOutWindow)
  }

  @Test("S9 a stop that passes its limit is noticed before the lease would have cut")
  func stopLatency() { #expect(Bounds.stopLatency < Bounds.leaseLifetime) }

  @Test("S1 S2 S5 the numbers of the promises")
  func numbers() {
    #expect(Bounds.grantLifetime == .milliseconds(20))
    #expect(Bounds.leaseLifetime == .milliseconds(150) && Bounds.leasePeriod == .milliseconds(50))
    #expect(Bounds.recordWindow == 4)
  }

  @Test("S4 squared distances and areas on the whole chart stay within 64 bits")
  func chart() {
    let extent = Int32(Bounds.chartExtent.micrometres)
    let (low, high) = (ChartPosition(x: -extent, y: -extent), ChartPosition(x: extent, y: extent))
    #expect(low.squaredDistance(to: high) == 8_000_000_000_000)
    let square = Outline(corners: [
      low, ChartPosition(x: extent, y: -extent), high, ChartPosition(x: -extent, y: extent),
    ])
    #expect(square.area == .squareMicrometres(4_000_000_000_000))
    #expect(square.twiceSignedArea == -Outline(corners: square.corners.reversed()).twiceSignedArea)
  }

  @Test("zones fit the bits of a mask and the byte of their index")
  func zones() { #expect(Bounds.zones <= UInt32.bitWidth && Bounds.zones <= Int(UInt8.max)) }

  @Test("an odd area is rounded down, so that a density over it errs upwards")
  func oddArea() {
    let triangle = Outline(corners: [
      ChartPosition(x: 0, y: 0), ChartPosition(x: 3, y: 0), ChartPosition(x: 0, y: 1),
    ])
    #expect(triangle.twiceSignedArea == 3 && triangle.area == .squareMicrometres(1))
  }
}

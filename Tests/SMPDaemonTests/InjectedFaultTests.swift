import SMPDaemon
import SMPModel
import SMPRecord
import SMPSession
import SMPSimulator
import Testing

/// Each fault that can be injected leads to its designed outcome, and journal and needle agree afterwards.
@Suite struct InjectedFaultTests {
  /// A fault that must latch, with the words it may have: device and host may both find it.
  struct Latching: Sendable, CustomTestStringConvertible {
    let fault: SimulatedFault
    let words: [String]
    var testDescription: String { fault.word }
  }

  static let latching: [Latching] = [
    Latching(fault: .depthOvershoot, words: ["depth_exceeded", "depth_beyond_grant"]),
    Latching(fault: .speedDrift, words: ["speed_deviated", "speed_beyond_grant"]),
    Latching(fault: .stuckMotor, words: ["motor_stuck", "speed_deviated"]),
    Latching(fault: .positionJump, words: ["position_jumped", "place_beyond_grant"]),
    Latching(fault: .doubleDot, words: ["contact_without_grant", "record_without_grant"]),
    Latching(fault: .dotWithoutGrant, words: ["contact_without_grant", "record_without_grant"]),
    Latching(fault: .lateReply, words: ["device_silent", "lease_expired"]),
    Latching(fault: .hang, words: ["device_silent", "lease_expired"]),
  ]

  @Test("S1 S5 S8 the fault latches, the needle is still, nothing more is made", arguments: latching)
  func latches(_ case: Latching) {
    let station = Station(seed: 11)
    station.begin(Orders.small(dots: 200))
    station.make(10)
    station.device.inject(`case`.fault)
    #expect(station.turn(limit: 100_000) { station.state == .faulted }, "state \(station.state)")
    #expect(!station.faults.isEmpty)
    #expect(Set(station.faults).isSubset(of: `case`.words), "\(station.faults)")
    // The lease bounds what a silent device may still do; after it the needle stands, with nobody acting.
    let soon = station.pacing.monotonic() + Bounds.leaseLifetime + .milliseconds(300)
    station.turn(limit: 50_000) { station.pacing.monotonic() >= soon }
    let contacts = station.device.contactLog.count
    #expect(station.device.driveSpeed == .zero)
    #expect(!station.device.isNeedleInSkin)
    station.device.clear(`case`.fault)
    let later = station.pacing.monotonic() + .seconds(2)
    station.turn(limit: 50_000) { station.pacing.monotonic() >= later }
    #expect(station.device.contactLog.count == contacts, "nothing moves again by itself")
    // Positions that jumped are wrong in the device's own record; that is the fault.
    station.expectAgreement(`case`.fault.word, places: `case`.fault != .positionJump)
  }

  @Test(
    "A lost or corrupted frame costs at most the dot it belonged to; the session goes on or stands still",
    arguments: [SimulatedFault.lostFrame, .corruptedFrame], [1, 2, 3, 4, 5, 6] as [UInt64])
  func frames(_ fault: SimulatedFault, seed: UInt64) {
    let station = Station(seed: seed)
    station.begin(Orders.small(dots: 80))
    station.make(10)
    station.device.inject(fault)
    station.turn { station.session?.isComplete == true || station.state == .faulted }
    if station.state == .faulted {
      // A lost renewal or its answer is a silent device.
      #expect(Set(station.faults).isSubset(of: ["device_silent", "lease_expired"]), "\(station.faults) seed \(seed)")
      station.recover()
      #expect(station.turn { station.session?.isComplete == true }, "seed \(seed)")
    }
    _ = station.ask(.stop)
    station.expectAgreement(fault.word)
    station.expectEveryGrantEndedOnce()
  }

  @Test("S5 a pedal that reads pressed keeps the session from arming, and says why") func pedalStuck() {
    let station = Station(seed: 12)
    #expect(station.turn { station.state == .ready })
    station.device.inject(.pedalStuck)
    _ = station.ask(.start(Orders.small(), basedOn: .max, dryRun: false))
    #expect(station.state == .preparing || station.state == .faulted)
    #expect(station.device.contactLog.isEmpty)
    #expect(station.device.driveSpeed == .zero)
  }

  @Test("S8 the third time the same fault locks out; only a named unlocking lifts it") func lockOut() {
    let station = Station(seed: 13)
    station.begin(Orders.small(dots: 400))
    for round in 1...3 {
      station.make(Int64(round) * 5)
      station.device.inject(.dotWithoutGrant)
      #expect(station.turn(limit: 100_000) { station.state == .faulted || station.state == .lockedOut })
      // Device and host may each have latched it: their words count apart.
      if round < 3 { station.recover("round \(round)") } else { station.comeToRest() }
    }
    #expect(station.state == .lockedOut)
    if case .refused(.lockedOut, _)? = station.ask(.clearFault) {} else { Issue.record("a lock-out was cleared") }
    if case .refused(.lockedOut, _)? = station.ask(.resume) {} else { Issue.record("a lock-out was resumed") }
    if case .done? = station.ask(.unlock(by: "N", reason: "cleaned")) {} else { Issue.record("not unlocked") }
    if case .done? = station.ask(.clearFault) {} else { Issue.record("not cleared after unlocking") }
    station.expectAgreement()
  }
}

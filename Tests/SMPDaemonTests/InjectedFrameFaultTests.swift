import SMPDaemon
import SMPModel
import SMPRecord
import SMPSession
import SMPSimulator
import Testing

@testable import smpsim

/// Frames that are wrong in one thing, endpoints that stall, answers to nothing: what the host makes of each.
@Suite struct InjectedFrameFaultTests {
  static let frames: [SimulatedFault] = [
    .duplicatedFrame, .reorderedFrames, .truncatedFrame, .wrongLength, .wrongVersion, .wrongType, .wrongSequence,
  ]

  @Test(
    "S1 S2 S13 a wrong frame costs at most the dot it belonged to; the session goes on or stands still",
    arguments: frames, SimulatedEndpoint.allCases)
  func wrongFrame(_ fault: SimulatedFault, endpoint: SimulatedEndpoint) {
    for seed in 1...8 as ClosedRange<UInt64> {
      let station = Station(seed: seed)
      station.begin(Orders.small(dots: 25))
      station.make(5)
      // At an odd moment, not only in the quiet after a dot: there are requests, grants, records and releases to hit.
      let moment = station.pacing.monotonic() + .milliseconds(Int64(seed) * 97)
      station.turn(limit: 5_000) { station.pacing.monotonic() >= moment }
      station.device.inject(fault, on: endpoint)
      finish(station, "\(fault.word) on \(endpoint)", faults: ["device_silent", "lease_expired"])
    }
  }

  @Test(
    "S5 S9 a wrong frame while the session is prepared: it is armed, or it stands and says why",
    arguments: frames, [SimulatedEndpoint.bulkOut, .bulkIn])
  func whilePreparing(_ fault: SimulatedFault, endpoint: SimulatedEndpoint) {
    for frame in 0..<6 as Range<Int> {
      let comment = "\(fault.word) on \(endpoint), frame \(frame)"
      let station = Station(seed: 31)
      #expect(station.turn { station.state == .ready })
      let box = AnswerBox()
      _ = station.queue.post(
        call: OwnerCall(.start(Orders.small(dots: 5), basedOn: .max, dryRun: false), actor: 1_000) { box.put($0) })
      station.turn(limit: frame * 3) { false }
      station.device.inject(fault, on: endpoint)
      station.turn(limit: 30_000) { station.state == .armed && station.device.activeFaults.isEmpty || isAtEnd(station) }
      if station.state != .armed {
        #expect(isAtEnd(station), "\(comment): \(station.state) \(station.faults)")
        station.device.clear(fault)
        station.comeToRest()
        #expect(station.device.driveSpeed == .zero, "\(comment)")
      }
      #expect(station.device.contactLog.isEmpty, "\(comment)")
    }
  }

  /// Where a person has to act.
  private func isAtEnd(_ station: Station) -> Bool {
    switch station.state {
    case .stopped, .faulted, .held, .lockedOut, .uncertain: true
    case .noDevice, .ready, .testing, .preparing, .armed, .running, .paused, .stopping: false
    }
  }

  /// To the end of the session, standing up again where it fell; then journal and needle agree.
  private func finish(_ station: Station, _ comment: String, faults: Set<String>) {
    for _ in 0..<4 {
      station.turn { station.session?.isComplete == true || station.state == .faulted }
      guard station.state == .faulted else { break }
      station.comeToRest()
      #expect(station.device.driveSpeed == .zero, "\(comment) seed \(station.seed)")
      station.recover(comment)
    }
    #expect(Set(station.faults).isSubset(of: faults), "\(comment): \(station.faults) seed \(station.seed)")
    #expect(station.session?.isComplete == true, "\(comment): \(station.state) seed \(station.seed)")
    _ = station.ask(.stop)
    station.expectAgreement(comment)
    station.expectEveryGrantEndedOnce()
  }

  @Test(
    "S5 a device that cannot be told, or cannot be understood, is silent: it faults and stands",
    arguments: [SimulatedFault.stalledEndpoint, .misnumberedReplies])
  func silent(_ fault: SimulatedFault) {
    let station = Station(seed: 21)
    station.begin(Orders.small(dots: 60))
    station.make(10)
    station.device.inject(fault)
    #expect(station.turn(limit: 100_000) { station.state == .faulted }, "state \(station.state)")
    #expect(Set(station.faults).isSubset(of: ["device_silent", "lease_expired"]), "\(station.faults)")
    let soon = station.pacing.monotonic() + Bounds.leaseLifetime + .milliseconds(300)
    station.turn(limit: 50_000) { station.pacing.monotonic() >= soon }
    let contacts = station.device.contactLog.count
    #expect(station.device.driveSpeed == .zero)
    #expect(!station.device.isNeedleInSkin)
    #expect(station.stop.submit() == .submitted, "a stop goes over EP0")
    station.device.clear(fault)
    station.turn(limit: 20_000) { false }
    #expect(station.device.contactLog.count == contacts, "nothing moves again by itself")
    finish(station, fault.word, faults: ["device_silent", "lease_expired"])
  }

  @Test("S1 S8 a record of a dot nobody granted latches; the dots after it are all in the journal")
  func recordWithoutGrant() {
    for seed in 22...29 as ClosedRange<UInt64> {
      let station = Station(seed: seed)
      station.begin(Orders.small(dots: 25))
      station.make(5)
      let moment = station.pacing.monotonic() + .milliseconds(Int64(seed - 21) * 97)
      station.turn(limit: 5_000) { station.pacing.monotonic() >= moment }
      station.device.inject(.recordWithoutGrant)
      #expect(station.turn(limit: 100_000) { station.state == .faulted }, "state \(station.state) seed \(seed)")
      #expect(station.faults == ["record_without_grant"])
      station.comeToRest()
      #expect(station.device.driveSpeed == .zero)
      station.recover("seed \(seed)")
      station.turn { station.session?.isComplete == true || station.state == .faulted }
      #expect(station.session?.isComplete == true, "\(station.state) seed \(seed)")
      _ = station.ask(.stop)
      // The claimed contact is in the journal and not in the skin: the one difference, on the safer side.
      let claims = station.entries.count { entry in if case .unbiddenContact = entry.body { true } else { false } }
      let dots = station.entries.count { entry in if case .dot = entry.body { true } else { false } }
      #expect(claims == 1, "seed \(seed)")
      #expect(dots == station.device.contactLog.count, "seed \(seed)")
      station.expectEveryGrantEndedOnce()
    }
  }

  @Test("S6 S7 a protective stop in mid-dot: the dot is in the journal as made, under its grant, and nothing faults")
  func stoppedInMidDot() {
    for seed in 1...20 as ClosedRange<UInt64> {
      let station = Station(seed: seed)
      station.begin(Orders.small(dots: 25))
      station.make(5)
      station.turn(limit: 50_000) { station.device.isNeedleInSkin }
      #expect(station.stop.submit() == .submitted)
      station.queue.post(.stopSubmitted(by: 1_000, .submitted))
      station.turn(limit: 5_000) { false }
      #expect(station.state == .stopped, "\(station.state) seed \(seed)")
      #expect(station.faults.isEmpty, "\(station.faults) seed \(seed)")
      let dots = station.entries.count { entry in if case .dot = entry.body { true } else { false } }
      #expect(dots == station.device.contactLog.count, "seed \(seed)")
      station.expectEveryGrantEndedOnce()
    }
  }

  @Test("A device that floods the host with its state changes nothing: the session is made to its end")
  func flood() {
    let station = Station(seed: 23)
    station.begin(Orders.small(dots: 20))
    station.make(5)
    station.device.inject(.flood)
    finish(station, "flood", faults: [])
    #expect(station.device.contactLog.count == 20)
  }

  @Test("S13 impossible capabilities: the device is refused as unusable, and nothing is sent to it")
  func impossibleCapabilities() {
    let station = Station(seed: 24)
    station.device.inject(.impossibleCapabilities)
    station.turn(limit: 5_000) { false }
    #expect(station.state == .noDevice)
    #expect(station.device.phase == .idle)
    station.device.clear(.impossibleCapabilities)
    station.device.replug()
    station.queue.post(.attach(station.device))
    #expect(station.turn(limit: 5_000) { station.state == .ready })
  }
}

import SMPDaemon
import SMPModel
import SMPRecord
import SMPSession
import SMPSimulator
import Testing

/// Frames that are wrong in one thing, endpoints that stall, answers to nothing: what the host makes of each.
@Suite struct InjectedFrameFaultTests {
  static let frames: [SimulatedFault] = [
    .duplicatedFrame, .reorderedFrames, .truncatedFrame, .wrongLength, .wrongVersion, .wrongType, .wrongSequence,
  ]

  @Test(
    "S1 S2 S13 a wrong frame costs at most the dot it belonged to; the session goes on or stands still",
    arguments: frames, SimulatedEndpoint.allCases)
  func wrongFrame(_ fault: SimulatedFault, endpoint: SimulatedEndpoint) {
    for seed in 1...6 as ClosedRange<UInt64> {
      let station = Station(seed: seed)
      station.begin(Orders.small(dots: 60))
      for round in 1...3 {
        station.make(Int64(round) * 10)
        // At an odd moment, not only in the quiet after a dot: there are requests, grants, records and releases to hit.
        let moment = station.pacing.monotonic() + .milliseconds(Int64(seed * 7) + Int64(round) * 211)
        station.turn(limit: 5_000) { station.pacing.monotonic() >= moment }
        station.device.inject(fault, on: endpoint)
      }
      finish(station, "\(fault.word) on \(endpoint)", faults: ["device_silent", "lease_expired"])
    }
  }

  /// To the end of the session, standing up again where it fell; then journal and needle agree.
  private func finish(_ station: Station, _ comment: String, faults: Set<String>) {
    print("BEGIN", comment, "seed", station.seed)
    for _ in 0..<4 {
      station.turn { station.session?.isComplete == true || station.state == .faulted }
      guard station.state == .faulted else { break }
      station.comeToRest()
      #expect(station.device.driveSpeed == .zero, "\(comment) seed \(station.seed)")
      print("  faulted", station.faults, station.device.phase, station.session?.dotsMade ?? -1)
      station.recover(comment)
      print("  now", station.state, station.faults, station.device.phase)
    }
    #expect(Set(station.faults).isSubset(of: faults), "\(comment): \(station.faults) seed \(station.seed)")
    #expect(station.session?.isComplete == true, "\(comment): \(station.state) seed \(station.seed)")
    print(
      "  end", station.state, station.session?.dotsMade ?? -1, station.device.isHandWorking, station.device.activeFaults
    )
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
    let station = Station(seed: 22)
    station.begin(Orders.small(dots: 60))
    station.make(10)
    station.device.inject(.recordWithoutGrant)
    #expect(station.turn(limit: 100_000) { station.state == .faulted }, "state \(station.state)")
    #expect(station.faults == ["record_without_grant"])
    station.comeToRest()
    #expect(station.device.driveSpeed == .zero)
    station.recover()
    station.turn { station.session?.isComplete == true || station.state == .faulted }
    _ = station.ask(.stop)
    // The claimed contact is in the journal and not in the skin: the one difference, on the safer side.
    let claims = station.entries.count { entry in if case .unbiddenContact = entry.body { true } else { false } }
    let dots = station.entries.count { entry in if case .dot = entry.body { true } else { false } }
    #expect(claims == 1)
    #expect(dots == station.device.contactLog.count)
    station.expectEveryGrantEndedOnce()
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

import SMPDaemon
import SMPJournal
import SMPModel
import SMPSession
import SMPSimulator
import SimulatedStation
import Testing

/// A disk that is full, fails or is slow: the needle stops, nothing that was called durable is lost, and people are told
/// what to do (S2).
@Suite struct DiskTroubleTests {
  private static let order = StationOrders.order(dots: 8, session: 1, history: [])

  /// How many writes or syncs still go well: in the opening of the session, in its first dots, in the middle of groups.
  private static func counts(_ kind: DiskTrouble.Kind) -> [Int] {
    switch kind {
    case .full, .failingWrite: Array(0...12) + [17, 40, 41, 42, 43, 77, 100]
    case .failingSync: Array(0...9) + [13, 20]
    }
  }

  @Test(
    "S2 a disk that is full or fails stills the needle; what was durable stays so, and every dot is found",
    arguments: DiskTrouble.Kind.allCases)
  func failing(kind: DiskTrouble.Kind) throws {
    for count in Self.counts(kind) {
      for death in [Death.killed, .powerCut] {
        let station = try SimulatedStation(seed: UInt64(count) + 1)
        defer { station.end() }
        station.attach()
        #expect(station.turn { station.state == .ready })
        station.world.disk.trouble = DiskTrouble(kind, after: count)
        if station.start(Self.order) { station.work() }
        let note = "\(kind) after \(count), then \(death)"
        #expect(station.journal.failure != nil, "\(note): nothing failed")
        #expect(station.state == .faulted, "\(note): \(station.state)")
        station.pass(.seconds(1))
        let contacts = station.device.contactCount
        #expect(!station.device.isNeedleInSkin && station.device.driveSpeed == .zero, "\(note)")
        station.pass(.seconds(5))
        #expect(station.device.contactCount == contacts, "\(note): a dot followed")
        guard case .journalFailed? = station.ask(.stop) else {
          Issue.record("\(note): a command was taken without a journal")
          continue
        }
        #expect(station.board.newest?.journalFailure == station.journal.failure, "\(note)")
        if death == .killed, count % 2 == 0 {
          // Ended as by the service manager, over the disk as it still is.
          station.queue.post(.shutdown)
          #expect(station.turn(limit: 20_000) { station.owner.hasFinished }, "\(note)")
          try? station.store.close()
        }
        let wreck = try Wreck(of: station.world, by: death, fate: .running, seed: UInt64(count))
        var aftermath = Aftermath(wreck, goesOn: count % 7 == 0)
        for complaint in aftermath.run() { Issue.record("\(note): \(complaint)") }
      }
    }
  }

  @Test("S1 S2 a slow disk costs dots and never makes one that is not in the log", arguments: [1, 2, 3] as [UInt64])
  func slow(seed: UInt64) throws {
    // A grant lives 20 ms on the device's clock: below it dots are made, above it none.
    for range in [1...9, 12...30, 25...60, 100...240] as [ClosedRange<Int64>] {
      let station = try SimulatedStation(seed: seed)
      defer { station.end() }
      let latencies = Latencies(seed: seed, milliseconds: range)
      station.attach()
      #expect(station.turn { station.state == .ready })
      #expect(station.start(Self.order))
      station.journal.latency = { latencies.next() }
      station.pass(.seconds(8))
      let made = station.device.contactCount
      #expect(range.lowerBound <= 20 || made == 0, "\(range): \(made) dots")
      #expect(range.upperBound > 9 || made > 4, "\(range): \(made) dots")
      #expect([.armed, .running].contains(station.state), "\(range): \(station.state)")
      let wreck = try Wreck(of: station.world, by: .powerCut, fate: .running, seed: seed)
      var aftermath = Aftermath(wreck, goesOn: false)
      for complaint in aftermath.run() { Issue.record("seed \(seed) \(range): \(complaint)") }
      station.journal.latency = nil
      #expect(station.work(), "\(range): \(station.state)")
      _ = station.ask(.stop)
      #expect(station.state == .ready)
      try expectAgreement(station, 8)
    }
  }

  @Test("S2 a disk that stalls beyond half a second latches a fault; cleared and resumed, the session goes on")
  func stalled() throws {
    for milliseconds: Int64 in [501, 600] {
      let station = try SimulatedStation(seed: 5)
      defer { station.end() }
      station.attach()
      #expect(station.turn { station.state == .ready })
      #expect(station.start(Self.order))
      #expect(station.turn { station.device.contactCount == 3 })
      station.pass(.milliseconds(400))
      station.journal.latency = { .milliseconds(milliseconds) }
      #expect(station.turn(limit: 50_000) { station.state == .faulted })
      let newest = try #require(station.board.newest)
      #expect(newest.snapshot.fault == .journalStalled)
      let contacts = station.device.contactCount
      station.pass(.seconds(3))
      #expect(station.device.contactCount == contacts && station.device.driveSpeed == .zero)
      station.journal.latency = nil
      station.pass(.seconds(1))
      let cleared = station.ask(.clearFault)
      if case .done? = cleared {} else { Issue.record("not cleared: \(String(describing: cleared)) \(milliseconds)") }
      if case .done? = station.ask(.resume) {} else { Issue.record("not resumed") }
      #expect(station.work(), "\(station.state)")
      _ = station.ask(.stop)
      try expectAgreement(station, 8)
    }
  }

  private func expectAgreement(_ station: SimulatedStation, _ dots: Int) throws {
    #expect(station.device.contactCount == dots)
    let agreement = try Agreement(try station.store.all())
    #expect(agreement.complaints(contacts: station.device.contactLog).isEmpty)
    #expect(agreement.presumedGrants.isEmpty)
    #expect(try station.store.verify().isSound)
  }
}

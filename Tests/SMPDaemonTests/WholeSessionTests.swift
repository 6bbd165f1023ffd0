import SMPDaemon
import SMPModel
import SMPRecord
import SMPSession
import SMPSimulator
import Synchronization
import Testing

/// Whole sessions on virtual time, with the needle's own contact log as the witness.
@Suite struct WholeSessionTests {
  @Test(
    "S1 S2 the journal and the needle's contact log tell the same session", arguments: [1, 2, 3, 4, 5] as [UInt64])
  func agreement(seed: UInt64) {
    let station = Station(seed: seed)
    station.begin(Orders.small(dots: 120))
    #expect(station.turn { station.session?.isComplete == true }, "seed \(seed)")
    _ = station.ask(.stop)
    #expect(station.state == .ready)
    station.expectAgreement()
    station.expectEveryGrantEndedOnce()
    #expect(station.device.contactLog.count == 120)
  }

  @Test("The hand errs, so denials happen in every run") func denials() {
    let station = Station(seed: 3) {
      $0.hand.tooClose = 60; $0.hand.outside = 60
    }
    station.begin(Orders.small(dots: 120))
    #expect(station.turn { station.session?.isComplete == true })
    let reasons = station.entries.compactMap { entry in
      if case .denial(let denial) = entry.body { denial.denial.word.description } else { nil }
    }
    #expect(reasons.contains("beyond_hard_limit"))
    #expect(reasons.contains("outside_outline"))
    station.expectAgreement()
  }

  @Test("S11 every entry says that it was simulated") func simulated() {
    let station = Station()
    station.begin(Orders.small(dots: 10))
    #expect(station.turn { station.session?.isComplete == true })
    #expect(!station.entries.isEmpty)
    #expect(!station.entries.contains { !$0.header.simulated })
  }

  @Test("Two runs of one seed are the same, entry for entry; another seed is another run") func deterministic() {
    func run(_ seed: UInt64) -> [Entry] {
      let station = Station(seed: seed)
      station.begin(Orders.small(dots: 60))
      station.turn { station.session?.isComplete == true }
      return station.entries
    }
    let first = run(7)
    #expect(first == run(7))
    #expect(first != run(8))
  }

  @Test("S4 dots of an earlier session keep later ones away") func earlierSession() {
    let station = Station(seed: 4)
    station.begin(Orders.small(dots: 60))
    #expect(station.turn { station.session?.isComplete == true })
    _ = station.ask(.stop)
    let first = station.device.contactLog.map(\.position)
    station.device.layDown()
    let history = station.entries.compactMap { entry -> LivingDot? in
      if case .dot(let dot) = entry.body { LivingDot(position: dot.position, session: 1) } else { nil }
    }
    let order = Orders.small(dots: 60, session: 2, history: history)
    let started = station.ask(.start(order, basedOn: .max, dryRun: false))
    #expect(station.state == .armed, "\(String(describing: started))")
    station.putHandToWork(order)
    #expect(station.turn { station.session?.isComplete == true })
    let second = station.device.contactLog.dropFirst(first.count).map(\.position)
    #expect(second.count == 60)
    // True places: measured spacing 1.2 mm plus two errors of 50 µm leaves 1.2 mm in the skin.
    for new in second {
      for old in first { #expect(new.squaredDistance(to: old) >= 1_200 * 1_200) }
    }
    station.expectAgreement()
  }

  @Test("S6 a stop through the listener's own handle stills the needle and is recorded") func stopHandle() {
    let station = Station(seed: 5)
    station.begin(Orders.small(dots: 120))
    station.make(20)
    let before = station.device.contactLog.count
    #expect(station.stop.submit() == .submitted)
    #expect(station.stop.submit() == .submitted, "a second stop does no harm")
    station.queue.post(.stopSubmitted(by: 1_000, .submitted))
    #expect(station.turn(limit: 2_000) { station.state == .stopped })
    #expect(station.board.newest?.snapshot.device?.status.still == true)
    station.turn(limit: 2_000) { false }
    #expect(station.device.contactLog.count <= before + 1, "at most the dot under way")
    #expect(!station.device.isNeedleInSkin)
    station.expectAgreement()
    // Nothing resumes by itself; a person clears and resumes, and the work goes on.
    if case .done? = station.ask(.clearFault) {} else { Issue.record("the stop was not cleared") }
    #expect(station.state == .held)
    if case .done? = station.ask(.resume) {} else { Issue.record("the session was not resumed") }
    #expect(station.turn { station.session?.isComplete == true })
    station.expectAgreement()
    station.expectEveryGrantEndedOnce()
  }

  @Test("S6 still is the device's word after the stop: what it said before answers nobody, and it is asked")
  func stillIsNews() throws {
    let station = Station()
    #expect(station.turn { station.state == .ready })
    let before = try #require(station.board.newest)
    #expect(before.snapshot.device?.status.still == true)
    station.queue.post(.halt(by: 1_000))
    #expect(station.turn(limit: 100) { station.board.newest?.stopsTaken == before.stopsTaken + 1 })
    #expect(station.board.newest?.isHeardSinceStop == false)
    #expect(station.turn(limit: 2_000) { station.board.newest?.isHeardSinceStop == true })
    #expect(station.board.newest?.snapshot.device?.status.still == true)
  }

  @Test("The end waits for the device's word that it stands, said after the stop; a silent one is not waited for long")
  func end() {
    for hangs in [false, true] {
      let station = Station(seed: 8)
      station.begin(Orders.small(dots: 60))
      station.make(5)
      station.device.layDown()
      if case .done? = station.ask(.pause(nil, remarks: nil)) {} else { Issue.record("not paused") }
      #expect(station.turn(limit: 5_000) { station.board.newest?.snapshot.device?.status.still == true })
      if hangs { station.device.inject(.hang) }
      let asked = station.pacing.monotonic()
      station.queue.post(.shutdown)
      station.owner.turn()
      #expect(!station.owner.hasFinished, "it stood before the stop; that is no answer")
      for _ in 0..<5_000 where !station.owner.hasFinished { station.owner.turn() }
      #expect(station.owner.hasFinished)
      #expect(station.pacing.monotonic() - asked <= .milliseconds(1_100))
      #expect(station.device.driveSpeed == .zero || hangs)
    }
  }

  @Test("S6 without a device a stop says absent") func absent() {
    let station = Station()
    #expect(StopHandle().submit() == .absent)
    #expect(station.turn { station.state == .ready })
    station.device.inject(.unplug)
    #expect(station.turn(limit: 2_000) { station.state == .noDevice })
    #expect(station.stop.submit() == .absent)
  }

  @Test("S2 a journal that fails in mid-session stills the needle, and no dot follows") func failingJournal() {
    let station = Station(seed: 6)
    station.begin(Orders.small(dots: 120))
    station.make(20)
    station.journal.mood.withLock { $0 = .failing }
    #expect(station.turn(limit: 5_000) { station.state == .faulted })
    let contacts = station.device.contactLog.count
    station.turn(limit: 5_000) { false }
    #expect(station.device.contactLog.count == contacts)
    #expect(station.device.driveSpeed == .zero)
    if case .journalFailed? = station.ask(.stop) {} else { Issue.record("a command was taken without a journal") }
  }

  @Test("S8 three idle minutes disarm") func idle() {
    let station = Station(seed: 7)
    #expect(station.turn { station.state == .ready })
    _ = station.ask(.start(Orders.small(), basedOn: .max, dryRun: false))
    #expect(station.turn(limit: 50_000) { station.state == .held })
    #expect(station.device.driveSpeed == .zero)
    #expect(station.entries.contains { entry in if case .disarmed = entry.body { true } else { false } })
  }
}

internal import SMPDaemon
internal import SMPGuard
internal import SMPJournal
internal import SMPModel
internal import SMPSession
internal import SMPSimulator
internal import SimulatedStation

/// Nothing goes wrong any more: the course must come to its end.
extension Life {
  /// Rounds of somebody who does what the state asks; the longest session takes some dozens.
  private static let rounds = 400
  /// Seconds without work after which a hand has done what it could: longer than it waits for people.
  private static let handsOff = 14

  func comeToRest() throws {
    told("everything is well from here on")
    station.device.layDown()
    mendAll()
    station.world.journal.latency = nil
    if station.journal.failure != nil || station.world.disk.trouble != nil {
      try restart("the daemon is ended and started on a disk that is well")
    }
    station.device.clear(.reorderedFrames)
    let others = ledger.sessions.count
    var isDone = false
    for _ in 0..<Self.rounds where !isDone && complaints.isEmpty { isDone = try finish(after: others) }
    expect(isDone, "the course does not come to its end: \(station.state.word)")
    guard complaints.isEmpty else { return }
    station.device.layDown()
    pass(.seconds(3))
    _ = ask(.barrier)
    try settle()
  }

  /// One round; true when a session begun after everything was well has come to its end.
  private func finish(after others: Int) throws -> Bool {
    judge()
    pass(.seconds(1))
    switch station.state {
    case .ready:
      if ledger.sessions.count > others, ledger.openSession == nil { return true }
      told("the next session is started")
      _ = ask(try order())
      inVain = (-1, 0)
    case .armed, .running:
      guard station.session?.isComplete != true else { return finishSession() }
      try work()
    case .uncertain:
      pass(.seconds(1))
      try tend()
    case .noDevice, .preparing, .testing, .stopping, .paused, .held, .stopped, .faulted, .lockedOut:
      try tend()
    }
    return false
  }

  private func finishSession() -> Bool {
    told("the session is ended")
    _ = ask(.stop)
    return false
  }

  /// Lets the hand work until it rests; ends the session where it finds no place twice.
  private func work() throws {
    let dots = station.device.contactCount
    if inVain.dots == dots, inVain.times >= 2 {
      told("the hand finds no more place")
      expect(isCrowded, "the hand gives up, and there is place")
      _ = ask(.stop)
      return
    }
    inVain = (dots, inVain.dots == dots ? inVain.times + 1 : 0)
    told("the hand takes up what is left")
    // A hand that begins under a pressed pedal would wait for it to come up.
    station.device.layDown()
    pass(.milliseconds(300))
    try takeUp()
    var idle = 0
    for _ in 0..<200 where idle < Self.handsOff && complaints.isEmpty {
      pass(.seconds(1))
      judge()
      guard station.state == .armed || station.state == .running, station.session?.isComplete != true else { return }
      idle = station.device.isHandWorking ? 0 : idle + 1
    }
  }

  /// The patch may well be full: a third of what the spacing alone would leave is taken.
  private var isCrowded: Bool {
    guard let session = station.session else { return false }
    let open = session.progress.filter { $0.made + $0.presumed < $0.planned }
    return open.contains { plan.isCrowded(zone: $0.zone, by: ledger.marks.map(\.position)) }
  }

  /// Everything has been said: journal and needle agree exactly.
  private func settle() throws {
    judge()
    complaints += skin.complaintsAtRest
    expect(ledger.openGrants.isEmpty, "grants \(ledger.openGrants) have no end")
    expect(ledger.openSession == nil, "a session is open")
    let sessions = try station.store.sessions()
    expect(sessions.allSatisfy { $0.closed != nil }, "a session is open in the view")
    let counted = sessions.reduce(0) { $0 + $1.dotsMade }
    expect(counted == Int64(ledger.tally.dots), "\(counted) dots in the sessions, \(ledger.tally.dots) in the journal")
    let verification = try station.store.verify()
    expect(verification.isSound, "\(verification)")
    let active = station.device.activeFaults
    expect(active.isEmpty, "still wrong: \(active.map(\.word))")
  }
}

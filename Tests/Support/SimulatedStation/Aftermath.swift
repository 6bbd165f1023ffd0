internal import SMPDaemon
internal import SMPJournal
internal import SMPModel
internal import SMPRecord
internal import SMPSession
internal import SMPSimulator
internal import Synchronization

/// What must be true after a station has ended at any instant: the next daemon over its files, in front of its device.
package struct Aftermath {
  private let wreck: Wreck
  private let goesOn: Bool
  private let endsAgainAt: Int?
  private var complaints: [String] = []

  /// - Parameters:
  ///   - goesOn: the next session on the same skin is started and finished.
  ///   - endsAgainAt: the new daemon ends as well, at its so-manieth moment, and one more comes after it.
  package init(_ wreck: Wreck, goesOn: Bool, endsAgainAt: Int? = nil) {
    self.wreck = wreck
    self.goesOn = goesOn
    self.endsAgainAt = endsAgainAt
  }

  /// Everything that is wrong.
  package mutating func run() -> [String] {
    complaints = wreck.leaveAlone()
    do {
      let station = try SimulatedStation(
        seed: wreck.seed, device: wreck.device, directory: wreck.directory, wallAtZero: wreck.wallAtZero)
      defer { station.end() }
      let found = try takeOver(station)
      let second = endsAgainAt.map { SecondEnd(of: station.world, after: wreck, at: $0) }
      if let second { station.onMoment { _ in second.look() } }
      try settle(station, found)
      station.onMoment(nil)
      complaints += second?.complaints ?? []
      if goesOn { try goOn(station) }
    } catch {
      complaints.append("\(error)")
    }
    return complaints
  }

  private mutating func expect(_ condition: Bool, _ complaint: @autoclosure () -> String) {
    if !condition { complaints.append(complaint()) }
  }

  /// What was called durable is there, byte for byte, and what was under way is there as a whole or not at all.
  private mutating func takeOver(_ station: SimulatedStation) throws -> Agreement {
    expect(station.store.tailAtOpening.isSound, station.store.tailAtOpening.sentence)
    // The new daemon's own first entries come after.
    let found = try station.store.all().filter { $0.number <= station.entriesAtOpening }
    expect(found.starts(with: wreck.acknowledged), "entries that were durable are lost or changed")
    let rest = found.dropFirst(wreck.acknowledged.count)
    expect(rest.isEmpty || rest.elementsEqual(wreck.underWay), "a group is there in part: \(rest.count) entries of it")
    return try Agreement(found)
  }

  private mutating func settle(_ station: SimulatedStation, _ before: Agreement) throws {
    let orphan = station.inherited.orphan
    station.attach()
    expect(
      station.turn(limit: 20_000) { station.board.newest?.snapshot.device != nil }, "the device is not taken up")
    station.pass(.seconds(2))
    if let orphan {
      expect(station.state == .uncertain, "\(station.state), not uncertain")
      expect(Set(orphan.openGrants.map(\.number)) == before.openGrants, "the open grants are not those of the journal")
      refuse(station, .start(StationOrders.order(dots: 1, session: 9, history: []), basedOn: .max, dryRun: false))
      refuse(station, .resume)
      refuse(station, .stop)
      expect(station.state == .uncertain, "\(station.state) after refusals")
      let reply = station.ask(.resolve(by: "N", reason: "looked"))
      if case .done? = reply {} else { complaints.append("not resolved: \(reply.map { "\($0)" } ?? "no answer")") }
    } else {
      expect(before.openGrants.isEmpty, "grants are open and no session is")
    }
    expect(
      [.ready, .stopped, .faulted].contains(station.state), "\(station.state) after everything was settled")
    let entries = try station.store.all()
    let after = try Agreement(entries)
    complaints += after.complaints(contacts: station.device.contactLog)
    let expected = wreck.isForgotten ? before.openGrants : []
    expect(
      after.presumedGrants.subtracting(before.presumedGrants) == expected,
      "presumed \(after.presumedGrants.map(\.number)), and \(expected.map(\.number)) should be")
    try count(station, after)
    try verify(station)
  }

  /// Views and totals say what the entries say.
  private mutating func count(_ station: SimulatedStation, _ agreement: Agreement) throws {
    let living = try station.store.livingDots(course: StationOrders.course).count
    expect(living == agreement.living, "\(living) living dots for \(agreement.living)")
    let sessions = try station.store.sessions()
    expect(sessions.allSatisfy { $0.closed != nil }, "a session is open")
    let counted = sessions.reduce(0) { $0 + $1.dotsMade }
    expect(counted == Int64(agreement.living), "\(counted) dots in the sessions, \(agreement.living) in the journal")
  }

  private mutating func verify(_ station: SimulatedStation) throws {
    let verification = try station.store.verify()
    expect(verification.isSound, "\(verification)")
  }

  private mutating func refuse(_ station: SimulatedStation, _ command: OwnerCommand) {
    if case .refused? = station.ask(command) {} else { complaints.append("\(command) is not refused") }
  }

  /// The next session on the same skin.
  private mutating func goOn(_ station: SimulatedStation) throws {
    station.device.layDown()
    station.pass(.seconds(2))
    if station.state != .ready {
      _ = station.ask(.clearFault)
      expect(station.state == .ready, "\(station.state) after clearing")
    }
    let contacts = station.device.contactCount
    let session = try station.store.sessions().count + 1
    let history = try station.store.livingDots(course: StationOrders.course)
    expect(history.count >= contacts, "\(history.count) living dots for \(contacts) contacts")
    let dots: Int64 = 25
    guard station.start(StationOrders.order(dots: dots, session: session, history: history)) else {
      complaints.append("the next session is not armed: \(station.state)")
      return
    }
    expect(station.work(), "the next session is not completed: \(station.state)")
    _ = station.ask(.stop)
    expect(station.state == .ready, "\(station.state) after the next session")
    expect(station.device.contactCount == contacts + Int(dots), "the next session made other dots than planned")
    let after = try Agreement(try station.store.all())
    complaints += after.complaints(contacts: station.device.contactLog)
    complaints += StationOrders.crowding(station.device.contactLog)
    try count(station, after)
    try verify(station)
  }
}

/// An end in the middle of the settling of an earlier one.
private final class SecondEnd: Sendable {
  private let state = Mutex<(seen: Int, complaints: [String])>((0, []))
  private let world: StationWorld
  private let first: Wreck
  private let moment: Int

  init(of world: StationWorld, after first: Wreck, at moment: Int) {
    self.world = world
    self.first = first
    self.moment = moment
  }

  var complaints: [String] { state.withLock { $0.complaints } }

  func look() {
    let isTheOne = state.withLock { state in
      state.seen += 1
      return state.seen == moment
    }
    guard isTheOne else { return }
    var chance = Chance(seed: first.seed, 3)
    let death = Death.allCases[chance.below(Death.allCases.count)]
    let fate = MemoryFate.allCases[chance.below(MemoryFate.allCases.count)]
    var found: [String] = []
    do {
      let wreck = try Wreck(of: world, by: death, fate: fate, wasForgotten: first.isForgotten, seed: chance.next())
      var aftermath = Aftermath(wreck, goesOn: false)
      found = aftermath.run()
    } catch {
      found = ["\(error)"]
    }
    state.withLock { state in state.complaints += found.map { "second end at \(moment), \(death) \(fate): \($0)" } }
  }
}

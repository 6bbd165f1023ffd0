internal import SMPDaemon
internal import SMPGuard
internal import SMPJournal
internal import SMPModel
internal import SMPRecord
internal import SMPSession
internal import SMPSimulator
internal import SimulatedStation
internal import Synchronization

/// A practice for some days, drawn from a seed: a small course, the people in it, and everything that goes wrong. It is
/// judged after each act by the needle's own log and the journal, and in the end, with nothing wrong any more, the course
/// must be finished.
///
/// One thread, virtual time; a function of the seed and of nothing else.
package final class Life {
  let seed: UInt64
  var chance: Chance
  let plan: LifePlan
  var station: SimulatedStation
  var ledger: Ledger
  var skin = Skin()
  var watch: Watch
  var acts: [String] = []
  private var count = 0
  private var turnsAtOnce = 0
  var complaints: [String] = []
  var tally = LifeTally()
  /// When the device lost its memory.
  var losses: [MonotonicTime] = []
  /// When a person settled something by guessing, because nobody was there to be asked.
  var guesses: [MonotonicTime] = []
  /// When a fault of link or device was last in force.
  var troubledAt = MonotonicTime.zero
  /// Something wrong may still be in force.
  var isTroubled = false
  /// Dots when the hand last took up work, and how often it has found no place since.
  var inVain = (dots: -1, times: 0)

  /// Acts before everything is well again.
  private static let acts: ClosedRange<Int64> = 40...110

  /// - Parameter isTelling: the report shows the journal between the acts.
  package init(seed: UInt64, isTelling: Bool = false) throws {
    self.seed = seed
    var chance = Chance(seed: seed, 11)
    let plan = LifePlan(&chance)
    self.plan = plan
    let device = SimulatedDevice(
      SimulatedDeviceConfiguration(seed: chance.next()), startingAt: SimulatedStation.beginning)
    let station = try SimulatedStation(seed: chance.next(), device: device, directory: try ScratchDirectory())
    self.station = station
    ledger = Ledger(plan, isTelling: isTelling)
    watch = Watch(at: station.world.time.now)
    self.chance = chance
  }

  deinit { station.end() }

  /// The whole life.
  package func run() -> LifeReport {
    do {
      station.attach()
      pass(.seconds(1))
      let count = Int(chance.within(Self.acts))
      while self.count < count, complaints.isEmpty {
        try act()
        judge()
      }
      if complaints.isEmpty { try comeToRest() }
    } catch {
      complaints.append("\(error)")
    }
    tally += ledger.tally
    tally.lives = 1
    tally.acts = self.count
    tally.forgotten = losses.count
    return LifeReport(seed: seed, acts: acts, complaints: complaints, tally: tally, head: ledger.head)
  }

  func told(_ act: String) {
    count += 1
    let milliseconds = station.world.time.now.nanoseconds / 1_000_000
    let text = "\(station.state.word), \(station.device.contactCount) contacts: \(act)"
    // What is done again and again is told once.
    if acts.last?.hasSuffix(" ms, \(text)") != true { acts.append("\(milliseconds) ms, \(text)") }
  }

  func expect(_ condition: Bool, _ complaint: @autoclosure () -> String) {
    if !condition { complaints.append(complaint()) }
  }

  // MARK: Time

  /// More than any group of events takes.
  private static let restless = 5_000

  /// One turn, and a look at what everybody can see.
  func turn() {
    let before = station.world.time.now
    station.pacing.horizon = before + .milliseconds(100)
    station.owner.turn()
    look()
    turnsAtOnce = station.world.time.now == before ? turnsAtOnce + 1 : 0
    if turnsAtOnce == Self.restless { complaints.append("the daemon turns and turns, and time stands still") }
  }

  func pass(_ interval: Interval) {
    let end = station.world.time.now + interval
    while station.world.time.now < end, complaints.isEmpty {
      station.queue.post(.wake)
      turn()
    }
  }

  /// Turns until `condition` holds, or enough.
  @discardableResult
  func turn(atMost limit: Int, until condition: () -> Bool) -> Bool {
    for _ in 0..<limit {
      if condition() || !complaints.isEmpty { return true }
      turn()
    }
    return condition()
  }

  private func look() {
    let world = station.world
    if let complaint = watch.look(station.state, leasedUntil: world.port.mayTurnUntil, at: world.time.now) {
      complaints.append(complaint)
    }
    if isTroubled { troubledAt = world.time.now }
  }

  // MARK: Judging

  /// Holds the needle's log against the journal, and both against what may be.
  func judge() {
    ledger.take(station.journal.acknowledged.dropFirst(Int(ledger.read)))
    acts += ledger.told
    skin.take(station.device.contactLog, ledger.marks)
    watch.take(station.device.sightings(after: watch.seen))
    if let outage = watch.outage { skin.excuse(since: outage.off, until: outage.on) }
    complaints += ledger.complaints + skin.complaints + watch.complaints
    for found in skin.found where found.mark.grant != nil && !found.mark.isPresumed {
      complaints += watch.complaints(of: found.contact)
    }
    judgePresumed()
    isTroubled = !station.device.activeFaults.isEmpty
  }

  /// What is presumed must have been out of everybody's knowledge (S7).
  private func judgePresumed() {
    for mark in ledger.marks.dropFirst(presumedJudged) where mark.isPresumed {
      guard let given = mark.grant.flatMap({ ledger.grants[$0.number] }) else { continue }
      let isExcused = (losses + guesses).contains { $0 >= given.at && $0 <= mark.at }
      expect(isExcused, "entry \(mark.entry) is presumed, and the device knew")
    }
    presumedJudged = ledger.marks.count
  }

  private var presumedJudged = 0

  // MARK: People

  /// Gives a command; nil when it is not answered within so many turns.
  func ask(_ command: OwnerCommand, patience: Int = 3_000) -> OwnerReply? {
    switch command {
    case .resolve:
      watch.isResolved = true
      if station.board.newest?.snapshot.device == nil { guesses.append(station.world.time.now) }
    // Closed without its device's word where that does not come.
    case .stop: if station.world.time.now - troubledAt < .seconds(3) { guesses.append(station.world.time.now) }
    case .clearFault: watch.clearAskedAt = station.world.time.now
    default: break
    }
    let answer = Answer()
    _ = station.queue.post(call: OwnerCall(command, actor: 1_000) { answer.put($0) })
    turn(atMost: patience) { answer.reply != nil }
    if case .refused? = answer.reply { tally.refusals += 1 }
    return answer.reply
  }

  /// The next session's order, as the library would make it from the journal.
  func order(dots slip: LifePlan.Slip? = nil) throws -> OwnerCommand {
    let basedOn = station.store.lastNumber
    let done = try station.store.sessions().count { $0.closed != nil }
    let history = try station.store.livingDots(course: LifePlan.course)
    let order = plan.order(
      session: done + 1, name: "\(LifePlan.course)-\(done + 1)", history: history, done: done, slip: slip)
    return .start(order, basedOn: basedOn, dryRun: false)
  }

  /// The hand takes up what is left of the session.
  func takeUp() throws {
    guard let session = station.session, let capabilities = station.board.newest?.snapshot.device?.capabilities
    else { return }
    let error = HandWork.positionError(on: capabilities.positioning)
    let living = try station.store.livingDots(course: LifePlan.course).map(\.position)
    station.device.takeUp(
      HandWork(
        profile: session.order.profile, made: session.progress.map { $0.made + $0.presumed }, living: living,
        positionError: error, site: session.order.site ?? LimitSet()), pace: plan.pace)
    station.queue.post(.wake)
  }
}

private final class Answer: Sendable {
  private let state = Mutex<OwnerReply?>(nil)
  var reply: OwnerReply? { state.withLock { $0 } }
  func put(_ reply: OwnerReply) { state.withLock { $0 = reply } }
}

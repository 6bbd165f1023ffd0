internal import SMPDriver
internal import SMPGuard
internal import SMPJournal
internal import SMPLink
package import SMPModel
internal import SMPRecord
internal import SMPSession

/// What the owner is made of.
package struct OwnerParts {
  package let queue: OwnerQueue
  package let pacing: any Pacing
  package let journal: any JournalPort
  package let board: Board
  package let stopHandle: StopHandle
  package let salts: Salts
  package let station: StationFacts
  package let lastEntry: UInt64
  package let inheritance: Inheritance
  /// The serial to be preferred where several devices are there.
  package let preferred: String?
  /// Beaten for as long as the owner does its work; nil where nobody listens.
  package let heart: (any Heart)?
  package init(
    queue: OwnerQueue, pacing: any Pacing, journal: any JournalPort, board: Board, stopHandle: StopHandle,
    salts: Salts, station: StationFacts, lastEntry: UInt64,
    inheritance: Inheritance, preferred: String? = nil, heart: (any Heart)? = nil
  ) {
    self.queue = queue
    self.pacing = pacing
    self.journal = journal
    self.board = board
    self.stopHandle = stopHandle
    self.salts = salts
    self.station = station
    self.lastEntry = lastEntry
    self.inheritance = inheritance
    self.preferred = preferred
    self.heart = heart
  }
}

/// Who must be told that the owner lives, or does away with it: the service manager's watchdog.
package protocol Heart: Sendable {
  /// How often it wants to be beaten.
  var period: Interval { get }
  /// On the owner thread; must not wait. `isDriving`: control cycles with a device prove that replies come through.
  func beat(isDriving: Bool)
}

/// What every entry of this daemon says of where it was written.
package struct StationFacts: Sendable {
  package let bootID: String
  package let simulated: Bool
  package init(bootID: String, simulated: Bool) {
    self.bootID = bootID
    self.simulated = simulated
  }
}

/// The one owner of a device: runs the pure session machine against driver, journal and clock.
///
/// One thread, one loop: take what is queued, let the machine decide, perform its actions, publish, wait. It waits
/// for no disk, socket or executor; all of them come back as events.
package final class Owner {
  let queue: OwnerQueue
  let pacing: any Pacing
  let journal: any JournalPort
  let board: Board
  let stopHandle: StopHandle
  let station: StationFacts
  let salts: Salts

  var machine: SessionMachine
  var rack: DeviceRack
  var driver: DeviceDriver?
  var pulse: Pulse?
  /// Counts links, so that a late event of an earlier one is known.
  var attachment: UInt32 = 0
  var ledger = AdmissionLedger()

  var lastEntry: UInt64
  var durable: UInt64
  /// The newest entry that something may be judged by: of papers, lots, and sessions but for their dots. What was judged
  /// on less is outdated.
  var newestBasis: UInt64 = 0
  var batch = JournalBatch()
  /// Why the journal has refused an entry. They are numbered by their place, so none can follow (S2).
  var journalFailure: JournalError?
  var isJournalFailed: Bool { journalFailure != nil }
  var releases = ReleaseQueue()
  var waiters: [Waiter] = []
  var actor: UInt32?
  /// Nil until the end has been asked for; then the latest time of it.
  private var endsAt: MonotonicTime?
  private var stoppedAt = MonotonicTime.zero
  private(set) var isFinished = false
  /// The loop has ended; nothing more is done.
  package var hasFinished: Bool { isFinished }
  /// The open session's order, kept until its close is noted: by then the machine has let go of it.
  var closingOrder: StartOrder?
  /// The same for a session of an earlier daemon.
  var closingOrphan: OrphanSession?
  /// The newest session on each device, by its serial.
  var lastSessions: [String: LastSession]
  var stopsTaken: UInt64 = 0
  var stopTakenAt = MonotonicTime.zero
  /// The first read of the state that was sent after the last stop, and over which link.
  var stopRead: (attachment: UInt32, number: UInt64)?
  private var stopNotes = StopNotes()
  /// Somebody waits for a fresh snapshot: who stopped, or whose command changed no state.
  var mustPublish = false
  var publishedAt = MonotonicTime.zero
  var publishedFace: Face?
  var publishSequence: UInt64 = 0
  package init(_ parts: OwnerParts) {
    queue = parts.queue
    pacing = parts.pacing
    journal = parts.journal
    board = parts.board
    stopHandle = parts.stopHandle
    station = parts.station
    salts = parts.salts
    lastEntry = parts.lastEntry
    durable = parts.lastEntry
    rack = DeviceRack(wanted: parts.preferred)
    pulse = parts.heart.map { Pulse($0) }
    machine = SessionMachine(
      latch: parts.inheritance.latch, firstGeneration: UInt32(truncatingIfNeeded: parts.lastEntry) &+ 1,
      orphan: parts.inheritance.orphan, fault: parts.inheritance.fault, known: parts.inheritance.known)
    lastSessions = parts.inheritance.lastSessions
  }

  /// Runs until `shutdown`.
  package func run() {
    publish(force: true)
    while !isFinished { turn() }
  }

  /// One turn of the loop.
  package func turn() {
    for event in queue.takeAll() {
      guard endsAt == nil || event.isOfTheDevice, !isFinished else {
        refuse(event)
        continue
      }
      handle(event)
    }
    guard !isFinished else { return }
    let now = pacing.monotonic()
    for event in driver?.tick(at: now) ?? [] { handle(event, at: now) }
    perform(machine.tick(at: now, wall: pacing.wall()), at: now)
    if driver == nil, rack.retry(at: now) {
      mustPublish = true
      driveNext(at: now)
    }
    noteProblems(at: now)
    flush()
    answerWaiters()
    publish(force: mustPublish)
    mustPublish = false
    pulse?.feel(cycles: driver?.cycles, at: now)
    endIfStill(at: now)
    guard !isFinished, queue.isEmpty else { return }
    pacing.wait(for: queue, until: nextDeadline(), awaitsCommit: durable < lastEntry && !isJournalFailed)
  }

  private func nextDeadline() -> MonotonicTime? {
    let driverDeadline = driver?.nextDeadline() ?? nil
    let pulseDeadline = pulse?.nextBeat(cycles: driver?.cycles)
    return [machine.nextDeadline(), driverDeadline, rack.nextRetry, pulseDeadline, endsAt].compactMap(\.self).min()
  }

  private func handle(_ event: OwnerEvent) {
    let now = pacing.monotonic()
    switch event {
    case .attach(let port): arrive(port, at: now)
    case .detach(let place): leave(place, at: now)
    case .link(let attachment, let event):
      guard attachment == self.attachment, driver != nil else { return }
      for event in driver?.receive(event, at: now) ?? [] { handle(event, at: now) }
    case .durable(let durable): becomeDurable(durable, at: now)
    case .journalFailed(let error):
      journalFailure = error
      ledger.abandon()
      perform(machine.journalFailed(at: now, wall: pacing.wall()), at: now)
    case .journalSecured(let error):
      journalFailure = error
      mustPublish = true
    case .stopSubmitted(let uid, let outcome):
      actor = uid
      let changes = !machine.state.isStopped
      let actions = machine.protectiveStopSubmitted(by: .person(uid: uid), outcome: outcome, at: now)
      // Anybody may stop as often as he can; the journal is not his to fill.
      if stopNotes.isNews(by: uid, outcome, changes: changes, at: now) { perform(actions, at: now) }
      actor = nil
      stopTaken(at: now)
    case .halt(let uid):
      actor = uid
      perform(machine.halt(at: now, by: uid), at: now)
      actor = nil
      stopTaken(at: now)
    case .call(let call): handle(call, at: now)
    case .sealed(let draft):
      if !isJournalFailed { record(draft, by: nil, at: now) }
      mustPublish = true
    case .wake: break
    case .shutdown: shutDown(at: now)
    }
  }

  private func handle(_ event: DriverEvent, at now: MonotonicTime) {
    let wall = pacing.wall()
    switch event {
    case .identified(let capabilities, let status): identified(capabilities, status, at: now)
    case .unusable(let reason):
      letGo(.unusable(reason), at: now)
      mustPublish = true
      driveNext(at: now)
    case .status(let status, let isReply):
      perform(machine.deviceReported(status, isReply: isReply, at: now, wall: wall), at: now)
    case .requested(let request): perform(machine.dotRequested(request, at: now), at: now)
    case .record(let record): perform(machine.recorded(record, at: now, wall: wall), at: now)
    case .profilesLoaded(let digest): perform(machine.profilesLoaded(digest, at: now, wall: wall), at: now)
    case .answered(let command, let answer):
      perform(
        machine.answered(AnsweredCommand(command), DeviceAnswer(answer), at: now, wall: wall), at: now)
    case .tipRead(let reading): perform(machine.tipRead(reading), at: now)
    case .stopFailed: break
    case .linkAlarm(let quality):
      noteAlarm(quality, at: now)
      mustPublish = true
    case .detached: detached(at: now)
    }
  }

  /// What comes after the end: nobody is left waiting, and no link open.
  private func refuse(_ event: OwnerEvent) {
    switch event {
    case .call(let call): call.reply(.shuttingDown)
    // The next daemon seals what this one did not come to.
    case .attach, .detach, .link, .durable, .journalFailed, .journalSecured, .stopSubmitted, .halt, .sealed, .wake,
      .shutdown:
      break
    }
  }

  /// A device that stood already has nothing to report; it is asked, because *still* is its own word and newer than
  /// the stop (S6).
  private func stopTaken(at now: MonotonicTime) {
    stopsTaken += 1
    stopTakenAt = now
    mustPublish = true
    guard machine.device != nil else { return }
    driver?.readStatus(at: now)
    if let number = driver?.statusAsked { stopRead = (attachment, number) }
  }

  /// The device has said how it is since the last stop, asked after it: what it was asked before may have been answered
  /// before the stop reached it.
  var isHeardSinceStop: Bool {
    guard machine.hasHeard(since: stopTakenAt) else { return false }
    // Another link: nothing on it was asked before the stop.
    guard let stopRead, stopRead.attachment == attachment else { return true }
    guard let answered = driver?.statusAnswered else { return false }
    return answered >= stopRead.number
  }

  /// The first step of any end is a stop, confirmed by the device where it still answers (house style 18).
  private func shutDown(at now: MonotonicTime) {
    guard endsAt == nil else { return }
    endsAt = now
    for waiter in waiters { waiter.call.reply(.shuttingDown) }
    waiters = []
    guard driver != nil, machine.device != nil else { return }
    let outcome: StopOutcome = driver?.protectiveStop() == true ? .submitted : .absent
    perform(machine.protectiveStopSubmitted(by: .shutdown, outcome: outcome, at: now), at: now)
    if outcome == .submitted {
      stoppedAt = now
      endsAt = now + Self.endPatience
      driver?.readStatus(at: now)
    }
  }

  /// A dot's run-down and a few control cycles; a device that has not confirmed by then is cut by its lease.
  private static var endPatience: Interval { .milliseconds(1_000) }

  private func endIfStill(at now: MonotonicTime) {
    guard let endsAt else { return }
    guard now >= endsAt || machine.device == nil || machine.hasStopped(since: stoppedAt) else { return }
    flush()
    stopHandle.set(nil)
    driver?.close()
    driver = nil
    isFinished = true
  }
}

extension AnsweredCommand {
  init(_ command: DriverCommand) {
    switch command {
    case .profiles: self = .profiles
    case .selfTest: self = .selfTest
    case .arm: self = .arm
    case .resume: self = .resume
    case .grant(let request): self = .grant(request)
    case .renewLease: self = .renewLease
    case .suspend: self = .suspend
    case .disarm: self = .disarm
    case .deny: self = .deny
    case .release: self = .release
    case .readRecords: self = .readRecords
    case .clearFault: self = .clearFault
    }
  }
}

extension DeviceAnswer {
  init(_ answer: DriverAnswer) {
    switch answer {
    case .accepted(let status): self = .accepted(status)
    case .refusedPedal(let status): self = .refusedPedal(status)
    case .refused(let status): self = .refused(status)
    case .silent: self = .silent
    }
  }
}

import SMPDriver
import SMPGuard
import SMPLink
import SMPModel
import SMPRecord
import SMPWire

@testable import SMPSession

/// What the owner does between machine, driver and journal (SMPDaemon, Owner.swift and its parts), step by step.
extension Product {
  /// The end of each turn: deadlines, then the entries of this turn to the disk.
  mutating func turn() {
    let now = now
    for event in driver?.tick(at: now) ?? [] { handle(event) }
    collect()
    perform(machine.tick(at: now, wall: wall))
    journal.flush()
  }

  mutating func connect() {
    guard world.isPlugged, driver == nil else { return }
    let now = now
    world.attachment += 1
    driver = try? DeviceDriver(link: outbox, sink: NoSink())
    try? driver?.identify(at: now)
    collect()
  }

  mutating func handle(_ event: DriverEvent) {
    switch event {
    case .identified(let capabilities, let status):
      perform(machine.deviceAttached(capabilities, status, at: now, wall: wall))
    case .unusable:
      letGo()
      retryAt = world.now + 5_000_000_000
    case .status(let status, let isReply):
      perform(machine.deviceReported(status, isReply: isReply, at: now, wall: wall))
    case .requested(let request): perform(machine.dotRequested(request, at: now))
    case .record(let record): perform(machine.recorded(record, at: now, wall: wall))
    case .profilesLoaded(let digest): perform(machine.profilesLoaded(digest, at: now, wall: wall))
    case .answered(let command, let answer):
      perform(machine.answered(AnsweredCommand(command), DeviceAnswer(answer), at: now, wall: wall))
    // The explorer's device speaks the chart: nobody registers it.
    case .stopFailed, .linkAlarm, .tipRead: break
    case .detached: letGo()
    }
  }

  /// Ends the link to the device; what is under way to it is cancelled.
  mutating func letGo() {
    driver = nil
    world.attachment += 1
    releases.forget()
    perform(machine.deviceDetached())
  }

  mutating func unplug() {
    world.isPlugged = false
    world.link.cut()
    retryAt = nil
    world.witness.trouble = true
    if driver != nil { letGo() }
    turn()
  }

  mutating func perform(_ actions: [SessionAction]) {
    let now = now
    for action in actions {
      collect()
      switch action {
      case .note(let fact): note(fact)
      case .admit(let admitted): admit(admitted)
      case .withdraw: withdraw()
      case .release(let sequence): releases.add(upTo: sequence, after: journal.last)
      case .renewLease(let digest): driver?.renewLease(digest, at: now)
      case .deny(let request, let indication): driver?.deny(request, indication, at: now)
      case .suspend: driver?.suspend(at: now)
      case .disarm: driver?.disarm(at: now)
      case .protectiveStop: _ = driver?.protectiveStop()
      case .clearFault: driver?.clearFault(at: now)
      case .readRecords: driver?.readRecords(at: now)
      case .readStatus: driver?.readStatus(at: now)
      case .readTip: driver?.readTip(at: now)
      }
    }
    collect()
    if !releases.isEmpty { releaseDurable() }
  }

  private mutating func note(_ fact: SessionFact) {
    guard !journal.isFailed else { return }
    journal.append(Journal.Note(fact, course: machine.openOrder?.profile.course))
    world.witness.noted(fact, as: journal.last)
    if case .sessionClosed = fact { sessionsDone += 1 }
  }

  private mutating func admit(_ admitted: Admitted) {
    guard !journal.isFailed else { return }
    let number = journal.last + 1
    _ = ledger.enter(admitted, as: number)
    waiting.append((number, admitted))
    journal.append(.intent(admitted.command))
    world.witness.admitted(admitted.command, as: number)
  }

  private mutating func withdraw() {
    guard let number = ledger.withdrawGrant() else { return }
    waiting.removeAll { $0.number == number }
    note(.grantEnded(GrantNumber(number: number), .neverSent, nil))
  }

  /// The oldest group is on the disk: what waited for it may leave.
  mutating func becomeDurable() {
    if journal.isFailing { return failJournal() }
    let now = now
    for note in journal.commit() {
      if case .intent(let command) = note { intents.becameDurable(command) }
    }
    while let recorded = ledger.redeem(Durable(committed: journal.durable)) {
      waiting.removeFirst()
      let command = recorded.command
      let (leaves, actions) = machine.mayLeave(command, as: recorded.grantNumber)
      if leaves { driver?.send(recorded, at: now) } else { intents.withdraw(command) }
      collect()
      perform(actions)
    }
    releaseDurable()
    turn()
  }

  private mutating func releaseDurable() {
    let now = now
    if let newest = releases.take(durable: journal.durable) { driver?.release(upTo: newest, at: now) }
    collect()
  }

  private mutating func failJournal() {
    journal.isFailed = true
    ledger.abandon()
    waiting = []
    world.witness.trouble = true
    perform(machine.journalFailed(at: now, wall: wall))
    turn()
  }

  /// The stop listener's own way: EP0, and only then a word to the session.
  mutating func stopFromSocket() {
    let now = now
    let isSubmitted = driver?.protectiveStop() == true
    collect()
    perform(
      machine.protectiveStopSubmitted(by: .person(uid: 7), outcome: isSubmitted ? .submitted : .absent, at: now))
    if machine.device != nil { driver?.readStatus(at: now) }
    collect()
    turn()
  }

  /// Takes over what the driver has put on the link since.
  mutating func collect() {
    for sent in outbox.take() {
      switch sent {
      case .out(let bytes):
        if let frame = try? Frame.decode(bytes), let command = try? HostCommand(frame) {
          world.witness.left(command, durable: journal.durable, intents: intents, in: machine.stateWord)
          intents.count(command)
        }
        world.post(.out, .bytes(bytes))
      case .control(let setup, let tag): world.post(.controlOut, .control(setup, tag))
      }
    }
  }

  // MARK: People

  /// A person's command; false when it was refused.
  mutating func command(_ stimulus: Stimulus) -> Bool {
    // What can no longer be written down is refused; motion can be halted all the same.
    if journal.isFailed, stimulus != .halt { return false }
    let actions: [SessionAction]
    do throws(SessionRefusal) { actions = try ask(stimulus) } catch { return false }
    if stimulus == .clear { world.witness.isClearAsked = true }
    perform(actions)
    turn()
    return !(stimulus == .halt && actions.isEmpty)
  }

  private mutating func ask(_ stimulus: Stimulus) throws(SessionRefusal) -> [SessionAction] {
    switch stimulus {
    case .start:
      let history = world.witness.livingDots(session: sessionsDone)
      return try machine.start(Setting.order(done: sessionsDone, history: history), at: now)
    case .selfTest: return try machine.selfTest(serial: nil, site: Setting.site, at: now)
    case .pause: return try machine.pause(at: now)
    case .resume: return try machine.resume(at: now)
    case .set: return try machine.set(zone: nil, depth: .micrometres(450), speed: nil, dwell: nil, at: now)
    case .stop: return try machine.stop(at: now, by: 7)
    case .halt: return machine.halt(at: now, by: 7)
    case .clear: return try machine.clearFault(at: now)
    case .resolve: return try machine.resolve(by: "N", reason: "seen")
    case .unlock: return try machine.unlock(by: "N", reason: "seen")
    case .protectiveStop, .pedalDown, .pedalUp, .approach, .withdraw, .journalHold, .journalDurable, .journalFail,
      .unplug, .replug, .resetKept, .resetLost, .stopInput, .tiredBrake, .stuckDrive, .deepNeedle, .lateArrival,
      .crash, .idle, .tick:
      return []
    }
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

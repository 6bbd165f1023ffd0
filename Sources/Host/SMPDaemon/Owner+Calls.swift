internal import SMPDriver
internal import SMPJournal
internal import SMPModel
internal import SMPRecord
internal import SMPSession

/// A caller who is answered when the machine has come to rest and everything noted so far is durable.
struct Waiter {
  enum Until {
    case durable
    /// The session is prepared, or has failed to be.
    case prepared
    /// New set-points are in force, or not.
    case changed
    /// The needle stands.
    case stopped
    /// A device is identified, or there is none to be.
    case identified
    /// The self-test has ended, one way or another.
    case tested
    /// The device has told where its tip is, or has not.
    case tipRead
  }
  let until: Until
  let call: OwnerCall
  /// Everything the command noted is at or below this number once `until` holds.
  var after: UInt64
}

/// People's commands: judged by the machine, answered when their outcome is known and on the disk.
extension Owner {
  func handle(_ call: OwnerCall, at now: MonotonicTime) {
    if let journalFailure {
      call.reply(.journalFailed(journalFailure))
      return
    }
    mustPublish = true
    actor = call.actor
    closingOrphan = machine.orphanSession
    defer {
      actor = nil
      closingOrphan = nil
    }
    if let basedOn = call.command.basedOn, basedOn < newestBasis {
      call.reply(.outdated)
      return
    }
    do throws(SessionRefusal) {
      let (actions, until) = try command(call.command, by: call.actor, at: now)
      perform(actions, at: now)
      waiters.append(Waiter(until: until, call: call, after: lastEntry))
    } catch {
      call.reply(.refused(error, published(at: now)))
    }
  }

  private func command(
    _ command: OwnerCommand, by uid: UInt32, at now: MonotonicTime
  ) throws(SessionRefusal) -> ([SessionAction], Waiter.Until) {
    switch command {
    case .start(let order, _, let dryRun):
      return (try machine.start(order, at: now, dryRun: dryRun), dryRun ? .durable : .prepared)
    case .pause(let reason, let remarks): return (try machine.pause(reason, remarks: remarks, at: now), .durable)
    case .comfort(let score, let remarks): return (try machine.comfort(score, remarks: remarks), .durable)
    case .load(let loading, _, let dryRun):
      let actions = try machine.load(loading)
      return (dryRun ? [] : actions, .durable)
    case .resume: return (try machine.resume(at: now), .prepared)
    case .register(let landmark, let dryRun):
      return (try machine.register(landmark, at: now, dryRun: dryRun), dryRun ? .durable : .tipRead)
    case .selectZone(let name): return (try machine.selectZone(name, at: now), .durable)
    case .set(let zone, let depth, let speed, let dwell, let dryRun):
      return (
        try machine.set(zone: zone, depth: depth, speed: speed, dwell: dwell, at: now, dryRun: dryRun),
        dryRun ? .durable : .changed
      )
    case .confirm(let key, let by, let reason):
      return (try machine.confirm(key, by: by, reason: reason, at: now), .durable)
    case .resolve(let by, let reason):
      // It is there and only not heard yet: what it knows is asked for, not guessed at (S7).
      if machine.device == nil, let serial = machine.boundSerial, rack.holds(serial) {
        throw SessionRefusal.deviceNotRead
      }
      return (try machine.resolve(by: by, reason: reason), .durable)
    case .stop: return (try machine.stop(at: now, by: uid), .stopped)
    case .clearFault: return (try machine.clearFault(at: now), .stopped)
    case .selfTest(let serial, let site, let dryRun):
      return (
        try machine.selfTest(serial: serial, site: site, at: now, dryRun: dryRun), dryRun ? .durable : .tested
      )
    case .unlock(let by, let reason): return (try machine.unlock(by: by, reason: reason), .durable)
    case .record(let drafts, _):
      for draft in drafts { record(draft, by: uid, at: now) }
      // Whatever was judged before it is to be judged again.
      newestBasis = lastEntry
      return ([], .durable)
    case .select(let serial):
      try select(serial, at: now)
      return ([], .identified)
    case .barrier: return ([], .durable)
    }
  }

  func record(_ draft: EntryDraft, by uid: UInt32?, at now: MonotonicTime) {
    append(
      draft.body, at: now, place: draft.session.map { ($0, draft.course) } ?? place(of: draft.course),
      confidential: draft.confidential, actor: uid)
    if let plan = draft.plan { batch.plans.append(plan) }
    batch.erasing.commitments += draft.erasing.commitments
    batch.erasing.courses += draft.erasing.courses
  }

  func answerWaiters() {
    guard !waiters.isEmpty else { return }
    if let journalFailure {
      for waiter in waiters { waiter.call.reply(.journalFailed(journalFailure)) }
      waiters = []
      return
    }
    let state = machine.state
    var kept: [Waiter] = []
    for var waiter in waiters {
      let isIdentifying = driver != nil && machine.device == nil
      let pedal = machine.device?.status.pedalPressed ?? false
      let isOver = waiter.until.holds(in: state, pedalPressed: pedal, isIdentifying: isIdentifying)
      if !isOver || waiter.until == .tipRead && machine.isReadingTip {
        waiter.after = lastEntry
        kept.append(waiter)
      } else if durable < waiter.after {
        kept.append(waiter)
      } else {
        waiter.call.reply(.done(published(at: pacing.monotonic())))
      }
    }
    waiters = kept
  }

  /// Publishes a change of state at once, everything else as often as watchers are promised.
  func publish(force: Bool) {
    let time = pacing.watchTime()
    let face = Face(machine, isHeardSinceStop: isHeardSinceStop)
    guard force || face != publishedFace || time - publishedAt >= pacing.watchPeriod else { return }
    publishedFace = face
    publishedAt = time
    publishSequence += 1
    board.publish(published(at: pacing.monotonic()))
  }

  private func published(at now: MonotonicTime) -> Published {
    Published(
      snapshot: machine.snapshot(at: now), devices: rack.summary, quality: driver?.quality, stopsTaken: stopsTaken,
      isHeardSinceStop: isHeardSinceStop, sequence: publishSequence,
      monotonic: now, durable: durable, journalFailure: journalFailure)
  }
}

/// What nobody should wait for: a change in any of it is published at once.
struct Face: Equatable {
  /// Who stopped waits for the device's word.
  let isHeardSinceStop: Bool
  let state: StateWord
  let phase: DevicePhase?
  let still: Bool?
  let pedal: Bool?
  let parked: Bool?

  init(_ machine: borrowing SessionMachine, isHeardSinceStop: Bool) {
    self.isHeardSinceStop = isHeardSinceStop
    state = machine.stateWord
    phase = machine.device?.status.phase
    still = machine.device?.status.still
    pedal = machine.device?.status.pedalPressed
    parked = machine.device?.status.parked
  }
}

extension Waiter.Until {
  func holds(in state: SessionState, pedalPressed: Bool, isIdentifying: Bool) -> Bool {
    switch self {
    // What the machine is asked for besides its state.
    case .durable, .tipRead: return true
    case .identified: return !isIdentifying
    case .prepared:
      switch state {
      case .preparing(.awaitingPedalRelease, _), .preparing(.awaitingPedalBeforeTest, _): return pedalPressed
      case .testing, .preparing, .clearing, .closing, .changing: return false
      case .noDevice, .ready, .armed, .running, .paused, .stopping, .stopped, .faulted, .held, .uncertain: return true
      }
    case .changed:
      if case .changing = state { return false }
      return true
    case .stopped:
      switch state {
      case .stopping, .clearing, .closing: return false
      case .noDevice, .ready, .testing, .preparing, .armed, .running, .changing, .paused, .stopped, .faulted, .held,
        .uncertain:
        return true
      }
    case .tested:
      switch state {
      case .testing, .stopping, .clearing, .closing: return false
      case .noDevice, .ready, .preparing, .armed, .running, .changing, .paused, .stopped, .faulted, .held, .uncertain:
        return true
      }
    }
  }
}

extension OwnerCommand {
  /// The newest entry that what was judged before can know of; nil where nothing was.
  var basedOn: UInt64? {
    switch self {
    case .start(_, let basedOn, _), .load(_, let basedOn, _): basedOn
    case .record(_, let basedOn): basedOn
    case .pause, .comfort, .resume, .register, .selectZone, .set, .confirm, .resolve, .stop, .clearFault, .selfTest,
      .unlock, .select, .barrier:
      nil
    }
  }
}

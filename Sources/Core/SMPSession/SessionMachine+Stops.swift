internal import SMPGuard
package import SMPModel

/// Stops, faults, and how a session ends.
extension SessionMachine {
  /// Stopping takes a dot's longest contact and the drive's run-down; past this it is cut.
  static var stopTimeout: Interval { .milliseconds(2_000) }
  /// Loading profiles, clearing, resuming: a few replies each, and one commit.
  static var changeTimeout: Interval { .milliseconds(1_000) }

  /// The stop listener has put a protective stop on EP0 already (S6); the machine follows.
  package mutating func protectiveStopSubmitted(
    by origin: StopOrigin, outcome: StopOutcome, at now: MonotonicTime
  ) -> [SessionAction] {
    let note = SessionAction.note(.stop(.protective, origin, outcome, latency: nil))
    // Without a device there is nothing to follow: a session that is held stays so, and can be closed (S6).
    guard device != nil, keeps(.stopFollowed) else { return [note] }
    switch state {
    case .noDevice, .stopped, .faulted, .uncertain, .closing: return [note]
    case .stopping(.protective, _, _): return [note]
    case .ready, .preparing, .armed, .running, .changing, .paused, .stopping(.normal, _, _), .clearing, .held:
      lease = .off
      state = .stopping(.protective, then: .wait, deadline: now + Self.changeTimeout)
      return [note] + askForRecords()
    case .testing(let step, _):
      var actions: [SessionAction] = []
      endTest(step, .stopped, &actions)
      state = .stopping(.protective, then: .wait, deadline: now + Self.changeTimeout)
      return actions + [note]
    }
  }

  /// The journal cannot take entries: no log, no dot (S2).
  package mutating func journalFailed(at now: MonotonicTime, wall: WallTime) -> [SessionAction] {
    var actions: [SessionAction] = []
    raise(.journalFailed, at: now, wall: wall, &actions)
    return actions
  }

  /// Latches a fault found by the host and cuts. The first fault stays; a later one is recorded and counted.
  mutating func raise(
    _ fault: SessionFault, at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]
  ) {
    latchFault(fault, wall: wall, &actions)
    actions.insert(.protectiveStop, at: 0)
  }

  /// Latches a fault without cutting: the device has cut by itself.
  mutating func latchFault(_ fault: SessionFault, wall: WallTime, _ actions: inout [SessionAction]) {
    if case .testing(let step, _) = state { endTest(step, .unanswered, &actions) }
    actions.append(.note(.fault(fault)))
    if latch.add(fault, at: wall) { actions.append(.note(.lockedOut(fault))) }
    lease = .off
    actions += askForRecords()
    if latchedFault == nil, keeps(.faultsLatch) { latchedFault = fault }
    switch state {
    case .faulted, .noDevice, .uncertain, .closing: break
    case .ready, .testing, .preparing, .armed, .running, .changing, .paused, .stopping, .stopped, .clearing, .held:
      state = .faulted(fault)
    }
  }

  /// A stop came with a grant open: no lease reply will tell what became of it, so its record is asked for.
  mutating func askForRecords() -> [SessionAction] {
    guard open?.openGrant?.number != nil, device != nil else { return [] }
    open?.openGrant?.isUnanswered = true
    return device?.isRereading == true ? [] : [.readRecords]
  }

  /// Closes now, or as soon as the device has said what became of the last grant.
  mutating func closeWhenSettled(_ rest: Rest, at now: MonotonicTime) -> [SessionAction] {
    state = .closing(rest, deadline: now + Self.changeTimeout)
    var actions = askForRecords()
    if device?.isBehind == true, device?.isRereading == false { reread(&actions) }
    if isSettled { close(&actions) }
    return actions
  }

  /// Nothing of the session is still to be heard: its grant has ended, the needle is home, and so is its every record.
  var isSettled: Bool {
    guard let device else { return true }
    return open?.openGrant?.number == nil && !device.hasUnread && device.status.parked
  }

  /// The device stands disarmed after a stop or a clearing.
  mutating func disarmed(then next: AfterStop, _ actions: inout [SessionAction]) {
    lease = .off
    switch next {
    case .close: close(&actions)
    case .hold(let reason):
      actions.append(.note(.disarmed(reason)))
      state = .held(reason)
    case .wait: state = .stopped
    case .beReady: state = .ready
    }
  }

  /// Closes the session. An open grant that nobody can settle any more counts as made (S1, S7).
  mutating func close(_ actions: inout [SessionAction]) {
    presumeOpenGrant(&actions)
    let dots = withGuard { $0.sessionDots } ?? 0
    actions.append(.note(.sessionClosed(isComplete ? .complete : .ended, dotsMade: dots)))
    open = nil
    dotGuard = nil
    lease = .off
    // A fault that was found while it closed stays (S8).
    switch state {
    case .stopped, .faulted: break
    case .closing(.stopped, _): state = rest(otherwise: .stopped)
    case .closing(.faulted(let fault), _): state = rest(otherwise: .faulted(fault))
    case .noDevice, .ready, .testing, .preparing, .armed, .running, .changing, .paused, .stopping, .clearing, .closing,
      .held,
      .uncertain:
      state = rest(otherwise: device == nil ? .noDevice : .ready)
    }
  }

  var isComplete: Bool {
    guard let progress = withGuard({ $0.progress }) else { return false }
    return progress.allSatisfy { $0.made + $0.presumed >= $0.planned }
  }

  /// The grant that is still open can no longer be settled by the device: count it as made.
  mutating func presumeOpenGrant(_ actions: inout [SessionAction]) {
    guard let grant = open?.openGrant else { return }
    guard let number = grant.number else { return withdraw(grant, &actions) }
    open?.openGrant = nil
    dotGuard?.presume(grant.grant.request)
    notePresumed(grant.grant, number, &actions)
  }

  /// Not durable yet, so never sent: there was no dot, and nobody waits for its record or for the disk (S2).
  mutating func withdraw(_ grant: OpenGrant, _ actions: inout [SessionAction]) {
    open?.openGrant = nil
    dotGuard?.settle(grant.grant.request, made: nil)
    actions.append(.withdraw)
  }

  mutating func notePresumed(_ grant: Grant, _ number: GrantNumber, _ actions: inout [SessionAction]) {
    known.presume(number)
    actions.append(.note(.dotPresumed(grant, number)))
  }
}

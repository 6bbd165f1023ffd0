internal import SMPGuard
package import SMPModel

/// Deadlines. The owner sleeps until `nextDeadline` and then calls `tick`.
extension SessionMachine {
  package func nextDeadline() -> MonotonicTime? {
    var earliest: MonotonicTime?
    func consider(_ time: MonotonicTime) { earliest = min(earliest ?? time, time) }
    if state.isLeased, case .due(let at) = lease { consider(at) }
    if case .preparing(.spinning(let stopAt), _) = state { consider(stopAt) }
    if case .testing(.spinning(let stopAt), _) = state { consider(stopAt) }
    switch state {
    case .preparing(_, let deadline), .testing(_, let deadline), .changing(_, _, let deadline),
      .stopping(_, _, let deadline),
      .clearing(_, let deadline):
      consider(deadline)
    case .armed, .running, .paused:
      if let activeAt = open?.activeAt { consider(activeAt + Bounds.idleDisarm) }
    case .closing(_, let deadline): consider(deadline)
    case .noDevice, .ready, .stopped, .faulted, .held, .uncertain:
      break
    }
    if case .preparing(let step, _) = state, step.awaitsPerson, let pollAt { consider(pollAt) }
    if owesWord, device?.isRereading == false, let settleAt { consider(settleAt) }
    if let grant = open?.openGrant, grant.isUnanswered, device?.isRereading == false { consider(grant.endedBy) }
    if let grant = open?.openGrant, grant.number == nil, !isFaulted { consider(grant.admittedAt + Bounds.journalStall) }
    return earliest
  }

  package mutating func tick(at now: MonotonicTime, wall: WallTime) -> [SessionAction] {
    var actions: [SessionAction] = []
    if let grant = open?.openGrant, grant.number == nil, now >= grant.admittedAt + Bounds.journalStall, !isFaulted {
      // Withdrawn, it stalls nothing a second time, and nobody is faulted anew by clearing.
      withdraw(grant, &actions)
      raise(.journalStalled, at: now, wall: wall, &actions)
      return actions
    }
    passDeadline(at: now, wall: wall, &actions)
    poll(at: now, &actions)
    askAgain(at: now, &actions)
    if let grant = open?.openGrant, grant.isUnanswered, device?.isRereading == false, now >= grant.endedBy {
      reread(&actions)
    }
    if state.isLeased, case .due(let at) = lease, now >= at, let digest = open?.digest {
      lease = .awaiting(since: now)
      actions.append(.renewLease(digest))
    }
    return actions
  }

  /// While a person is waited for nothing else asks the device how it is; a lost notice would keep them waiting.
  private mutating func poll(at now: MonotonicTime, _ actions: inout [SessionAction]) {
    guard case .preparing(let step, _) = state, step.awaitsPerson else {
      pollAt = nil
      return
    }
    if let at = pollAt, now < at { return }
    if pollAt != nil { actions.append(.readStatus) }
    pollAt = now + Self.pollPeriod
  }

  private static var pollPeriod: Interval { .milliseconds(500) }

  private mutating func passDeadline(
    at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]
  ) {
    switch state {
    case .preparing(.spinning(let stopAt), _) where now >= stopAt:
      state = .preparing(.provingStop(submittedAt: now), deadline: now + Self.changeTimeout)
      actions.append(.protectiveStop)
    case .preparing(let step, let deadline):
      guard now >= deadline else { return }
      switch step {
      case .spinningUp, .spinning, .provingStop: failSelfTest(at: now, wall: wall, &actions)
      case .awaitingPedalRelease, .awaitingPedalBeforeTest:
        disarmed(then: .hold(.idle), &actions)
      case .loadingProfiles, .clearing, .arming:
        raise(.deviceSilent, at: now, wall: wall, &actions)
      }
    case .testing(.spinning(let stopAt), _) where now >= stopAt:
      state = .testing(.provingStop(submittedAt: now), deadline: now + Self.changeTimeout)
      actions.append(.protectiveStop)
    case .testing(let step, let deadline):
      guard now >= deadline else { return }
      switch step {
      case .spinningUp, .spinning, .provingStop: raise(.stopPathSlow, at: now, wall: wall, &actions)
      case .loadingProfiles, .clearing: raise(.deviceSilent, at: now, wall: wall, &actions)
      }
    case .changing(_, _, let deadline), .clearing(_, let deadline), .stopping(.normal, _, let deadline):
      if now >= deadline { raise(.deviceSilent, at: now, wall: wall, &actions) }
    case .stopping(.protective, _, let deadline):
      // Submitted and never confirmed: the lease has cut by now, but nobody has seen it.
      if now >= deadline { latchFault(.deviceSilent, wall: wall, &actions) }
    case .armed, .running, .paused:
      guard let activeAt = open?.activeAt, now >= activeAt + Bounds.idleDisarm else { return }
      state = .stopping(.normal, then: .hold(.idle), deadline: now + Self.stopTimeout)
      actions.append(.note(.stop(.normal, .idle, .submitted, latency: nil)))
      actions.append(.disarm)
    case .closing(_, let deadline):
      if now >= deadline { close(&actions) }
    case .noDevice, .ready, .stopped, .faulted, .held, .uncertain:
      break
    }
  }
}

internal import SMPGuard
package import SMPModel

/// How the device answered a command.
package enum DeviceAnswer: Hashable, Sendable {
  case accepted(DeviceStatus)
  /// Refused because the pedal is pressed: no fault, the pedal must be seen released.
  case refusedPedal(DeviceStatus)
  case refused(DeviceStatus)
  /// No answer within `Bounds.replyTimeout`.
  case silent
}

/// What the device says: attach, state, answers.
extension SessionMachine {
  /// A needle device is there, of a version we speak, and has told its capabilities and state.
  package mutating func deviceAttached(
    _ capabilities: DeviceCapabilities, _ status: DeviceStatus, at now: MonotonicTime, wall: WallTime
  ) -> [SessionAction] {
    var actions = [SessionAction.note(.deviceAttached(capabilities, status))]
    device = AttachedDevice(
      capabilities: capabilities, status: status,
      expectedRecord: expectedRecord(of: capabilities.serial, status, &actions), heardAt: now)
    let isUnanswered = open?.openGrant?.isUnanswered == true
    if status.nextRecord != status.oldestRecord || isOrphanUnsettled || isUnanswered { reread(&actions) }
    settleAt = now + Self.settlePeriod
    switch state {
    case .uncertain: break
    // Resolved while nothing was plugged in: the session is still open.
    case .held where open != nil: break
    case .noDevice, .ready, .testing, .preparing, .armed, .running, .changing, .paused, .stopping, .stopped, .faulted,
      .clearing,
      .closing,
      .held:
      state = latchedFault.map(SessionState.faulted) ?? .ready
    }
    switch status.phase {
    case .idle: break
    case .faulted:
      // The same fault seen again after a re-plug is the same occurrence (S8).
      if let fault = status.fault, latchedFault != .device(fault) { latchFault(.device(fault), wall: wall, &actions) }
    case .selfTest, .armed, .running, .suspended:
      // Energised under somebody else's hand: cut first, ask later.
      actions.append(.protectiveStop)
      if case .ready = state { state = .stopping(.protective, then: .wait, deadline: now + Self.changeTimeout) }
    case .stopped:
      if case .ready = state { state = .stopped }
    }
    return actions
  }

  /// Where this device's records go on. Another device, or one that lost its memory, can no longer say what became
  /// of an open grant: it counts as made (S7).
  private mutating func expectedRecord(
    of serial: String, _ status: DeviceStatus, _ actions: inout [SessionAction]
  ) -> RecordSequence {
    if let known = known.device(serial), known.isRemembered(by: status) {
      return max(known.expectedRecord, status.oldestRecord)
    }
    if open != nil { presumeOpenGrant(&actions) }
    if orphan?.serial == serial { presumeOrphan(&actions) }
    return status.oldestRecord
  }

  /// What a later look at this device is held against (S7).
  mutating func rememberDevice() {
    guard let device else { return }
    known.remember(
      KnownDevices.Device(
        serial: device.capabilities.serial, bootCount: device.status.bootCount,
        expectedRecord: device.doubtedRecord ?? device.expectedRecord, heardUpTo: device.expectedRecord))
  }

  /// The device is gone. With a session open, nobody knows what its last moment did (S7).
  package mutating func deviceDetached() -> [SessionAction] {
    guard let gone = device else { return [] }
    var actions: [SessionAction] = []
    if case .testing(let step, _) = state { endTest(step, .unanswered, &actions) }
    actions.append(.note(.deviceDetached(serial: gone.capabilities.serial)))
    rememberDevice()
    device = nil
    lease = .off
    loseRegistration()
    if open != nil, keeps(.uncertainAfterLoss) {
      leaveGrantOpen(&actions)
      if case .uncertain = state { return actions }
      state = .uncertain(.unplugged)
      actions.append(.note(.uncertain(.unplugged, openGrants: openGrants)))
    } else if orphan == nil {
      state = .noDevice
    }
    return actions
  }

  /// The device's state, from a reply (`isReply`: everything it sent before has arrived) or as a notice.
  package mutating func deviceReported(
    _ status: DeviceStatus, isReply: Bool, isOfReading: Bool = false, at now: MonotonicTime, wall: WallTime
  ) -> [SessionAction] {
    guard let known = device, !known.isStale(status, isReply: isReply, at: now) else { return [] }
    let before = known.status
    var actions: [SessionAction] = []
    // What is known of the device is of before this status: a restart is held against it.
    if status.bootCount != before.bootCount { rememberDevice() }
    device?.status = status
    device?.heardAt = now
    // The record itself may only be on its way.
    if device?.isBehind == true, !known.isBehind { settleAt = now + Bounds.replyTimeout }
    if status.bootCount != before.bootCount {
      restarted(at: now, wall: wall, &actions)
      // It came up with a fault: that is latched like any other (S8).
      if status.phase == .faulted, let fault = status.fault, latchedFault != .device(fault) {
        latchFault(.device(fault), wall: wall, &actions)
      }
      return actions
    }
    if status.phase == .faulted, let fault = status.fault, before.phase != .faulted {
      latchFault(.device(fault), wall: wall, &actions)
      return actions
    }
    if isReply {
      settleByCounters(status, isOfReading: isOfReading, at: now, wall: wall, &actions)
    } else if status.parked, !before.parked, open?.openGrant?.isUnanswered == true, device?.isRereading == false {
      // Asked while the needle was on its way home; now the device can say what became of the grant.
      reread(&actions)
    }
    follow(status, at: now, wall: wall, &actions)
    return actions
  }

  /// The device holds a whole profile set and has answered with its digest (S5).
  package mutating func profilesLoaded(
    _ digest: ProfileDigest, at now: MonotonicTime, wall: WallTime
  ) -> [SessionAction] {
    if case .testing(.loadingProfiles(let test), _) = state { return testLoaded(test, digest, at: now) }
    guard open != nil else { return [] }
    guard dotGuard?.loaded(digest) == true else { return [] }
    open?.digest = digest
    var actions = [SessionAction.note(.profilesLoaded(digest))]
    switch state {
    case .preparing(.loadingProfiles, _):
      state = .preparing(.awaitingPedalBeforeTest, deadline: now + Bounds.idleDisarm)
      if let status = device?.status { testWhenPedalIsUp(status, at: now, &actions) }
    case .changing(.loading(let wish), let resume, let deadline):
      lease = .due(now)
      noteSetPoints(wish, &actions)
      if resume, let admitted = try? dotGuard?.admitResume() {
        state = .changing(.resuming, resume: true, deadline: deadline)
        actions.append(.admit(admitted))
      } else {
        state = .paused
      }
    case .changing, .noDevice, .ready, .testing, .preparing, .armed, .running, .paused, .stopping, .stopped, .faulted,
      .clearing,
      .closing,
      .held,
      .uncertain:
      break
    }
    return actions
  }

  /// The device answered a command, or did not.
  package mutating func answered(
    _ command: AnsweredCommand, _ answer: DeviceAnswer, at now: MonotonicTime, wall: WallTime
  ) -> [SessionAction] {
    guard device != nil else { return [] }
    var actions: [SessionAction] = []
    switch answer {
    case .silent:
      silent(command, at: now, wall: wall, &actions)
      return actions
    case .accepted(let status), .refusedPedal(let status), .refused(let status):
      // A refusal by a device that has stopped or faulted says only that; its state is followed below.
      let standsOut = status.phase == .stopped || status.phase == .faulted
      if case .accepted = answer {
        accept(command, answer, at: now, wall: wall, &actions)
      } else if !standsOut || command == .clearFault || command == .readRecords {
        accept(command, answer, at: now, wall: wall, &actions)
      }
      actions += deviceReported(
        status, isReply: command.repliesInOrder(answer), isOfReading: command == .readRecords, at: now, wall: wall)
    }
    return actions
  }

  private mutating func accept(
    _ command: AnsweredCommand, _ answer: DeviceAnswer, at now: MonotonicTime, wall: WallTime,
    _ actions: inout [SessionAction]
  ) {
    let isAccepted = if case .accepted = answer { true } else { false }
    let isPedal = if case .refusedPedal = answer { true } else { false }
    switch command {
    case .renewLease:
      if isAccepted, case .awaiting(let since) = lease { lease = .due(since + Bounds.leasePeriod) }
    case .readRecords:
      device?.isRereading = false
    case .arm:
      guard case .preparing(.arming, _) = state else { return }
      if isAccepted {
        enterArmed(at: now, &actions)
      } else if isPedal {
        state = .preparing(.awaitingPedalRelease, deadline: now + Bounds.idleDisarm)
        if let status = device?.status { armWhenPedalIsUp(status, at: now, &actions) }
      } else {
        raise(.commandRefused, at: now, wall: wall, &actions)
      }
    case .resume:
      guard case .changing(.resuming, _, _) = state else { return }
      if isAccepted {
        state = .armed
        actions.append(.note(.resumed))
      } else if isPedal {
        state = .paused
      } else {
        raise(.commandRefused, at: now, wall: wall, &actions)
      }
    case .profiles, .selfTest:
      if case .testing(let step, _) = state {
        if !isAccepted { testRefused(step, answer, at: now, wall: wall, &actions) }
      } else if isPedal, case .preparing(.spinningUp, _) = state {
        state = .preparing(.awaitingPedalBeforeTest, deadline: now + Bounds.idleDisarm)
        if let status = device?.status { testWhenPedalIsUp(status, at: now, &actions) }
      } else if !isAccepted, isPreparing || isChanging {
        raise(.commandRefused, at: now, wall: wall, &actions)
      }
    case .clearFault:
      // The cause persists: the fault stays latched.
      if !isAccepted, case .clearing(let fault, _) = state { state = fault.map(SessionState.faulted) ?? .stopped }
      if !isAccepted, case .testing(.clearing, _) = state { state = .stopped }
    case .grant(let request):
      // A refused grant ends in a record as a rule; where none comes, the counters tell.
      if !isAccepted, open?.openGrant?.grant.request == request { actions += askForRecords() }
    case .suspend, .disarm, .deny, .release:
      // Settled by the state the device reports.
      break
    }
  }

  private mutating func silent(
    _ command: AnsweredCommand, at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]
  ) {
    switch command {
    case .grant(let request):
      if open?.openGrant?.grant.request == request { open?.openGrant?.isUnanswered = true }
    case .readRecords: device?.isRereading = false
    case .deny, .release: break
    case .renewLease:
      // A renewal that was under way when the lease ended says nothing more.
      if case .awaiting = lease { raise(.deviceSilent, at: now, wall: wall, &actions) }
    case .profiles, .selfTest, .arm, .resume:
      if isPreparing || isChanging || isTesting { raise(.deviceSilent, at: now, wall: wall, &actions) }
    case .clearFault:
      if case .clearing = state { raise(.deviceSilent, at: now, wall: wall, &actions) }
      if case .testing(.clearing, _) = state { raise(.deviceSilent, at: now, wall: wall, &actions) }
    case .suspend:
      // Motion that was to be suspended may go on: nobody knows.
      if case .paused = state { raise(.deviceSilent, at: now, wall: wall, &actions) }
      if isChanging { raise(.deviceSilent, at: now, wall: wall, &actions) }
    case .disarm:
      // Stopping has its own deadline.
      break
    }
  }

  mutating func enterArmed(at now: MonotonicTime, _ actions: inout [SessionAction]) {
    state = .armed
    lease = .due(now)
    open?.activeAt = now
    if open?.armedFirstAt == nil { open?.armedFirstAt = now }
    actions.append(.note(.armed(open?.digest ?? .none)))
  }

  /// The device can no longer answer the open grant; one that has not left never will.
  private mutating func leaveGrantOpen(_ actions: inout [SessionAction]) {
    if let grant = open?.openGrant, grant.number == nil {
      withdraw(grant, &actions)
    } else {
      open?.openGrant?.isUnanswered = true
      open?.openGrant?.isAsked = false
    }
  }

  private mutating func restarted(at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]) {
    guard let capabilities = device?.capabilities, let status = device?.status else { return }
    if case .testing(let step, _) = state { restartedInTest(step, at: now, wall: wall, &actions) }
    lease = .off
    loseRegistration()
    // The journal must know the new count: a later daemon tells by it whether the memory is still this one.
    actions.append(.note(.deviceAttached(capabilities, status)))
    let expected = expectedRecord(of: capabilities.serial, status, &actions)
    device?.expectedRecord = expected
    device?.doubtedRecord = nil
    device?.contacts = nil
    let hasRecords = status.nextRecord != expected
    if orphan != nil {
      if hasRecords || isOrphanUnsettled { reread(&actions) }
    } else if open != nil {
      leaveGrantOpen(&actions)
      state = .uncertain(.deviceRestarted)
      actions.append(.note(.uncertain(.deviceRestarted, openGrants: openGrants)))
      if hasRecords || openGrants > 0 { reread(&actions) }
    } else {
      state = rest(otherwise: .ready)
    }
  }

  var isFaulted: Bool { if case .faulted = state { true } else { false } }
  var isPreparing: Bool { if case .preparing = state { true } else { false } }
  var isTesting: Bool { if case .testing = state { true } else { false } }
  var isChanging: Bool { if case .changing = state { true } else { false } }
}

extension AnsweredCommand {
  /// Whether every record made by then has come before this answer. Clearing is answered over EP0, which overtakes; and a
  /// grant's refusal is followed by the grant's own record.
  fileprivate func repliesInOrder(_ answer: DeviceAnswer) -> Bool {
    switch self {
    case .clearFault: return false
    case .grant:
      if case .accepted = answer { return true }
      return false
    case .profiles, .selfTest, .arm, .resume, .renewLease, .suspend, .disarm, .deny, .release, .readRecords: return true
    }
  }
}

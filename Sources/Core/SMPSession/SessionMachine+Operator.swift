internal import SMPGuard
package import SMPModel

/// People's commands. Each either changes something and says what to do, or throws and has changed nothing (S13).
extension SessionMachine {
  /// Opens a session and begins to prepare the device for it.
  package mutating func start(
    _ order: StartOrder, at now: MonotonicTime, dryRun: Bool = false
  ) throws(SessionRefusal) -> [SessionAction] {
    if keeps(.lockOut), let fault = latch.lockedOut { throw .lockedOut(fault) }
    if case .noDevice = state { throw .noDevice }
    guard case .ready = state, let device else { throw .wrongState(stateWord, expected: [.ready]) }
    // What it has still to say belongs to the session before, and to its client (S4).
    if device.hasUnread { throw .deviceNotRead }
    if let asked = order.deviceSerial, asked != device.capabilities.serial {
      throw .otherDevice(attached: device.capabilities.serial, asked: asked)
    }
    if let refusal = order.outOfOrder { throw refusal }
    guard let site = order.site else { throw .siteLimitsAbsent }
    let made: DotGuard
    do {
      made = try DotGuard(
        profile: order.profile, site: site, device: device.capabilities, generation: generation + 1,
        history: order.history, keeps: keeps)
    } catch {
      throw .guardRefused(error)
    }
    if device.capabilities.positioning.isOwnFrame, order.profile.landmarks.isEmpty {
      throw .landmarksMissing(serial: device.capabilities.serial)
    }
    if dryRun { return [] }
    open = OpenSession(order: order, at: now)
    dotGuard = consume made
    var actions = [SessionAction.note(.sessionOpened)]
    if let said = order.override {
      actions += order.overriddenSteps.map { .note(.stepOverridden($0, by: said.by, reason: said.reason)) }
    }
    if device.capabilities.positioning.isOwnFrame {
      boundDevice = device.capabilities
      disarmed(then: .hold(.unregistered), &actions)
    } else {
      prepare(at: now, &actions)
    }
    return actions
  }

  /// Suspends motion; the lease runs on. What is paused already takes a reason that is given later.
  package mutating func pause(
    _ reason: PauseReason? = nil, remarks: String? = nil, at now: MonotonicTime
  ) throws(SessionRefusal) -> [SessionAction] {
    let note = SessionAction.note(.paused(reason, remarks: remarks))
    switch state {
    case .armed, .running: break
    case .paused: return reason == nil && remarks == nil ? [] : [note]
    case .noDevice, .ready, .testing, .preparing, .changing, .stopping, .stopped, .faulted, .clearing, .closing, .held,
      .uncertain:
      throw .wrongState(stateWord, expected: [.armed, .running])
    }
    open?.activeAt = now
    state = .paused
    return [.suspend, note]
  }

  /// Takes down what the client says, in every state with a session. Being asked is no sign that somebody works: the
  /// session disarms by itself as it would have.
  package mutating func comfort(
    _ score: ComfortScore, remarks: String? = nil
  ) throws(SessionRefusal) -> [SessionAction] {
    guard open != nil else { throw .wrongState(stateWord, expected: [.armed, .running, .paused, .held]) }
    return [.note(.comfortScored(score, remarks: remarks))]
  }

  /// Lets the pedal move the needle again after a pause, or prepares a held session afresh, self-test included.
  package mutating func resume(at now: MonotonicTime) throws(SessionRefusal) -> [SessionAction] {
    if let fault = latch.lockedOut { throw .lockedOut(fault) }
    switch state {
    case .paused:
      guard device?.status.pedalPressed == false else { throw .pedalPressed }
      let admitted = try guarded { machine throws(GuardRefusal) in try machine.dotGuard?.admitResume() }
      open?.activeAt = now
      state = .changing(.resuming, resume: true, deadline: now + Self.changeTimeout)
      return [.admit(admitted)]
    case .held:
      guard let device else { throw .noDevice }
      // The guard holds this device's accuracy and range: another one needs a session of its own (S3, S4).
      if let bound = boundDevice, device.capabilities != bound {
        throw .otherDevice(attached: device.capabilities.serial, asked: bound.serial)
      }
      if let missing = landmarksToRead { throw .registrationMissing(landmarks: missing) }
      open?.activeAt = now
      var actions: [SessionAction] = []
      prepare(at: now, &actions)
      return actions
    case .noDevice, .ready, .testing, .preparing, .armed, .running, .changing, .stopping, .stopped, .faulted, .clearing,
      .closing,
      .uncertain:
      throw .wrongState(stateWord, expected: [.paused, .held])
    }
  }

  /// Opens a zone out of the plan's order, by name and on the record.
  package mutating func selectZone(_ name: String, at now: MonotonicTime) throws(SessionRefusal) -> [SessionAction] {
    guard open != nil else { throw .wrongState(stateWord, expected: [.armed, .running, .paused, .held]) }
    guard let zone = open?.order.profile.zones.first(where: { $0.name == name }) else { throw .unknownZone(name) }
    _ = try guarded { machine throws(GuardRefusal) -> Bool? in
      try machine.dotGuard?.open(zone.index)
      return true
    }
    open?.activeAt = now
    return [.note(.zoneOpened(zone.index))]
  }

  /// New set-points, within the profile: loaded between dots with motion suspended, in force when the device has
  /// answered with the new digest (S5). With the pedal down the session is paused by it: motion comes back only
  /// by a person's `resume`.
  /// - Parameter name: the zone, or nil for all.
  package mutating func set(
    zone name: String?, depth: Depth?, speed: Speed?, dwell: Dwell?, at now: MonotonicTime, dryRun: Bool = false
  ) throws(SessionRefusal) -> [SessionAction] {
    let resume: Bool
    switch state {
    case .armed, .running: resume = device?.status.pedalPressed == false
    case .paused: resume = false
    case .noDevice, .ready, .testing, .preparing, .changing, .stopping, .stopped, .faulted, .clearing, .closing, .held,
      .uncertain:
      throw .wrongState(stateWord, expected: [.armed, .running, .paused])
    }
    var zone: ZoneIndex?
    if let name {
      zone = open?.order.profile.zones.first { $0.name == name }?.index
      if zone == nil { throw .unknownZone(name) }
    }
    let wish = SetPointWish(zone: zone, depth: depth, speed: speed, dwell: dwell)
    _ = try guarded { machine throws(GuardRefusal) in try machine.dotGuard?.check(wish) }
    if dryRun { return [] }
    open?.activeAt = now
    state = .changing(.suspending(wish), resume: resume, deadline: now + Self.changeTimeout)
    return [.suspend]
  }

  /// Confirms a soft limit by name and reason (S3).
  package mutating func confirm(
    _ key: LimitKey, by: String, reason: String, at now: MonotonicTime
  ) throws(SessionRefusal) -> [SessionAction] {
    guard open != nil else { throw .wrongState(stateWord, expected: [.armed, .running, .paused, .held]) }
    _ = try guarded { machine throws(GuardRefusal) -> Bool? in
      try machine.dotGuard?.confirm(key)
      return true
    }
    open?.activeAt = now
    return [.note(.limitConfirmed(key, by: by, reason: reason))]
  }

  /// Ends the session: finishes the dot and retracts, then closes. From a standing state it closes at once, or as soon
  /// as the device has said what became of its last grant.
  package mutating func stop(at now: MonotonicTime, by uid: UInt32) throws(SessionRefusal) -> [SessionAction] {
    guard open != nil else { throw .wrongState(stateWord, expected: [.armed, .running, .paused, .held]) }
    let note = SessionAction.note(.stop(.normal, .person(uid: uid), .submitted, latency: nil))
    switch state {
    case .armed, .running, .paused, .changing, .preparing:
      state = .stopping(.normal, then: .close, deadline: now + Self.stopTimeout)
      return [note, .disarm]
    case .stopping(.normal, _, let deadline):
      state = .stopping(.normal, then: .close, deadline: deadline)
      return []
    case .held(let reason): return [note] + closeWhenSettled(.held(reason), at: now)
    case .stopped: return [note] + closeWhenSettled(.stopped, at: now)
    case .faulted(let fault): return [note] + closeWhenSettled(.faulted(fault), at: now)
    case .closing: return []
    case .noDevice, .ready, .testing, .stopping, .clearing, .uncertain:
      // What nobody saw is resolved by name, not by a stop (S7).
      throw .wrongState(stateWord, expected: [.armed, .running, .paused, .held])
    }
  }

  /// Stops motion and no more: from the stop socket, by anybody. It finishes the dot and disarms; the session stays
  /// open, and what is uncertain stays so (S6).
  package mutating func halt(at now: MonotonicTime, by uid: UInt32) -> [SessionAction] {
    let note = SessionAction.note(.stop(.normal, .person(uid: uid), .submitted, latency: nil))
    switch state {
    case .armed, .running, .paused, .changing, .preparing:
      state = .stopping(.normal, then: .hold(.stopped), deadline: now + Self.stopTimeout)
      return [note, .disarm]
    case .testing(let step, _):
      var actions: [SessionAction] = []
      endTest(step, .stopped, &actions)
      state = .stopping(.normal, then: .beReady, deadline: now + Self.stopTimeout)
      return actions + [note, .disarm]
    case .noDevice, .ready, .stopping, .stopped, .faulted, .clearing, .closing, .held, .uncertain:
      return []
    }
  }

  /// Settles, by name, what nobody saw (S7). Nothing resumes by itself: a latched fault or stop stays to be cleared.
  /// A session that an earlier daemon left open is closed.
  package mutating func resolve(by: String, reason: String) throws(SessionRefusal) -> [SessionAction] {
    guard case .uncertain = state else { throw .wrongState(stateWord, expected: [.uncertain]) }
    // The device knows: where it is there, it is asked, not guessed about.
    if let device, device.capabilities.serial == boundSerial, openGrants > 0 || device.hasUnread {
      throw .deviceNotRead
    }
    var actions: [SessionAction] = []
    if orphan != nil {
      presumeOrphan(&actions)
      let dots = orphan?.dotsMade ?? 0
      actions.append(.note(.resolved(by: by, reason: reason)))
      actions.append(.note(.sessionClosed(.ended, dotsMade: dots)))
      orphan = nil
      state = rest(otherwise: device == nil ? .noDevice : .ready)
      return actions
    }
    // With no device to ask, or another one, the grant counts as made.
    presumeOpenGrant(&actions)
    actions.append(.note(.resolved(by: by, reason: reason)))
    state = rest(otherwise: .held(.resolved))
    return actions
  }

  /// Where the machine comes to rest: a fault that nobody has cleared stays, and so does the device's own stop (S8).
  func rest(otherwise state: SessionState) -> SessionState {
    if let fault = latchedFault { return .faulted(fault) }
    guard let phase = device?.status.phase else { return state }
    return phase == .stopped ? .stopped : state
  }

  /// Clears a latched fault or a protective stop. An edge: it never restarts motion (S8).
  package mutating func clearFault(at now: MonotonicTime) throws(SessionRefusal) -> [SessionAction] {
    switch state {
    case .stopped where latchedFault == nil: break
    case .stopped, .faulted:
      if keeps(.lockOut), let fault = latch.lockedOut { throw .lockedOut(fault) }
    case .noDevice, .ready, .testing, .preparing, .armed, .running, .changing, .paused, .stopping, .clearing, .closing,
      .held,
      .uncertain:
      throw .wrongState(stateWord, expected: [.stopped, .faulted])
    }
    // Nobody is there to be asked, and nobody's silence is to count as a fault.
    guard device != nil else { throw .noDevice }
    let fault: SessionFault? = if case .faulted(let fault) = state { fault } else { latchedFault }
    state = .clearing(fault, deadline: now + Self.changeTimeout)
    return [.clearFault]
  }

  /// Lifts a lock-out, by name and with a reason. Moves nothing and clears no fault by itself (S8).
  package mutating func unlock(by: String, reason: String) throws(SessionRefusal) -> [SessionAction] {
    guard latch.lockedOut != nil else { throw .wrongState(stateWord, expected: [.lockedOut]) }
    latch.unlock()
    return [.note(.unlocked(by: by, reason: reason))]
  }

  /// Asks the guard; its refusal is the machine's.
  mutating func guarded<Value>(
    _ body: (inout SessionMachine) throws(GuardRefusal) -> Value?
  ) throws(SessionRefusal) -> Value {
    let value: Value?
    do throws(GuardRefusal) { value = try body(&self) } catch { throw .guardRefused(error) }
    guard let value else { throw .noDevice }
    return value
  }
}

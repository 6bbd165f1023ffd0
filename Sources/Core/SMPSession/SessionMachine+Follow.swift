internal import SMPGuard
internal import SMPModel

/// How the machine's state follows the device's: each step waits for the device's own word.
extension SessionMachine {
  /// Loads the profiles; self-test, clearing and arming follow as the device answers (S5, S9).
  mutating func prepare(at now: MonotonicTime, _ actions: inout [SessionAction]) {
    // Set-points whose loading was cut short were never in force: the last ones that were come back.
    if dotGuard?.fallBack(to: generation + 1) == true { generation += 1 }
    guard let admitted = dotGuard?.admitProfiles() else { return }
    if case .profiles(let used, _) = admitted.command { generation = max(generation, used) }
    boundDevice = device?.capabilities
    state = .preparing(.loadingProfiles, deadline: now + Self.changeTimeout)
    actions.append(.admit(admitted))
  }

  mutating func follow(
    _ status: DeviceStatus, at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]
  ) {
    switch state {
    case .preparing(let step, _):
      prepareFurther(step, status, at: now, wall: wall, &actions)
    case .testing(let step, _):
      testFurther(step, status, at: now, wall: wall, &actions)
    case .armed, .running, .changing, .paused:
      followEnergised(status, &actions)
    case .stopping(.normal, let next, _):
      if isAtRest(status) { disarmed(then: next, &actions) }
      if status.phase == .stopped { stoppedByDevice(status, &actions) }
    case .stopping(.protective, _, _):
      guard status.phase == .stopped || status.phase == .idle, status.still else { return }
      actions.append(.note(.stop(.protective, .device, .still, latency: nil)))
      state = .stopped
    case .clearing(let fault, _):
      guard status.phase == .idle else { return }
      latchedFault = nil
      if let fault { actions.append(.note(.faultCleared(fault))) }
      if open == nil { state = .ready } else { disarmed(then: .hold(.cleared), &actions) }
    case .ready:
      if status.phase == .stopped { stoppedByDevice(status, &actions) }
    case .held:
      if status.phase == .stopped { stoppedByDevice(status, &actions) }
    case .closing:
      if isSettled { close(&actions) }
    case .noDevice, .stopped, .faulted, .uncertain:
      break
    }
  }

  private mutating func prepareFurther(
    _ step: Preparation, _ status: DeviceStatus, at now: MonotonicTime, wall: WallTime,
    _ actions: inout [SessionAction]
  ) {
    if status.phase == .stopped, !step.expectsStop {
      stoppedByDevice(status, &actions)
      return
    }
    switch step {
    case .loadingProfiles, .arming: break
    case .awaitingPedalBeforeTest:
      testWhenPedalIsUp(status, at: now, &actions)
    case .spinningUp:
      guard status.phase == .selfTest, !status.still, status.parked else { return }
      state = .preparing(.spinning(stopAt: now + Self.spinTime), deadline: now + Self.changeTimeout)
    case .spinning:
      // A drive that ends its test by itself has not been stopped by us: that proves nothing.
      if status.phase != .selfTest { failSelfTest(at: now, wall: wall, &actions) }
    case .provingStop(let submittedAt):
      guard status.phase == .stopped, status.still else { return }
      proven(now - submittedAt, at: now, wall: wall, &actions)
    case .clearing:
      guard status.phase == .idle else { return }
      state = .preparing(.awaitingPedalRelease, deadline: now + Bounds.idleDisarm)
      armWhenPedalIsUp(status, at: now, &actions)
    case .awaitingPedalRelease:
      armWhenPedalIsUp(status, at: now, &actions)
    }
  }

  /// Long enough for a drive to reach its speed, short enough that the device does not end the test by itself: a stop
  /// is proven at speed, not at the first turn (S9).
  static var spinTime: Interval { .milliseconds(120) }

  mutating func failSelfTest(at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]) {
    see(.unanswered)
    actions.append(.note(.selfTest(latency: nil, passed: false)))
    raise(.stopPathSlow, at: now, wall: wall, &actions)
  }

  /// The device is still after the self-test's stop: fast enough, or no arming (S9).
  private mutating func proven(
    _ latency: Interval, at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]
  ) {
    open?.stopLatency = latency
    let passed = latency <= Bounds.stopLatency
    see(passed ? .passed(latency) : .slow(latency))
    actions.append(.note(.selfTest(latency: latency, passed: passed)))
    guard passed || !keeps(.stopPathProven) else {
      raise(.stopPathSlow, at: now, wall: wall, &actions)
      return
    }
    state = .preparing(.clearing, deadline: now + Self.changeTimeout)
    actions.append(.clearFault)
  }

  /// The self-test turns the drive: like arming, it waits for the pedal to be seen released (S5, S9).
  mutating func testWhenPedalIsUp(
    _ status: DeviceStatus, at now: MonotonicTime, _ actions: inout [SessionAction]
  ) {
    guard !status.pedalPressed, status.phase == .idle, status.parked else { return }
    guard let admitted = try? dotGuard?.admitSelfTest() else { return }
    newestTest = nil
    state = .preparing(.spinningUp, deadline: now + Self.changeTimeout)
    actions.append(.admit(admitted))
  }

  mutating func armWhenPedalIsUp(
    _ status: DeviceStatus, at now: MonotonicTime, _ actions: inout [SessionAction]
  ) {
    guard !status.pedalPressed || !keeps(.pedalSeenReleased), status.phase == .idle, status.parked else { return }
    guard let admitted = try? dotGuard?.admitArm() else { return }
    state = .preparing(.arming, deadline: now + Self.changeTimeout)
    actions.append(.admit(admitted))
  }

  private mutating func followEnergised(_ status: DeviceStatus, _ actions: inout [SessionAction]) {
    switch status.phase {
    case .armed:
      if case .running = state { state = .armed }
    case .running:
      if case .armed = state { state = .running }
    case .suspended:
      load(&actions)
    case .selfTest, .faulted:
      break
    case .stopped:
      stoppedByDevice(status, &actions)
    case .idle:
      // Nobody here disarmed it: treat it as a stop, and let a person look.
      stoppedByDevice(status, &actions)
    }
  }

  /// Motion is suspended and the last dot has ended: the new set-points may be loaded (S5).
  private mutating func load(_ actions: inout [SessionAction]) {
    guard case .changing(.suspending(let wish), let resume, let deadline) = state, !hasUnseenRecords else { return }
    guard let admitted = try? dotGuard?.admit(wish, generation: generation + 1) else { return }
    generation += 1
    state = .changing(.loading(wish), resume: resume, deadline: deadline)
    actions.append(.admit(admitted))
  }

  func noteSetPoints(_ wish: SetPointWish, _ actions: inout [SessionAction]) {
    guard let zones = open?.order.profile.zones else { return }
    for zone in zones where wish.zone == nil || wish.zone == zone.index {
      guard let point = withGuard({ try? $0.setPoint(zone.index) }) ?? nil else { continue }
      actions.append(.note(.setPoints(zone: zone.index, depth: point.depth, speed: point.speed, dwell: point.dwell)))
    }
  }

  /// The device stopped without being asked by this machine: its own stop input, or the stop listener's transfer.
  mutating func stoppedByDevice(_ status: DeviceStatus, _ actions: inout [SessionAction]) {
    lease = .off
    actions.append(.note(.stop(.protective, .device, status.still ? .still : .submitted, latency: nil)))
    actions += askForRecords()
    state = .stopped
  }

  /// Disarmed, standing, retracted, and every record of it has come.
  func isAtRest(_ status: DeviceStatus) -> Bool {
    status.phase == .idle && status.still && status.parked && !hasUnseenRecords
  }

  /// True while a record of this session may still be on its way.
  var hasUnseenRecords: Bool {
    guard let device else { return false }
    return open?.openGrant?.number != nil || device.hasUnread
  }
}

internal import SMPGuard
package import SMPModel

/// What a self-test of the stop path showed (S9).
package struct SelfTestSeen: Hashable, Sendable {
  package enum Outcome: Hashable, Sendable {
    /// The drive stood within `Bounds.stopLatency` of the stop.
    case passed(Interval)
    case slow(Interval)
    /// The drive was not seen to turn or to stand, or the device failed or went away.
    case unanswered
    /// The device did not begin: nothing has turned.
    case pedalPressed
    case needleNotParked
    /// Somebody stopped the device before anything was measured.
    case stopped
  }
  /// Of the device that was tested.
  package let serial: String
  package let outcome: Outcome

  /// From the stop to a still drive; nil when nothing was measured.
  package var latency: Interval? {
    switch outcome {
    case .passed(let latency), .slow(let latency): latency
    case .unanswered, .pedalPressed, .needleNotParked, .stopped: nil
    }
  }

  package var passed: Bool {
    switch outcome {
    case .passed: true
    case .slow, .unanswered, .pedalPressed, .needleNotParked, .stopped: false
    }
  }
}

/// The self-test outside of a session: the stop path is proven while nobody is treated (S9).
///
/// It arms nothing: a session loads its own profiles, and makes its own self-test under them.
extension SessionMachine {
  /// Begins the self-test: the needle parked, the pedal released and no session open, as the device and this machine
  /// know it.
  /// - Parameters:
  ///   - serial: the device that is meant; nil means the one that is attached.
  ///   - site: the clinic's limits; nil when the file is absent or unreadable, which refuses (S3).
  package mutating func selfTest(
    serial: String?, site: LimitSet?, at now: MonotonicTime, dryRun: Bool = false
  ) throws(SessionRefusal) -> [SessionAction] {
    if let fault = latch.lockedOut { throw .lockedOut(fault) }
    switch state {
    case .ready: break
    case .noDevice: throw .noDevice
    case .testing, .preparing, .armed, .running, .changing, .paused, .stopping, .stopped, .faulted, .clearing, .closing,
      .held, .uncertain:
      throw .wrongState(stateWord, expected: [.ready])
    }
    guard let device else { throw .noDevice }
    if device.hasUnread { throw .deviceNotRead }
    if let serial, serial != device.capabilities.serial {
      throw .otherDevice(attached: device.capabilities.serial, asked: serial)
    }
    if device.status.pedalPressed { throw .pedalPressed }
    guard device.status.parked else { throw .needleNotParked }
    guard device.status.still, device.status.phase == .idle else { throw .deviceNotAtRest }
    guard let site else { throw .siteLimitsAbsent }
    let test: SelfTestGuard
    do throws(GuardRefusal) {
      test = try SelfTestGuard(site: site, device: device.capabilities, generation: generation + 1)
    } catch {
      throw .guardRefused(error)
    }
    if dryRun { return [] }
    generation = test.generation
    newestTest = nil
    state = .testing(.loadingProfiles(test), deadline: now + Self.changeTimeout)
    return [.admit(test.admitProfiles())]
  }

  /// The device holds the least profile set: the drive may turn, if pedal and needle still allow it.
  mutating func testLoaded(
    _ test: SelfTestGuard, _ digest: ProfileDigest, at now: MonotonicTime
  ) -> [SessionAction] {
    guard let status = device?.status, let admitted = try? test.admitSelfTest(loaded: digest) else { return [] }
    var actions = [SessionAction.note(.profilesLoaded(digest))]
    if status.pedalPressed {
      withdrawTest(.pedalPressed)
    } else if !status.parked {
      withdrawTest(.needleNotParked)
    } else {
      state = .testing(.spinningUp, deadline: now + Self.changeTimeout)
      actions.append(.admit(admitted))
    }
    return actions
  }

  mutating func testFurther(
    _ step: StopPathTest, _ status: DeviceStatus, at now: MonotonicTime, wall: WallTime,
    _ actions: inout [SessionAction]
  ) {
    switch step {
    case .loadingProfiles:
      if status.phase == .stopped { testStopped(step, status, &actions) }
    case .spinningUp:
      if status.phase == .stopped { testStopped(step, status, &actions) }
      guard status.phase == .selfTest, !status.still, status.parked else { return }
      state = .testing(.spinning(stopAt: now + Self.spinTime), deadline: now + Self.changeTimeout)
    case .spinning:
      if status.phase == .stopped {
        testStopped(step, status, &actions)
      } else if status.phase != .selfTest {
        // A drive that ends its test by itself has not been stopped by us: that proves nothing.
        raise(.stopPathSlow, at: now, wall: wall, &actions)
      }
    case .provingStop(let submittedAt):
      guard status.phase == .stopped, status.still else { return }
      measured(now - submittedAt, at: now, wall: wall, &actions)
    case .clearing:
      if status.phase == .idle { state = .ready }
    }
  }

  private mutating func measured(
    _ latency: Interval, at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]
  ) {
    let passed = latency <= Bounds.stopLatency
    see(passed ? .passed(latency) : .slow(latency))
    actions.append(.note(.selfTest(latency: latency, passed: passed)))
    state = .testing(.clearing, deadline: now + Self.changeTimeout)
    guard passed else {
      raise(.stopPathSlow, at: now, wall: wall, &actions)
      return
    }
    actions.append(.clearFault)
  }

  /// Somebody else stopped the device: its stop input, or the stop listener's transfer.
  private mutating func testStopped(
    _ step: StopPathTest, _ status: DeviceStatus, _ actions: inout [SessionAction]
  ) {
    endTest(step, .stopped, &actions)
    stoppedByDevice(status, &actions)
  }

  /// The device did not take what was sent. A pedal or a needle that moved in between is no fault: nothing has turned.
  mutating func testRefused(
    _ step: StopPathTest, _ answer: DeviceAnswer, at now: MonotonicTime, wall: WallTime,
    _ actions: inout [SessionAction]
  ) {
    switch answer {
    case .accepted, .silent: return
    case .refusedPedal:
      endTest(step, .pedalPressed, &actions)
      withdrawTest(.pedalPressed)
    case .refused(let status):
      if status.parked {
        raise(.commandRefused, at: now, wall: wall, &actions)
      } else {
        endTest(step, .needleNotParked, &actions)
        withdrawTest(.needleNotParked)
      }
    }
  }

  /// A device that starts afresh under its own drive has not answered: that is a finding, and latches as one.
  mutating func restartedInTest(
    _ step: StopPathTest, at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]
  ) {
    switch step {
    case .loadingProfiles: raise(.deviceSilent, at: now, wall: wall, &actions)
    case .spinningUp, .spinning, .provingStop: raise(.stopPathSlow, at: now, wall: wall, &actions)
    case .clearing: break
    }
  }

  private mutating func withdrawTest(_ outcome: SelfTestSeen.Outcome) {
    see(outcome)
    state = .ready
  }

  /// Every self-test that was admitted ends in one entry, however it ends.
  mutating func endTest(
    _ step: StopPathTest, _ outcome: SelfTestSeen.Outcome, _ actions: inout [SessionAction]
  ) {
    switch step {
    case .loadingProfiles: see(outcome)
    case .spinningUp, .spinning, .provingStop:
      see(outcome)
      actions.append(.note(.selfTest(latency: nil, passed: false)))
    // Measured already.
    case .clearing: break
    }
  }

  mutating func see(_ outcome: SelfTestSeen.Outcome) {
    guard let serial = device?.capabilities.serial else { return }
    newestTest = SelfTestSeen(serial: serial, outcome: outcome)
  }
}

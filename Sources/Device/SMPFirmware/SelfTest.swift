internal import SMPModel
internal import SMPWire

// The device's part of S9: the drive turns with the needle parked until the stop path stops it.

extension Firmware {
  mutating func startSelfTest(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) -> CommandRefusal? {
    switch mode {
    case .idle: break
    case .selfTest, .armed, .running, .suspended, .stopped, .faulted: return mode.refusal
    }
    guard profiles.isReady else { return .noProfiles }
    if let refusal = restRefusal { return refusal }
    proof = .missing
    mode = .selfTest(.starting(since: now))
    turn(at: profiles.workingSpeed, now, &outputs)
    return nil
  }

  /// What must be seen before anything turns: pedal released, needle behind its stop.
  var restRefusal: CommandRefusal? {
    guard sensors.pedalPressed == false || !keeps(.pedalSeenReleased) else { return .pedalPressed }
    guard sensors.parked == true, needle.isUp else { return .notParked }
    return nil
  }

  /// The drive was seen turning; from now on a stop proves something.
  mutating func selfTestTurned() {
    switch mode {
    case .selfTest(.starting(let since)): mode = .selfTest(.turning(since: since))
    case .selfTest(.turning), .idle, .armed, .running, .suspended, .stopped, .faulted: break
    }
  }

  /// The stop came. Without a drive seen turning it proves nothing.
  mutating func selfTestStopped(_ spin: Spin, _ now: DeviceTicks) {
    switch spin {
    case .starting: proof = .missing
    case .turning: proof = .stopping(since: now)
    }
  }

  /// The drive stands again: in time, the stop path is proven.
  mutating func selfTestStood(_ now: DeviceTicks) {
    switch proof {
    case .stopping(let since): proof = now.since(since) <= Bounds.stopLatency ? .passed : .missing
    case .missing, .passed: break
    }
  }

  mutating func parkedRead(_ parked: Bool, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    sensors.parked = parked
    guard !parked else { return }
    switch mode {
    case .selfTest: latch(.internalFailure, now, &outputs)
    case .idle, .armed, .running, .suspended, .stopped, .faulted: break
    }
  }
}

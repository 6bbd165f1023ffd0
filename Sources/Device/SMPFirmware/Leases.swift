internal import SMPModel
internal import SMPWire

// The dead-man (S5): arming, renewal, pedal, suspension and the normal stop.

extension Firmware {
  var leaseLimit: Interval { min(Bounds.leaseLifetime, capabilities.leaseMaximum) }

  mutating func arm(_ digest: ProfileDigest, _ now: DeviceTicks) -> CommandRefusal? {
    switch mode {
    case .idle: break
    case .selfTest, .armed, .running, .suspended, .stopped, .faulted: return mode.refusal
    }
    guard profiles.isReady else { return .noProfiles }
    guard digest == profiles.digest else { return .digestMismatch }
    guard proof == .passed || !keeps(.stopPathProven) else { return .selfTestMissing }
    if let refusal = restRefusal { return refusal }
    mode = .armed(Lease(renewedAt: now), .open)
    return nil
  }

  mutating func renewLease(
    _ digest: ProfileDigest, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) -> CommandRefusal? {
    guard mode.lease != nil else { return mode.refusal }
    guard digest == profiles.digest || !keeps(.digestOfLease) else {
      latch(.digestMismatch, now, &outputs)
      return .digestMismatch
    }
    let renewed = Lease(renewedAt: now)
    switch mode {
    case .armed(_, let gate): mode = .armed(renewed, gate)
    case .running(_, let work): mode = .running(renewed, work)
    case .suspended: mode = .suspended(renewed)
    case .idle, .selfTest, .stopped, .faulted: break
    }
    return nil
  }

  mutating func suspend(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) -> CommandRefusal? {
    switch mode {
    case .armed(let lease, _): mode = .suspended(lease)
    case .running(let lease, .finishing(.idle)): mode = .running(lease, .finishing(.idle))
    case .running(let lease, _): windDown(to: .suspended, lease, now, &outputs)
    case .suspended: break
    case .idle, .selfTest, .stopped, .faulted: return mode.refusal
    }
    return nil
  }

  /// Moves nothing: a pedal that is down must be seen released, then pressed.
  mutating func resume(_ now: DeviceTicks) -> CommandRefusal? {
    switch mode {
    case .suspended(let lease):
      guard profiles.isReady else { return .noProfiles }
      mode = .armed(lease, sensors.pedalPressed == false ? .open : .awaitingRelease(since: now))
      return nil
    case .idle, .selfTest, .armed, .running, .stopped, .faulted:
      return mode.refusal
    }
  }

  /// A normal stop: the dot under way is finished, the needle retracted.
  mutating func disarm(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) -> CommandRefusal? {
    switch mode {
    case .idle: profiles.abandon()
    case .selfTest, .armed, .suspended: settle(.idle, Lease(renewedAt: now), now, &outputs)
    case .running(let lease, _): windDown(to: .idle, lease, now, &outputs)
    case .stopped, .faulted: return mode.refusal
    }
    return nil
  }

  mutating func pedalRead(_ pressed: Bool, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    sensors.pedalPressed = pressed
    switch mode {
    case .armed(let lease, .open):
      if pressed { run(lease, now, &outputs) }
    case .armed(let lease, .awaitingRelease):
      if !pressed { mode = .armed(lease, .open) }
    case .running(let lease, let work):
      guard !pressed else { return }
      switch work {
      case .free, .asked, .making: windDown(to: .armed, lease, now, &outputs)
      case .finishing: break
      }
    case .selfTest:
      if pressed { latch(.pedalStuck, now, &outputs) }
    case .idle, .suspended, .stopped, .faulted:
      break
    }
  }

  private mutating func run(_ lease: Lease, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    mode = .running(lease, .free(lastExpired: nil))
    turn(at: profiles.workingSpeed, now, &outputs)
  }

  /// Ends the running phase as soon as the needle is out of the skin; a contact is finished at once, not cut.
  private mutating func windDown(
    to rest: Rest, _ lease: Lease, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) {
    switch needle {
    case .contact, .leaving:
      mode = .running(lease, .finishing(rest))
      retractFromContact(now, &outputs)
    case .lowered:
      cancelLowered(now, &outputs)
      settle(rest, lease, now, &outputs)
    case .up, .unbidden, .clinging:
      settle(rest, lease, now, &outputs)
    }
  }

  /// The needle is out: brakes and rests.
  mutating func settle(_ rest: Rest, _ lease: Lease, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    switch rest {
    case .armed where sensors.pedalPressed == false: mode = .armed(lease, .open)
    // Released and pressed again while the dot was being finished: the release was seen.
    case .armed:
      run(lease, now, &outputs)
      return
    case .suspended: mode = .suspended(lease)
    case .idle:
      mode = .idle
      profiles.abandon()
    }
    brake(now, &outputs)
  }
}

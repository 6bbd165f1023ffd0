internal import SMPModel
internal import SMPWire

// The cut: protective stop (S6), latched faults and their edge reset (S8).

extension Firmware {
  /// Stops everything at once, in every mode, as often as it is asked for. Never refused.
  mutating func protectiveStop(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    switch mode {
    case .selfTest(let spin):
      selfTestStopped(spin, now)
      mode = .stopped
    case .idle, .armed, .running, .suspended:
      mode = .stopped
    case .stopped, .faulted:
      break
    }
    if keeps(.stopCuts) { cut(now, &outputs) }
  }

  /// Latches a fault and cuts. The first fault stays: later ones are its consequences.
  mutating func latch(_ fault: DeviceFault, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    switch fault {
    case .motorStuck, .speedDeviated, .internalFailure: proof = .missing
    case .leaseExpired, .digestMismatch, .depthExceeded, .contactWithoutGrant, .dwellExceeded, .pedalStuck,
      .positionJumped:
      break
    }
    switch mode {
    case .faulted:
      cut(now, &outputs)
    case .idle, .selfTest, .armed, .running, .suspended, .stopped:
      mode = .faulted(fault)
      if keeps(.faultsLatch) { memory.latchedFault = fault }
      cut(now, &outputs)
      outputs.append(.persist)
    }
  }

  /// Brake and retract before anything is written or said.
  private mutating func cut(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    brake(now, &outputs)
    outputs.append(.retract)
    profiles.abandon()
    switch needle {
    case .lowered(let open):
      needle = .up
      record(.cancelled, of: open.number, open.grant, now, &outputs)
    case .contact(let open, let since):
      needle = .leaving(open, since: since, retractedAt: now)
    case .up, .leaving, .unbidden, .clinging:
      break
    }
  }

  /// An edge that ends a stop or a fault and starts nothing; false while the cause persists.
  mutating func clearFault(_ outputs: inout [FirmwareOutput]) -> Bool {
    switch mode {
    case .idle:
      return true
    case .selfTest, .armed, .running, .suspended:
      return false
    case .stopped:
      guard isAtRest else { return false }
    case .faulted(let fault):
      guard isAtRest else { return false }
      if fault == .pedalStuck, sensors.pedalPressed != false { return false }
      memory.latchedFault = nil
      outputs.append(.persist)
    }
    mode = .idle
    return true
  }

  /// Nothing moves and nothing touches, as the sensors say.
  private var isAtRest: Bool { drive == .standing && sensors.isStill && needle.isUp && sensors.parked == true }
}

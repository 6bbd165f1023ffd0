import SMPFirmware
import SMPModel
import SMPWire

/// What the witness makes of what the device says and does.
extension Witness {
  /// A command reaches the device.
  mutating func arrived(_ command: HostCommand) {
    switch command {
    case .grant(let number, _):
      if let place = grants.firstIndex(where: { $0.number == number.number }) { grants[place].hasArrived = true }
    case .release(let upTo): unreleased.removeAll { $0 < upTo }
    case .hello, .beginProfiles, .profile, .commitProfiles, .startSelfTest, .arm, .renewLease, .suspend, .resume,
      .disarm, .deny, .readRecords, .readTip:
      break
    }
  }

  /// One message on bulk IN, at its source.
  mutating func said(_ bytes: [UInt8], _ cause: World.Cause, at now: UInt64, pedalPressed: Bool) {
    guard let frame = try? Frame.decode(bytes), let message = try? DeviceMessage(frame) else {
      return broken("S13", "bulk IN carried something else than a message")
    }
    switch message {
    case .record(let record): recorded(record)
    case .profiles(let loaded):
      digest = loaded
      proof = .none
    case .accepted(let status): accepted(status, cause, at: now, pedalPressed: pedalPressed)
    case .refused, .version, .tip: break
    }
  }

  private mutating func recorded(_ record: DotRecord) {
    if !unreleased.contains(record.sequence) { unreleased.append(record.sequence) }
    if loweredUnder == record.grant.number { loweredUnder = nil }
    guard let place = grants.firstIndex(where: { $0.number == record.grant.number }) else {
      if record.grant != .none { broken("S1", "the device recorded grant \(record.grant.number), which nobody made") }
      return
    }
    guard !grants[place].records.contains(record.sequence) else { return }
    grants[place].records.append(record.sequence)
    if grants[place].records.count > 1 {
      broken("S1", "grant \(record.grant.number) has \(grants[place].records.count) device records")
    }
    if record.outcome == .used, grants[place].contacts == 0 {
      broken("S1", "the device recorded grant \(record.grant.number) as used, and nothing touched the skin")
    }
  }

  private mutating func accepted(
    _ status: DeviceStatus, _ cause: World.Cause, at now: UInt64, pedalPressed: Bool
  ) {
    guard case .command(let command) = cause else { return }
    switch command {
    case .renewLease(let under):
      if under != digest { broken("S5", "the lease was renewed under another digest") }
      renewedAt = now
    case .arm(let under):
      if under != digest { broken("S5", "armed under another digest") }
      if pedalPressed || !releasedSeen { broken("S5", "armed under a pedal that was not seen released") }
      if proof != .passed { broken("S9", "armed without a self-test passed under these profiles") }
      renewedAt = now
      enabledAt = now
    case .resume: enabledAt = now
    case .hello, .beginProfiles, .profile, .commitProfiles, .startSelfTest, .suspend, .disarm, .grant, .deny,
      .release, .readRecords, .readTip:
      break
    }
  }

  mutating func noticed(_ bytes: [UInt8], window: Int) {
    guard let frame = try? Frame.decode(bytes), let notice = try? DeviceNotice(frame) else {
      return broken("S13", "interrupt IN carried something else than a notice")
    }
    switch notice {
    case .dotRequested(let asked):
      request = asked
      if unreleased.count >= window { broken("S2", "the device asks for a dot, its window of \(window) full") }
    case .stateChanged: break
    }
  }

  mutating func drive(_ speed: Speed, _ cause: World.Cause, _ body: Body, at now: UInt64) {
    guard speed > .zero else {
      power = .off
      return
    }
    let wasTurning = power != .off
    if !wasTurning { power = .leased }
    switch cause {
    case .control(let request): broken("S8", "the drive turns by \(request) over EP0")
    case .command(.startSelfTest):
      if body.isFootDown { broken("S5", "the self-test began under a pressed pedal") }
      if !body.isParked { broken("S9", "the self-test began with the needle not parked") }
      power = .testing
      proof = .spinning(since: now)
      renewedAt = now
    case .command(.grant): if !wasTurning { broken("S5", "a grant started the drive") }
    case .body:
      if wasTurning { return }
      if !body.isFootDown { broken("S5", "the drive turns and no foot is on the pedal") }
      if pressedAt < enabledAt { broken("S5", "the drive turns under a pedal not seen released since arming") }
    case .command, .garbled, .time: broken("S5", "the drive turns by \(cause)")
    }
  }

  mutating func stood(at now: UInt64) {
    if case .stopping(let since) = proof {
      proof = now - since <= UInt64(Bounds.stopLatency.nanoseconds) ? .passed : .none
    }
  }

  /// The needle goes down: under a grant that has just come, that is on the disk, and that answers what was asked.
  mutating func lowered(_ cause: World.Cause, window: Int) {
    guard case .command(.grant(let number, let grant)) = cause else {
      return broken("S1", "the needle goes down by \(cause)")
    }
    guard grants.contains(where: { $0.number == number.number && $0.grant == grant }) else {
      return broken("S1", "the needle goes down under a grant nobody made")
    }
    if grant.request != request?.id { broken("S1", "the needle goes down under the grant of another request") }
    if grant.digest != digest { broken("S5", "the needle goes down under another digest") }
    if unreleased.count >= window { broken("S2", "the needle goes down, the window of \(window) records full") }
    loweredUnder = number.number
  }

  /// The needle touches the skin.
  mutating func touched(at now: DeviceTicks) {
    guard let number = loweredUnder, let place = grants.firstIndex(where: { $0.number == number }) else {
      return broken("S1", "the needle is in the skin, and no grant is open")
    }
    grants[place].contacts += 1
    if grants[place].contacts > 1 { broken("S1", "grant \(number) made \(grants[place].contacts) contacts") }
    if grants[place].ends.contains(where: { $0 != .presumed }) {
      broken("S1", "the needle is in the skin under grant \(number), which had ended as \(grants[place].ends)")
    }
    if let request, now.since(request.requestedAt) > Bounds.grantLifetime {
      broken("S1", "contact \(now.since(request.requestedAt).microseconds) µs after the request")
    }
  }

  /// A protective stop reaches the device over EP0 (S6).
  mutating func stopArrived(
    _ answer: [UInt8]?, _ outputs: [FirmwareOutput], before: DevicePhase, after: DevicePhase?
  ) {
    if answer == nil { broken("S6", "the device refused a stop in \(before)") }
    if !outputs.contains(.drive(.zero)) || !outputs.contains(.retract) {
      broken("S6", "a stop in \(before) did not brake and retract at once")
    }
    if after != .stopped && after != .faulted {
      broken("S6", "a stop in \(before) led to \(String(describing: after))")
    }
  }

  /// The device has started: nothing of before is in force.
  mutating func started() {
    digest = .none
    proof = .none
    loweredUnder = nil
    releasedSeen = false
  }

  mutating func memoryLost() {
    unreleased = []
    for place in grants.indices where grants[place].ends.isEmpty { grants[place].isForgotten = true }
  }
}

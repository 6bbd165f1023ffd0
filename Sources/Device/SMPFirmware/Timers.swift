package import SMPModel

// Everything that happens because time passed. Limits are kept to the microsecond: at the limit is in time.

private let instant = Interval.microseconds(1)

extension Firmware {
  /// When `handle(.tick)` is due; nil: nothing is waiting for time.
  package var nextDeadline: DeviceTicks? {
    var earliest: DeviceTicks?
    for deadline in [modeDeadline, requestDeadline, needleDeadline, driveDeadline] {
      guard let deadline else { continue }
      if let known = earliest, deadline.since(known) >= .zero { continue }
      earliest = deadline
    }
    return earliest
  }

  mutating func runTimers(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    if isDue(modeDeadline, now) { modeTimedOut(now, &outputs) }
    if isDue(requestDeadline, now) { requestTimedOut() }
    if isDue(needleDeadline, now) { needleTimedOut(now, &outputs) }
    if isDue(driveDeadline, now) { driveTimedOut(now, &outputs) }
    forgetTip(now)
  }

  private func isDue(_ deadline: DeviceTicks?, _ now: DeviceTicks) -> Bool {
    guard let deadline else { return false }
    return now.since(deadline) >= .zero
  }

  private func past(_ start: DeviceTicks, _ limit: Interval) -> DeviceTicks { start.advanced(by: limit + instant) }

  private var modeDeadline: DeviceTicks? {
    if mode.lease != nil, !keeps(.lease) { return nil }
    switch mode {
    case .selfTest(let spin): return past(spin.since, Timing.selfTest)
    case .armed(let lease, .awaitingRelease(let since)):
      let leaseEnd = past(lease.renewedAt, leaseLimit)
      let pedalEnd = past(since, Timing.pedalRelease)
      return leaseEnd.since(pedalEnd) <= .zero ? leaseEnd : pedalEnd
    case .armed(let lease, .open), .running(let lease, _), .suspended(let lease):
      return past(lease.renewedAt, leaseLimit)
    case .idle, .stopped, .faulted: return nil
    }
  }

  private mutating func modeTimedOut(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    switch mode {
    case .selfTest(.starting): latch(.motorStuck, now, &outputs)
    // Turning, and the host's word did not come: the dead-man of the self-test.
    case .selfTest(.turning): latch(.leaseExpired, now, &outputs)
    case .armed(let lease, .awaitingRelease):
      latch(now.since(lease.renewedAt) > leaseLimit ? .leaseExpired : .pedalStuck, now, &outputs)
    case .armed(_, .open), .running, .suspended: latch(.leaseExpired, now, &outputs)
    case .idle, .stopped, .faulted: break
    }
  }

  private var requestDeadline: DeviceTicks? {
    switch mode {
    case .running(_, .asked(let request)):
      keeps(.grantLifetime) ? past(request.requestedAt, Bounds.grantLifetime) : nil
    case .running(_, .free), .running(_, .making), .running(_, .finishing), .idle, .selfTest, .armed, .suspended,
      .stopped, .faulted:
      nil
    }
  }

  /// Silence means no dot (S1).
  private mutating func requestTimedOut() {
    switch mode {
    case .running(let lease, .asked(let request)): mode = .running(lease, .free(lastExpired: request.id))
    case .running(_, .free), .running(_, .making), .running(_, .finishing), .idle, .selfTest, .armed, .suspended,
      .stopped, .faulted:
      break
    }
  }

  private var needleDeadline: DeviceTicks? {
    switch needle {
    case .lowered(let open): keeps(.grantLifetime) ? past(open.requestedAt, Bounds.grantLifetime) : nil
    case .contact(let open, let since): since.advanced(by: .milliseconds(open.grant.dwell.milliseconds))
    case .leaving(_, _, let retractedAt): past(retractedAt, Timing.leaving)
    case .unbidden(_, let since): past(since, Timing.leaving)
    case .up, .clinging: nil
    }
  }

  private mutating func needleTimedOut(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    switch needle {
    case .lowered:
      end(.expired, now, &outputs)
      switch mode {
      case .running(let lease, .making): mode = .running(lease, .free(lastExpired: nil))
      case .running(_, .free), .running(_, .asked), .running(_, .finishing), .idle, .selfTest, .armed, .suspended,
        .stopped, .faulted:
        break
      }
    case .contact: retractFromContact(now, &outputs)
    case .leaving, .unbidden: contactOverstayed(now, &outputs)
    case .up, .clinging: break
    }
  }

  private var driveDeadline: DeviceTicks? {
    switch drive {
    case .ramping(_, let since): since.advanced(by: Timing.ramp)
    case .braking(let since): past(since, Timing.brake)
    case .standing, .holding, .runaway: nil
    }
  }

  private mutating func driveTimedOut(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    switch drive {
    case .ramping(let commanded, _): rampEnded(commanded, now, &outputs)
    case .braking: brakeEnded(now, &outputs)
    case .standing, .holding, .runaway: break
    }
  }
}

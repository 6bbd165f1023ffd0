package import SMPModel

/// A fault of a session, found by the device or by the host. It latches (S8).
package enum SessionFault: Hashable, Sendable {
  case device(DeviceFault)
  /// No answer to a lease renewal: the device has cut, or will within the lease.
  case deviceSilent
  /// The device answered a command that moves with a refusal that a sound host never earns.
  case commandRefused
  /// A record shows more than its grant allowed.
  case depthBeyondGrant
  case speedBeyondGrant
  case dwellBeyondGrant
  case placeBeyondGrant
  /// A record names a request that no open grant answers.
  case recordWithoutGrant
  /// A grant did not become durable within `Bounds.journalStall` (S2).
  case journalStalled
  /// The journal refused an entry (S2).
  case journalFailed
  /// The self-test's stop took longer than `Bounds.stopLatency`, or was not answered (S9).
  case stopPathSlow

  package var word: StaticString {
    switch self {
    case .device(let fault): fault.word
    case .deviceSilent: "device_silent"
    case .commandRefused: "command_refused"
    case .depthBeyondGrant: "depth_beyond_grant"
    case .speedBeyondGrant: "speed_beyond_grant"
    case .dwellBeyondGrant: "dwell_beyond_grant"
    case .placeBeyondGrant: "place_beyond_grant"
    case .recordWithoutGrant: "record_without_grant"
    case .journalStalled: "journal_stalled"
    case .journalFailed: "journal_failed"
    case .stopPathSlow: "stop_path_slow"
    }
  }

  /// Every fault there is, for reading a record back and for tests.
  package static let all: [SessionFault] =
    DeviceFault.allCases.map(SessionFault.device) + [
      .deviceSilent, .commandRefused, .depthBeyondGrant, .speedBeyondGrant, .dwellBeyondGrant, .placeBeyondGrant,
      .recordWithoutGrant, .journalStalled, .journalFailed, .stopPathSlow,
    ]
}

/// Counts faults and locks out when one comes back too often (S8; field.md, infusion-pump practice).
///
/// Times are wall time because the count must survive a restart; a clock set back counts a fault as recent, so a
/// wrong clock can only lock out sooner.
package struct FaultLatch: Hashable, Sendable {
  package struct Occurrence: Hashable, Sendable {
    package let fault: SessionFault
    package let at: WallTime
    package init(fault: SessionFault, at: WallTime) {
      self.fault = fault
      self.at = at
    }
  }

  private(set) var recent: [Occurrence]
  package private(set) var lockedOut: SessionFault?

  /// - Parameters:
  ///   - recent: occurrences since the last unlocking, oldest first, as the journal has them.
  ///   - lockedOut: a lock-out that nobody has lifted yet, however long ago it came.
  package init(recent: [Occurrence] = [], lockedOut: SessionFault? = nil) {
    self.recent = []
    self.lockedOut = lockedOut
    for occurrence in recent { _ = add(occurrence.fault, at: occurrence.at) }
  }

  /// Counts one occurrence. Returns true when it is the one that locks out.
  package mutating func add(_ fault: SessionFault, at now: WallTime) -> Bool {
    recent.append(Occurrence(fault: fault, at: now))
    recent.removeAll { now - $0.at > Bounds.lockOutWindow }
    guard lockedOut == nil else { return false }
    guard recent.count(where: { $0.fault == fault }) >= Bounds.lockOutCount else { return false }
    lockedOut = fault
    return true
  }

  package mutating func unlock() {
    recent = []
    lockedOut = nil
  }
}

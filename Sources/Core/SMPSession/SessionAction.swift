package import SMPGuard
package import SMPModel

/// What the machine asks the daemon to do, in order.
package enum SessionAction: Hashable, Sendable {
  /// Write it into the journal. Never waited for, except by what names it.
  case note(SessionFact)
  /// Make it durable, then send it: the only way to anything that moves (S2).
  case admit(Admitted)
  /// The grant whose entry is still on its way to the disk will never be sent: its end is noted behind it.
  case withdraw
  /// Tell the device it may forget its records below this one, once everything noted so far is durable (S2).
  case release(upTo: RecordSequence)
  // Exempt by name from recording first: they move nothing.
  case renewLease(ProfileDigest)
  case deny(RequestID, Indication)
  case suspend
  /// Normal stop: the device finishes the dot, retracts and disarms.
  case disarm
  case protectiveStop
  case clearFault
  case readRecords
  case readStatus
  case readTip
}

/// Who brought a stop about.
package enum StopOrigin: Hashable, Sendable {
  case person(uid: UInt32)
  case idle
  /// The daemon is ending.
  case shutdown
  /// The device's own stop input, or a stop nobody here asked for.
  case device
}

/// How a stop ended (S6).
package enum StopOutcome: UInt8, CaseIterable, Sendable {
  /// The device confirmed that it stands.
  case still
  /// Submitted; no confirmation yet.
  case submitted
  /// No device; its lease cuts.
  case absent

  package var word: StaticString {
    switch self {
    case .still: "still"
    case .submitted: "submitted"
    case .absent: "absent"
    }
  }
}

/// How a grant ended without a dot.
package enum GrantEnd: UInt8, CaseIterable, Sendable {
  case expired
  case cancelled
  /// The device never received it: no record followed, and its counters say so.
  case neverReceived
  /// Withdrawn by the host between its entry and its sending: a stop or fault came first.
  case neverSent

  package var word: StaticString {
    switch self {
    case .expired: "expired"
    case .cancelled: "cancelled"
    case .neverReceived: "never_received"
    case .neverSent: "never_sent"
    }
  }
}

/// What happened, for the journal. The daemon gives it number, times and actor.
package enum SessionFact: Hashable, Sendable {
  case deviceAttached(DeviceCapabilities, DeviceStatus)
  case deviceDetached(serial: String)
  case sessionOpened
  case profilesLoaded(ProfileDigest)
  case selfTest(latency: Interval?, passed: Bool)
  case armed(ProfileDigest)
  case paused(PauseReason?, remarks: String?)
  /// As the client said it.
  case comfortScored(ComfortScore, remarks: String?)
  /// What was put into the handpiece.
  case supplyChanged(Supply, lot: String)
  case resumed
  case setPoints(zone: ZoneIndex, depth: Depth, speed: Speed, dwell: Dwell)
  case zoneOpened(ZoneIndex)
  /// On the device of this serial (S12).
  case handpieceRegistered(Registration, serial: String)
  case limitConfirmed(LimitKey, by: String, reason: String)
  /// A step out of order that stands by a person's word (S12).
  case stepOverridden(SoftStep, by: String, reason: String)
  case denial(DotRequest, zone: ZoneIndex?, Denial)
  case dot(DotRecord, Grant, GrantNumber)
  /// Counted as made because nobody can know (S7).
  case dotPresumed(Grant, GrantNumber)
  case grantEnded(GrantNumber, GrantEnd, RecordSequence?)
  case unbiddenContact(DotRecord)
  case stop(StopKind, StopOrigin, StopOutcome, latency: Interval?)
  case fault(SessionFault)
  case faultCleared(SessionFault)
  case lockedOut(SessionFault)
  case unlocked(by: String, reason: String)
  case disarmed(HoldReason)
  /// With how many grants whose end nobody has seen.
  case uncertain(UncertainReason, openGrants: Int)
  case resolved(by: String, reason: String)
  case sessionClosed(SessionOutcome, dotsMade: Int64)
}

package enum SessionOutcome: UInt8, CaseIterable, Sendable {
  /// Every planned dot was made.
  case complete
  /// Ended by a person before that.
  case ended

  package var word: StaticString {
    switch self {
    case .complete: "complete"
    case .ended: "ended"
    }
  }
}

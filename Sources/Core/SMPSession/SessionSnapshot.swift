package import SMPGuard
package import SMPModel

/// The session as watchers see it: a value, made on the owner thread, read anywhere.
package struct SessionSnapshot: Sendable {
  package let state: StateWord
  package let device: AttachedDevice?
  package let fault: SessionFault?
  package let lockedOut: SessionFault?
  package let session: OpenSnapshot?
  /// What the newest self-test of the stop path showed; nil before the first and while one runs (S9).
  package let selfTest: SelfTestSeen?
  /// The only device that may be driven now; nil when any may.
  package let boundSerial: String?
}

/// The open session in a snapshot.
package struct OpenSnapshot: Sendable {
  package let order: StartOrder
  package let elapsed: Interval
  package let denials: Int64
  package let lastDenial: DenialSeen?
  package let stopLatency: Interval?
  package let currentZone: ZoneIndex?
  package let progress: [ZoneProgress]
  /// Set-points of each zone, in the plan's order.
  package let setPoints: [SetPoint?]
  package let confirmed: LimitKeySet
  /// Made and presumed, in this session.
  package let dotsMade: Int64
  package let isComplete: Bool
  /// Nil on a device that needs no registration (S12).
  package let registration: RegistrationProgress?
}

extension SessionMachine {
  package func snapshot(at now: MonotonicTime) -> SessionSnapshot {
    let fault: SessionFault? = if case .faulted(let fault) = state { fault } else { nil }
    return SessionSnapshot(
      state: stateWord, device: device, fault: fault, lockedOut: latch.lockedOut, session: openSnapshot(at: now),
      selfTest: newestTest, boundSerial: boundSerial)
  }

  private func openSnapshot(at now: MonotonicTime) -> OpenSnapshot? {
    guard let open, let progress = withGuard({ $0.progress }), let confirmed = withGuard({ $0.confirmed }) else {
      return nil
    }
    return OpenSnapshot(
      order: open.order, elapsed: elapsed(at: now), denials: open.denials, lastDenial: open.lastDenial,
      stopLatency: open.stopLatency, currentZone: open.currentZone, progress: progress,
      setPoints: open.order.profile.zones.map { zone in
        withGuard { guardian in try? guardian.setPoint(zone.index) } ?? nil
      }, confirmed: confirmed, dotsMade: progress.reduce(0) { $0 + $1.made + $1.presumed }, isComplete: isComplete,
      registration: registrationProgress)
  }

  /// The session that is open, with its course; nil when none is.
  package var openOrder: StartOrder? { open?.order }

  /// The device's status was heard after that moment.
  package func hasHeard(since moment: MonotonicTime) -> Bool { device.map { $0.heardAt > moment } ?? false }

  /// The device has said after that moment that it stands and may not move.
  package func hasStopped(since moment: MonotonicTime) -> Bool {
    guard let device, hasHeard(since: moment), device.status.still else { return false }
    switch device.status.phase {
    case .idle, .stopped, .faulted: return true
    case .selfTest, .armed, .running, .suspended: return false
    }
  }

  /// The device the open session was prepared on, or an orphan's: no other may stand in for it. Nil without one.
  package var boundSerial: String? { open == nil ? orphan?.serial : boundDevice?.serial }

  /// A session of an earlier daemon that waits to be resolved.
  package var orphanSession: OrphanSession? { orphan }
}

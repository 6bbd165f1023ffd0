import SMPInterface

/// When watching is over, and how it went.
///
/// Fed with every snapshot in order; it remembers only which session it has seen open.
struct WatchEnd {
  /// The session that was just started, for `start --watch`; nil: whichever is open.
  private let awaited: String?
  private var hasSeenOpen: Bool

  init(awaiting session: String? = nil) {
    awaited = session
    hasSeenOpen = session != nil
  }

  enum Verdict: Hashable {
    case goOn
    /// All planned dots are made; the session is still open.
    case complete
    /// The session closed without a fault.
    case closed
    /// No session was open when watching began.
    case nothingOpen
    case fault(String)
    case uncertain
  }

  mutating func verdict(_ snapshot: SessionInterface.Snapshot) -> Verdict {
    switch snapshot.state {
    case .faulted, .lockedOut:
      return .fault(snapshot.fault ?? snapshot.state.rawValue)
    case .uncertain:
      return .uncertain
    case .preparing, .armed, .running, .paused, .stopping, .held:
      if let awaited, let session = snapshot.session, session != awaited { return .closed }
      hasSeenOpen = true
      return isComplete(snapshot) ? .complete : .goOn
    case .stopped:
      // A protective stop leaves the session open; a person clears it and goes on, or ends it.
      if let fault = snapshot.fault { return .fault(fault) }
      guard snapshot.session == nil else {
        hasSeenOpen = true
        return .goOn
      }
      return hasSeenOpen ? .closed : .nothingOpen
    case .ready, .testing:
      return hasSeenOpen ? .closed : .nothingOpen
    case .noDevice:
      guard hasSeenOpen || snapshot.session != nil else { return .nothingOpen }
      // Without its device the open session is about to become uncertain, or the daemon starts anew.
      return snapshot.session == nil ? .fault("device_gone") : .goOn
    case .unknown:
      return .goOn
    }
  }

  private func isComplete(_ snapshot: SessionInterface.Snapshot) -> Bool {
    snapshot.dotsPlanned > 0 && snapshot.dotsMade >= snapshot.dotsPlanned
  }
}

extension WatchEnd.Verdict {
  var status: ExitStatus {
    switch self {
    case .goOn, .complete, .closed: .done
    case .nothingOpen: .nothingToDo
    case .fault: .fault
    case .uncertain: .uncertain
    }
  }
}

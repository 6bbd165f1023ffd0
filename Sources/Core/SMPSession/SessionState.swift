package import SMPGuard
package import SMPModel

/// Where preparing a session stands. Each step waits for the device's own word (S5, S9).
package enum Preparation: Hashable, Sendable {
  case loadingProfiles
  /// The pedal must be seen released before the drive turns.
  case awaitingPedalBeforeTest
  /// The self-test is asked for; the drive must be seen turning with the needle parked.
  case spinningUp
  /// The drive turns; the stop goes out when it has had the time to reach its speed.
  case spinning(stopAt: MonotonicTime)
  /// The stop went out at this instant; the device must be still within `Bounds.stopLatency`.
  case provingStop(submittedAt: MonotonicTime)
  case clearing
  /// The pedal must be seen released before arming.
  case awaitingPedalRelease
  case arming
}

/// Where a self-test outside of a session stands. Each step waits for the device's own word (S9).
package enum StopPathTest: Hashable, Sendable {
  /// Without a profile set a device does not turn: it is given the least one.
  case loadingProfiles(SelfTestGuard)
  /// The self-test is asked for; the drive must be seen turning with the needle parked.
  case spinningUp
  /// The drive turns; the stop goes out when it has had the time to reach its speed.
  case spinning(stopAt: MonotonicTime)
  /// The stop went out at this instant; the device must be still within `Bounds.stopLatency`.
  case provingStop(submittedAt: MonotonicTime)
  case clearing
}

/// Where a change of set-points stands.
package enum Change: Hashable, Sendable {
  /// The dot under way must end first.
  case suspending(SetPointWish)
  /// The set is on its way; it holds when the device answers with its digest.
  case loading(SetPointWish)
  case resuming
}

package enum StopKind: UInt8, Sendable {
  /// Finishes the dot and retracts.
  case normal
  /// Cuts at once.
  case protective
}

extension Preparation {
  /// True in the steps in which the device stands stopped because this machine has stopped it.
  var expectsStop: Bool {
    switch self {
    case .provingStop, .clearing: true
    case .loadingProfiles, .awaitingPedalBeforeTest, .spinningUp, .spinning, .awaitingPedalRelease, .arming: false
    }
  }

  /// True in the steps that wait for a person.
  var awaitsPerson: Bool {
    switch self {
    case .awaitingPedalBeforeTest, .awaitingPedalRelease: true
    case .loadingProfiles, .spinningUp, .spinning, .provingStop, .clearing, .arming: false
    }
  }
}

/// What follows a stop that has run to its end.
package enum AfterStop: Hashable, Sendable {
  case close
  case hold(HoldReason)
  /// A protective stop: wait for a person to clear it.
  case wait
  /// No session is open: the device stays ready.
  case beReady
}

/// Where a session stood that is being closed.
package enum Rest: Hashable, Sendable {
  case held(HoldReason)
  case stopped
  case faulted(SessionFault)

  var state: SessionState {
    switch self {
    case .held(let reason): .held(reason)
    case .stopped: .stopped
    case .faulted(let fault): .faulted(fault)
    }
  }
}

/// Why an open session is disarmed.
package enum HoldReason: UInt8, CaseIterable, Sendable {
  case idle
  case cleared
  case resolved
  /// Stopped without closing: somebody used the stop socket.
  case stopped
  /// The device measures in a frame of its own: its handpiece is registered first (S12).
  case unregistered

  package var word: StaticString {
    switch self {
    case .idle: "idle"
    case .cleared: "cleared"
    case .resolved: "resolved"
    case .stopped: "stopped"
    case .unregistered: "unregistered"
    }
  }
}

package enum UncertainReason: UInt8, CaseIterable, Sendable {
  /// The device went away with the session open.
  case unplugged
  /// The daemon ended with the session open.
  case daemonEnded
  /// The device started afresh in the middle of a session.
  case deviceRestarted

  package var word: StaticString {
    switch self {
    case .unplugged: "unplugged"
    case .daemonEnded: "daemon_ended"
    case .deviceRestarted: "device_restarted"
    }
  }
}

/// The session machine's state: one value, no booleans beside it.
package enum SessionState: Hashable, Sendable {
  case noDevice
  case ready
  /// The stop path is being proven, with no session open (S9).
  case testing(StopPathTest, deadline: MonotonicTime)
  case preparing(Preparation, deadline: MonotonicTime)
  /// Pedal up.
  case armed
  /// Pedal down.
  case running
  /// Motion is suspended for new set-points, or about to come back (S5).
  case changing(Change, resume: Bool, deadline: MonotonicTime)
  case paused
  case stopping(StopKind, then: AfterStop, deadline: MonotonicTime)
  /// Stopped protectively; waits to be cleared.
  case stopped
  case faulted(SessionFault)
  /// A fault or stop is being cleared; the device must say idle.
  case clearing(SessionFault?, deadline: MonotonicTime)
  /// The session is to be closed and waits for what the device still has to say of its last grant.
  case closing(Rest, deadline: MonotonicTime)
  /// A session is open, the device is idle and disarmed. `resume` prepares it again.
  case held(HoldReason)
  /// Something may have happened that nobody saw (S7). A person resolves it by name.
  case uncertain(UncertainReason)

  package var word: StateWord {
    switch self {
    case .noDevice: .noDevice
    case .ready: .ready
    case .testing: .testing
    case .preparing: .preparing
    case .armed: .armed
    case .running: .running
    case .changing, .paused: .paused
    case .stopping, .clearing, .closing: .stopping
    case .stopped: .stopped
    case .faulted: .faulted
    case .held: .held
    case .uncertain: .uncertain
    }
  }

  /// True while the device is energised under a lease that the host must renew.
  var isLeased: Bool {
    switch self {
    case .armed, .running, .changing, .paused, .stopping(.normal, _, _): true
    case .noDevice, .ready, .testing, .preparing, .stopping(.protective, _, _), .stopped, .faulted, .clearing, .closing,
      .held,
      .uncertain:
      false
    }
  }
}

/// The state as people and programs read it.
package enum StateWord: UInt8, CaseIterable, Sendable {
  case noDevice, ready, testing, preparing, armed, running, paused, stopping, stopped, faulted, held, uncertain
  case lockedOut

  package var word: StaticString {
    switch self {
    case .noDevice: "no_device"
    case .ready: "ready"
    case .testing: "testing"
    case .preparing: "preparing"
    case .armed: "armed"
    case .running: "running"
    case .paused: "paused"
    case .stopping: "stopping"
    case .stopped: "stopped"
    case .faulted: "faulted"
    case .held: "held"
    case .uncertain: "uncertain"
    case .lockedOut: "locked_out"
    }
  }
}

import SMPGuard
import SMPModel

@testable import SMPDriver
@testable import SMPFirmware
@testable import SMPSession

// The parts of each state that make a difference, without numbers that grow and without times.

extension SessionState {
  func identify(_ hasher: inout Hasher) {
    hasher.combine(word)
    switch self {
    case .noDevice, .ready, .armed, .running, .paused, .stopped: break
    case .testing(let step, _):
      switch step {
      case .loadingProfiles: hasher.combine(1)
      case .spinningUp: hasher.combine(2)
      case .spinning: hasher.combine(3)
      case .provingStop: hasher.combine(4)
      case .clearing: hasher.combine(5)
      }
    case .preparing(let step, _): hasher.combine(step.place)
    case .changing(let change, let resume, _):
      switch change {
      case .suspending: hasher.combine(11)
      case .loading: hasher.combine(12)
      case .resuming: hasher.combine(13)
      }
      hasher.combine(resume)
    case .stopping(let kind, let then, _):
      hasher.combine(kind)
      hasher.combine(then)
    case .faulted(let fault): hasher.combine(fault)
    case .clearing(let fault, _):
      hasher.combine(20)
      hasher.combine(fault)
    case .closing(let rest, _):
      hasher.combine(21)
      hasher.combine(rest)
    case .held(let reason): hasher.combine(reason)
    case .uncertain(let reason): hasher.combine(reason)
    }
  }

  var deadline: MonotonicTime? {
    switch self {
    case .testing(.spinning(let at), _), .preparing(.spinning(let at), _): at
    case .testing(_, let at), .preparing(_, let at), .changing(_, _, let at), .stopping(_, _, let at),
      .clearing(_, let at), .closing(_, let at):
      at
    case .noDevice, .ready, .armed, .running, .paused, .stopped, .faulted, .held, .uncertain: nil
    }
  }
}

extension Preparation {
  fileprivate var place: UInt8 {
    switch self {
    case .loadingProfiles: 1
    case .awaitingPedalBeforeTest: 2
    case .spinningUp: 3
    case .spinning: 4
    case .provingStop: 5
    case .clearing: 6
    case .awaitingPedalRelease: 7
    case .arming: 8
    }
  }
}

extension LeaseCycle {
  var word: UInt8 {
    switch self {
    case .off: 0
    case .due: 1
    case .awaiting: 2
    }
  }
}

extension Stage {
  var word: UInt8 {
    switch self {
    case .closed: 1
    case .readingCapabilities: 2
    case .readingStatus: 3
    case .greeting: 4
    case .identified: 5
    case .unusable: 6
    }
  }
}

extension PendingKind {
  var word: UInt8 {
    switch self {
    case .hello: 1
    case .profilePart: 2
    case .profiles: 3
    case .selfTest: 4
    case .arm: 5
    case .resume: 6
    case .grant: 7
    case .renewLease: 8
    case .suspend: 9
    case .disarm: 10
    case .deny: 11
    case .release: 12
    case .readRecords: 13
    case .readTip: 14
    }
  }
}

extension Mode {
  func identify(_ hasher: inout Hasher) {
    hasher.combine(phase)
    switch self {
    case .idle, .suspended, .stopped: break
    case .selfTest(.starting): hasher.combine(1)
    case .selfTest(.turning): hasher.combine(2)
    case .armed(_, .open): hasher.combine(3)
    case .armed(_, .awaitingRelease): hasher.combine(4)
    case .running(_, .free(let last)): hasher.combine(last == nil)
    case .running(_, .asked): hasher.combine(5)
    case .running(_, .making): hasher.combine(6)
    case .running(_, .finishing(let rest)): hasher.combine(rest)
    case .faulted(let fault): hasher.combine(fault)
    }
  }
}

extension Needle {
  func identify(_ hasher: inout Hasher) {
    switch self {
    case .up: hasher.combine(1)
    case .lowered: hasher.combine(2)
    case .contact: hasher.combine(3)
    case .leaving: hasher.combine(4)
    case .unbidden: hasher.combine(5)
    case .clinging: hasher.combine(6)
    }
  }
}

extension Body.Needle {
  var word: UInt8 {
    switch self {
    case .parked: 1
    case .falling: 2
    case .inAir: 3
    case .inSkin: 4
    case .leaving: 5
    case .rising: 6
    }
  }
}

extension Body.Drive {
  var word: UInt8 {
    switch self {
    case .standing: 1
    case .spinningUp: 2
    case .turning: 3
    case .braking: 4
    }
  }
}

extension Journal.Note {
  var word: Int {
    switch self {
    case .intent(.grant): 1
    case .intent(.profiles): 2
    case .intent(.selfTest): 3
    case .intent(.arm): 4
    case .intent(.resume): 5
    case .end: 6
    case .opened: 7
    case .closed: 8
    case .fault, .lockedOut: 9
    case .unlocked, .attached, .other: 10
    case .cleared: 11
    }
  }
}

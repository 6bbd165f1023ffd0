import SMPFirmware
import SMPGuard
import SMPLink
import SMPModel
import SMPWire

@testable import SMPSession

/// What an event may not have changed: remembered before it.
struct Standing {
  let word: StateWord
  let isUncertain: Bool
  let latched: SessionFault?
  let isLockedOut: Bool
  let hasSession: Bool
  let hasDevice: Bool
  let print: UInt64?

  init(_ product: borrowing Product) {
    word = product.machine.stateWord
    isUncertain = product.machine.stateWord == .uncertain
    latched = product.machine.latchedFault
    isLockedOut = product.machine.latch.lockedOut != nil
    hasDevice = product.machine.device != nil
    hasSession = product.machine.open != nil || product.machine.orphan != nil
    print = product.setting.name.isEmpty ? nil : product.fingerprint()
  }
}

extension Witness {
  /// A fact was noted under this number.
  mutating func noted(_ fact: SessionFact, as entry: UInt64) {
    switch fact {
    case .dot(_, _, let number): ended(number, .made, as: entry)
    case .dotPresumed(_, let number):
      ended(number, .presumed, as: entry)
      if !trouble { broken("S7", "grant \(number.number) was presumed made, and nothing had gone wrong") }
    case .grantEnded(let number, let end, _): ended(number, .without(end), as: entry)
    case .profilesLoaded: isProofNoted = false
    case .selfTest(let latency, let passed):
      isProofNoted = passed && (latency.map { $0 <= Bounds.stopLatency } ?? false)
    case .fault(let fault):
      isClearAsked = false
      faults.append(fault)
    case .unlocked: faults = []
    case .unbiddenContact(let record):
      // The body makes none: what is noted as one is a dot that is on record already, or should be.
      broken("S7", "the record of grant \(record.grant.number) is noted as a contact nobody granted")
    case .sessionClosed:
      for story in grants where story.ends.isEmpty {
        broken("S1", "the session was closed with grant \(story.number) still open")
      }
    case .deviceAttached, .deviceDetached, .sessionOpened, .armed, .paused, .supplyChanged, .comfortScored, .resumed,
      .setPoints, .zoneOpened, .limitConfirmed, .stepOverridden, .handpieceRegistered, .denial, .stop, .faultCleared,
      .lockedOut, .disarmed,
      .uncertain, .resolved:
      break
    }
  }

  /// What the skin holds as the journal tells it (S4).
  func livingDots(session: Int) -> [LivingDot] {
    grants.filter { $0.ends == [.made] || $0.ends == [.presumed] }.map {
      LivingDot(position: $0.grant.position, session: session)
    }
  }
}

extension Product {
  /// What must hold of an event's two sides, whatever happened between.
  mutating func judge(_ event: Event, isTaken: Bool, _ before: Standing) {
    let stimulus = event.stimulus
    if stimulus.isCommand, !isTaken, let print = before.print, stimulus != .halt, print != fingerprint() {
      world.witness.broken("S13", "\(stimulus) was refused and has changed something")
    }
    // A session whose opening the disk never got has not been, for the next daemon.
    let isForgotten = stimulus == .crash && !journal.isOpen
    if before.isUncertain, machine.stateWord != .uncertain, stimulus != .resolve, !isForgotten {
      world.witness.broken("S7", "the session was uncertain and is \(machine.stateWord) without a person's word")
    }
    if before.hasSession, (stimulus == .unplug && before.hasDevice) || stimulus == .crash,
      machine.stateWord != .uncertain
    {
      let isOver = machine.open == nil && machine.orphan == nil && !journal.isOpen
      if !isOver { world.witness.broken("S7", "\(stimulus) in a session left it \(machine.stateWord)") }
    }
    if let fault = before.latched, machine.latchedFault == nil, !world.witness.isClearAsked, stimulus != .crash {
      world.witness.broken("S8", "the fault \(fault.word) ended, and nobody has cleared it")
    }
    if before.isLockedOut, isTaken {
      switch stimulus {
      case .start, .resume, .clear, .selfTest: world.witness.broken("S8", "\(stimulus) was taken in a lock-out")
      default: break
      }
    }
    judgeLatch(stimulus, before)
  }

  private mutating func judgeLatch(_ stimulus: Stimulus, _ before: Standing) {
    let often = world.witness.faults.first { fault in
      world.witness.faults.count { $0 == fault } >= Bounds.lockOutCount
    }
    if let often, machine.latch.lockedOut == nil {
      world.witness.broken("S8", "\(often.word) came \(Bounds.lockOutCount) times, and nothing is locked out")
    }
    let word = machine.stateWord
    if word == .ready, machine.device?.status.phase == .faulted {
      world.witness.broken("S8", "the session is ready, and its device has a fault latched")
    }
    if let fault = machine.latchedFault, machine.open == nil || word != .uncertain {
      switch machine.state {
      case .ready, .armed, .running, .changing, .paused, .preparing, .testing, .held:
        world.witness.broken("S8", "the session is \(word) with the fault \(fault.word) latched")
      case .noDevice, .stopping, .stopped, .faulted, .clearing, .closing, .uncertain: break
      }
    }
  }

  /// What must hold of a state whoever acts next: a stop is taken, at once, and again (S6).
  mutating func probeStop() {
    probeDevice()
    var copy = SessionMachine(copying: machine)
    _ = copy.protectiveStopSubmitted(by: .person(uid: 7), outcome: .submitted, at: now)
    switch copy.state {
    // Nothing is there to be stopped.
    case .held where machine.device == nil: break
    case .ready, .armed, .running, .changing, .paused, .preparing, .testing, .held, .clearing:
      world.witness.broken("S6", "after a protective stop the session is \(copy.stateWord)")
    case .noDevice, .stopping, .stopped, .faulted, .closing, .uncertain: break
    }
    let state = copy.state
    _ = copy.protectiveStopSubmitted(by: .person(uid: 7), outcome: .submitted, at: now)
    if copy.state != state { world.witness.broken("S6", "a second stop changed \(state) into \(copy.state)") }
  }

  /// Without any host: brake and retract at once, and a still, parked needle soon after.
  private mutating func probeDevice() {
    guard world.firmware != nil else { return }
    var copy = world
    copy.isPlugged = false
    copy.witness.forgetViolations()
    let stop = ControlRequest.protectiveStop
    copy.control(.init(request: stop.rawValue, value: StopReason.person.rawValue), .init(number: 0))
    copy.control(.init(request: stop.rawValue, value: StopReason.person.rawValue), .init(number: 0))
    copy.advance(to: copy.now + 250_000_000)
    if !copy.body.isStill || !copy.body.isParked {
      copy.witness.broken("S6", "250 ms after a stop the body is \(copy.body.drive), \(copy.body.needle)")
    }
    for violation in copy.witness.violations { world.witness.broken(violation.promise, "at a stop: \(violation.what)") }
  }
}

extension Journal {
  /// A session was opened and not closed, as it stands on the disk.
  var isOpen: Bool { openCourse != nil }

  var openCourse: String? {
    var open: String?
    for note in notes {
      switch note {
      case .opened(let course): open = course
      case .closed: open = nil
      case .intent, .end, .fault, .cleared, .lockedOut, .unlocked, .attached, .other: break
      }
    }
    return open
  }
}

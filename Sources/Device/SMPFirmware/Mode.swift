internal import SMPModel
internal import SMPWire

/// What the device is allowed to do now; each case carries what only it has.
enum Mode: Hashable, Sendable {
  case idle
  case selfTest(Spin)
  case armed(Lease, PedalGate)
  case running(Lease, Work)
  case suspended(Lease)
  case stopped
  case faulted(DeviceFault)

  var phase: DevicePhase {
    switch self {
    case .idle: .idle
    case .selfTest: .selfTest
    case .armed: .armed
    case .running: .running
    case .suspended: .suspended
    case .stopped: .stopped
    case .faulted: .faulted
    }
  }

  /// The lease under which the device is energised.
  var lease: Lease? {
    switch self {
    case .armed(let lease, _), .running(let lease, _), .suspended(let lease): lease
    case .idle, .selfTest, .stopped, .faulted: nil
    }
  }

  /// Why a command that belongs to another phase is refused.
  var refusal: CommandRefusal {
    switch self {
    case .faulted: .faultActive
    case .idle, .selfTest, .armed, .running, .suspended, .stopped: .wrongPhase
    }
  }
}

/// The dead-man's last valid renewal (S5).
struct Lease: Hashable, Sendable {
  let renewedAt: DeviceTicks
}

/// How far the self-test has come (S9).
enum Spin: Hashable, Sendable {
  /// Told to turn; not seen turning.
  case starting(since: DeviceTicks)
  /// Seen turning; the stop may come.
  case turning(since: DeviceTicks)

  var since: DeviceTicks {
    switch self {
    case .starting(let since), .turning(let since): since
    }
  }
}

/// Whether a press of the pedal may start the drive.
enum PedalGate: Hashable, Sendable {
  case open
  /// It was down when motion was resumed: it must be seen released first.
  case awaitingRelease(since: DeviceTicks)
}

/// What is going on while the pedal is down.
enum Work: Hashable, Sendable {
  /// Between dots; the request that ran out last, so that its late grant is told from an unknown one.
  case free(lastExpired: RequestID?)
  /// Asked, not answered.
  case asked(DotRequest)
  /// The needle holds an open grant.
  case making
  /// The dot under way is the last one; then this rest.
  case finishing(Rest)
}

/// Where a normal stop leads once the needle has left the skin.
enum Rest: Hashable, Sendable {
  case armed
  case suspended
  case idle
}

/// A grant taken and not yet answered by its record.
struct OpenGrant: Hashable, Sendable {
  let number: GrantNumber
  let grant: Grant
  let requestedAt: DeviceTicks
}

/// What the needle does, whatever the mode: a cut does not end a contact at once.
enum Needle: Hashable, Sendable {
  case up
  /// Let down under a grant; no contact yet.
  case lowered(OpenGrant)
  case contact(OpenGrant, since: DeviceTicks)
  /// Retracted; the contact sensor is still closed.
  case leaving(OpenGrant, since: DeviceTicks, retractedAt: DeviceTicks)
  /// In contact without a grant.
  case unbidden(ChartPosition, since: DeviceTicks)
  /// The contact is on record already, and its sensor still closed.
  case clinging

  var episode: NonvolatileMemory.Episode {
    switch self {
    case .up, .clinging: .none
    case .lowered(let open): .granted(open.number, open.grant)
    case .contact(let open, _), .leaving(let open, _, _): .contact(open.number, open.grant)
    case .unbidden(let position, _): .unbidden(position)
    }
  }

  var openGrant: OpenGrant? {
    switch self {
    case .lowered(let open), .contact(let open, _), .leaving(let open, _, _): open
    case .up, .unbidden, .clinging: nil
    }
  }

  var isUp: Bool {
    switch self {
    case .up: true
    case .lowered, .contact, .leaving, .unbidden, .clinging: false
    }
  }
}

/// What the drive was told, and what it makes of it.
enum Drive: Hashable, Sendable {
  case standing
  /// Told to turn; not judged until the ramp is over.
  case ramping(Speed, since: DeviceTicks)
  case holding(Speed)
  /// Told to stand, or turning untold; not yet seen standing.
  case braking(since: DeviceTicks)
  /// Did not stand in time.
  case runaway
}

/// The evidence that a stop works (S9). It is worth nothing under another profile set, after a start or after a fault
/// of the drive.
enum Proof: Hashable, Sendable {
  case missing
  /// The self-test's stop came; the drive must stand within `Bounds.stopLatency`.
  case stopping(since: DeviceTicks)
  case passed
}

/// The newest reading of each sensor; nil: not read since the start, which counts as the more dangerous one.
struct Sensors: Hashable, Sendable {
  var pedalPressed: Bool?
  var parked: Bool?
  var speed: Speed?
  var sighting: Sighting?
  /// The first of the readings that have stayed where it was.
  var steady: Sighting?

  /// The drive stands, as its own sensor says.
  var isStill: Bool {
    if let speed { return speed <= Timing.stillSpeed }
    return false
  }
}

struct Sighting: Hashable, Sendable {
  let position: ChartPosition
  let at: DeviceTicks
}

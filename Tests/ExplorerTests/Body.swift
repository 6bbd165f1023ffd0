import SMPFirmware
import SMPModel

/// Needle, drive, foot and hand: the least physics there is, knowing nothing of firmware or host.
///
/// The needle touches skin only if it was lowered and not retracted since, and only where a hand holds it.
struct Body: Hashable, Sendable {
  enum Needle: Hashable, Sendable {
    case parked
    case falling(lands: UInt64)
    case inAir
    case inSkin(since: UInt64)
    case leaving(since: UInt64, leaves: UInt64)
    case rising(parks: UInt64)
  }
  enum Drive: Hashable, Sendable {
    case standing
    case spinningUp(Speed, seen: UInt64)
    case turning(Speed)
    case braking(stands: UInt64)
  }

  var needle = Needle.parked
  var drive = Drive.standing
  var isFootDown = false
  var isHandThere = false
  /// Contacts so far: each next place is another one.
  var contacts = 0
  var depth = Depth.zero
  var isBrakeTired = false
  var isDriveStuck = false
  var isDeep = false

  private static let millisecond: UInt64 = 1_000_000
  private var brakeTime: UInt64 { (isBrakeTired ? 60 : 20) * Self.millisecond }

  /// The dots of a session, 3 mm apart, in the first zone.
  var place: ChartPosition { ChartPosition(x: 3_000 + Int32(contacts) * 3_000, y: 5_000) }

  var isEnergised: Bool {
    switch drive {
    case .spinningUp, .turning: true
    case .standing, .braking: false
    }
  }
  var isStill: Bool { if case .standing = drive { true } else { false } }
  var isParked: Bool { if case .parked = needle { true } else { false } }

  var nextDeadline: UInt64? {
    var due: [UInt64] = []
    switch needle {
    case .falling(let at), .leaving(_, let at), .rising(let at): due.append(at)
    case .parked, .inAir, .inSkin: break
    }
    switch drive {
    case .spinningUp(_, let at), .braking(let at): due.append(at)
    case .standing, .turning: break
    }
    return due.min()
  }

  mutating func turn(at speed: Speed, now: UInt64) {
    guard speed > .zero else {
      switch drive {
      case .spinningUp, .turning: drive = .braking(stands: now + brakeTime)
      case .standing, .braking: break
      }
      return
    }
    if !isDriveStuck { drive = .spinningUp(speed, seen: now + 30 * Self.millisecond) }
  }

  /// Its end switch opens at once.
  mutating func lower(to depth: Depth, now: UInt64) -> [FirmwareInput] {
    self.depth = depth
    needle = .falling(lands: now + 4 * Self.millisecond)
    return [.parked(false)]
  }

  mutating func retract(now: UInt64) {
    switch needle {
    case .falling, .inAir: needle = .rising(parks: now + 4 * Self.millisecond)
    case .inSkin(let since): needle = .leaving(since: since, leaves: now + 4 * Self.millisecond)
    case .parked, .leaving, .rising: break
    }
  }

  /// The hand goes away and takes a needle in the skin out with it.
  mutating func withdraw(now: UInt64) -> [FirmwareInput] {
    isHandThere = false
    switch needle {
    case .inSkin(let since):
      needle = .inAir
      return [ended(since: since, now: now), .withdrew]
    case .leaving(let since, _):
      needle = .rising(parks: now + 4 * Self.millisecond)
      return [ended(since: since, now: now), .withdrew]
    case .parked, .falling, .inAir, .rising: return [.withdrew]
    }
  }

  /// What is due now, as the sensors tell it; `touched` says where the needle went into the skin.
  mutating func pass(now: UInt64) -> (inputs: [FirmwareInput], touched: ChartPosition?) {
    var inputs: [FirmwareInput] = []
    var touched: ChartPosition?
    switch needle {
    case .falling(let at) where at <= now:
      needle = isHandThere ? .inSkin(since: now) : .inAir
      if isHandThere {
        touched = place
        inputs.append(.contactBegan(place))
      }
    case .leaving(let since, let at) where at <= now:
      inputs.append(ended(since: since, now: now))
      needle = .rising(parks: now + 4 * Self.millisecond)
    case .rising(let at) where at <= now:
      needle = .parked
      inputs.append(.parked(true))
    case .parked, .falling, .inAir, .inSkin, .leaving, .rising: break
    }
    switch drive {
    case .spinningUp(let speed, let at) where at <= now:
      drive = .turning(speed)
      inputs.append(.driveMeasured(speed))
    case .braking(let at) where at <= now:
      drive = .standing
      inputs.append(.driveMeasured(.zero))
    case .standing, .spinningUp, .turning, .braking: break
    }
    return (inputs, touched)
  }

  private mutating func ended(since: UInt64, now: UInt64) -> FirmwareInput {
    let at = place
    contacts += 1
    return .contactEnded(
      position: at, depth: isDeep ? depth + .micrometres(400) : depth, speed: .millihertz(100_000),
      dwell: .milliseconds(Int64((now - since) / Self.millisecond)), strokes: 8)
  }
}

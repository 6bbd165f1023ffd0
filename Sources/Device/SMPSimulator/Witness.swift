package import SMPModel

/// Something beside a contact that the witness saw, as it happened, whatever the firmware says of it.
package struct Sighting: Hashable, Sendable {
  package enum Sight: Hashable, Sendable {
    /// A host opened the link.
    case hostCame
    /// The link ended: closed, or the cable is out, or the host died.
    case hostLeft
    case phase(DevicePhase)
    /// The rotor begins to turn, and stands.
    case driveTurned
    case driveRested
    case powerFailed
    case started

    /// Its word in the control interface and on the mock bus.
    package var word: String {
      switch self {
      case .hostCame: "host_came"
      case .hostLeft: "host_left"
      case .phase(.idle): "idle"
      case .phase(.selfTest): "self_test"
      case .phase(.armed): "armed"
      case .phase(.running): "running"
      case .phase(.suspended): "suspended"
      case .phase(.stopped): "stopped"
      case .phase(.faulted): "faulted"
      case .driveTurned: "drive_turned"
      case .driveRested: "drive_rested"
      case .powerFailed: "power_failed"
      case .started: "started"
      }
    }
  }

  /// Counts up from 1.
  package let number: Int
  package let at: MonotonicTime
  package let sight: Sight
  /// When the device last took anything from a host: no lease can be younger than that (S5).
  package let heard: MonotonicTime
}

/// Keeps what was seen, the newest only: a session has some hundred sightings.
struct Witness: Sendable {
  static let bound = 8_192

  private(set) var sightings: [Sighting] = []
  private var seen = 0
  private var isTurning = false
  var heard: UInt64

  init(now: UInt64) { heard = now }

  mutating func note(_ sight: Sighting.Sight, at now: UInt64) {
    // Half goes at once, so that a full book does not move with every line.
    if sightings.count == Self.bound { sightings.removeFirst(Self.bound / 2) }
    seen += 1
    sightings.append(
      Sighting(
        number: seen, at: MonotonicTime(nanoseconds: now), sight: sight, heard: MonotonicTime(nanoseconds: heard)))
  }

  mutating func noteDrive(isTurning turns: Bool, at now: UInt64) {
    if turns != isTurning { note(turns ? .driveTurned : .driveRested, at: now) }
    isTurning = turns
  }
}

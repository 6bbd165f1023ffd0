/// The session: from the checks before it to its close. Starting arms the device; the pedal, not a command, moves the
/// needle. Nothing ever resumes by itself.
package enum SessionInterface: Interface {
  package static let name = "io.smpd.session"
  package static var text: String { String(decoding: PackageResources.io_smpd_session_varlink, as: UTF8.self) }
  package static let methods: [any InterfaceMethod.Type] = [
    Start.self, Pause.self, Resume.self, Register.self, Load.self, Comfort.self, SelectZone.self, Set.self,
    Confirm.self, Resolve.self,
    Stop.self, Describe.self, Monitor.self, List.self,
  ]
}

extension SessionInterface {
  /// The state of the session.
  package enum State: String, InterfaceWord {
    /// No device is attached.
    case noDevice = "no_device"
    /// A device is ready; no session is open.
    case ready
    /// The self-test of the stop path runs; no session is open.
    case testing
    /// A session is being prepared: checks, limits, self-test.
    case preparing
    /// Armed, pedal up.
    case armed
    /// Pedal down; dots may be made.
    case running
    /// Paused by a person.
    case paused
    /// Stopping: the last dot is being finished.
    case stopping
    /// Stopped protectively; a person clears it. A session stays open.
    case stopped
    /// A fault is latched.
    case faulted
    /// A session is open and disarmed; Resume prepares it again, self-test included.
    case held
    /// Not known what the needle did; a person must resolve it.
    case uncertain
    /// Locked out after repeated faults, until unlocked by name.
    case lockedOut = "locked_out"
    /// A word of a newer daemon.
    case unknown
  }

  /// The skin of the client before the session, as a person saw it.
  package enum Skin: String, InterfaceWord {
    /// Clear: the session may start.
    case clear
    /// Reddened: the session is refused, unless somebody overrides it by name.
    case redness
    /// Scabs: the session is refused, unless somebody overrides it by name.
    case scabs
    /// A word of a newer daemon.
    case unknown
  }

  /// A step whose refusal a person may override by name. All other steps nobody can.
  package enum Step: String, InterfaceWord {
    /// Earlier than the recommended interval, and not before the least one.
    case interval
    /// Redness or scabs.
    case skin
    /// A word of a newer client.
    case unknown
  }

  /// Why a session is paused.
  package enum PauseReason: String, InterfaceWord {
    /// The client wants one.
    case client
    /// A new cartridge.
    case cartridge
    /// Pigment.
    case ink
    /// The practitioner's own.
    case `break`
    /// A word of a newer client.
    case unknown
  }

  /// What is known of the needle after a stop.
  package enum Outcome: String, InterfaceWord {
    /// The device confirmed that its drive stands.
    case still
    /// The stop is on its way; the device has not confirmed yet.
    case submitted
    /// No device answers; if one is energised out of reach, its own lease cuts.
    case absent
    /// A word of a newer daemon.
    case unknown
  }

  /// Why a dot was denied.
  package enum DenialReason: String, InterfaceWord {
    /// Beyond a hard limit; it cannot be confirmed away.
    case beyondHardLimit = "beyond_hard_limit"
    /// Beyond a soft limit; allowed after Confirm of the key.
    case beyondSoftLimit = "beyond_soft_limit"
    /// Not inside any zone of the plan by at least the position error of the device.
    case outsideOutline = "outside_outline"
    /// Zones before this one in the order of the plan are not complete.
    case zoneOutOfOrder = "zone_out_of_order"
    /// The dots planned for this zone in this session are made.
    case zoneComplete = "zone_complete"
    /// Another grant is still open.
    case grantOpen = "grant_open"
    /// The session is not running.
    case notRunning = "not_running"
    /// The journal did not answer in time; without a durable entry there is no dot.
    case journalStalled = "journal_stalled"
    /// More dots of this client than can be counted.
    case tooManyDots = "too_many_dots"
    /// A word of a newer daemon.
    case unknown
  }

  /// How a session stands.
  package enum SessionState: String, InterfaceWord {
    /// Being prepared; no dot was made yet.
    case preparing
    /// Open: armed, running or paused.
    case open
    /// Closed as planned or stopped by a person.
    case closed
    /// Ended by a fault.
    case faulted
    /// Not known what the needle did; a person must resolve it.
    case uncertain
    /// A word of a newer daemon.
    case unknown
  }
}

extension SessionInterface {
  /// What comes in lots.
  package enum Supply: String, InterfaceWord {
    /// A pigment.
    case pigment
    /// A needle cartridge.
    case cartridge
    /// A word of a newer daemon.
    case unknown
  }

  /// How a session stands to its seal.
  package enum Seal: String, InterfaceWord {
    /// Not closed yet, so there is nothing to seal.
    case open
    /// Closed, and not sealed: for a moment after the close, or because the station's key is missing.
    case unsealed
    /// Sealed with the station's key.
    case sealed
    /// A word of a newer daemon.
    case unknown
  }
}

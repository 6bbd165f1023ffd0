/// The needle device: what is attached, what it can do, what it is doing, and the limits in force for it.
/// Nothing here moves the needle; SelfTest turns the drive with the needle parked.
package enum DeviceInterface: Interface {
  package static let name = "io.smpd.device"
  package static var text: String { String(decoding: PackageResources.io_smpd_device_varlink, as: UTF8.self) }
  package static let methods: [any InterfaceMethod.Type] = [
    List.self, Describe.self, Watch.self, ClearFault.self, SelfTest.self, Unlock.self, DescribeLimits.self,
    ExampleLimits.self, Diagnose.self,
  ]
}

extension DeviceInterface {
  /// What the device is doing. The needle can move only in running; in self_test the drive turns with the needle parked.
  package enum Phase: String, InterfaceWord {
    /// Powered and disarmed, needle parked.
    case idle
    /// The drive turns with the needle parked, to prove the stop path.
    case selfTest = "self_test"
    /// Armed under a lease, pedal up: the needle does not move.
    case armed
    /// Pedal down: the drive runs and dots may be requested.
    case running
    /// Paused, or profiles being loaded: needle retracted, the pedal has no effect.
    case suspended
    /// Stopped by a protective stop; ClearFault leads back to idle.
    case stopped
    /// A fault is latched; ClearFault leads back to idle once its cause is gone.
    case faulted
    /// A word of a newer daemon.
    case unknown
  }

  /// A fault as the device finds and latches it.
  package enum Fault: String, InterfaceWord {
    /// No valid renewal of the lease in time.
    case leaseExpired = "lease_expired"
    /// A renewal or grant under another set of limits.
    case digestMismatch = "digest_mismatch"
    /// The measured depth passed what was granted by more than the accuracy of the device.
    case depthExceeded = "depth_exceeded"
    /// The speed of the drive left the commanded one by more than a tenth.
    case speedDeviated = "speed_deviated"
    /// The drive does not turn, or does not stop turning.
    case motorStuck = "motor_stuck"
    /// The contact sensor saw a dot no grant allowed.
    case contactWithoutGrant = "contact_without_grant"
    /// The needle did not leave the skin at the end of the dwell.
    case dwellExceeded = "dwell_exceeded"
    /// The pedal reads pressed where it must be seen released.
    case pedalStuck = "pedal_stuck"
    /// Two position readings no hand could make in that time.
    case positionJumped = "position_jumped"
    /// Memory, sensor or internal check failed.
    case internalFailure = "internal_failure"
    /// A word of a newer daemon.
    case unknown
  }

  /// How the device knows where its needle is.
  package enum Positioning: String, InterfaceWord {
    /// Positions in a frame of its own, within accuracyMicrometres of the truth: each session waits until the handpiece is
    /// registered to the landmarks of its plan.
    case absolute
    /// Positions on the chart, within accuracyMicrometres of the truth.
    case chart
    /// No position: a plan that asks for spacing is refused.
    case absent = "none"
    /// A word of a newer daemon.
    case unknown
  }

  /// Where a limit comes from. The strictest one wins.
  package enum Source: String, InterfaceWord {
    /// Built into the software.
    case ceiling
    /// What the device says it can do.
    case device
    /// The limits file of the clinic.
    case site
    /// The signed plan.
    case plan
    /// A word of a newer daemon.
    case unknown
  }

  /// The unit of a limit.
  package enum Unit: String, InterfaceWord {
    /// Micrometres, for depth and spacing.
    case micrometres
    /// Millihertz: thousandths of a needle stroke per second.
    case millihertz
    /// Dots per square metre; 10000 is one dot per square centimetre.
    case perSquareMetre = "per_square_metre"
    /// A number of dots.
    case dots
    /// Milliseconds, for dwell.
    case milliseconds
    /// Seconds, for the length of a session.
    case seconds
    /// A word of a newer daemon.
    case unknown
  }
}

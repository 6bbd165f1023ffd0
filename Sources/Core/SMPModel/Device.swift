/// How a device knows where its needle is.
package enum Positioning: Hashable, Sendable {
  /// No position: a plan that asks for spacing is refused on such a device.
  case none
  /// Positions in a frame of the device's own, each within `accuracy` of the truth: where the client's head lies in it
  /// nobody knows before the handpiece is registered to the plan's landmarks (S12).
  case absolute(accuracy: Distance)
  /// Positions on the chart, each within `accuracy` of the truth: the device has a registration of its own.
  case chart(accuracy: Distance)

  /// Nil for a device that does not know where its needle is.
  package var accuracy: Distance? {
    switch self {
    case .none: nil
    case .absolute(let accuracy), .chart(let accuracy): accuracy
    }
  }

  /// Its places mean nothing on the chart before a registration.
  package var isOwnFrame: Bool {
    switch self {
    case .none, .chart: false
    case .absolute: true
    }
  }
}

/// What a device says of itself. Read once after attach; a device that changes its mind is another device.
package struct DeviceCapabilities: Hashable, Sendable {
  /// Protocol versions spoken, oldest and newest.
  package let oldestVersion: UInt8
  package let newestVersion: UInt8
  package let depthMinimum: Depth
  package let depthMaximum: Depth
  package let depthStep: Depth
  package let depthAccuracy: Depth
  package let speedMinimum: Speed
  package let speedMaximum: Speed
  package let positioning: Positioning
  /// Records kept before the next dot is refused (S2).
  package let recordWindow: UInt8
  package let leaseMaximum: Interval
  package let hasPedal: Bool
  package let hasStopInput: Bool
  package let indicators: IndicatorSet
  /// 1 to 32 printable ASCII bytes; the identity the host binds a session to.
  package let serial: String
  /// 1 to 32 printable ASCII bytes.
  package let firmware: String
  /// The needle is simulated. Stated by the simulator alone and carried into every record (S11).
  package let isSimulated: Bool
  package init(
    oldestVersion: UInt8, newestVersion: UInt8, depthMinimum: Depth, depthMaximum: Depth, depthStep: Depth,
    depthAccuracy: Depth, speedMinimum: Speed, speedMaximum: Speed, positioning: Positioning, recordWindow: UInt8,
    leaseMaximum: Interval, hasPedal: Bool, hasStopInput: Bool, indicators: IndicatorSet, serial: String,
    firmware: String, isSimulated: Bool
  ) {
    self.oldestVersion = oldestVersion
    self.newestVersion = newestVersion
    self.depthMinimum = depthMinimum
    self.depthMaximum = depthMaximum
    self.depthStep = depthStep
    self.depthAccuracy = depthAccuracy
    self.speedMinimum = speedMinimum
    self.speedMaximum = speedMaximum
    self.positioning = positioning
    self.recordWindow = recordWindow
    self.leaseMaximum = leaseMaximum
    self.hasPedal = hasPedal
    self.hasStopInput = hasStopInput
    self.indicators = indicators
    self.serial = serial
    self.firmware = firmware
    self.isSimulated = isSimulated
  }
}

package struct IndicatorSet: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  package init(rawValue: UInt8) { self.rawValue = rawValue }
  package static let lamp = IndicatorSet(rawValue: 1)
  package static let buzzer = IndicatorSet(rawValue: 2)
  package static let haptics = IndicatorSet(rawValue: 4)
}

/// What the device is doing. The needle can move only in `selfTest` (parked: the drive, not the needle) and `running`.
package enum DevicePhase: UInt8, CaseIterable, Sendable {
  /// Powered, disarmed, needle parked.
  case idle = 0
  /// The drive turns with the needle parked, to prove the stop path (S9).
  case selfTest = 1
  /// Armed under a lease, pedal up: the needle does not move.
  case armed = 2
  /// Pedal down: the drive runs and dots may be requested.
  case running = 3
  /// Paused, or profiles being loaded: the lease runs, the needle is retracted, the pedal has no effect.
  case suspended = 4
  /// Stopped by a protective stop; `clear` leads back to idle.
  case stopped = 5
  /// A fault is latched; `clear` leads back to idle once its cause is gone (S8).
  case faulted = 6
}

/// A fault as the device itself finds and latches it. Raw values are the protocol's.
package enum DeviceFault: UInt8, CaseIterable, Error, Sendable {
  /// No valid renewal within the lease (S5).
  case leaseExpired = 1
  /// A renewal or grant under another profile set (S5).
  case digestMismatch = 2
  /// The measured depth passed what was granted by more than the device's accuracy.
  case depthExceeded = 3
  /// The drive's speed left the commanded one by more than a tenth.
  case speedDeviated = 4
  /// The drive does not turn, or does not stop turning.
  case motorStuck = 5
  /// The contact sensor saw a dot no grant allowed (S1).
  case contactWithoutGrant = 6
  /// The needle did not leave the skin at the end of the dwell.
  case dwellExceeded = 7
  /// The pedal reads pressed where it must be seen released (S5).
  case pedalStuck = 8
  /// Two position readings no hand could make in that time.
  case positionJumped = 9
  /// Memory, sensor or internal check failed.
  case internalFailure = 10

  package var word: StaticString {
    switch self {
    case .leaseExpired: "lease_expired"
    case .digestMismatch: "digest_mismatch"
    case .depthExceeded: "depth_exceeded"
    case .speedDeviated: "speed_deviated"
    case .motorStuck: "motor_stuck"
    case .contactWithoutGrant: "contact_without_grant"
    case .dwellExceeded: "dwell_exceeded"
    case .pedalStuck: "pedal_stuck"
    case .positionJumped: "position_jumped"
    case .internalFailure: "internal_failure"
    }
  }
}

/// The device's state in one reply; counters survive a restart of host and device (S7).
package struct DeviceStatus: Hashable, Sendable {
  package let phase: DevicePhase
  package let pedalPressed: Bool
  /// The needle is retracted behind its stop, as its own sensor says.
  package let parked: Bool
  /// The drive stands, as its own sensor says. "Still" is this and nothing else (S6).
  package let still: Bool
  package let fault: DeviceFault?
  package let digest: ProfileDigest
  /// Starts of the device with its present memory, counted on from a number drawn for that memory; wraps (S7).
  package let bootCount: UInt32
  /// Contacts of the needle with skin with that memory, unbidden ones included.
  package let contactCount: UInt32
  /// Sequence of the next record to be made, and of the oldest one not yet released (equal: none is held).
  package let nextRecord: RecordSequence
  package let oldestRecord: RecordSequence
  package let ticks: DeviceTicks
  package init(
    phase: DevicePhase, pedalPressed: Bool, parked: Bool, still: Bool, fault: DeviceFault?, digest: ProfileDigest,
    bootCount: UInt32, contactCount: UInt32, nextRecord: RecordSequence, oldestRecord: RecordSequence,
    ticks: DeviceTicks
  ) {
    self.phase = phase
    self.pedalPressed = pedalPressed
    self.parked = parked
    self.still = still
    self.fault = fault
    self.digest = digest
    self.bootCount = bootCount
    self.contactCount = contactCount
    self.nextRecord = nextRecord
    self.oldestRecord = oldestRecord
    self.ticks = ticks
  }
}

package import SMPModel

/// What reaches the firmware: transfers, sensors and time. Each comes with the device's own clock.
package enum FirmwareInput: Hashable, Sendable {
  /// One transfer from bulk OUT, whatever is in it.
  case bulkOut([UInt8])
  /// The pedal's reading. Until the first one it counts as pressed: it must be *seen* released.
  case pedal(pressed: Bool)
  /// The needle tip came near the skin: the hand wants a dot here.
  case approached(ChartPosition)
  /// It went away again.
  case withdrew
  /// The contact sensor closed.
  case contactBegan(ChartPosition)
  /// The contact sensor opened; what was measured while it was closed.
  case contactEnded(position: ChartPosition, depth: Depth, speed: Speed, dwell: Dwell, strokes: UInt16)
  case positionMeasured(ChartPosition)
  /// The drive's own speed sensor. A sensor that fails must read zero.
  case driveMeasured(Speed)
  /// The needle's end switch. Until the first reading the needle counts as out.
  case parked(Bool)
  /// The stop input was actuated: a protective stop.
  case stopInput
  /// Nothing but time passed; due at `nextDeadline`.
  case tick
}

/// What the firmware wants done, in this order and without delay.
package enum FirmwareOutput: Hashable, Sendable {
  case bulkIn([UInt8])
  case interruptIn([UInt8])
  /// Turn the drive at this speed; zero is brake.
  case drive(Speed)
  /// Let the needle down to this depth.
  case lower(depth: Depth)
  /// Take the needle behind its stop.
  case retract
  case indicate(Indication)
  /// Write `memory` before the outputs behind this one are carried out.
  case persist
}

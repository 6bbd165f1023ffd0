/// EP0 vendor requests, `bRequest`. Recipient interface; `wIndex` is the interface's number.
package enum ControlRequest: UInt8, CaseIterable, Sendable {
  /// IN, answered with one capabilities frame.
  case capabilities = 0x01
  /// IN, answered with one status frame.
  case status = 0x02
  /// OUT without data, `wValue` says why (`StopReason`). Accepted in every state (S6).
  case protectiveStop = 0x03
  /// OUT without data. An edge that never restarts motion; stalled while the cause persists (S8).
  case clearFault = 0x04

  /// Bytes to ask for in the data stage; 0 where there is none. One whole frame always fits.
  package var length: UInt16 {
    switch self {
    case .capabilities, .status: UInt16(Frame.maximumLength)
    case .protectiveStop, .clearFault: 0
    }
  }
}

/// `wValue` of a protective stop: for the device's own log. A device stops on every value, known or not (S6).
package enum StopReason: UInt16, CaseIterable, Sendable {
  case unstated = 0
  /// A person asked for it.
  case person = 1
  /// The host found a record beyond its grant, or its own state in doubt.
  case hostFault = 2
  /// The self-test proves the stop path (S9).
  case selfTest = 3
  /// The host program is ending.
  case shutdown = 4
}

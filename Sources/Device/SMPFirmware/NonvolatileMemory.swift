package import SMPModel

/// What survives loss of power. A device writes it whole and atomically whenever the firmware says `persist`.
///
/// A device whose memory was lost starts from `NonvolatileMemory()`: its boot count is then too low for its host,
/// which presumes every open grant made (S7).
package struct NonvolatileMemory: Hashable, Sendable {
  /// Starts since the device was made.
  package internal(set) var bootCount: UInt32 = 0
  /// Contacts of needle and skin since the device was made, unbidden ones included.
  package internal(set) var contactCount: UInt32 = 0
  package internal(set) var nextRecord = RecordSequence(number: 1)
  /// Unreleased records, oldest first: at most twice the window, and one for a contact nobody granted.
  package internal(set) var records: [DotRecord] = []
  /// A latched fault outlives the power: only `clear` ends it (S8).
  package internal(set) var latchedFault: DeviceFault?
  /// What the needle was doing.
  package internal(set) var episode: Episode = .none
  /// The highest grant number taken since the last `hello`; a number at or below it is a replay (S1).
  package internal(set) var highestGrant: GrantNumber = .none

  package init() {}

  package var oldestRecord: RecordSequence {
    if let first = records.first { return first.sequence }
    return nextRecord
  }

  /// What a start finds of the dot that was under way when the power went.
  package enum Episode: Hashable, Sendable {
    case none
    /// Granted, the needle perhaps lowered, no contact seen: answered by `cancelled`.
    case granted(GrantNumber, Grant)
    /// Contact seen: answered by `used`, with nothing measured.
    case contact(GrantNumber, Grant)
    /// Contact nobody granted: answered by `unbidden`.
    case unbidden(ChartPosition)
  }
}

package import SMPModel

/// What survives loss of power. A device writes it whole and atomically whenever the firmware says `persist`.
///
/// A device whose memory was lost starts from a new one, which counts its starts from another drawn number: by that its
/// host knows that it is another memory, and presumes every open grant made (S7).
package struct NonvolatileMemory: Hashable, Sendable {
  /// Starts with this memory, counted on from the number drawn for it; wraps.
  package internal(set) var bootCount: UInt32
  /// Contacts of needle and skin with this memory, unbidden ones included.
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

  /// An empty memory.
  /// - Parameter drawn: a number drawn anew for each: from a hardware generator, or noise; never a constant.
  package init(drawn: UInt32) { bootCount = drawn }

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

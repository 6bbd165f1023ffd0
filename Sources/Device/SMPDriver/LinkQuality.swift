internal import SMPModel

/// Counts of what the link got wrong since it was made: the first sign of a bad cable.
package struct LinkQuality: Hashable, Sendable {
  /// Transfers that failed on the bus; those of the endpoints the device sends on are tried again by the link.
  package internal(set) var transferFailures: UInt64 = 0
  /// Frames that did not decode, most of them by their CRC.
  package internal(set) var garbledFrames: UInt64 = 0
  /// Replies to nothing that was asked, or asked long ago.
  package internal(set) var strayReplies: UInt64 = 0
  /// Replies that came after a control cycle's time (`Bounds.leasePeriod`), yet before they were given up.
  package internal(set) var lateReplies: UInt64 = 0
  package internal(set) var silentCommands: UInt64 = 0
  /// Renewals of the lease that were late or not answered at all.
  package internal(set) var missedRenewals: UInt64 = 0
  /// The link has lately been bad enough that somebody should look at it, although everything still works.
  package internal(set) var isAlarming = false

  package init() {}

  /// Everything that went wrong, late renewals once.
  var troubles: UInt64 { transferFailures + garbledFrames + strayReplies + lateReplies + silentCommands }
}

/// When bad becomes alarming. A cable that fails does so more and more often: the alarm comes while single errors are
/// still absorbed, long before three renewals in a row are lost and the lease cuts.
struct LinkAlarm: Sendable {
  /// So many troubles within `window` raise the alarm; it goes when `window` has passed without any.
  static let count = 5
  static let window = Interval.seconds(10)

  private var recent: [MonotonicTime] = []
  private var counted: UInt64 = 0
  private(set) var isRaised = false

  /// Looks at the counters. Returns true when the alarm is raised by this look.
  mutating func look(at quality: LinkQuality, at now: MonotonicTime) -> Bool {
    let fresh = min(quality.troubles - counted, UInt64(Self.count))
    counted = quality.troubles
    recent.removeAll { now - $0 > Self.window }
    for _ in 0..<fresh { recent.append(now) }
    if recent.count > Self.count { recent.removeFirst(recent.count - Self.count) }
    if recent.isEmpty { isRaised = false }
    guard !isRaised, recent.count >= Self.count else { return false }
    isRaised = true
    return true
  }
}

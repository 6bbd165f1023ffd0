package import SMPModel

/// Keeps the stop thread from taking a core for itself: it runs at real-time priority, and everybody may call it.
///
/// Whoever rests in between may work at once; after 20 ms of work without rest it rests four times as long as it works. A
/// stop by itself is far below that, so that only a flood is slowed down, and a stop in the middle of one by some
/// milliseconds.
package struct Breath: Sendable {
  package static let deepest = Interval.milliseconds(20)
  /// No stop waits for longer: a fifteenth of the lease.
  package static let longestPause = Interval.milliseconds(10)
  /// Rest for each unit of work, when out of breath.
  package static let restShare: Int64 = 4

  /// Work that may still be done without a rest.
  private var left = Breath.deepest

  package init() {}

  package mutating func rested(_ time: Interval) { left = min(Self.deepest, left + time) }

  /// - Returns: the pause to make now, in whole milliseconds, at least one; zero for none. It counts as made.
  package mutating func worked(_ time: Interval) -> Interval {
    left = left - time
    guard left < .zero else { return .zero }
    // What the pause does not make good is forgiven: a thread that was kept from running has not worked.
    let due = Interval.nanoseconds((.zero - left).nanoseconds * Self.restShare)
    left = .zero
    return min(Self.longestPause, .milliseconds(due.milliseconds + 1))
  }
}

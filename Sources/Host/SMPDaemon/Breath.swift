package import SMPModel

/// Keeps the stop thread from taking a core for itself: it runs at real-time priority, and everybody may call it.
///
/// Whoever rests in between may work at once; after 20 ms of work more than rest it rests as long as it has worked. A stop
/// by itself is far below that, so that only a flood is slowed down, and a stop in the middle of one by some milliseconds.
package struct Breath: Sendable {
  package static let deepest = Interval.milliseconds(20)
  /// No stop waits for longer.
  package static let longestPause = Interval.milliseconds(10)

  private var left = Breath.deepest

  package init() {}

  package mutating func rested(_ time: Interval) { left = min(Self.deepest, left + time) }

  /// - Returns: the pause to make now, in whole milliseconds; zero for none.
  package mutating func worked(_ time: Interval) -> Interval {
    left = left - time
    guard left < .zero else { return .zero }
    let pause = min(Self.longestPause, .milliseconds((.zero - left).milliseconds + 1))
    // What is not paused is forgiven: a thread that was kept from running has not worked.
    left = pause == Self.longestPause ? .zero : left + pause
    return pause
  }
}

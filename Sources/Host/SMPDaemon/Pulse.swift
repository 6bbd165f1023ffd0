internal import SMPModel

/// When the watchdog hears from the owner: with a device only after a control cycle was completed with it, without one
/// in any turn. An owner that hangs beats no more, and neither does one that only talks to itself.
struct Pulse {
  private let heart: any Heart
  private var beatAt: MonotonicTime?
  private var cyclesSeen: UInt64?

  init(_ heart: any Heart) { self.heart = heart }

  /// When the next beat is due: without a device always, with one when a completed cycle has not been told yet.
  func nextBeat(cycles: UInt64?) -> MonotonicTime? {
    if let cycles, cycles == cyclesSeen { return nil }
    return beatAt.map { $0 + heart.period } ?? .zero
  }

  /// - Parameter cycles: control cycles completed with the driven device; nil without one.
  mutating func feel(cycles: UInt64?, at now: MonotonicTime) {
    if let beatAt, now < beatAt + heart.period { return }
    if let cycles, cycles == cyclesSeen { return }
    cyclesSeen = cycles
    beatAt = now
    heart.beat(isDriving: cycles != nil)
  }
}

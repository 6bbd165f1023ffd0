/// What was met in one life, or in many.
package struct LifeTally: Hashable, Sendable {
  package var lives = 0
  package var acts = 0
  package var sessions = 0
  package var dots = 0
  package var presumed = 0
  package var unbidden = 0
  package var denials = 0
  package var faults = 0
  package var refusals = 0
  /// Daemons that ended in it, by whatever hand.
  package var ends = 0
  /// Times the device's memory was lost.
  package var forgotten = 0

  package init() {}

  package static func += (left: inout LifeTally, right: LifeTally) {
    left.lives += right.lives
    left.acts += right.acts
    left.sessions += right.sessions
    left.dots += right.dots
    left.presumed += right.presumed
    left.unbidden += right.unbidden
    left.denials += right.denials
    left.faults += right.faults
    left.refusals += right.refusals
    left.ends += right.ends
    left.forgotten += right.forgotten
  }
}

extension LifeTally: CustomStringConvertible {
  package var description: String {
    """
    \(lives) lives, \(acts) acts, \(sessions) sessions, \(dots) dots (\(presumed) presumed, \(unbidden) unbidden), \
    \(denials) denials, \(faults) faults, \(refusals) refusals, \(ends) daemons ended, \(forgotten) memories lost
    """
  }
}

/// How one life went.
package struct LifeReport: Hashable, Sendable {
  package let seed: UInt64
  /// What was done, in order, up to the first complaint or the end.
  package let acts: [String]
  /// What was wrong: nothing, or what was seen after the last of the acts.
  package let complaints: [String]
  package let tally: LifeTally
  /// The head of the journal's chain: the same for the same seed.
  package let head: [UInt8]

  package var isSound: Bool { complaints.isEmpty }

  /// For people: what happened before it went wrong, and how to see it again.
  package var story: String {
    let told = acts.enumerated().map { "  \($0 + 1). \($1)" } + complaints.map { "  WRONG: \($0)" }
    return (["seed \(seed):"] + told + ["  again: make simulate SEEDS=1 SEED=\(seed)"]).joined(separator: "\n")
  }
}

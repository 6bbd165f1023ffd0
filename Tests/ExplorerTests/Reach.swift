import SMPSession

extension Coverage {
  /// Pairs that nothing here leads to: the event is not possible in that state, or no setting comes upon it. The list
  /// only shrinks: what was met once must be met for ever.
  static let beyondReach = pairs([
    .noDevice: [.lateArrival, .idle],
    .ready: [.replug, .idle],
    .testing: [.replug, .lateArrival, .idle],
    .preparing: [.replug, .idle],
    .armed: [.replug],
    .running: [.replug, .idle],
    .paused: [.replug],
    .stopping: [.replug, .idle],
    .stopped: [.replug, .idle],
    .faulted: [.idle],
    .held: [.idle],
    .uncertain: [.lateArrival, .idle],
    .lockedOut: [.replug, .deepNeedle, .lateArrival, .idle],
  ])

  private static func pairs(_ table: KeyValuePairs<StateWord, [Stimulus]>) -> Set<Pair> {
    Set(table.flatMap { word, stimuli in stimuli.map { Pair(word: word, stimulus: $0) } })
  }
}

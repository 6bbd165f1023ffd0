import SMPSession

extension Coverage {
  /// Pairs that nothing here leads to: the event is not possible in that state, or no setting comes upon it. The list
  /// only shrinks: what was met once must be met for ever.
  static let beyondReach = pairs([
    .noDevice: [.pedalUp, .journalDurable, .journalFail, .unplug, .resetLost, .lateArrival, .crash, .idle],
    .ready: [.replug, .resetLost, .crash, .idle],
    .testing: [
      .pedalUp, .withdraw, .journalHold, .journalDurable, .journalFail, .replug, .resetLost, .deepNeedle,
      .lateArrival, .crash, .idle,
    ],
    .preparing: [.journalFail, .replug, .resetLost, .crash, .idle],
    .armed: [.journalFail, .replug, .resetLost, .crash],
    .running: [.replug, .resetLost, .crash, .idle],
    .paused: [.journalFail, .unplug, .replug, .resetLost, .crash],
    .stopping: [.replug, .resetLost, .crash, .idle],
    .stopped: [.journalFail, .replug, .resetLost, .crash, .idle],
    .faulted: [.journalFail, .resetLost, .crash, .idle],
    .held: [.journalFail, .resetLost, .deepNeedle, .crash, .idle],
    .uncertain: [.journalDurable, .journalFail, .resetLost, .lateArrival, .crash, .idle],
    .lockedOut: [
      .pedalDown, .journalHold, .journalFail, .replug, .resetLost, .stuckDrive, .deepNeedle, .lateArrival, .crash,
      .idle,
    ],
  ])

  private static func pairs(_ table: KeyValuePairs<StateWord, [Stimulus]>) -> Set<Pair> {
    Set(table.flatMap { word, stimuli in stimuli.map { Pair(word: word, stimulus: $0) } })
  }
}

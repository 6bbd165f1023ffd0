package import SMPModel
package import SMPSession

/// Which stops are written down. The stop socket is open to everybody, and who stops a needle that is stopped already
/// changes nothing: one entry a second for each user says as much as thousands would, and leaves the disk to the others.
package struct StopNotes: Sendable {
  /// Between two entries of one user about the same thing.
  static let period = Interval.seconds(1)
  /// Users remembered: as many as can be connected at once.
  static let users = StopListener.places

  private struct Note {
    let uid: UInt32
    let outcome: StopOutcome
    let at: MonotonicTime
  }
  private var recent: [Note] = []

  package init() {}

  /// Whether this stop is to be written down; if so, it is remembered.
  /// - Parameter changes: more comes of it than an entry. Such a stop is always written down.
  package mutating func isNews(
    by uid: UInt32, _ outcome: StopOutcome, changes: Bool, at now: MonotonicTime
  ) -> Bool {
    recent.removeAll { now - $0.at >= Self.period }
    let place = recent.firstIndex { $0.uid == uid && $0.outcome == outcome }
    guard changes || place == nil else { return false }
    if let place { recent.remove(at: place) }
    if recent.count >= Self.users { recent.removeFirst() }
    recent.append(Note(uid: uid, outcome: outcome, at: now))
    return true
  }
}

extension SessionState {
  /// One protective stop more would change nothing.
  var isStopped: Bool {
    switch self {
    case .noDevice, .stopped, .faulted, .uncertain, .closing, .stopping(.protective, _, _): true
    case .ready, .testing, .preparing, .armed, .running, .changing, .paused, .stopping(.normal, _, _), .clearing, .held:
      false
    }
  }
}

package import SMPLink
package import SMPSession
internal import Synchronization

/// The stop listener's own reference on the device's prepared stop (S6): set by the owner at attach, taken away at
/// detach. Taking it away waits for a submit under way, so the link is never closed beneath one.
package final class StopHandle: Sendable {
  private let prepared = Mutex<(any PreparedControl)?>(nil)

  package init() {}

  package func set(_ stop: (any PreparedControl)?) { prepared.withLock { $0 = stop } }

  /// Puts the stop on EP0 now. Any thread; no right, lease, session or queue.
  package func submit() -> StopOutcome {
    prepared.withLock { stop in
      guard let stop else { return .absent }
      do throws(LinkError) {
        try stop.submit()
        return .submitted
      } catch {
        return .absent
      }
    }
  }
}

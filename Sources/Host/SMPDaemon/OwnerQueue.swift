package import SMPModel

/// The one way into the owner: a bounded queue of events, filled from any thread, emptied by the owner thread.
///
/// Link events, durability and stops are never refused: their sources are bounded themselves (four endpoints, one
/// journal thread, a stop listener that waits for its answer). Calls are refused when `callBound` of them wait.
package final class OwnerQueue: Sendable {
  /// Calls that may wait at once: one for each connection the control server allows (varlink.md).
  package static let callBound = 64

  private struct State: Sendable {
    var events: [OwnerEvent] = []
    var calls = 0
  }
  private let monitor = Monitor(State())

  package init() {}

  package func post(_ event: OwnerEvent) { monitor.update { $0.events.append(event) } }

  /// - Returns: false when too many calls wait already; the caller is told to try again.
  package func post(call: OwnerCall) -> Bool {
    monitor.update { state in
      guard state.calls < Self.callBound else { return false }
      state.calls += 1
      state.events.append(.call(call))
      return true
    }
  }

  /// Everything that waits, oldest first.
  package func takeAll() -> [OwnerEvent] {
    monitor.withLock { state in
      let events = state.events
      state.events.removeAll(keepingCapacity: true)
      state.calls = 0
      return events
    }
  }

  package var isEmpty: Bool { monitor.withLock { $0.events.isEmpty } }

  /// Blocks until something is queued or the host's monotonic clock reaches `deadline` (nil: no deadline).
  package func wait(until deadline: MonotonicTime?) { monitor.wait(until: deadline) { !$0.events.isEmpty } }
}

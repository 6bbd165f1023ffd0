internal import Glibc
package import SMPModel

/// The one way into the owner: a bounded queue of events, filled from any thread, emptied by the owner thread.
///
/// Link events, durability and stops are never refused: their sources are bounded themselves (four endpoints, one
/// journal thread, a stop listener that waits for its answer). Calls are refused when `callBound` of them wait.
package final class OwnerQueue: Sendable {
  /// Calls that may wait at once: one for each connection the control server allows (varlink.md).
  package static let callBound = 64

  private let gate = Gate()

  package init() {}

  package func post(_ event: OwnerEvent) {
    gate.withLock { $0.events.append(event) }
    gate.signal()
  }

  /// - Returns: false when too many calls wait already; the caller is told to try again.
  package func post(call: OwnerCall) -> Bool {
    let taken = gate.withLock { state in
      guard state.calls < Self.callBound else { return false }
      state.calls += 1
      state.events.append(.call(call))
      return true
    }
    if taken { gate.signal() }
    return taken
  }

  /// Everything that waits, oldest first.
  package func takeAll() -> [OwnerEvent] {
    gate.withLock { state in
      let events = state.events
      state.events.removeAll(keepingCapacity: true)
      state.calls = 0
      return events
    }
  }

  package var isEmpty: Bool { gate.withLock { $0.events.isEmpty } }

  /// Blocks until something is queued or the host's monotonic clock reaches `deadline` (nil: no deadline).
  package func wait(until deadline: MonotonicTime?) { gate.wait(until: deadline) }

  private struct State {
    var events: [OwnerEvent] = []
    var calls = 0
  }

  /// A pthread mutex and condition: the owner is a real-time pthread and may stand on nothing else (stack.md).
  @safe private final class Gate: @unchecked Sendable {
    // Sendable by the mutex: `state` is touched only while it is held, and both C objects stay at one address
    // because they are allocated once and freed in deinit.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state = State()

    init() {
      unsafe mutex = .allocate(capacity: 1)
      unsafe condition = .allocate(capacity: 1)
      var attributes = pthread_mutexattr_t()
      unsafe pthread_mutexattr_init(&attributes)
      // A low-priority poster that holds the lock must not keep the real-time owner waiting.
      unsafe pthread_mutexattr_setprotocol(&attributes, Int32(PTHREAD_PRIO_INHERIT))
      unsafe pthread_mutex_init(mutex, &attributes)
      unsafe pthread_mutexattr_destroy(&attributes)
      var clock = pthread_condattr_t()
      unsafe pthread_condattr_init(&clock)
      unsafe pthread_condattr_setclock(&clock, CLOCK_MONOTONIC)
      unsafe pthread_cond_init(condition, &clock)
      unsafe pthread_condattr_destroy(&clock)
    }

    deinit {
      unsafe pthread_cond_destroy(condition)
      unsafe pthread_mutex_destroy(mutex)
      unsafe condition.deallocate()
      unsafe mutex.deallocate()
    }

    func withLock<Result>(_ body: (inout State) -> Result) -> Result {
      unsafe pthread_mutex_lock(mutex)
      defer { unsafe pthread_mutex_unlock(mutex) }
      return body(&state)
    }

    func signal() { unsafe pthread_cond_signal(condition) }

    func wait(until deadline: MonotonicTime?) {
      unsafe pthread_mutex_lock(mutex)
      defer { unsafe pthread_mutex_unlock(mutex) }
      guard let deadline else {
        while state.events.isEmpty { unsafe pthread_cond_wait(condition, mutex) }
        return
      }
      // pthread conditions know CLOCK_MONOTONIC only; the span left on CLOCK_BOOTTIME is waited there.
      var now = timespec()
      unsafe clock_gettime(CLOCK_MONOTONIC, &now)
      let left = max(0, (deadline - HostClock.monotonic()).nanoseconds)
      let end = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) + left
      var until = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
      while state.events.isEmpty {
        if unsafe pthread_cond_timedwait(condition, mutex, &until) == ETIMEDOUT { return }
      }
    }
  }
}

internal import Glibc
package import SMPModel

/// A value behind a pthread mutex with a condition to wait on: what the bounded queues of the daemon are made of.
///
/// Pthreads, not the standard library's `Mutex`: a real-time thread waits here, so the lock hands its priority on to
/// whoever holds it, and waiting has a deadline (stack.md).
@safe package final class Monitor<State: Sendable>: @unchecked Sendable {
  // Sendable by the mutex: `state` is touched only while it is held; both C objects stay at one address because they
  // are allocated once and freed in deinit.
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var state: State

  package init(_ state: State) {
    self.state = state
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    var attributes = pthread_mutexattr_t()
    unsafe pthread_mutexattr_init(&attributes)
    // A low-priority poster that holds the lock must not keep a real-time thread waiting.
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

  package func withLock<Result>(_ body: (inout State) -> Result) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return body(&state)
  }

  /// Changes the state and wakes everybody who waits for it.
  package func update<Result>(_ body: (inout State) -> Result) -> Result {
    let result = withLock(body)
    unsafe pthread_cond_broadcast(condition)
    return result
  }

  /// Blocks until `condition` holds or the host's monotonic clock reaches `deadline` (nil: none).
  package func wait(until deadline: MonotonicTime? = nil, for holds: (State) -> Bool) {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    guard let deadline else {
      while !holds(state) { unsafe pthread_cond_wait(condition, mutex) }
      return
    }
    // pthread conditions know CLOCK_MONOTONIC only; the span left on CLOCK_BOOTTIME is waited there.
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    let left = max(0, (deadline - HostClock.monotonic()).nanoseconds)
    let end = Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) + left
    var until = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
    while !holds(state) {
      if unsafe pthread_cond_timedwait(condition, mutex, &until) == ETIMEDOUT { return }
    }
  }
}

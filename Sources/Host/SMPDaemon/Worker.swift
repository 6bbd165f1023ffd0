internal import CLinux
internal import Glibc

/// One named thread that does jobs in their order. The librarian is one: whatever reads the disk for a caller.
package final class Worker: Sendable {
  /// Jobs that may wait: one for each connection the control server allows (varlink.md).
  package static let bound = 64

  private struct State: Sendable {
    var jobs: [@Sendable () -> Void] = []
    var isEnding = false
    var hasEnded = false
  }
  private let monitor = Monitor(State())

  package init(name: String) throws(DaemonError) {
    let monitor = monitor
    try PosixThread.start(name: name) {
      while true {
        monitor.wait { !$0.jobs.isEmpty || $0.isEnding }
        guard let job = monitor.withLock({ $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }) else { break }
        job()
      }
      monitor.update { $0.hasEnded = true }
    }
  }

  /// - Returns: false when too many jobs wait already, or the worker is ending.
  package func post(_ job: @escaping @Sendable () -> Void) -> Bool {
    monitor.update { state in
      guard !state.isEnding, state.jobs.count < Self.bound else { return false }
      state.jobs.append(job)
      return true
    }
  }

  /// Lets go of what waits and ends the thread when the job under way is done; returns when it has ended. Whoever waits
  /// for an answer gets none: his connection closes.
  package func end() {
    // Let go of outside of the lock: a job may hold a call, and with it more than we know of.
    _ = monitor.update { state in
      state.isEnding = true
      defer { state.jobs = [] }
      return state.jobs
    }
    monitor.wait { $0.hasEnded }
  }
}

/// Plain threads: nothing that must answer in time may stand on an executor (stack.md).
package enum PosixThread {
  private final class Body {
    let name: String
    let run: @Sendable () -> Void
    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  /// Starts a detached thread. Its end is told by the body itself.
  package static func start(name: String, _ run: @escaping @Sendable () -> Void) throws(DaemonError) {
    let body = unsafe Unmanaged.passRetained(Body(name: name, run: run))
    var thread = pthread_t()
    let failure = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        // The one reference that start() made for this thread.
        let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        // Lent for the length of the call; the kernel copies.
        _ = unsafe clinux_name_thread(body.name)
        body.run()
        return nil
      }, unsafe body.toOpaque())
    guard failure == 0 else {
      unsafe body.release()
      throw .thread(name: name, code: failure)
    }
    pthread_detach(thread)
  }

  /// Asks for what the safety path needs and says what it got (design, section 2).
  package static func becomeRealtime(priority: Int32) -> RealtimeRights {
    let scheduled = clinux_request_fifo(priority) == 0
    let locked = clinux_lock_memory() == 0
    return RealtimeRights(scheduled: scheduled && clinux_is_fifo() == 1, memoryLocked: locked)
  }
}

extension PosixThread {
  /// Gives the calling thread's real-time priority back: for work that takes long and that nobody waits for.
  package static func becomeOrdinary() { _ = clinux_request_ordinary() }
}

/// What the owner and stop threads got of what they asked for.
package struct RealtimeRights: Hashable, Sendable {
  package let scheduled: Bool
  package let memoryLocked: Bool
}

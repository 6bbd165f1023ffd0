package import SMPJournal
internal import SMPModel
internal import SMPRecord

/// The journal thread: takes what waits, stores it as one group with one sync, says how far the journal is durable.
package final class JournalThread: JournalPort, Sendable {
  private struct State: Sendable {
    var waiting: [JournalBatch] = []
    var isEnding = false
    var hasEnded = false
    var failure: JournalError?
  }
  private let monitor = Monitor(State())
  private let store: JournalStore
  private let queue: OwnerQueue

  /// - Parameters:
  ///   - realtimePriority: SCHED_FIFO priority asked for; nil asks for none. A grant that is durable too late is no dot: on
  ///     a busy machine this thread waits for a core longer than for the disk.
  ///   - whenClosed: called when the close of a session is durable. On the journal thread: must only hand over.
  package init(
    store: JournalStore, queue: OwnerQueue, realtimePriority: Int32? = nil,
    whenClosed: @escaping @Sendable () -> Void = {}
  ) throws(DaemonError) {
    self.store = store
    self.queue = queue
    let monitor = monitor
    try PosixThread.start(name: "smp-journal") {
      if let realtimePriority { _ = PosixThread.becomeRealtime(priority: realtimePriority) }
      var isSessionOpen = false
      while true {
        let patience = store.isErasurePending ? HostClock.monotonic() + JournalThread.erasurePatience : nil
        monitor.wait(until: patience) { !$0.waiting.isEmpty || $0.isEnding }
        let (group, isEnding) = monitor.withLock { state in
          defer { state.waiting = [] }
          return (state.waiting, state.isEnding)
        }
        if group.isEmpty, isEnding { break }
        if !group.isEmpty { JournalThread.commit(group, to: store, monitor, queue, whenClosed) }
        isSessionOpen = group.last { $0.isSessionOpen != nil }?.isSessionOpen ?? isSessionOpen
        // The readers who kept an erased text in the files may have let go.
        if store.isErasurePending, !isSessionOpen { try? store.checkpoint() }
      }
      monitor.update { $0.hasEnded = true }
    }
  }

  /// How long a reader is left in peace before it is seen whether he has let go of what was erased.
  private static var erasurePatience: Interval { .seconds(10) }

  /// Why the journal takes nothing more; nil while all is well.
  package var failure: JournalError? { monitor.withLock { $0.failure } }

  package func submit(_ batch: JournalBatch) { monitor.update { $0.waiting.append(batch) } }

  /// Stores what waits and ends the thread; returns when it has ended.
  package func end() {
    monitor.update { $0.isEnding = true }
    monitor.wait { $0.hasEnded }
  }

  private static func commit(
    _ group: [JournalBatch], to store: JournalStore, _ monitor: Monitor<State>, _ queue: OwnerQueue,
    _ whenClosed: @Sendable () -> Void
  ) {
    guard monitor.withLock({ $0.failure == nil }) else { return }
    do throws(JournalError) {
      queue.post(.durable(try store.append(merging: group)))
      if group.contains(where: \.closesSession) { whenClosed() }
      // Nothing is granted now. One that fails is made up for by the next, and by SQLite itself when the log is full.
      if group.contains(where: \.endsInRest) { try? store.checkpoint() }
    } catch {
      monitor.update { $0.failure = error }
      queue.post(.journalFailed(error))
      // The needle has been told first. A copy of a large journal takes longer than a real-time thread may compute.
      PosixThread.becomeOrdinary()
      guard let secured = store.secure() else { return }
      monitor.update { $0.failure = secured }
      queue.post(.journalSecured(secured))
    }
  }
}

extension JournalBatch {
  fileprivate var closesSession: Bool {
    entries.contains { entry in if case .sessionClosed = entry.body { true } else { false } }
  }

  /// What it says last of that; nil where nothing.
  fileprivate var isSessionOpen: Bool? {
    entries.reversed().lazy.compactMap { entry in
      switch entry.body {
      case .sessionOpened: true
      case .sessionClosed: false
      default: nil
      }
    }.first
  }

  /// Its last word is that the needle rests until a person says otherwise.
  fileprivate var endsInRest: Bool {
    switch entries.last?.body {
    case .paused, .disarmed, .sessionClosed, .resolved: true
    default: false
    }
  }
}

/// The journal of a run that nobody watches: committed in the owner's own thread, so that a run is a function of its
/// seed (`smpsim treat`).
package final class InlineJournal: JournalPort, Sendable {
  private let store: JournalStore
  private let queue: OwnerQueue
  private let state = Monitor<JournalError?>(nil)

  package init(store: JournalStore, queue: OwnerQueue) {
    self.store = store
    self.queue = queue
  }

  package var failure: JournalError? { state.withLock { $0 } }

  package func submit(_ batch: JournalBatch) {
    guard failure == nil else { return }
    do throws(JournalError) {
      queue.post(.durable(try store.append(merging: [batch])))
    } catch {
      state.update { $0 = error }
      queue.post(.journalFailed(error))
    }
  }
}

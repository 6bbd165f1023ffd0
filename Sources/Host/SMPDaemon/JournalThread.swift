package import SMPJournal
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
      while true {
        monitor.wait { !$0.waiting.isEmpty || $0.isEnding }
        let group = monitor.withLock { state in
          defer { state.waiting = [] }
          return state.waiting
        }
        if group.isEmpty { break }
        JournalThread.commit(group, to: store, monitor, queue, whenClosed)
      }
      monitor.update { $0.hasEnded = true }
    }
  }

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

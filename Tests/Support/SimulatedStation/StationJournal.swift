package import SMPDaemon
package import SMPJournal
package import SMPModel
package import SMPRecord
internal import Synchronization

/// The real store as the owner's journal, on virtual time: a commit takes as long as it is told to, and groups what
/// waits, as the journal thread does. Knows what was reported durable, byte for byte.
package final class StationJournal: JournalPort {
  private struct State: Sendable {
    var waiting: [JournalBatch] = []
    /// The group being committed, and when its commit ends.
    var group: JournalBatch?
    var endsAt: MonotonicTime?
    /// The group in the store's hands.
    var underWay: [StoredEntry] = []
    var acknowledged: [StoredEntry] = []
    var heads: [[UInt8]] = []
    var failure: JournalError?
    var latency: (@Sendable () -> Interval)?
    var moment: (@Sendable () -> Void)?
  }
  private let store: JournalStore
  private let queue: OwnerQueue
  private let time: VirtualTime
  private let headPath: String
  private let state: Mutex<State>

  package init(store: JournalStore, queue: OwnerQueue, time: VirtualTime) throws {
    self.store = store
    self.queue = queue
    self.time = time
    headPath = store.path + ".head"
    var state = State()
    if store.lastNumber > 0 { state.acknowledged = try store.all() }
    // The store has synced its head file when it was opened; from then on each version may be the one that lasts.
    state.heads = [RecordingDisk.read(headPath)]
    self.state = Mutex(state)
  }

  /// How long the next commit takes; nil: it is done before `submit` returns.
  package var latency: (@Sendable () -> Interval)? {
    get { state.withLock { $0.latency } }
    set { state.withLock { $0.latency = newValue } }
  }

  /// Called when the store has said how far it is durable, before anybody else hears it.
  package var moment: (@Sendable () -> Void)? {
    get { state.withLock { $0.moment } }
    set { state.withLock { $0.moment = newValue } }
  }

  /// Everything the store has called durable.
  package var acknowledged: [StoredEntry] { state.withLock { $0.acknowledged } }
  /// What it was given and has not yet called so.
  package var underWay: [StoredEntry] { state.withLock { $0.underWay } }
  /// The head file since it was last synced, oldest first.
  package var heads: [[UInt8]] { state.withLock { $0.heads } }
  package var failure: JournalError? { state.withLock { $0.failure } }
  /// When the commit under way ends.
  package var due: MonotonicTime? { state.withLock { $0.endsAt } }

  package func submit(_ batch: JournalBatch) {
    guard failure == nil else { return }
    state.withLock { $0.waiting.append(batch) }
    begin()
  }

  private func begin() {
    let isInstant = state.withLock { state in
      guard state.group == nil, !state.waiting.isEmpty else { return false }
      var group = JournalBatch()
      for batch in state.waiting {
        group.entries += batch.entries
        group.confidential += batch.confidential
        group.plans += batch.plans
      }
      state.waiting = []
      state.group = group
      guard let latency = state.latency else { return true }
      state.endsAt = time.now + latency()
      return false
    }
    if isInstant { complete() }
  }

  /// Ends the commit whose time has come.
  func completeDue() {
    guard let due, due <= time.now else { return }
    complete()
  }

  private func complete() {
    let group = state.withLock { state -> JournalBatch? in
      defer { (state.group, state.endsAt) = (nil, nil) }
      guard let group = state.group else { return nil }
      var head = state.acknowledged.last?.head ?? Chain.genesis(of: store.journal)
      state.underWay = group.entries.map { entry in
        let stored = entry.stored(after: head)
        head = stored.head
        return stored
      }
      return group
    }
    guard let group else { return }
    do throws(JournalError) {
      let durable = try store.append(group.entries, confidential: group.confidential, plans: group.plans)
      let head = RecordingDisk.read(headPath)
      state.withLock { state in
        state.acknowledged += state.underWay
        state.underWay = []
        state.heads.append(head)
      }
      moment?()
      queue.post(.durable(durable))
    } catch {
      state.withLock { $0.failure = error }
      queue.post(.journalFailed(error))
      return
    }
    begin()
  }
}

extension JournalStore {
  /// Every entry, in order.
  package func all() throws(JournalError) -> [StoredEntry] {
    var all: [StoredEntry] = []
    while true {
      let some = try entries(after: all.last?.number ?? 0, limit: JournalBounds.readEntries)
      all += some
      if some.count < JournalBounds.readEntries { return all }
    }
  }
}

/// How long commits take, drawn from a seed.
package final class Latencies: Sendable {
  private let chance: Mutex<Chance>
  private let range: ClosedRange<Int64>

  package init(seed: UInt64, milliseconds range: ClosedRange<Int64>) {
    chance = Mutex(Chance(seed: seed, 4))
    self.range = range
  }

  package func next() -> Interval { .milliseconds(chance.withLock { $0.within(range) }) }
}

package import SMPDriver
package import SMPJournal
package import SMPModel
package import SMPSession
internal import Synchronization

/// A snapshot with its place in the stream of snapshots.
package struct Published: Sendable {
  package let snapshot: SessionSnapshot
  /// Every device that is there.
  package let devices: [DeviceSlot]
  /// What the link to the driven device has cost so far.
  package let quality: LinkQuality?
  /// Stops that the owner has taken note of, counted since its start; the listener counts them as it posts them.
  package let stopsTaken: UInt64
  /// The device's status is newer than the last of them.
  package let isHeardSinceStop: Bool
  package let sequence: UInt64
  package let monotonic: MonotonicTime
  /// Newest durable entry.
  package let durable: UInt64
  /// Why the journal takes nothing more; nil while all is well.
  package let journalFailure: JournalError?

  package init(
    snapshot: SessionSnapshot, devices: [DeviceSlot] = [], quality: LinkQuality? = nil, stopsTaken: UInt64 = .max,
    isHeardSinceStop: Bool = true, sequence: UInt64, monotonic: MonotonicTime, durable: UInt64,
    journalFailure: JournalError? = nil
  ) {
    self.snapshot = snapshot
    self.devices = devices
    self.quality = quality
    self.stopsTaken = stopsTaken
    self.isHeardSinceStop = isHeardSinceStop
    self.sequence = sequence
    self.monotonic = monotonic
    self.durable = durable
    self.journalFailure = journalFailure
  }
}

/// Where the owner leaves its newest snapshot for everybody else. Watchers are called on the owner thread and must
/// only hand over: their own queues coalesce (drop-oldest for status, house style 17).
package final class Board: Sendable {
  private struct State {
    var newest: Published?
    var watchers: [(id: UInt64, body: @Sendable (Published) -> Void)] = []
    var nextID: UInt64 = 1
  }
  private let state = Mutex(State())
  private let newestSequence = Atomic<UInt64>(0)

  package init() {}

  package var newest: Published? { state.withLock { $0.newest } }

  /// Sequence of the newest snapshot; 0 before the first. Without the lock: the stop thread reads it before it stops,
  /// and must not wait there for a thread of lower priority.
  package var sequence: UInt64 { newestSequence.load(ordering: .acquiring) }

  package func publish(_ published: Published) {
    let watchers = state.withLock { state in
      state.newest = published
      return state.watchers
    }
    newestSequence.store(published.sequence, ordering: .releasing)
    for watcher in watchers { watcher.body(published) }
  }

  /// - Returns: the id to give to `remove`.
  package func watch(_ body: @escaping @Sendable (Published) -> Void) -> UInt64 {
    state.withLock { state in
      let id = state.nextID
      state.nextID += 1
      state.watchers.append((id, body))
      return id
    }
  }

  /// Watchers now: each costs the owner's thread a call at every snapshot.
  package var watcherCount: Int { state.withLock { $0.watchers.count } }

  package func remove(_ id: UInt64) {
    state.withLock { state in state.watchers.removeAll { $0.id == id } }
  }
}

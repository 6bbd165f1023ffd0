package import SMPJournal
package import SMPRecord
internal import Synchronization

/// Seals sessions when they are closed (S10): reads what the journal has of them, signs it, and gives the owner an entry
/// to number. Never on the owner thread: signing and counting take their time, and a stop does not wait for them.
package final class Sealer: Sendable {
  private let store: JournalStore
  private let queue: OwnerQueue
  private let key: SealingKey
  /// Given to the owner and perhaps not stored yet. One that is lost with the daemon is sealed by the next.
  private let given = Mutex<Set<String>>([])

  /// The public part of its key.
  package var station: StationKey { key.station }

  package init(store: JournalStore, queue: OwnerQueue, key: SealingKey) {
    self.store = store
    self.queue = queue
    self.key = key
  }

  /// Seals every session that is closed and has no seal, those of earlier daemons included. Reads the disk.
  package func seal() {
    // A journal that cannot be read now says so elsewhere; the session stays unsealed, and is said to be.
    for session in (try? store.unsealedSessions()) ?? [] where !given.withLock({ $0.contains(session) }) {
      guard let facts = try? store.sealedFacts(of: session) else { continue }
      let entry = facts.sealed(by: key)
      _ = given.withLock { $0.insert(session) }
      queue.post(.sealed(EntryDraft(body: .sessionSealed(entry), session: session, course: facts.course)))
    }
  }
}

/// The sealer's own thread: neither the owner nor the journal nor any caller waits for it. Without a key it does nothing.
final class SealerThread: Sendable {
  private let worker: Worker
  private let sealer: Sealer?

  init(store: JournalStore, queue: OwnerQueue, _ sealing: Sealing) throws(DaemonError) {
    worker = try Worker(name: "smp-sealer")
    sealer = sealing.key.map { Sealer(store: store, queue: queue, key: $0) }
  }

  /// Returns at once.
  func seal() {
    guard let sealer else { return }
    // One job seals all there is: where many wait already, one more has nothing to do.
    _ = worker.post { sealer.seal() }
  }

  func end() { worker.end() }
}

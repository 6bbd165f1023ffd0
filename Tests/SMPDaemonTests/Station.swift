import SMPDaemon
import SMPModel
import SMPRecord
import SMPSession
import SMPSimulator
import Synchronization

@testable import smpsim

/// A journal in memory, durable at once.
final class MemoryJournal: JournalPort, Sendable {
  let entries = Mutex<[Entry]>([])
  let queue: OwnerQueue
  init(queue: OwnerQueue) { self.queue = queue }
  func submit(_ batch: JournalBatch) {
    let last = entries.withLock { entries in
      entries.append(contentsOf: batch.entries)
      return entries.last?.number ?? 0
    }
    queue.post(.durable(Durable(committed: last)))
  }
}

/// The whole daemon around one owner, on virtual time, driven turn by turn from the test's thread.
final class Station {
  let queue = OwnerQueue()
  let board = Board()
  let stop = StopHandle()
  let device: SimulatedDevice
  let journal: MemoryJournal
  let pacing: SimulatedPacing
  let owner: Owner

  init(seed: UInt64 = 1, configure: (inout SimulatedDeviceConfiguration) -> Void = { _ in }) {
    var configuration = SimulatedDeviceConfiguration(seed: seed)
    configure(&configuration)
    device = SimulatedDevice(configuration, startingAt: MonotonicTime(nanoseconds: 1_000_000_000))
    pacing = SimulatedPacing(device: device, pace: .always, wallNow: WallTime(milliseconds: 1_800_000_000_000))
    journal = MemoryJournal(queue: queue)
    owner = Owner(
      OwnerParts(
        queue: queue, pacing: pacing, journal: journal, board: board, stopHandle: stop, salts: Salts(simulatedSeed: seed),
        station: StationFacts(bootID: "boot", clock: .virtual, simulated: true), lastEntry: 0, latch: FaultLatch(),
        orphan: nil))
    queue.post(.attach(device))
  }

  var state: StateWord { board.newest?.snapshot.state ?? .noDevice }

  /// Turns until `condition` holds; false after `limit` turns.
  func turn(limit: Int = 200_000, until condition: () -> Bool) -> Bool {
    for _ in 0..<limit {
      if condition() { return true }
      owner.turn()
    }
    return condition()
  }
}

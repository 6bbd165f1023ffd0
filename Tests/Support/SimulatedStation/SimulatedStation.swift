package import SMPDaemon
package import SMPJournal
package import SMPModel
internal import SMPRecord
package import SMPSession
package import SMPSimulator
internal import Synchronization

/// An instant in the life of a station at which it may end: before or after something that others can see.
package enum Moment: Hashable, Sendable {
  case disk(DiskOperation, file: String, done: Bool)
  case link(LinkOperation, done: Bool)
  /// The store has said that the group is durable.
  case committed
}

extension Moment: CustomStringConvertible {
  package var description: String {
    switch self {
    case .disk(let operation, let file, let done): "\(done ? "after" : "before") the \(operation) of \(file)"
    case .link(let operation, let done): "\(done ? "after" : "before") the send of \(operation)"
    case .committed: "after the commit"
    }
  }
}

/// What a station is made of as far as the world outside of its process can see it.
package struct StationWorld: Sendable {
  package let device: SimulatedDevice
  package let port: WatchedPort
  package let disk: RecordingDisk
  package let directory: ScratchDirectory
  package let journal: StationJournal
  package let time: VirtualTime
  package let wallAtZero: WallTime

  /// Changes whenever something happens that another process could tell.
  package var stamp: [UInt64] { [disk.operations, port.sends, UInt64(journal.heads.count), time.now.nanoseconds] }
}

/// A whole daemon around the real journal, in front of the simulated device, on one virtual clock, driven turn by turn
/// from one thread. Deterministic from its seed.
package final class SimulatedStation {
  package static let beginning = MonotonicTime(nanoseconds: 1_000_000_000)
  package static let wallAtZero = WallTime(milliseconds: 1_800_000_000_000)
  private static let actor: UInt32 = 1_000

  package let world: StationWorld
  package let store: JournalStore
  package let queue = OwnerQueue()
  package let board = Board()
  package let stop = StopHandle()
  package let pacing: VirtualPacing
  package let owner: Owner
  package let inherited: Inheritance
  /// What was in the journal before this station wrote to it.
  package let entriesAtOpening: UInt64
  package var device: SimulatedDevice { world.device }
  package var journal: StationJournal { world.journal }

  /// A new station over an empty directory, or the next one over what an earlier one has left.
  package init(
    seed: UInt64, device: SimulatedDevice, directory: ScratchDirectory, wallAtZero: WallTime = wallAtZero
  ) throws {
    let disk = RecordingDisk(directory.path)
    let salts = Salts(simulatedSeed: seed)
    guard let name = JournalID(salts.bytes(JournalID.byteCount)) else { preconditionFailure("16 bytes make a name") }
    do {
      store = try JournalStore(path: directory.journal, durability: .full, newJournal: name, simulated: true)
    } catch {
      disk.end()
      throw error
    }
    let time = VirtualTime(device.now)
    let journal = try StationJournal(store: store, queue: queue, time: time)
    let port = WatchedPort(device)
    pacing = VirtualPacing(device: device, journal: journal, time: time, wallAtZero: wallAtZero)
    world = StationWorld(
      device: device, port: port, disk: disk, directory: directory, journal: journal, time: time,
      wallAtZero: wallAtZero)
    entriesAtOpening = store.lastNumber
    inherited = try Inheritance(from: store, wall: pacing.wall())
    owner = Owner(
      OwnerParts(
        queue: queue, pacing: pacing, journal: journal, board: board, stopHandle: stop, salts: salts,
        station: StationFacts(bootID: "virtual", simulated: true), lastEntry: store.lastNumber,
        inheritance: inherited))
    owner.begin(new: store.isNew ? (store.journal, "station") : nil, realtime: false, durability: .full)
  }

  package convenience init(seed: UInt64) throws {
    let device = SimulatedDevice(SimulatedDeviceConfiguration(seed: seed), startingAt: Self.beginning)
    try self.init(seed: seed, device: device, directory: try ScratchDirectory())
  }

  /// Puts the device in.
  package func attach() { queue.post(.attach(world.port)) }

  /// Whom to tell of every moment at which the station may end.
  package func onMoment(_ body: (@Sendable (Moment) -> Void)?) {
    guard let body else {
      world.disk.moment = nil
      world.port.moment = nil
      world.journal.moment = nil
      return
    }
    world.disk.moment = { body(.disk($0, file: $1, done: $2)) }
    world.port.moment = { body(.link($0, done: $1)) }
    world.journal.moment = { body(.committed) }
  }

  /// Lets go of the files.
  package func end() {
    onMoment(nil)
    world.disk.trouble = nil
    // A journal that has failed may not close cleanly; its connections end all the same.
    try? store.close()
    world.disk.end()
  }

  // MARK: People

  package var state: StateWord { board.newest?.snapshot.state ?? .noDevice }
  package var session: OpenSnapshot? { board.newest?.snapshot.session }

  /// Turns until `condition` holds; false after `limit` turns.
  @discardableResult
  package func turn(limit: Int = 400_000, until condition: () -> Bool) -> Bool {
    for _ in 0..<limit {
      if condition() { return true }
      owner.turn()
    }
    return condition()
  }

  /// Turns until so much virtual time has passed.
  package func pass(_ interval: Interval) {
    let end = world.time.now + interval
    queue.post(.wake)
    turn { world.time.now >= end }
  }

  /// Gives a command and turns until it is answered; nil when it never is.
  package func ask(_ command: OwnerCommand, limit: Int = 100_000) -> OwnerReply? {
    let answer = Answer()
    _ = queue.post(call: OwnerCall(command, actor: Self.actor) { answer.put($0) })
    turn(limit: limit) { answer.take() != nil }
    return answer.take()
  }

  /// Starts a session and puts the hand to work; false when it is not armed.
  package func start(_ order: StartOrder) -> Bool {
    _ = ask(.start(order, basedOn: .max, dryRun: false))
    guard state == .armed, let capabilities = board.newest?.snapshot.device?.capabilities else { return false }
    device.takeUp(HandWork(order, capabilities))
    queue.post(.wake)
    return true
  }

  /// Until every dot is made, or the session does not go on by itself.
  /// - Parameter checkpointEvery: after so many dots the log is moved into the database, as a full log would be.
  @discardableResult
  package func work(limit: Int = 4_000_000, checkpointEvery: Int = .max) -> Bool {
    var checkpointAt = checkpointEvery
    turn(limit: limit) {
      if device.contactCount >= checkpointAt {
        checkpointAt += checkpointEvery
        // One that fails changes nothing: the log goes on.
        try? store.checkpoint()
      }
      switch state {
      case .armed, .running, .preparing, .paused, .stopping: return session?.isComplete ?? true
      case .noDevice, .ready, .testing, .stopped, .faulted, .held, .uncertain, .lockedOut: return true
      }
    }
    return session?.isComplete == true
  }
}

private final class Answer: Sendable {
  private let reply = Mutex<OwnerReply?>(nil)
  func put(_ reply: OwnerReply) { self.reply.withLock { $0 = reply } }
  func take() -> OwnerReply? { reply.withLock { $0 } }
}

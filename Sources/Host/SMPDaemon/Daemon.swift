internal import Glibc
internal import SMPInterface
package import SMPJournal
package import SMPLink
internal import SMPModel
package import SMPRecord
internal import SMPSession
internal import VarlinkServer

/// What a daemon is started with.
package struct DaemonConfiguration: Sendable {
  /// Journal, head file and lock; must exist.
  package var stateDirectory: String
  package var limitsPath: String
  /// The directory of the clinic's presets; it may be absent.
  package var presetsPath: String
  /// The control socket; the stop socket is the same with `.stop`.
  package var socketPath: String
  /// The operators' group: its members may command.
  package var operatorGID: UInt32?
  /// The group that a control socket made here belongs to, whose members may open it and look; nil: the operators'.
  package var observerGID: UInt32?
  /// SCHED_FIFO priority asked for by owner and stop thread; nil asks for none.
  package var realtimePriority: Int32?
  package var durability: Durability = .full
  /// Simulated devices only, in a journal of simulated records; otherwise real ones only (S11).
  package var simulated: Bool
  /// The pacing's clock is not the machine's.
  package var virtualClock = false
  /// The serial to be preferred where several devices are there.
  package var preferredDevice: String?
  package var heart: (any Heart)?
  /// What the daemon finds of the machine around it. Called on the librarian's thread.
  package var surroundings: @Sendable () -> [Finding] = { [] }
  package var station: String = "station"
  /// Sockets the service manager listens behind; each that is absent is made at its own path.
  package var passed = PassedSockets()
  package init(stateDirectory: String, limitsPath: String, socketPath: String, simulated: Bool) {
    self.stateDirectory = stateDirectory
    self.limitsPath = limitsPath
    presetsPath = stateDirectory + "/presets"
    self.socketPath = socketPath
    self.simulated = simulated
  }
}

/// The daemon: journal, owner, stop listener and control server, started and stopped in one fixed order.
///
/// Started: journal → owner → stop listener → control server; stopped in the reverse, after a stop of the needle.
package final class Daemon: Sendable {
  package let queue: OwnerQueue
  package let board: Board
  private let journal: JournalThread
  private let store: JournalStore
  private let librarian: Worker
  private let sealer: SealerThread
  private let stopListener: StopListener
  private let server: VarlinkServer
  private let ownerState: Monitor<OwnerThreadState>

  struct OwnerThreadState: Sendable {
    var rights: RealtimeRights?
    var hasEnded = false
  }

  /// - Parameters:
  ///   - makePacing: called once with the queue; the clocks of this daemon.
  ///   - handlers: interfaces beyond the daemon's own (the simulator's).
  package init(
    _ configuration: DaemonConfiguration, pacing: any Pacing, handlers: [any InterfaceHandler]
  ) throws(DaemonError) {
    queue = OwnerQueue()
    board = Board()
    store = try Self.openJournal(configuration)
    let inheritance: Inheritance
    do throws(JournalError) { inheritance = try Inheritance(from: store, wall: pacing.wall()) } catch {
      throw .journal(error)
    }
    let sealing = try Self.sealing(configuration, store)
    // Both sockets are taken before anything runs: a path that is in use must not start a second owner.
    let stopSocket = try Self.listen(
      configuration.socketPath + ".stop", permissions: 0o666, group: nil, unless: configuration.passed.stop)
    let controlSocket: ListeningSocket
    do throws(DaemonError) {
      controlSocket = try Self.listen(
        configuration.socketPath, permissions: 0o660,
        group: configuration.observerGID ?? configuration.operatorGID,
        unless: configuration.passed.control)
    } catch {
      stopSocket.removeFile()
      throw error
    }
    sealer = try SealerThread(store: store, queue: queue, sealing)
    // Behind the owner and the stop: one lower, where there is a lower one.
    journal = try JournalThread(
      store: store, queue: queue, realtimePriority: configuration.realtimePriority.map { max(1, $0 - 1) },
      whenClosed: { [sealer] in sealer.seal() })
    librarian = try Worker(name: "smp-librarian")
    let ownerState = Monitor(OwnerThreadState())
    self.ownerState = ownerState
    // The file says whom the administrator lets in, whoever made it.
    let rights = Rights(
      daemonUID: getuid(), operatorGID: configuration.operatorGID, observerGID: controlSocket.group)
    let stopHandle = StopHandle()
    let salts = Salts()
    try Self.startOwner(
      configuration, pacing: pacing, queue: queue, board: board, journal: journal, store: store,
      stopHandle: stopHandle, inheritance: inheritance, salts: salts, key: sealing.key?.station, state: ownerState)
    sealer.seal()
    stopListener = try StopListener(
      socket: stopSocket, handle: stopHandle, queue: queue, board: board,
      rights: rights, realtimePriority: configuration.realtimePriority)
    let context = ControlContext(
      queue: queue, board: board, librarian: librarian,
      library: Library(configuration, store: store, salts: salts, sealing: sealing),
      rights: rights, wall: { pacing.wall() },
      realtime: { ownerState.withLock { $0.rights } }, surroundings: configuration.surroundings)
    let own: [any InterfaceHandler] = [
      DeviceHandler(), PlanHandler(), CourseHandler(), LotHandler(), SessionHandler(),
      JournalHandler(),
    ]
    let service = try ControlService(context: context, handlers: own + handlers)
    do throws(ListeningSocketError) {
      server = try VarlinkServer.start(on: controlSocket, service: service)
    } catch {
      throw .socket(error)
    }
  }

  /// A device is there.
  package func attach(_ port: any DevicePort) { queue.post(.attach(port)) }
  /// Nothing is at this place any more.
  package func detach(place: String) { queue.post(.detach(place: place)) }

  /// Stops the needle, ends every thread, closes the journal. Waits for each.
  package func end() {
    queue.post(.shutdown)
    ownerState.wait { $0.hasEnded }
    server.close()
    stopListener.end()
    librarian.end()
    journal.end()
    sealer.end()
    // A journal that cannot be closed cleanly is found by the next opening.
    try? store.close()
  }

  static func openJournal(_ configuration: DaemonConfiguration) throws(DaemonError) -> JournalStore {
    guard let id = JournalID(Salts().bytes(JournalID.byteCount)) else {
      preconditionFailure("a journal's name has \(JournalID.byteCount) bytes")
    }
    do throws(JournalError) {
      return try JournalStore(
        path: configuration.stateDirectory + "/journal.sqlite", durability: configuration.durability, newJournal: id,
        simulated: configuration.simulated)
    } catch {
      throw .journal(error)
    }
  }

  private static func sealing(
    _ configuration: DaemonConfiguration, _ store: JournalStore
  ) throws(DaemonError) -> Sealing {
    do throws(JournalError) {
      return StationKeyFile(in: configuration.stateDirectory).sealing(known: try store.namedKey()) {
        Salts().bytes(SealingKey.byteCount)
      }
    } catch {
      throw .journal(error)
    }
  }

  /// - Parameter passed: a socket that is there already.
  private static func listen(
    _ path: String, permissions: UInt32, group: UInt32?, unless passed: ListeningSocket?
  ) throws(DaemonError) -> ListeningSocket {
    if let passed { return passed }
    do throws(ListeningSocketError) {
      return try ListeningSocket.listening(at: path, permissions: permissions, group: group)
    } catch {
      throw .socket(error)
    }
  }

  private static func startOwner(
    _ configuration: DaemonConfiguration, pacing: any Pacing, queue: OwnerQueue, board: Board, journal: JournalThread,
    store: JournalStore, stopHandle: StopHandle, inheritance: Inheritance, salts: Salts,
    key: StationKey?, state: Monitor<OwnerThreadState>
  ) throws(DaemonError) {
    let station = StationFacts(
      bootID: configuration.virtualClock ? BootID.ofVirtualClock() : BootID.current,
      simulated: configuration.simulated)
    let lastEntry = store.lastNumber
    let isNew = store.isNew
    let journalID = store.journal
    try PosixThread.start(name: "smp-owner") {
      let rights = configuration.realtimePriority.map { PosixThread.becomeRealtime(priority: $0) }
      state.update { $0.rights = rights }
      let owner = Owner(
        OwnerParts(
          queue: queue, pacing: pacing, journal: journal, board: board, stopHandle: stopHandle,
          salts: salts, station: station, lastEntry: lastEntry, inheritance: inheritance,
          preferred: configuration.preferredDevice, heart: configuration.heart))
      owner.begin(
        new: isNew ? (journalID, configuration.station) : nil, realtime: rights?.scheduled ?? false,
        durability: configuration.durability, key: key)
      owner.run()
      state.update { $0.hasEnded = true }
    }
  }
}

extension Owner {
  /// The first entries of this daemon: the journal's own, if it is new, and that a daemon took it over.
  package func begin(
    new: (JournalID, station: String)?, realtime: Bool, durability: Durability, key: StationKey? = nil
  ) {
    let now = pacing.monotonic()
    if let new {
      append(
        .journalCreated(
          JournalCreatedEntry(schema: JournalStore.schema, journal: new.0, station: Label(cleaning: new.station))),
        at: now)
    }
    append(
      .daemonStarted(
        DaemonStartedEntry(
          version: Label(cleaning: Release.version), realtime: realtime,
          durability: durability == .full ? "full" : "simulated", key: key)),
      at: now)
    if let orphan = machine.orphanSession {
      append(
        .uncertain(UncertainEntry(reason: "daemon_ended", openGrants: Int64(orphan.openGrants.count))), at: now,
        place: (orphan.session, orphan.course))
    }
    flush()
  }
}

/// The kernel's name for this start of the machine.
package enum BootID {
  /// A virtual clock runs ahead of the machine's and starts anew with each daemon: it is a clock of its own.
  static func ofVirtualClock() -> String {
    "virtual-" + Salts().bytes(8).map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
  }

  package static let current: String = {
    let bytes = FileBytes.read("/proc/sys/kernel/random/boot_id", atMost: 64) ?? []
    let text = String(decoding: bytes.filter { $0 > 0x20 }, as: UTF8.self)
    return text.isEmpty ? "unknown" : text
  }()
}

import SMPDaemon
import SMPGuard
import SMPJournal
import SMPModel
import SMPRecord
import SMPSession
import SMPSimulator
import Synchronization
import Testing

@testable import smpsim

/// A journal in memory, durable at once, or never when it is told to fail or to stall.
final class MemoryJournal: JournalPort, Sendable {
  enum Mood: Sendable { case well, failing, stalled }
  let entries = Mutex<[Entry]>([])
  let mood = Mutex(Mood.well)
  let queue: OwnerQueue
  init(queue: OwnerQueue) { self.queue = queue }

  func submit(_ batch: JournalBatch) {
    switch mood.withLock({ $0 }) {
    case .well: break
    case .failing:
      queue.post(.journalFailed(.full("/state/journal.sqlite")))
      return
    case .stalled: return
    }
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
  let seed: UInt64

  init(
    seed: UInt64 = 1, latch: FaultLatch = FaultLatch(), heart: (any Heart)? = nil,
    configure: (inout SimulatedDeviceConfiguration) -> Void = { _ in }
  ) {
    self.seed = seed
    var configuration = SimulatedDeviceConfiguration(seed: seed)
    configure(&configuration)
    device = SimulatedDevice(configuration, startingAt: MonotonicTime(nanoseconds: 1_000_000_000))
    pacing = SimulatedPacing(device: device, pace: .always, wallNow: WallTime(milliseconds: 1_800_000_000_000))
    journal = MemoryJournal(queue: queue)
    owner = Owner(
      OwnerParts(
        queue: queue, pacing: pacing, journal: journal, board: board, stopHandle: stop,
        salts: Salts(simulatedSeed: seed),
        station: StationFacts(bootID: "boot", simulated: true), lastEntry: 0,
        inheritance: Inheritance(latch: latch, orphan: nil, known: KnownDevices()), heart: heart))
    queue.post(.attach(device))
  }

  var state: StateWord { board.newest?.snapshot.state ?? .noDevice }
  var session: OpenSnapshot? { board.newest?.snapshot.session }
  var entries: [Entry] { journal.entries.withLock { $0 } }

  /// Turns until `condition` holds; false after `limit` turns.
  @discardableResult
  func turn(limit: Int = 400_000, until condition: () -> Bool) -> Bool {
    for _ in 0..<limit {
      if condition() { return true }
      owner.turn()
    }
    return condition()
  }

  /// Gives a command and turns until it is answered; nil when it never is.
  func ask(_ command: OwnerCommand, limit: Int = 100_000) -> OwnerReply? {
    let box = AnswerBox()
    _ = queue.post(call: OwnerCall(command, actor: 1_000) { box.put($0) })
    turn(limit: limit) { box.take() != nil }
    return box.take()
  }

  /// From the first moment to an armed session with the hand at work.
  func begin(_ order: StartOrder) {
    #expect(turn { state == .ready }, "seed \(seed)")
    _ = ask(.start(order, basedOn: .max, dryRun: false))
    #expect(state == .armed, "seed \(seed)")
    putHandToWork(order)
  }

  func putHandToWork(_ order: StartOrder) {
    guard let capabilities = board.newest?.snapshot.device?.capabilities else { return }
    device.takeUp(HandWork(order, capabilities))
  }

  /// Turns until so many dots are made.
  func make(_ dots: Int64) { turn { (session?.dotsMade ?? 0) >= dots || session == nil } }

  /// Turns until the device says that it stands, so that it can be cleared.
  func comeToRest() {
    turn(limit: 50_000) {
      guard let status = board.newest?.snapshot.device?.status else { return false }
      return status.still && status.parked && !device.isNeedleInSkin && device.driveSpeed == .zero
    }
  }

  /// Clears what is latched and goes on.
  func recover(_ comment: String = "") {
    comeToRest()
    let cleared = ask(.clearFault)
    if case .done? = cleared {
    } else {
      Issue.record("not cleared: \(String(describing: cleared)) \(comment) seed \(seed)")
    }
    let resumed = ask(.resume)
    if case .done? = resumed {
    } else {
      Issue.record("not resumed: \(String(describing: resumed)) \(comment) seed \(seed)")
    }
  }

  var faults: [String] {
    entries.compactMap { entry in if case .fault(let fault) = entry.body { fault.fault.text } else { nil } }
  }

  /// The journal against the needle's own contact log: every contact stands in it once, in order, at its place and
  /// depth, and nothing stands there that the needle did not do (S1, S2).
  func expectAgreement(_ comment: String = "", places: Bool = true) {
    let contacts = device.contactLog
    let dots = entries.compactMap { entry -> (ChartPosition, Depth)? in
      switch entry.body {
      case .dot(let dot): dot.depthReported.map { (dot.position, $0) }
      case .unbiddenContact(let contact): (contact.position, contact.depthReported)
      default: nil
      }
    }
    #expect(dots.count == contacts.count, "\(comment) seed \(seed)")
    for (dot, contact) in zip(dots, contacts) {
      // Position accuracy 50 µm; the depth sensor reads within the device's stated accuracy of the truth.
      #expect(
        !places || dot.0.squaredDistance(to: contact.position) <= 50 * 50, "\(comment) seed \(seed): \(dot) \(contact)")
      #expect(
        (dot.1.micrometres - contact.depth.micrometres).magnitude <= 20, "\(comment) seed \(seed): \(dot) \(contact)")
    }
  }

  /// Each grant in the journal has exactly one end (S1).
  func expectEveryGrantEndedOnce(open: Int = 0) {
    var ends: [UInt64: Int] = [:]
    var grants = 0
    for entry in entries {
      switch entry.body {
      case .grant: grants += 1
      case .dot(let dot): ends[dot.grant.number, default: 0] += 1
      case .grantEnded(let end): ends[end.grant.number, default: 0] += 1
      default: break
      }
    }
    #expect(ends.values.allSatisfy { $0 == 1 }, "seed \(seed)")
    #expect(ends.count == grants - open, "seed \(seed)")
  }
}

enum Orders {
  /// One zone of 30 × 30 mm.
  static func small(dots: Int64 = 40, session: Int = 1, history: [LivingDot] = []) -> StartOrder {
    var limits = LimitSet()
    limits[.depthMinimum] = LimitPair(hard: 300)
    limits[.depthMaximum] = LimitPair(hard: 600)
    limits[.spacingMinimum] = LimitPair(hard: 1_200)
    limits[.dwellMaximum] = LimitPair(hard: 120)
    limits[.zoneDotsMaximum] = LimitPair(hard: dots)
    let corners = [(0, 0), (30_000, 0), (30_000, 30_000), (0, 30_000)].map {
      ChartPosition(x: Int32($0.0), y: Int32($0.1))
    }
    let zone = SessionZone(
      index: ZoneIndex(number: 0), name: "vertex", outline: Outline(corners: corners), depth: .micrometres(500),
      speed: .millihertz(110_000), dwell: .milliseconds(80), needle: "1RL 0.25", dots: dots, limits: limits)
    let digest = [UInt8](repeating: 7, count: 32)
    var site = LimitSet()
    site[.depthMaximum] = LimitPair(soft: 1_000, hard: 1_500)
    return StartOrder(
      session: "C-TEST-\(session)",
      profile: SessionProfile(course: "C-TEST", planDigest: digest, session: session, zoneOrder: .free, zones: [zone]),
      signature: PlanSignature(planDigest: digest, by: "N"), site: site, history: history, sessionsDone: session - 1,
      deviceSerial: nil, operatorName: "N", pigmentLot: "L1", cartridge: "K1", skin: .clear, earlier: .none,
      wall: WallTime(milliseconds: 0))
  }
}

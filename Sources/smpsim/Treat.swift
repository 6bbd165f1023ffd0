import ArgumentParser
import SMPDaemon
import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import SMPRecord
import SMPSession
import SMPSimulator
import SMPTreatment
import StrictJSON

/// `smpsim treat`: a whole course of treatment on virtual time, with nobody watching.
struct Treat: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Carries out a whole plan on the simulated device, session after session, as fast as it goes.",
    discussion: """
      The same owner, guard, journal and device as serve, on one virtual clock, with the journal's sync simulated. The \
      result is a function of plan and seed: the exports of two runs are the same, byte for byte.

      With --clients so many clients are treated with this plan who fade differently, each from a seed of its own: after \
      each session their skin is assessed, the proposal is taken in as an amendment and signed, and the next session \
      carries it out, until the target is held or said to be out of reach. What the needle did is judged by its own log.
      """)

  @Argument(help: "The plan.", completion: .file())
  var file: String
  @Option(help: "Seed of device, hand and salts.")
  var seed: UInt64 = 1
  @Option(help: ArgumentHelp("Clients who fade differently, from --seed on; 1 to 10000.", valueName: "number"))
  var clients: Int?
  @Option(help: ArgumentHelp("Directory for journal and exports; it must not exist.", valueName: "dir"))
  var out: String?
  @Option(help: ArgumentHelp("Directory of the presets that the plan may name.", valueName: "dir"))
  var presets: String?

  func run() throws {
    try reporting {
      guard let bytes = FileBytes.read(file, atMost: PlanDocument.maximumBytes) else {
        throw Failed("\(file) cannot be read, or is too large. Remedy: name a plan file", status: 65)
      }
      if let clients {
        guard (1...10_000).contains(clients), out == nil, seed <= UInt64.max - 10_000 else {
          throw Failed(
            "--clients takes 1 to 10000, and no --out. Remedy: treat without --clients for exports", status: 64)
        }
        return try FadingClients(plan: bytes, file: file, first: seed, count: clients).treat()
      }
      let directory = try out ?? TemporaryDirectory.make()
      defer { if out == nil { TemporaryDirectory.remove(directory) } }
      try StateDirectory.prepare(directory, limitsPath: directory + "/limits.yaml")
      let course = try TreatedCourse(plan: bytes, seed: seed, directory: directory, presets: presets)
      for number in 1...course.sessions {
        if number > 1 { course.wait() }
        let result = try course.session(number)
        Terminal.progress("")
        Terminal.say(result)
      }
      try course.end(exports: out != nil)
      if let out { Terminal.say("journal and exports: \(out)") }
    }
  }
}

/// One course under treatment: the owner, driven turn by turn from this thread.
final class TreatedCourse {
  /// Between two sessions (field.md, row "interval": 10–14 days usual).
  private static let daysBetween: Int64 = 14
  /// 2026-01-05 09:00 UTC: a fixed beginning, so that a run depends on its seed alone.
  private static let beginning = WallTime(milliseconds: 1_767_603_600_000)
  /// Turns without a new snapshot after which a session is given up: one comes every two seconds of virtual time.
  private static let patience = 500_000
  /// The uid of a simulated operator: nobody's.
  private static let nobody: UInt32 = 65_534

  private(set) var sessions: Int
  /// The one that is treated: `takeIn` turns to another.
  private(set) var course: String
  private static let (pigmentLot, cartridgeLot) = ("SIM-LOT", "SIM-CARTRIDGE")

  private let directory: String
  let device: SimulatedDevice
  private let pacing: SimulatedPacing
  let store: JournalStore
  let library: Library
  private let queue = OwnerQueue()
  private let board = Board()
  private let owner: Owner
  private let sealer: Sealer

  init(plan bytes: [UInt8], seed: UInt64, directory: String, presets: String? = nil) throws {
    self.directory = directory
    device = SimulatedDevice(
      SimulatedDeviceConfiguration(seed: seed), startingAt: MonotonicTime(nanoseconds: 1_000_000_000))
    pacing = SimulatedPacing(device: device, pace: .always, wallNow: Self.beginning)
    let salts = Salts(simulatedSeed: seed)
    guard let id = JournalID(salts.bytes(JournalID.byteCount)) else { throw Failed("the journal has no name") }
    do throws(JournalError) {
      store = try JournalStore(
        path: directory + "/journal.sqlite", durability: .simulated, newJournal: id, simulated: true)
    } catch {
      throw Failed(error.description)
    }
    // Of the seed, and not of the salts: those go on as they went before there were seals.
    let secret = Fingerprint(of: Array("smpsim.station_key.\(seed)".utf8)).bytes
    let sealing = StationKeyFile(in: directory).sealing(known: nil) { secret }
    guard let key = sealing.key else { throw Failed("the station's key cannot be made in \(directory)") }
    sealer = Sealer(store: store, queue: queue, key: key)
    library = Library(
      store: store, limitsPath: directory + "/limits.yaml", presetsPath: presets, salts: salts, sealing: sealing)
    owner = Owner(
      OwnerParts(
        queue: queue, pacing: pacing, journal: InlineJournal(store: store, queue: queue), board: board,
        stopHandle: StopHandle(), salts: salts,
        station: StationFacts(bootID: "simulated", simulated: true), lastEntry: 0,
        inheritance: .nothing))
    owner.begin(new: (store.journal, "simulated"), realtime: false, durability: .simulated, key: key.station)
    queue.post(.attach(device))
    (course, sessions) = try Self.importPlan(bytes, library, queue, owner)
  }

  /// Another course of the same client begins.
  func takeIn(_ bytes: [UInt8]) throws { (course, sessions) = try Self.importPlan(bytes, library, queue, owner) }

  /// The skin heals until the next visit.
  func wait() { pacing.skip(.seconds(Self.daysBetween * 86_400)) }

  /// Gives the owner a command and turns it until the answer is there.
  func ask(_ command: OwnerCommand) throws(Failure) { try Self.ask(command, queue, owner) }

  private static func importPlan(
    _ bytes: [UInt8], _ library: Library, _ queue: OwnerQueue, _ owner: Owner
  ) throws -> (String, Int) {
    do throws(Failure) {
      let (reply, step) = try library.importPlan(String(decoding: bytes, as: UTF8.self))
      guard case .write(let draft) = step, let course = reply.course else {
        throw .notFound(what: "course", name: "", remedy: "")
      }
      try ask(.record([draft], basedOn: nil), queue, owner)
      try sign(course, library, queue, owner)
      let plan = try library.course(course).plan
      for supply in [LotInterface.Supply.pigment, .cartridge] { try register(supply, plan, library, queue, owner) }
      return (course, plan.sessions.count)
    } catch {
      throw Failed(error.sentence, status: 65)
    }
  }

  /// Binds the newest version of the treated course's plan.
  func sign() throws(Failure) { try Self.sign(course, library, queue, owner) }

  private static func sign(
    _ course: String, _ library: Library, _ queue: OwnerQueue, _ owner: Owner
  ) throws(Failure) {
    let isPractice = try library.course(course).plan.skin == .practice
    if !isPractice {
      try ask(.record([try library.agreePlan(course, by: "simulated practitioner").1], basedOn: nil), queue, owner)
    }
    let (_, signature) = try library.signPlan(
      course, by: "simulated practitioner", consent: isPractice ? nil : "SIM-CONSENT")
    try ask(.record([signature], basedOn: nil), queue, owner)
  }

  private static func register(
    _ supply: LotInterface.Supply, _ plan: Plan, _ library: Library, _ queue: OwnerQueue, _ owner: Owner
  ) throws(Failure) {
    do throws(Failure) {
      try ask(.record([try library.registerLot(lot(supply, plan), wall: beginning).1], basedOn: nil), queue, owner)
    } catch {
      // Of an earlier course of the client.
      guard case .nothingToDo = error else { throw error }
    }
  }

  /// What is used up in a simulated course: the plan's own pigment.
  private static func lot(_ supply: LotInterface.Supply, _ plan: Plan) -> LotInterface.Register.Parameters {
    let isPigment = supply == .pigment
    return LotInterface.Register.Parameters(
      supply: supply, lot: isPigment ? pigmentLot : cartridgeLot, brand: isPigment ? plan.pigment.brand : "simulated",
      shade: isPigment ? plan.pigment.shade : nil, expires: "2099-12-31", by: "simulated practitioner")
  }

  /// Carries out one session; returns one line about it.
  func session(_ number: Int) throws -> String {
    do throws(Failure) {
      turn {
        switch self.board.newest?.snapshot.state {
        case .ready, .stopped, .faulted, .lockedOut, .uncertain: true
        case nil, .noDevice, .testing, .preparing, .armed, .running, .paused, .stopping, .held: false
        }
      }
      let order = try library.startOrder(
        SessionInterface.Start.Parameters(
          course: course, device: nil, operator: "simulated practitioner", pigmentLot: Self.pigmentLot,
          cartridge: "\(Self.cartridgeLot)/\(number)", skin: .clear, bound: nil, dryRun: nil),
        device: board.newest?.snapshot.device?.capabilities.serial, wall: pacing.wall())
      let armed = try Self.ask(.start(order, basedOn: .max, dryRun: false), queue, owner)
      guard armed.snapshot.state == .armed, let capabilities = armed.snapshot.device?.capabilities else {
        throw .wrongState(
          state: armed.snapshot.state.word.description, expected: ["armed"], remedy: "see the journal's faults")
      }
      device.takeUp(HandWork(order, capabilities))
      work()
      try Self.ask(.barrier, queue, owner)
      let session = board.newest?.snapshot.session
      try Self.ask(.stop, queue, owner)
      sealer.seal()
      try Self.ask(.barrier, queue, owner)
      device.layDown()
      let planned = order.profile.zones.reduce(0) { $0 + $1.dots }
      return "session \(number): \(session?.dotsMade ?? 0) of \(planned) dots, \(session?.denials ?? 0) denials, "
        + "\((session?.elapsed.seconds ?? 0) / 60) min"
    } catch {
      throw Failed(error.sentence, status: 7)
    }
  }

  /// Until every dot is made, the session ends by itself, or the hand finds nothing more to do.
  private func work() {
    var seen: UInt64 = 0
    var turns = 0
    while true {
      owner.turn()
      turns += 1
      guard let news = news(after: seen) else {
        if turns > Self.patience { return }
        continue
      }
      (seen, turns) = (news.sequence, 0)
      guard let session = news.snapshot.session else { return }
      Terminal.progress("session \(session.order.profile.session): \(session.dotsMade) dots")
      switch news.snapshot.state {
      case .armed, .running: if session.isComplete || !device.isHandWorking { return }
      case .preparing, .paused, .stopping: break
      case .noDevice, .ready, .testing, .stopped, .faulted, .held, .uncertain, .lockedOut: return
      }
    }
  }

  /// The newest snapshot, if it is a newer one: copying it each turn would cost more than the turn.
  private func news(after sequence: UInt64) -> Published? {
    board.sequence > sequence ? board.newest : nil
  }

  /// Closes everything and writes the exports.
  func end(exports: Bool) throws {
    queue.post(.shutdown)
    while !owner.hasFinished { owner.turn() }
    if exports { try Exports.write(store, to: directory, sealer.station) }
    do { try store.close() } catch { throw Failed(error.description) }
  }

  private func turn(until condition: () -> Bool) {
    while !condition() { owner.turn() }
  }

  /// Gives the owner a command and turns it until the answer is there.
  @discardableResult
  private static func ask(_ command: OwnerCommand, _ queue: OwnerQueue, _ owner: Owner) throws(Failure) -> Published {
    let box = AnswerBox()
    _ = queue.post(call: OwnerCall(command, actor: nobody) { box.put($0) })
    while true {
      if let reply = box.take() { return try reply.published() }
      owner.turn()
    }
  }
}

extension Failure {
  var sentence: String {
    let parameters = parameters
    let words = ["reason", "state", "name", "fault", "remedy"].compactMap { parameters[$0]?.string }
    let problems =
      if case .invalidPlan(let problems, _) = self {
        problems.map { "\n  \($0.line):\($0.column): \($0.message)" }.joined()
      } else {
        ""
      }
    return word.rawValue + ": " + words.joined(separator: ". ") + problems
  }
}

import SMPDriver
import SMPFirmware
import SMPGuard
import SMPLink
import SMPModel
import SMPRecord
import SMPWire

@testable import SMPSession

/// Session machine, driver and firmware as they are, around the world: one state of the whole.
///
/// The owner's part is done by `Product+Owner`, in the owner's own order.
struct Product: ~Copyable {
  let setting: Setting
  /// The rules of the host's side.
  let keeps: KeptRules
  let outbox: Outbox
  var machine: SessionMachine
  var driver: DeviceDriver?
  var ledger: AdmissionLedger
  /// What the ledger holds: it cannot be copied, so a copy is entered anew.
  var waiting: [(number: UInt64, admitted: Admitted)] = []
  var intents = Intents()
  var releases: ReleaseQueue
  var journal = Journal()
  var world: World
  /// When a device that could not be driven is tried again.
  var retryAt: UInt64?
  var sessionsDone = 0
  /// What is left of each kind of event, in the order of `Stimulus.allCases`.
  var left: [UInt8]
  var missteps: UInt8
  var commands: UInt8
  /// Messages since the stimulus; a link on which they never end is a mistake.
  var cascade = 0

  var violations: [Violation] { world.witness.violations }
  var now: MonotonicTime { MonotonicTime(nanoseconds: world.now) }
  var wall: WallTime { WallTime(milliseconds: 1_800_000_000_000 + Int64(world.now / 1_000_000)) }

  /// The device is powered and plugged in, the daemon has found it.
  init(_ setting: Setting, without removed: Removed?, outbox: Outbox) {
    let keeps = KeptRules(without: removed?.host)
    self.setting = setting
    self.keeps = keeps
    self.outbox = outbox
    let wall = WallTime(milliseconds: 1_800_000_000_000)
    let latch = FaultLatch(recent: setting.faults.map { FaultLatch.Occurrence(fault: $0, at: wall) })
    machine = SessionMachine(latch: latch, firstGeneration: 1, orphan: nil, keeps: keeps)
    ledger = AdmissionLedger(keeps: keeps)
    releases = ReleaseQueue(keeps: keeps)
    let device = KeptRules(without: removed?.device)
    world = World(setting.capabilities, starts: setting.starts, keeps: device, at: 10_000_000_000)
    world.witness.faults = setting.faults
    left = [UInt8](repeating: .max, count: Stimulus.allCases.count)
    missteps = .max
    commands = .max
    connect()
    settle()
    for event in setting.prefix { _ = apply(event) }
    begin()
  }

  /// From here on everything counts.
  private mutating func begin() {
    left = Stimulus.allCases.map { setting.limit($0) ?? 0 }
    missteps = setting.missteps
    commands = setting.commands
  }

  init(copying other: borrowing Product) {
    setting = other.setting
    keeps = other.keeps
    outbox = other.outbox
    machine = SessionMachine(copying: other.machine)
    switch other.driver {
    case .some(let known): driver = DeviceDriver(copying: known)
    case .none: driver = nil
    }
    ledger = AdmissionLedger(keeps: keeps)
    waiting = other.waiting
    intents = other.intents
    releases = other.releases
    journal = other.journal
    world = other.world
    retryAt = other.retryAt
    sessionsDone = other.sessionsDone
    left = other.left
    missteps = other.missteps
    commands = other.commands
    for (number, admitted) in waiting { _ = ledger.enter(admitted, as: number) }
  }

  // MARK: One event

  /// Whether the event can happen here at all.
  func allows(_ stimulus: Stimulus) -> Bool {
    guard left[stimulus.place] > 0 else { return false }
    switch stimulus {
    case .start, .selfTest, .pause, .resume, .set, .stop, .halt, .clear, .resolve, .unlock: return commands > 0
    case .protectiveStop, .crash, .tick: return true
    case .journalFail: return !journal.isFailing
    case .pedalDown: return !world.body.isFootDown
    case .pedalUp: return world.body.isFootDown
    case .approach: return !world.body.isHandThere
    case .withdraw: return world.body.isHandThere
    case .journalHold: return !journal.isHeld
    case .journalDurable: return journal.isHeld
    case .unplug: return world.isPlugged
    case .replug: return !world.isPlugged
    case .resetKept, .resetLost, .stopInput: return world.firmware != nil
    case .tiredBrake: return !world.body.isBrakeTired
    case .stuckDrive: return !world.body.isDriveStuck
    case .deepNeedle: return !world.body.isDeep
    case .lateArrival: return !world.link.late.isEmpty
    case .idle: return machine.stateWord == .armed || machine.stateWord == .paused
    }
  }

  /// Does it, and everything that follows at once. False when a person's command was refused.
  mutating func apply(_ event: Event) -> Bool {
    let before = Standing(self)
    world.link.begin(event.misstep)
    cascade = 0
    let isTaken = act(event.stimulus)
    settle()
    let place = event.stimulus.place
    if left[place] > 0, left[place] < .max, isTaken { left[place] -= 1 }
    if event.stimulus.isCommand, isTaken, commands < .max { commands -= 1 }
    if event.misstep != nil {
      world.witness.trouble = true
      if missteps < .max { missteps -= 1 }
    }
    judge(event, isTaken: isTaken, before)
    return isTaken
  }

  private mutating func act(_ stimulus: Stimulus) -> Bool {
    switch stimulus {
    case .start, .selfTest, .pause, .resume, .set, .stop, .halt, .clear, .resolve, .unlock: return command(stimulus)
    case .protectiveStop: stopFromSocket()
    case .pedalDown: world.setFoot(down: true)
    case .pedalUp: world.setFoot(down: false)
    case .approach:
      world.body.isHandThere = true
      world.feed(.approached(world.body.place), .body)
    case .withdraw: for input in world.body.withdraw(now: world.now) { world.feed(input, .body) }
    case .journalHold: journal.isHeld = true
    case .journalDurable:
      if journal.groups.isEmpty { journal.isHeld = false } else { becomeDurable() }
    case .journalFail: journal.isFailing = true
    case .unplug: unplug()
    case .replug:
      world.isPlugged = true
      connect()
    case .resetKept: world.reset(memoryKept: true)
    case .resetLost: world.reset(memoryKept: false)
    case .stopInput: world.feed(.stopInput, .body)
    case .tiredBrake: world.body.isBrakeTired = true
    case .stuckDrive: world.body.isDriveStuck = true
    case .deepNeedle: world.body.isDeep = true
    case .lateArrival: world.link.letArrive()
    case .crash: crash()
    case .idle: idle()
    case .tick: tick()
    }
    return true
  }

  /// Time passes to the next thing that is due for anybody.
  private mutating func tick() {
    let host = [machine.nextDeadline(), driver?.nextDeadline() ?? nil].compactMap(\.self).min()?.nanoseconds
    let due = [host, retryAt, world.nextDeadline].compactMap(\.self).min() ?? world.now + 1_000_000_000
    if let host, host <= world.now, host == due {
      world.witness.broken("liveness", "the owner has a deadline that lies behind it, and does not move on")
    }
    world.advance(to: max(due, world.now))
    if let at = retryAt, at <= world.now, world.isPlugged {
      retryAt = nil
      connect()
    }
    turn()
  }

  /// Nothing but renewals happens for three minutes: what counts them is set back instead, because each renewal leads
  /// to the same state again.
  private mutating func idle() {
    if let active = machine.open?.activeAt {
      machine.open?.activeAt = MonotonicTime(
        nanoseconds: active.nanoseconds - min(active.nanoseconds, UInt64(Bounds.idleDisarm.nanoseconds)))
    }
    turn()
  }

  // MARK: What follows at once

  /// Lets every message arrive that is under way, and the disk commit, until nothing moves any more.
  mutating func settle() {
    while cascade < 2_000 {
      cascade += 1
      if let message = world.link.next() {
        // No message is there in no time; what is due meanwhile comes first.
        world.advance(to: world.now + 20_000)
        deliver(message)
      } else if !journal.isHeld, !journal.isFailed, !journal.groups.isEmpty {
        becomeDurable()
      } else {
        return
      }
    }
    world.witness.broken("liveness", "messages and entries do not come to an end")
  }

  private mutating func deliver(_ message: Message) {
    switch message.lane {
    case .out:
      guard case .bytes(let bytes) = message.content, world.firmware != nil else { return }
      guard let frame = try? Frame.decode(bytes), let command = try? HostCommand(frame) else {
        return world.feed(.bulkOut(bytes), .garbled)
      }
      world.witness.arrived(command)
      world.feed(.bulkOut(bytes), .command(command))
    case .controlOut:
      guard case .control(let setup, let tag) = message.content else { return }
      world.control(setup, tag)
    case .bulkIn:
      if case .bytes(let bytes) = message.content { hear(.bulkReceived(bytes), message) }
    case .interrupt:
      if case .bytes(let bytes) = message.content { hear(.interruptReceived(bytes), message) }
    case .controlIn:
      guard case .done(let tag, let bytes) = message.content else { return }
      if let bytes {
        hear(.controlCompleted(tag: tag, bytes: bytes), message)
      } else {
        hear(.controlFailed(tag: tag, error: .stalled), message)
      }
    }
  }

  private mutating func hear(_ event: LinkEvent, _ message: Message) {
    guard message.attachment == world.attachment, driver != nil else { return }
    let now = now
    for event in driver?.receive(event, at: now) ?? [] { handle(event) }
    turn()
  }
}

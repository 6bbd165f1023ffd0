import SMPGuard
import SMPModel
import Testing

@testable import SMPSession

/// A session machine in conversation with a device that says what the test tells it to say.
///
/// Time is what the test says it is; each call answers with the machine's actions.
struct Conversation: ~Copyable {
  var machine: SessionMachine
  var now = MonotonicTime(nanoseconds: 1_000_000_000)
  var wall = WallTime(milliseconds: 1_800_000_000_000)
  var status = Conversation.idle
  var nextNumber: UInt64 = 100
  var nextRequest: UInt32 = 1
  var nextSequence: UInt32 = 0
  var digest = ProfileDigest.none
  /// The device's clock goes on with every word of it.
  var ticks: UInt32 = 0

  init(
    latch: FaultLatch = FaultLatch(), orphan: OrphanSession? = nil, fault: SessionFault? = nil,
    known: KnownDevices = KnownDevices()
  ) {
    machine = SessionMachine(latch: latch, firstGeneration: 10, orphan: orphan, fault: fault, known: known)
  }

  // MARK: Settings

  static let capabilities = DeviceCapabilities(
    oldestVersion: 1, newestVersion: 1, depthMinimum: .zero, depthMaximum: .micrometres(1_900),
    depthStep: .micrometres(10), depthAccuracy: .micrometres(150), speedMinimum: .millihertz(50_000),
    speedMaximum: .millihertz(150_000), positioning: .chart(accuracy: .micrometres(50)), recordWindow: 4,
    leaseMaximum: Bounds.leaseLifetime, hasPedal: true, hasStopInput: false, indicators: .lamp, serial: "TEST-1",
    firmware: "test 1", isSimulated: true)

  static let idle = DeviceStatus(
    phase: .idle, pedalPressed: false, parked: true, still: true, fault: nil, digest: .none, bootCount: 1,
    contactCount: 0, nextRecord: RecordSequence(number: 0), oldestRecord: RecordSequence(number: 0),
    ticks: DeviceTicks(microseconds: 0))

  static let planDigest = [UInt8](repeating: 7, count: 32)

  static var site: LimitSet {
    var site = LimitSet()
    site[.depthMaximum] = LimitPair(soft: 600, hard: 1_500)
    site[.sessionDotsMaximum] = LimitPair(soft: 3, hard: 50)
    return site
  }

  static func zone(_ index: UInt8, _ name: String, x: Int32) -> SessionZone {
    var limits = LimitSet()
    limits[.depthMinimum] = LimitPair(hard: 300)
    limits[.depthMaximum] = LimitPair(hard: 700)
    limits[.spacingMinimum] = LimitPair(hard: 1_000)
    limits[.zoneDotsMaximum] = LimitPair(hard: 4)
    limits[.dwellMaximum] = LimitPair(hard: 100)
    let corners = [(0, 0), (20_000, 0), (20_000, 20_000), (0, 20_000)].map {
      ChartPosition(x: x + Int32($0.0), y: Int32($0.1))
    }
    return SessionZone(
      index: ZoneIndex(number: index), name: name, outline: Outline(corners: corners), depth: .micrometres(500),
      speed: .millihertz(100_000), dwell: .milliseconds(80), needle: "1RL 0.25", dots: 4, limits: limits)
  }

  static func order(
    signature: PlanSignature? = PlanSignature(planDigest: planDigest, by: "S"), site: LimitSet? = site,
    session: Int = 1, done: Int = 0, device: String? = nil, operatorName: String = "O", lot: String = "L",
    cartridge: String = "K", skin: SkinCheck = .clear, history: [LivingDot] = [],
    earlier: EarlierUse = .none, wall: WallTime = WallTime(milliseconds: 0), override: StepOverride? = nil,
    isAbandoned: Bool = false
  ) -> StartOrder {
    StartOrder(
      session: "C-1-1",
      profile: SessionProfile(
        course: "C-1", planDigest: planDigest, session: session, zoneOrder: .free,
        zones: [zone(0, "vertex", x: 0), zone(1, "frontal", x: 40_000)]),
      signature: signature, site: site, history: history, sessionsDone: done, deviceSerial: device,
      operatorName: operatorName, pigmentLot: lot, cartridge: cartridge, skin: skin, earlier: earlier, wall: wall,
      override: override, isAbandoned: isAbandoned)
  }

  // MARK: What the device says

  @discardableResult
  mutating func attach() -> [SessionAction] {
    machine.deviceAttached(Self.capabilities, status, at: now, wall: wall)
  }

  @discardableResult
  mutating func attach(_ status: DeviceStatus) -> [SessionAction] {
    self.status = status
    return attach()
  }

  mutating func become(
    _ phase: DevicePhase, still: Bool = true, parked: Bool = true, pedal: Bool = false, fault: DeviceFault? = nil,
    boot: UInt32 = 1
  ) {
    ticks += 1
    status = DeviceStatus(
      phase: phase, pedalPressed: pedal, parked: parked, still: still, fault: fault, digest: digest, bootCount: boot,
      contactCount: 0, nextRecord: RecordSequence(number: nextSequence),
      oldestRecord: RecordSequence(number: nextSequence), ticks: DeviceTicks(microseconds: ticks))
  }

  /// The device reports its state as a notice.
  @discardableResult
  mutating func report(
    _ phase: DevicePhase, still: Bool = true, parked: Bool = true, pedal: Bool = false, fault: DeviceFault? = nil
  ) -> [SessionAction] {
    become(phase, still: still, parked: parked, pedal: pedal, fault: fault)
    return machine.deviceReported(status, isReply: false, at: now, wall: wall)
  }

  @discardableResult
  mutating func accept(_ command: AnsweredCommand, _ phase: DevicePhase, pedal: Bool = false) -> [SessionAction] {
    become(phase, still: phase != .running, pedal: pedal)
    return machine.answered(command, .accepted(status), at: now, wall: wall)
  }

  @discardableResult
  mutating func silence(_ command: AnsweredCommand) -> [SessionAction] {
    machine.answered(command, .silent, at: now, wall: wall)
  }

  // MARK: Time

  @discardableResult
  mutating func pass(_ interval: Interval) -> [SessionAction] {
    now = now + interval
    wall = WallTime(milliseconds: wall.milliseconds + interval.milliseconds)
    return machine.tick(at: now, wall: wall)
  }

  // MARK: The journal

  /// The admitted commands among `actions` become durable and leave; returns those that left.
  @discardableResult
  mutating func makeDurable(_ actions: [SessionAction]) -> [Command] {
    var left: [Command] = []
    for case .admit(let admitted) in actions {
      nextNumber += 1
      let (leaves, _) = machine.mayLeave(admitted.command, as: GrantNumber(number: nextNumber))
      if leaves { left.append(admitted.command) }
    }
    return left
  }

  // MARK: Whole steps

  /// From an attached idle device to an armed session.
  mutating func arm(_ order: StartOrder = order(), stopLatency: Interval = .milliseconds(20)) throws {
    let profiles = makeDurable(try machine.start(order, at: now))
    try loadAndProve(profiles, stopLatency: stopLatency)
  }

  mutating func loadAndProve(_ left: [Command], stopLatency: Interval = .milliseconds(20)) throws {
    guard case .profiles(let generation, _)? = left.first else {
      Issue.record("no profiles left for the device: \(left)")
      return
    }
    digest = ProfileDigest(generation: generation, checksum: 77)
    status = Conversation.idle
    makeDurable(machine.profilesLoaded(digest, at: now, wall: wall))
    report(.selfTest, still: false)
    pass(.milliseconds(120))
    now = now + stopLatency
    report(.stopped)
    makeDurable(report(.idle))
    accept(.arm, .armed)
  }

  /// The pedal goes down.
  mutating func press() { report(.running, still: false, parked: false, pedal: true) }

  @discardableResult
  mutating func request(x: Int32, y: Int32) -> (DotRequest, [SessionAction]) {
    let request = DotRequest(
      id: RequestID(number: nextRequest), position: ChartPosition(x: x, y: y), requestedAt: DeviceTicks(microseconds: 0)
    )
    nextRequest += 1
    return (request, machine.dotRequested(request, at: now))
  }

  /// The device's record of the newest grant.
  func record(
    _ request: DotRequest, _ outcome: RecordOutcome = .used, depth: Int64 = 500, dwell: Int64 = 80,
    dx: Int32 = 0, sequence: UInt32? = nil, number: UInt64? = nil
  ) -> DotRecord {
    DotRecord(
      sequence: RecordSequence(number: sequence ?? nextSequence),
      grant: outcome == .unbidden ? .none : GrantNumber(number: number ?? nextNumber), request: request.id,
      zone: ZoneIndex(number: 0), outcome: outcome,
      position: ChartPosition(x: request.position.x + dx, y: request.position.y),
      depthReported: .micrometres(outcome == .used || outcome == .unbidden ? depth : 0),
      speedReported: .millihertz(outcome == .used || outcome == .unbidden ? 100_000 : 0),
      dwellReported: .milliseconds(outcome == .used || outcome == .unbidden ? dwell : 0),
      strokes: outcome == .used || outcome == .unbidden ? 8 : 0, endedAt: DeviceTicks(microseconds: 0))
  }

  @discardableResult
  mutating func deliver(_ record: DotRecord) -> [SessionAction] {
    if record.sequence.number == nextSequence { nextSequence += 1 }
    return machine.recorded(record, at: now, wall: wall)
  }

  /// A whole dot, from request to release.
  mutating func dot(x: Int32, y: Int32) {
    let (request, actions) = request(x: x, y: y)
    makeDurable(actions)
    deliver(record(request))
  }

  /// What the machine refuses, or nil.
  mutating func refusal(
    _ body: (inout SessionMachine) throws(SessionRefusal) -> [SessionAction]
  ) -> SessionRefusal? {
    do throws(SessionRefusal) {
      _ = try body(&machine)
      return nil
    } catch {
      return error
    }
  }
}

extension [SessionAction] {
  var facts: [SessionFact] {
    compactMap { action in if case .note(let fact) = action { fact } else { nil } }
  }
  var faults: [SessionFault] {
    facts.compactMap { fact in if case .fault(let fault) = fact { fault } else { nil } }
  }
  var cuts: Bool { contains(.protectiveStop) }
  var admits: Bool { contains { action in if case .admit = action { true } else { false } } }
  var denial: Denial? {
    for case .denial(_, _, let denial) in facts { return denial }
    return nil
  }
}

import SMPFirmware
import SMPLink
import SMPModel
import SMPWire

/// The device, its body, its cable and the witness: a value, so that any state of it can be gone on from.
struct World: Sendable {
  /// Why the firmware is called: what the witness holds its answer against.
  enum Cause: Hashable, Sendable {
    case command(HostCommand)
    case control(ControlRequest)
    case garbled
    case body
    case time
  }

  let capabilities: DeviceCapabilities
  let keeps: KeptRules
  /// Nanoseconds of the host's clock.
  var now: UInt64
  /// Nil while it starts.
  var firmware: Firmware?
  var bootsAt: UInt64?
  /// What the last `persist` wrote.
  var memory: NonvolatileMemory
  /// Memories it has lost.
  private var memories: UInt32 = 0
  var body = Body()
  var link = Link()
  var isPlugged = true
  /// Of the link there is now.
  var attachment: UInt32 = 0
  var witness = Witness()

  /// A power-up takes this long.
  static let bootTime: UInt64 = 50_000_000
  /// Its clock begins shortly before it wraps.
  private static let firstTick: UInt32 = 0xFFF0_0000

  init(_ capabilities: DeviceCapabilities, starts: Int, keeps: KeptRules, at now: UInt64) {
    self.capabilities = capabilities
    self.keeps = keeps
    self.now = now
    memory = NonvolatileMemory(drawn: Self.drawn(0))
    for _ in 0..<starts {
      let firmware = Firmware(capabilities: capabilities, memory: memory, now: ticks, keeps: keeps)
      memory = firmware.memory
    }
    boot()
  }

  var ticks: DeviceTicks { DeviceTicks(microseconds: Self.firstTick &+ UInt32(truncatingIfNeeded: now / 1_000)) }

  /// What a device draws for each memory: far from one another, and the same in every exploration.
  private static func drawn(_ memory: UInt32) -> UInt32 { (memory &+ 1) &* 0x2545_F491 }

  // MARK: Time

  private var firmwareDeadline: UInt64? {
    guard let deadline = firmware?.nextDeadline else { return nil }
    return UInt64(max(0, Int64(now) + deadline.since(ticks).nanoseconds))
  }

  /// When a drive under a lease must stand at the latest, as the witness has it (S5).
  private var witnessDeadline: UInt64? {
    guard let limit = energisedUntil, limit + 1_000 > now else { return nil }
    return limit + 1_000
  }

  /// The microsecond in which the firmware cuts, at the latest; nil while the drive is told to stand.
  private var energisedUntil: UInt64? {
    switch witness.power {
    case .off: nil
    case .testing: witness.renewedAt + UInt64(Timing.selfTest.nanoseconds) + 1_000
    case .leased: witness.renewedAt + UInt64(Bounds.leaseLifetime.nanoseconds) + 1_000
    }
  }

  var nextDeadline: UInt64? {
    [firmwareDeadline, body.nextDeadline, bootsAt, witnessDeadline].compactMap(\.self).min()
  }

  /// Lets everything happen that is due up to then, in its order.
  mutating func advance(to end: UInt64) {
    var steps = 0
    while let due = nextDeadline, due <= end, steps < 1_000 {
      now = max(now, due)
      if let at = bootsAt, at <= now { boot() }
      if let at = firmwareDeadline, at <= now { feed(.tick, .time) }
      if let at = body.nextDeadline, at <= now { passBody() }
      watchLease()
      steps += 1
    }
    if steps >= 1_000 { witness.broken("liveness", "the device does not come to the end of an instant") }
    now = max(now, end)
    watchLease()
  }

  private mutating func passBody() {
    let (inputs, touched) = body.pass(now: now)
    if touched != nil { witness.touched(at: ticks) }
    if body.isStill { witness.stood(at: now) }
    for input in inputs { feed(input, .body) }
  }

  /// Energised for at most 150 ms without a renewal; the firmware cuts in the microsecond after (S5).
  private mutating func watchLease() {
    guard let limit = energisedUntil else { return }
    if now > limit { witness.broken("S5", "the drive turns \((now - witness.renewedAt) / 1_000) µs after the renewal") }
  }

  // MARK: The device

  private mutating func boot() {
    bootsAt = nil
    let firmware = Firmware(capabilities: capabilities, memory: memory, now: ticks, keeps: keeps)
    if let fault = memory.latchedFault, firmware.phase != .faulted {
      witness.broken("S8", "the device forgot its fault \(fault) by a start")
    }
    memory = firmware.memory
    self.firmware = firmware
    witness.started()
    witness.releasedSeen = !body.isFootDown
    body.turn(at: .zero, now: now)
    body.retract(now: now)
    feed(.pedal(pressed: body.isFootDown), .body)
    feed(.parked(body.isParked), .body)
    feed(.driveMeasured(body.isStill ? .zero : .millihertz(100_000)), .body)
  }

  /// Its power fails and comes back; the bus notices nothing but silence.
  mutating func reset(memoryKept: Bool) {
    if let fault = faultNow, memoryKept, memory.latchedFault != fault {
      witness.broken("S8", "the power went, and the device's fault \(fault) is not in its memory")
    }
    if !memoryKept {
      memories += 1
      memory = NonvolatileMemory(drawn: Self.drawn(memories))
      witness.memoryLost()
    }
    firmware = nil
    witness.power = .off
    bootsAt = now + Self.bootTime
    body.turn(at: .zero, now: now)
    body.retract(now: now)
    witness.trouble = true
  }

  private var faultNow: DeviceFault? { status?.fault }

  /// What it would answer now.
  var status: DeviceStatus? {
    var copy = firmware
    var ignored: [FirmwareOutput] = []
    guard let bytes = copy?.control(ControlRequest.status.rawValue, value: 0, at: ticks, into: &ignored) ?? nil else {
      return nil
    }
    return try? DeviceStatus(Frame.decode(bytes))
  }

  mutating func setFoot(down: Bool) {
    body.isFootDown = down
    if down { witness.pressedAt = now } else { witness.releasedSeen = true }
    feed(.pedal(pressed: down), .body)
  }

  mutating func feed(_ input: FirmwareInput, _ cause: Cause) {
    guard let before = firmware?.phase else { return }
    var outputs: [FirmwareOutput] = []
    let ticks = ticks
    firmware?.handle(input, at: ticks, into: &outputs)
    carryOut(outputs, cause, before)
  }

  /// One EP0 request; the answer goes out behind what the device says of it.
  mutating func control(_ setup: ControlSetup, _ tag: TransferTag) {
    guard let before = firmware?.phase, let request = ControlRequest(rawValue: setup.request) else { return }
    var outputs: [FirmwareOutput] = []
    let ticks = ticks
    let answer = firmware?.control(setup.request, value: setup.value, at: ticks, into: &outputs) ?? nil
    if request == .protectiveStop {
      witness.stopArrived(answer, outputs, before: before, after: firmware?.phase)
      if case .spinning = witness.proof { witness.proof = .stopping(since: now) }
    }
    carryOut(outputs, .control(request), before)
    post(.controlIn, .done(tag, answer))
  }

  mutating func post(_ lane: Lane, _ content: Message.Content) {
    guard isPlugged else { return }
    link.post(Message(lane: lane, content: content, attachment: attachment))
  }

  private mutating func carryOut(_ outputs: [FirmwareOutput], _ cause: Cause, _ before: DevicePhase) {
    let after = firmware?.phase ?? before
    if before == .faulted, after != .faulted, cause != .control(.clearFault) {
      witness.broken("S8", "the device's fault ended by \(cause)")
    }
    var hasPersisted = false
    var follow: [FirmwareInput] = []
    for output in outputs {
      switch output {
      case .bulkIn(let bytes):
        witness.said(bytes, cause, at: now, pedalPressed: body.isFootDown)
        post(.bulkIn, .bytes(bytes))
      case .interruptIn(let bytes):
        witness.noticed(bytes, window: Int(capabilities.recordWindow))
        post(.interrupt, .bytes(bytes))
      case .drive(let speed):
        witness.drive(speed, cause, body, at: now)
        body.turn(at: speed, now: now)
      case .lower(let depth):
        if !hasPersisted { witness.broken("S1", "the needle goes down before its grant is safe from a loss of power") }
        witness.lowered(cause, window: Int(capabilities.recordWindow))
        follow += body.lower(to: depth, now: now)
      case .retract: body.retract(now: now)
      case .persist:
        hasPersisted = true
        if let kept = firmware?.memory { memory = kept }
      case .indicate: break
      }
    }
    if let held = firmware?.memory.records.count, held > 2 * Int(capabilities.recordWindow) + 1 {
      witness.broken("S2", "the device holds \(held) records")
    }
    for input in follow { feed(input, .body) }
  }
}

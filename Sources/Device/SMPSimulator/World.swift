internal import SMPFirmware
internal import SMPLink
internal import SMPModel

/// What is due in the world.
enum Happening: Sendable {
  /// A packet or a completion reaches the host.
  case arrives(epoch: UInt32, LinkEvent)
  /// A transfer the device did not take runs out of time.
  case runsOut(epoch: UInt32, TransferTag)
  case driveRead(turn: UInt32)
  case tipReachesSkin(turn: UInt32)
  case parkSensorOpens(turn: UInt32)
  case tipLeavesSkin(turn: UInt32)
  case needleParks(turn: UInt32)
  /// The needle's own doing, by a fault.
  case fallsAgain(at: ChartPosition)
  case risesByItself(turn: UInt32)
  case positionRead(turn: UInt32)
  case handWakes(turn: UInt32)
  case handSees(Sight)
  case boots
  /// Interrupt IN is polled, and a flooding device has something to say.
  case floods
}

/// What reaches the practitioner's senses.
enum Sight: Hashable, Sendable {
  case phase(DevicePhase)
  case lamp(Indication)
  case fall(ChartPosition)
}

/// The whole simulated device and the person who holds it, at one instant of virtual time.
///
/// Everything in it happens through `schedule`, in one order. Physical reactions to the firmware's outputs are
/// scheduled, never called back, so that one input is finished before the next one begins.
struct World: Sendable {
  let configuration: SimulatedDeviceConfiguration
  let capabilities: DeviceCapabilities
  var now: UInt64
  var schedule = Schedule<Happening>()

  /// Nil while the device is without power.
  var firmware: Firmware?
  var memory: NonvolatileMemory
  var memoryRandom: SeededRandom
  var bootedAt: UInt64
  var outputs: [FirmwareOutput] = []
  var phaseSeen = DevicePhase.idle

  var motor: Motor
  var motorRandom: SeededRandom
  var needle: Needle
  var needleRandom: SeededRandom
  var sensor: PositionSensor
  /// Where the handpiece is held to the skin, in truth.
  var handpiece: ChartPosition?
  var footIsDown = false
  var pedalIsStuck = false
  var pedalRead = false

  var hand: Hand
  var acts: [HandAct] = []
  var bus: Bus
  var witness: Witness
  var faults = PendingFaults()
  var isHanging = false
  var isMisnumbering = false
  var isImpossible = false
  var isFlooding = false
  /// Endpoint by endpoint.
  var stalled = [Bool](repeating: false, count: SimulatedEndpoint.allCases.count)

  /// A newer turn makes the older one's reminders void.
  var motorTurn: UInt32 = 0
  var needleTurn: UInt32 = 0
  var positionTurn: UInt32 = 0
  var handTurn: UInt32 = 0

  init(_ configuration: SimulatedDeviceConfiguration, startingAt: MonotonicTime) {
    let seed = configuration.seed
    self.configuration = configuration
    capabilities = configuration.capabilities.owningUp
    now = startingAt.nanoseconds
    bootedAt = now
    memoryRandom = SeededRandom(seed: seed, stream: .memory)
    memory = NonvolatileMemory(drawn: UInt32(truncatingIfNeeded: memoryRandom.next()))
    motor = Motor(model: configuration.motor, at: now)
    motorRandom = SeededRandom(seed: seed, stream: .motor)
    needle = Needle(model: configuration.actuator, seed: seed)
    needleRandom = SeededRandom(seed: seed, stream: .needle)
    sensor = PositionSensor(
      model: configuration.position, seed: seed, isOwnFrame: configuration.capabilities.positioning.isOwnFrame)
    hand = Hand(model: configuration.hand, seed: seed)
    bus = Bus(model: configuration.transport, seed: seed)
    witness = Witness(now: now)
    boot()
  }

  // MARK: Time

  var ticks: DeviceTicks { DeviceTicks(microseconds: UInt32(truncatingIfNeeded: (now - bootedAt) / 1_000)) }

  /// The instant at which the firmware wants to be woken.
  private var firmwareDeadline: UInt64? {
    guard let deadline = firmware?.nextDeadline else { return nil }
    let elapsed = Int64((now - bootedAt) / 1_000)
    // A deadline may have passed while a transfer was fed in; it is due now, not in the past.
    let due = max(0, elapsed + deadline.since(ticks).microseconds)
    return max(now, bootedAt + UInt64(due) * 1_000)
  }

  var nextEvent: UInt64? {
    guard let deadline = firmwareDeadline else { return schedule.next }
    return min(deadline, schedule.next ?? .max)
  }

  /// Lets the earliest happening up to `limit` happen. False when there is none; the clock then stands at `limit`.
  mutating func step(to limit: UInt64) -> Bool {
    guard let next = nextEvent, next <= limit else {
      now = max(now, limit)
      return false
    }
    if let scheduled = schedule.next, scheduled <= next, let due = schedule.popFirst() {
      now = max(now, due.at)
      happen(due.happening)
    } else {
      now = next
      tick()
    }
    return true
  }

  private mutating func tick() {
    feed(.tick)
    guard let deadline = firmwareDeadline, deadline == now else { return }
    // One wake-up may legitimately leave another one due at once; a firmware that never moves on is our bug.
    feed(.tick)
    precondition(firmwareDeadline.map { $0 > now } ?? true, "the firmware stands on its own deadline")
  }

  private mutating func happen(_ happening: Happening) {
    switch happening {
    case .arrives(let epoch, let event): arrive(event, epoch: epoch)
    case .runsOut(let epoch, let tag): runOut(tag, epoch: epoch)
    case .driveRead(let turn): if turn == motorTurn { readDrive() }
    case .tipReachesSkin(let turn): if turn == needleTurn { tipReachesSkin() }
    case .parkSensorOpens(let turn): if turn == needleTurn { feed(.parked(false)) }
    case .tipLeavesSkin(let turn): if turn == needleTurn { tipLeavesSkin() }
    case .needleParks(let turn): if turn == needleTurn { needleParks() }
    case .fallsAgain(let place): fallByItself(at: place, milliseconds: 40)
    case .risesByItself(let turn): if turn == needleTurn { retract() }
    case .positionRead(let turn): if turn == positionTurn { readPosition() }
    case .handWakes(let turn): if turn == handTurn { wakeHand() }
    case .handSees(let sight): show(sight)
    case .boots: boot()
    case .floods: flood()
    }
  }

  func after(microseconds: Int64) -> UInt64 { now + UInt64(max(0, microseconds)) * 1_000 }
  func after(_ interval: Interval) -> UInt64 { now + UInt64(max(0, interval.nanoseconds)) }

  // MARK: The firmware's world

  mutating func boot() {
    guard firmware == nil else { return }
    bootedAt = now
    witness.note(.started, at: now)
    motor.power(true, at: now)
    let firmware = Firmware(capabilities: capabilities, memory: memory, now: ticks)
    memory = firmware.memory
    self.firmware = firmware
    retract()
    driveChanged()
    pedalRead = footIsDown || pedalIsStuck
    feed(.pedal(pressed: pedalRead))
    feed(.parked(needle.isParked))
    feed(.driveMeasured(.millihertz(motor.speed(at: now))))
    takeHeld()
  }

  /// Power fails: no firmware, no drive, the spring pulls the needle back, the bus loses the device.
  mutating func reset(memoryKept: Bool) {
    if !memoryKept { memory = NonvolatileMemory(drawn: UInt32(truncatingIfNeeded: memoryRandom.next())) }
    if bus.isPlugged { bus.leftByReset = true }
    detach()
    guard firmware != nil else { return }
    firmware = nil
    witness.note(.powerFailed, at: now)
    outputs.removeAll()
    motor.power(false, at: now)
    motorTurn += 1
    retract()
    schedule.add(.boots, at: after(configuration.transport.boot))
    notePhase()
  }

  mutating func feed(_ input: FirmwareInput) {
    let ticks = ticks
    firmware?.handle(input, at: ticks, into: &outputs)
    carryOut()
  }

  mutating func carryOut() {
    guard firmware != nil else { return outputs.removeAll(keepingCapacity: true) }
    for output in outputs {
      switch output {
      case .bulkIn(let bytes): send(bytes, on: .bulkIn)
      case .interruptIn(let bytes): send(bytes, on: .interruptIn)
      case .drive(let speed): drive(speed)
      case .lower(let depth): lower(to: depth)
      case .retract: retract()
      case .indicate(let indication): schedule.add(.handSees(.lamp(indication)), at: now)
      case .persist: if let kept = firmware?.memory { memory = kept }
      }
    }
    outputs.removeAll(keepingCapacity: true)
    notePhase()
  }

  private mutating func notePhase() {
    let phase = firmware?.phase ?? .idle
    if phase != phaseSeen {
      phaseSeen = phase
      witness.note(.phase(phase), at: now)
      schedule.add(.handSees(.phase(phase)), at: now)
    }
  }
}

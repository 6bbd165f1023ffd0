import SMPFirmware
import SMPModel
import SMPWire

/// A host and a body that do what the input says, against the firmware; a witness looks at every output.
struct FirmwareConversation {
  /// Enough for a self-test, arming and some dots; more makes the fuzzer slow, not thorough.
  private static let steps = 96
  private static let window: UInt8 = 4

  private static let capabilities = DeviceCapabilities(
    oldestVersion: 1, newestVersion: 1, depthMinimum: .micrometres(100), depthMaximum: .micrometres(1_500),
    depthStep: .micrometres(10), depthAccuracy: .micrometres(20), speedMinimum: .millihertz(20_000),
    speedMaximum: .millihertz(150_000), positioning: .chart(accuracy: .micrometres(50)), recordWindow: window,
    leaseMaximum: .milliseconds(150), hasPedal: true, hasStopInput: true, indicators: [.lamp], serial: "FUZZ",
    firmware: "fuzz", isSimulated: true)

  private static let profile = ZoneProfile(
    zone: ZoneIndex(number: 0), depth: .micrometres(500), depthMaximum: .micrometres(600),
    speed: .millihertz(110_000), speedMaximum: .millihertz(120_000), dwellMaximum: .milliseconds(200))
  private static let digest = ProfileDigest.of(generation: 1, profiles: [profile])

  private var firmware: Firmware
  private var now = DeviceTicks(microseconds: 0xFFFF_0000)
  private var persisted: NonvolatileMemory
  private var drive = Speed.zero
  private var isLowered = false
  private var request: DotRequest?
  private var sequence: UInt16 = 0
  private var grants: UInt64 = 0

  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    var conversation = FirmwareConversation()
    var cursor = Cursor(bytes)
    var steps = 0
    while !cursor.isAtEnd, steps < Self.steps {
      try conversation.step(&cursor)
      steps += 1
    }
  }

  private init() {
    firmware = Firmware(capabilities: Self.capabilities, memory: NonvolatileMemory(drawn: 7), now: now)
    persisted = firmware.memory
  }

  private mutating func step(_ cursor: inout Cursor) throws(BrokenPromise) {
    let operation = cursor.u8()
    switch operation % 16 {
    case 0: try say(type: cursor.u8(), payload: cursor.take(Int(cursor.u8())))
    case 1: try put(.bulkOut(cursor.take(Int(cursor.u8()))), isCommand: true)
    case 2: try control(cursor.u8() & 7, value: cursor.u16())
    case 3: try put(.pedal(pressed: cursor.u8() & 1 == 1))
    case 4: try put(.approached(place(cursor.u8())))
    case 5: try put(.withdrew)
    case 6: try put(.contactBegan(place(cursor.u8())))
    case 7: try endContact(&cursor)
    case 8: try put(.driveMeasured(.millihertz(Int64(cursor.u32() & 0x3_FFFF))))
    case 9: try put(.parked(cursor.u8() & 1 == 1))
    case 10: try pass(milliseconds: Int64(cursor.u8()))
    case 11: try put(operation & 16 == 0 ? .stopInput : .positionMeasured(place(cursor.u8())))
    case 12: try ready()
    case 13: try grant(&cursor)
    case 14: try command(.renewLease(Self.digest))
    default: try command(.release(upTo: firmware.memory.nextRecord))
    }
  }

  private func place(_ byte: UInt8) -> ChartPosition { ChartPosition(x: Int32(byte) * 1_000, y: 0) }

  // MARK: What a good host does, so that the input gets further

  private mutating func ready() throws(BrokenPromise) {
    for command: HostCommand in [
      .hello(oldest: 1, newest: 1), .beginProfiles(generation: 1, count: 1), .profile(Self.profile),
      .commitProfiles(Self.digest), .startSelfTest,
    ] { try self.command(command) }
    try pass(milliseconds: 30)
    try control(ControlRequest.protectiveStop.rawValue, value: StopReason.selfTest.rawValue)
    try put(.pedal(pressed: false))
    try control(ControlRequest.clearFault.rawValue, value: 0)
    try command(.arm(Self.digest))
    try command(.renewLease(Self.digest))
    try put(.pedal(pressed: true))
  }

  private mutating func grant(_ cursor: inout Cursor) throws(BrokenPromise) {
    grants += 1
    // Right but for what the input changes.
    let change = cursor.u8()
    let asked = request ?? DotRequest(id: RequestID(number: 1), position: place(1), requestedAt: now)
    try command(
      .grant(
        GrantNumber(number: grants),
        Grant(
          request: asked.id, zone: ZoneIndex(number: change & 1), position: change & 2 == 0 ? asked.position : place(9),
          depth: .micrometres(change & 4 == 0 ? 500 : 601), speed: Self.profile.speed,
          dwell: .milliseconds(change & 8 == 0 ? 100 : 201), digest: Self.digest)))
  }

  private mutating func command(_ command: HostCommand) throws(BrokenPromise) {
    sequence &+= 1
    try put(.bulkOut(command.encoded(sequence: sequence)), isCommand: true)
  }

  private mutating func say(type: UInt8, payload: [UInt8]) throws(BrokenPromise) {
    sequence &+= 1
    try put(
      .bulkOut(Frame(version: 1, type: type, sequence: sequence, payload: payload).encoded()), isCommand: true)
  }

  private mutating func endContact(_ cursor: inout Cursor) throws(BrokenPromise) {
    try put(
      .contactEnded(
        position: place(cursor.u8()), depth: .micrometres(Int64(cursor.u16())),
        speed: .millihertz(Int64(cursor.u32())), dwell: .milliseconds(Int64(cursor.u16())), strokes: cursor.u16()))
  }

  private mutating func pass(milliseconds: Int64) throws(BrokenPromise) {
    let end = now.advanced(by: .milliseconds(milliseconds))
    while let deadline = firmware.nextDeadline, end.since(deadline) >= .zero {
      now = deadline
      try put(.tick)
    }
    now = end
  }

  private mutating func control(_ request: UInt8, value: UInt16) throws(BrokenPromise) {
    var outputs: [FirmwareOutput] = []
    let answer = firmware.control(request, value: value, at: now, into: &outputs)
    if let answer, !answer.isEmpty {
      guard let frame = try? Frame.decode(answer) else {
        throw BrokenPromise(description: "EP0 answers with frames")
      }
      let isKnown = (try? DeviceCapabilities(frame)) != nil || (try? DeviceStatus(frame)) != nil
      try hold(isKnown, "EP0 answers with capabilities or a status")
    }
    if request == ControlRequest.protectiveStop.rawValue {
      try hold(answer == [], "S6 a protective stop is taken in every state")
      try hold(outputs.isEmpty || firmware.phase != .running, "S6 nothing runs after a protective stop")
    }
    try witness(outputs)
  }

  private mutating func put(_ input: FirmwareInput, isCommand: Bool = false) throws(BrokenPromise) {
    var outputs: [FirmwareOutput] = []
    firmware.handle(input, at: now, into: &outputs)
    let replies = try witness(outputs)
    try hold(!isCommand || replies == 1, "S13 a transfer has \(replies) replies instead of one")
    // The body obeys: needle and drive do as they are told, and the sensors say so.
    for output in outputs {
      switch output {
      case .drive(let speed): try sense(.driveMeasured(speed))
      case .lower: try sense(.parked(false))
      case .retract: try sense(.parked(true))
      case .bulkIn, .interruptIn, .indicate, .persist: break
      }
    }
  }

  private mutating func sense(_ input: FirmwareInput) throws(BrokenPromise) {
    var outputs: [FirmwareOutput] = []
    firmware.handle(input, at: now, into: &outputs)
    try witness(outputs)
  }

  // MARK: The witness

  /// Gives the number of replies among the outputs.
  @discardableResult
  private mutating func witness(_ outputs: [FirmwareOutput]) throws(BrokenPromise) -> Int {
    var replies = 0
    var hasPersisted = false
    for output in outputs {
      switch output {
      case .drive(let speed): drive = speed
      case .lower:
        try hold(hasPersisted, "S1 an open grant is written before the needle goes down")
        isLowered = true
      case .retract: isLowered = false
      case .bulkIn(let bytes):
        guard let frame = try? Frame.decode(bytes), let message = try? DeviceMessage(frame) else {
          throw BrokenPromise(description: "bulk IN carries messages")
        }
        if case .record = message {} else { replies += 1 }
      case .interruptIn(let bytes):
        guard let frame = try? Frame.decode(bytes), let notice = try? DeviceNotice(frame) else {
          throw BrokenPromise(description: "interrupt IN carries notices")
        }
        if case .dotRequested(let asked) = notice { request = asked }
      case .persist:
        hasPersisted = true
        persisted = firmware.memory
      case .indicate: break
      }
    }
    let phase = firmware.phase
    try hold(drive == .zero || phase == .running || phase == .selfTest, "S5 the drive turns in \(phase)")
    try hold(!isLowered || phase == .running, "S1 the needle is down in \(phase)")
    try hold(firmware.memory.records.count <= 2 * Int(Self.window) + 1, "S2 the window is exceeded")
    try hold(persisted == firmware.memory, "S1 the memory changed without being written")
    if let deadline = firmware.nextDeadline { try hold(deadline.since(now) > .zero, "a deadline lies behind") }
    return replies
  }
}

import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// A device on the bench: its firmware, a body that obeys, and a witness of everything that moved.
///
/// The witness knows nothing of the firmware's rules: it sees outputs only, and checks after every step what must
/// hold in every one.
final class Bench {
  /// How needle and drive follow what they are told.
  enum Body {
    /// At once, and the sensors say so.
    case obedient
    /// Sensors are the test's own business.
    case silent
  }

  var firmware: Firmware
  var now: DeviceTicks
  var body: Body
  let window: Int
  private(set) var sequence: UInt16 = 0
  private(set) var nextGrant: UInt64 = 1_000

  // What was seen from outside.
  private(set) var outputs: [FirmwareOutput] = []
  private(set) var drive = Speed.zero
  private(set) var lowered: Depth?
  private(set) var records: [DotRecord] = []
  private var heardSequences: Set<RecordSequence> = []
  private var answeredGrants: Set<GrantNumber> = []
  private(set) var requests: [DotRequest] = []
  private(set) var notices: [DeviceStatus] = []
  private(set) var persisted: NonvolatileMemory

  static func capabilities(
    window: UInt8 = 4, positioning: Positioning = .chart(accuracy: .micrometres(50)),
    lease: Interval = .milliseconds(150), depthStep: Depth = .micrometres(10)
  ) -> DeviceCapabilities {
    DeviceCapabilities(
      oldestVersion: 1, newestVersion: 1, depthMinimum: .micrometres(100), depthMaximum: .micrometres(1_500),
      depthStep: depthStep, depthAccuracy: .micrometres(20), speedMinimum: .millihertz(20_000),
      speedMaximum: .millihertz(150_000), positioning: positioning, recordWindow: window, leaseMaximum: lease,
      hasPedal: true, hasStopInput: true, indicators: [.lamp], serial: "BENCH", firmware: "test", isSimulated: true)
  }

  static let profiles = [
    ZoneProfile(
      zone: ZoneIndex(number: 0), depth: .micrometres(500), depthMaximum: .micrometres(600),
      speed: .millihertz(110_000), speedMaximum: .millihertz(120_000), dwellMaximum: .milliseconds(200)),
    ZoneProfile(
      zone: ZoneIndex(number: 3), depth: .micrometres(450), depthMaximum: .micrometres(550),
      speed: .millihertz(100_000), speedMaximum: .millihertz(115_000), dwellMaximum: .milliseconds(150)),
  ]
  static let digest = ProfileDigest.of(generation: 1, profiles: profiles)
  static let here = ChartPosition(x: 10_000, y: 20_000)

  /// A device with power, its sensors read once: pedal up, parked, still.
  init(
    _ capabilities: DeviceCapabilities = Bench.capabilities(), memory: NonvolatileMemory = NonvolatileMemory(drawn: 7),
    body: Body = .obedient, at start: UInt32 = 0xFFFF_F000
  ) {
    now = DeviceTicks(microseconds: start)
    self.body = body
    window = Int(capabilities.recordWindow)
    firmware = Firmware(capabilities: capabilities, memory: memory, now: now)
    persisted = firmware.memory
    put(.pedal(pressed: false))
    put(.parked(true))
    put(.driveMeasured(.zero))
  }

  // MARK: the outside world

  func put(_ input: FirmwareInput) {
    var stepOutputs: [FirmwareOutput] = []
    firmware.handle(input, at: now, into: &stepOutputs)
    absorb(stepOutputs)
  }

  func put(bytes: [UInt8]) -> (message: DeviceMessage, sequence: UInt16)? {
    put(.bulkOut(bytes))
    let replies = outputs.compactMap(Self.reply)
    #expect(replies.count == 1, "every transfer has exactly one reply")
    return replies.first
  }

  /// Says a command; exactly one reply carries its sequence number.
  @discardableResult
  func say(_ command: HostCommand, _ place: SourceLocation = #_sourceLocation) -> DeviceMessage? {
    sequence &+= 1
    let reply = put(bytes: command.encoded(sequence: sequence))
    #expect(reply?.sequence == sequence, sourceLocation: place)
    return reply?.message
  }

  @discardableResult
  func control(_ request: ControlRequest, value: UInt16 = 0) -> [UInt8]? {
    var stepOutputs: [FirmwareOutput] = []
    let answer = firmware.control(request.rawValue, value: value, at: now, into: &stepOutputs)
    absorb(stepOutputs)
    return answer
  }

  func stop() { #expect(control(.protectiveStop, value: StopReason.person.rawValue) == []) }
  func clear() -> Bool { control(.clearFault) == [] }

  /// Lets time pass without telling the firmware: its next input comes late.
  func skip(_ interval: Interval) { now = now.advanced(by: interval) }

  /// Lets time pass with a tick at every deadline, and a renewal every 50 ms where asked for.
  func pass(_ interval: Interval, renewing: Bool = false) {
    let end = now.advanced(by: interval)
    var renewal = now.advanced(by: Bounds.leasePeriod)
    while true {
      let deadline = firmware.nextDeadline
      let renewsFirst = renewing && end.since(renewal) >= .zero
      if let deadline, end.since(deadline) >= .zero, !renewsFirst || renewal.since(deadline) >= .zero {
        now = deadline
        put(.tick)
        // Said already as a broken invariant; a test that fails must not hang.
        if let next = firmware.nextDeadline, next.since(now) <= .zero { return }
      } else if renewsFirst {
        now = renewal
        say(.renewLease(currentDigest))
        renewal = now.advanced(by: Bounds.leasePeriod)
      } else {
        now = end
        return
      }
    }
  }

  // MARK: the witness

  private func absorb(_ step: [FirmwareOutput]) {
    outputs = step
    var follow: [FirmwareInput] = []
    var hasPersisted = false
    for output in step {
      switch output {
      case .drive(let speed):
        drive = speed
        follow.append(.driveMeasured(speed))
      case .lower(let depth):
        #expect(hasPersisted, "S1 an open grant is safe from a loss of power before the needle goes down")
        lowered = depth
        follow.append(.parked(false))
      case .retract:
        lowered = nil
        follow.append(.parked(true))
      case .bulkIn(let bytes): heard(bytes)
      case .interruptIn(let bytes): noticed(bytes)
      case .persist:
        hasPersisted = true
        persisted = firmware.memory
      case .indicate: break
      }
    }
    checkInvariants()
    if body == .obedient {
      let said = outputs
      for input in follow { put(input) }
      outputs = said
    }
  }

  private func heard(_ bytes: [UInt8]) {
    guard let frame = try? Frame.decode(bytes), let message = try? DeviceMessage(frame) else {
      Issue.record("bulk IN carried something else than a message: \(bytes)")
      return
    }
    guard case .record(let record) = message, heardSequences.insert(record.sequence).inserted else { return }
    records.append(record)
    if record.grant != .none && !answeredGrants.insert(record.grant).inserted {
      broken("S1 grant \(record.grant.number) has two records")
    }
  }

  private func noticed(_ bytes: [UInt8]) {
    #expect(bytes.count <= Frame.maximumInterruptLength)
    guard let frame = try? Frame.decode(bytes), let notice = try? DeviceNotice(frame) else {
      Issue.record("interrupt IN carried something else than a notice: \(bytes)")
      return
    }
    switch notice {
    case .dotRequested(let request): requests.append(request)
    case .stateChanged(let status): notices.append(status)
    }
  }

  private func checkInvariants() {
    let phase = firmware.phase
    // Plain conditions: this runs some hundred thousand times.
    if drive != .zero && phase != .running && phase != .selfTest { broken("the drive turns in \(phase)") }
    if lowered != nil && phase != .running { broken("S1 the needle is down in \(phase)") }
    if firmware.memory.records.count > 2 * window + 1 { broken("S2 the window is exceeded") }
    if persisted != firmware.memory { broken("the memory changed without a persist") }
    if let deadline = firmware.nextDeadline, deadline.since(now) <= .zero { broken("a deadline lies behind") }
  }

  private func broken(_ invariant: String) { Issue.record("\(invariant), at \(now.microseconds) µs") }

  private static func reply(_ output: FirmwareOutput) -> (message: DeviceMessage, sequence: UInt16)? {
    guard case .bulkIn(let bytes) = output, let frame = try? Frame.decode(bytes),
      let message = try? DeviceMessage(frame)
    else { return nil }
    if case .record = message { return nil }
    return (message, frame.sequence)
  }

  // MARK: conversation

  var status: DeviceStatus {
    var copy = firmware
    var ignored: [FirmwareOutput] = []
    let bytes = copy.control(ControlRequest.status.rawValue, value: 0, at: now, into: &ignored) ?? []
    guard let frame = try? Frame.decode(bytes), let status = try? DeviceStatus(frame) else {
      Issue.record("EP0 answered no status")
      return DeviceStatus(
        phase: .faulted, pedalPressed: true, parked: false, still: false, fault: nil, digest: .none, bootCount: 0,
        contactCount: 0, nextRecord: RecordSequence(number: 0), oldestRecord: RecordSequence(number: 0), ticks: now)
    }
    return status
  }

  var currentDigest: ProfileDigest { status.digest }

  func takeNumber() -> GrantNumber {
    nextGrant += 1
    return GrantNumber(number: nextGrant)
  }
}

import SMPFirmware
import SMPLink
import SMPModel
import SMPSimulator
import SMPWire
import Synchronization
import Testing

/// Keeps what the link reports until the host looks.
final class Mailbox: LinkSink {
  private let events = Mutex<[LinkEvent]>([])
  func receive(_ event: LinkEvent) { events.withLock { $0.append(event) } }
  func take() -> [LinkEvent] {
    events.withLock { events in
      defer { events.removeAll() }
      return events
    }
  }
}

/// The host side of a test: grants everything unless told otherwise, keeps the lease alive, releases every record.
///
/// No guard, no session, no driver: the device and the witness are what is tested.
final class Rig {
  enum Answer {
    case grant
    case deny(Indication)
    case silence
  }

  struct Heard: Hashable {
    let at: MonotonicTime
    let event: LinkEvent
  }

  let device: SimulatedDevice
  private(set) var link: any DeviceLink
  private(set) var mailbox = Mailbox()
  private(set) var stop: (any PreparedControl)?
  let profile: ZoneProfile
  private(set) var digest = ProfileDigest.none

  var decide: (DotRequest) -> Answer = { _ in .grant }
  /// Dwell granted.
  var dwell = Dwell.milliseconds(100)
  var renewsLease = false
  var releases = true

  private(set) var records: [DotRecord] = []
  private(set) var requests: [DotRequest] = []
  private(set) var refusals: [CommandRefusal] = []
  private(set) var status: DeviceStatus?
  private(set) var controls: [UInt64: Result<[UInt8], LinkError>] = [:]
  private(set) var outFailures: [LinkError] = []
  private(set) var isDetached = false
  private(set) var undecodable = 0
  /// Everything heard, with its time: what "the same bytes" means.
  private(set) var transcript: [Heard] = []
  private var replies: [UInt16: DeviceMessage] = [:]
  private var sequence: UInt16 = 0
  private var tag: UInt64 = 1_000
  private var grants: UInt64 = 0
  private var lastRenewal = MonotonicTime.zero

  static let start = MonotonicTime(nanoseconds: 5_000_000_000)
  static let stopTag = TransferTag(number: 1)

  init(seed: UInt64 = 1, _ change: (inout SimulatedDeviceConfiguration) -> Void = { _ in }) throws {
    var configuration = SimulatedDeviceConfiguration(seed: seed)
    change(&configuration)
    device = SimulatedDevice(configuration, startingAt: Self.start)
    link = device
    profile = ZoneProfile(
      zone: ZoneIndex(number: 0), depth: .micrometres(500), depthMaximum: .micrometres(1_000),
      speed: .millihertz(100_000), speedMaximum: .millihertz(150_000), dwellMaximum: .milliseconds(300))
    try plugIn(device)
  }

  func plugIn(_ link: any DeviceLink) throws {
    self.link = link
    mailbox = Mailbox()
    isDetached = false
    try link.open(sink: mailbox)
    stop = try link.prepare(
      ControlSetup(request: ControlRequest.protectiveStop.rawValue, value: 1), tag: Self.stopTag)
  }

  // MARK: Time

  /// Lets time pass, event by event, keeping house at each.
  func run(_ interval: Interval) { run(until: device.now + interval) { false } }

  @discardableResult
  func run(within interval: Interval = .seconds(5), until done: () -> Bool) -> Bool {
    run(until: device.now + interval, done)
  }

  @discardableResult
  private func run(until end: MonotonicTime, _ done: () -> Bool) -> Bool {
    keepHouse()
    while !done() {
      var next = device.nextEvent ?? end
      if renewsLease, !isDetached { next = min(next, max(device.now, lastRenewal + Bounds.leasePeriod)) }
      if next > end || device.now >= end {
        device.advance(to: end)
        keepHouse()
        return done()
      }
      device.advance(to: next)
      keepHouse()
    }
    return true
  }

  private func keepHouse() {
    hear()
    if renewsLease, !isDetached, device.now >= lastRenewal + Bounds.leasePeriod {
      lastRenewal = device.now
      send(.renewLease(digest))
    }
  }

  // MARK: Talking

  @discardableResult
  func send(_ command: HostCommand) -> UInt16 {
    sequence &+= 1
    put(command.encoded(sequence: sequence))
    return sequence
  }

  func put(_ bytes: [UInt8]) {
    tag += 1
    do {
      try link.out(bytes, tag: TransferTag(number: tag))
    } catch {
      outFailures.append(error)
    }
  }

  /// Sends and waits for the answer; nil when none comes within 300 ms.
  func call(_ command: HostCommand) -> DeviceMessage? {
    let sequence = send(command)
    run(within: .milliseconds(300)) { replies[sequence] != nil }
    return replies[sequence]
  }

  @discardableResult
  func accepted(_ command: HostCommand, _ place: SourceLocation = #_sourceLocation) -> Bool {
    let reply = call(command)
    switch reply {
    case .accepted, .profiles, .version: return true
    case .refused, .record, .tip, nil:
      Issue.record("\(command) got \(String(describing: reply))", sourceLocation: place)
      return false
    }
  }

  func control(_ request: ControlRequest) -> Result<[UInt8], LinkError>? {
    tag += 1
    let number = tag
    do {
      try link.control(
        ControlSetup(request: request.rawValue, length: request.length), tag: TransferTag(number: number))
    } catch {
      return .failure(error)
    }
    run(within: .seconds(2)) { controls[number] != nil }
    return controls[number]
  }

  func readStatus() -> DeviceStatus? {
    guard case .success(let bytes) = control(.status), let frame = try? Frame.decode(bytes) else { return nil }
    return try? DeviceStatus(frame)
  }

  // MARK: Getting there

  func loadProfiles() {
    accepted(.hello(oldest: 1, newest: 1))
    digest = .of(generation: 1, profiles: [profile])
    accepted(.beginProfiles(generation: 1, count: 1))
    accepted(.profile(profile))
    accepted(.commitProfiles(digest))
  }

  /// From power-on to armed, self-test included.
  func arm(_ place: SourceLocation = #_sourceLocation) throws {
    loadProfiles()
    accepted(.startSelfTest, place)
    run(.milliseconds(60))
    try stop?.submit()
    run(within: .milliseconds(200)) { device.driveSpeed == .zero }
    run(.milliseconds(20))
    _ = control(.clearFault)
    accepted(.arm(digest), place)
    renewsLease = true
    lastRenewal = device.now
  }

  /// Armed, pedal down, drive at speed.
  func start() throws {
    try arm()
    device.pressPedal()
    run(.milliseconds(400))
    #expect(readStatus()?.phase == .running)
  }

  /// One try at a place: down, wait for the needle, up, and home.
  func dot(at place: ChartPosition, holding: Interval = .milliseconds(80)) {
    device.approach(at: place)
    if run(within: .milliseconds(40), until: { device.isNeedleInSkin }) { run(holding) }
    device.withdraw()
    run(.milliseconds(400))
  }

  // MARK: Listening

  private func hear() {
    for event in mailbox.take() {
      transcript.append(Heard(at: device.now, event: event))
      switch event {
      case .controlCompleted(let tag, let bytes): controls[tag.number] = .success(bytes)
      case .controlFailed(let tag, let error): controls[tag.number] = .failure(error)
      case .outCompleted: break
      case .outFailed(_, let error): outFailures.append(error)
      case .bulkReceived(let bytes): message(bytes)
      case .interruptReceived(let bytes): notice(bytes)
      case .receiveFailed, .broken: break
      case .detached: isDetached = true
      }
    }
  }

  private func message(_ bytes: [UInt8]) {
    guard let frame = try? Frame.decode(bytes), let message = try? DeviceMessage(frame) else {
      undecodable += 1
      return
    }
    switch message {
    case .record(let record):
      if record.sequence > (records.last?.sequence ?? RecordSequence(number: 0)) { records.append(record) }
      if releases { send(.release(upTo: RecordSequence(number: record.sequence.number + 1))) }
    case .accepted(let status):
      self.status = status
      replies[frame.sequence] = message
    case .refused(let refusal, let status):
      self.status = status
      refusals.append(refusal)
      replies[frame.sequence] = message
    case .version, .profiles, .tip:
      replies[frame.sequence] = message
    }
  }

  private func notice(_ bytes: [UInt8]) {
    guard let frame = try? Frame.decode(bytes), let notice = try? DeviceNotice(frame) else {
      undecodable += 1
      return
    }
    switch notice {
    case .stateChanged(let status): self.status = status
    case .dotRequested(let request):
      requests.append(request)
      switch decide(request) {
      case .silence: break
      case .deny(let indication): send(.deny(request.id, indication))
      case .grant:
        grants += 1
        send(
          .grant(
            GrantNumber(number: grants),
            Grant(
              request: request.id, zone: profile.zone, position: request.position, depth: profile.depth,
              speed: profile.speed, dwell: dwell, digest: digest)))
      }
    }
  }
}

/// A place given in millimetres, for reading's sake.
func millimetres(_ x: Int32, _ y: Int32) -> ChartPosition { ChartPosition(x: x * 1_000, y: y * 1_000) }

import SMPDriver
import SMPLink
import SMPModel
import SMPWire
import Synchronization

/// A link on which the input says what arrives, against the driver.
struct DriverConversation: ~Copyable {
  private static let steps = 96

  private let link: RecordingLink
  private var driver: DeviceDriver
  private var now = MonotonicTime(nanoseconds: 1_000_000_000)
  private var isUnusable = false
  private var identified = 0
  /// A link that is broken or gone says nothing more.
  private var isOver = false

  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    var conversation = try opened()
    var cursor = Cursor(bytes)
    var steps = 0
    while !cursor.isAtEnd, steps < Self.steps {
      try conversation.step(&cursor)
      steps += 1
    }
    let end = conversation.now + Interval.seconds(10)
    conversation.now = end
    try conversation.took(conversation.driver.tick(at: end))
    try conversation.heard(.detached)
  }

  private static func opened() throws(BrokenPromise) -> DriverConversation {
    do throws(LinkError) {
      var conversation = try DriverConversation()
      try conversation.driver.identify(at: conversation.now)
      return conversation
    } catch {
      throw BrokenPromise(description: "a link that refuses nothing is opened: \(error)")
    }
  }

  private init() throws(LinkError) {
    link = RecordingLink()
    driver = try DeviceDriver(link: link, sink: Deaf())
  }

  private mutating func step(_ cursor: inout Cursor) throws(BrokenPromise) {
    let operation = cursor.u8()
    switch operation % 14 {
    case 0: try heard(.bulkReceived(frame(0x81 + operation / 14 % 5, &cursor)))
    case 1: try heard(.bulkReceived(cursor.take(Int(cursor.u8()))))
    case 2: try heard(.interruptReceived(frame(0xC1 + operation / 14 % 2, &cursor)))
    case 3: try heard(.interruptReceived(cursor.take(Int(cursor.u8()))))
    case 4: try heard(.controlCompleted(tag: tag(&cursor), bytes: frame(0xE1 + operation / 14 % 2, &cursor)))
    case 5: try heard(.controlCompleted(tag: tag(&cursor), bytes: cursor.take(Int(cursor.u8()))))
    case 6: try heard(.controlFailed(tag: tag(&cursor), error: operation / 14 % 2 == 0 ? .stalled : .timedOut))
    case 7: try heard(operation / 14 % 2 == 0 ? .receiveFailed(.failed) : .outFailed(tag: tag(&cursor), error: .failed))
    case 8: try heard(operation / 14 % 2 == 0 ? .broken : .detached)
    case 9:
      now = now + Interval.milliseconds(Int64(cursor.u8()) * 4)
      try took(driver.tick(at: now))
      if let deadline = driver.nextDeadline() { try hold(deadline > now, "after a tick no deadline lies behind") }
    case 10, 11, 12: if isInUse { command(operation, cursor.u8()) }
    default: try answer(&cursor)
    }
    try judgeSent()
  }

  /// The owner commands a device that is identified and not given up.
  private var isInUse: Bool { identified == 1 && !isUnusable && !isOver }

  private mutating func command(_ operation: UInt8, _ choice: UInt8) {
    switch operation % 14 {
    case 10: return driver.clearFault(at: now)
    case 11: return driver.readStatus(at: now)
    default: break
    }
    switch choice % 5 {
    case 0: driver.renewLease(ProfileDigest(generation: 1, checksum: UInt32(choice)), at: now)
    case 1: driver.suspend(at: now)
    case 2: driver.deny(RequestID(number: UInt32(choice)), .moveAway, at: now)
    case 3: driver.release(upTo: RecordSequence(number: UInt32(choice)), at: now)
    default: driver.readRecords(at: now)
    }
  }

  /// What a good device would say to what was asked last.
  private mutating func answer(_ cursor: inout Cursor) throws(BrokenPromise) {
    let status = DeviceStatus(
      phase: .idle, pedalPressed: false, parked: true, still: true, fault: nil, digest: .none, bootCount: 1,
      contactCount: 0, nextRecord: RecordSequence(number: 0), oldestRecord: RecordSequence(number: 0),
      ticks: DeviceTicks(microseconds: 0))
    if let (setup, tag) = link.takeControl() {
      switch ControlRequest(rawValue: setup.request) {
      case .capabilities:
        try heard(.controlCompleted(tag: tag, bytes: DeviceCapabilities.ofThePort.encoded()))
      case .status: try heard(.controlCompleted(tag: tag, bytes: status.encoded()))
      case .protectiveStop, .clearFault, nil: try heard(.controlCompleted(tag: tag, bytes: []))
      }
    } else if let bytes = link.lastOut, let asked = try? Frame.decode(bytes), let command = try? HostCommand(asked) {
      let message: DeviceMessage = if case .hello = command { .version(1) } else { .accepted(status) }
      try heard(.bulkReceived(message.encoded(sequence: asked.sequence)))
    }
    if cursor.u8() & 1 == 1 { try took(driver.tick(at: now)) }
  }

  /// A sealed frame of that type, its sequence and payload from the input.
  private func frame(_ type: UInt8, _ cursor: inout Cursor) -> [UInt8] {
    let sequence = UInt16(cursor.u8())
    return Frame(version: 1, type: type, sequence: sequence, payload: cursor.take(Int(cursor.u8()))).encoded()
  }

  private func tag(_ cursor: inout Cursor) -> TransferTag { TransferTag(number: UInt64(cursor.u8())) }

  private mutating func heard(_ event: LinkEvent) throws(BrokenPromise) {
    if isOver { return }
    switch event {
    case .broken, .detached: isOver = true
    case .controlCompleted, .controlFailed, .outCompleted, .outFailed, .bulkReceived, .interruptReceived,
      .receiveFailed:
      break
    }
    try took(driver.receive(event, at: now))
    try hold(!isOver || driver.nextDeadline() == nil, "a link at its end leaves no deadline")
  }

  private mutating func took(_ events: [DriverEvent]) throws(BrokenPromise) {
    for event in events {
      switch event {
      case .identified:
        identified += 1
        try hold(identified == 1 && !isUnusable, "S13 a device is identified once, and not after it was given up")
      case .unusable:
        try hold(!isUnusable, "a device is given up once")
        isUnusable = true
      case .status, .requested, .record:
        try hold(identified == 1, "nothing is believed of a device that is not identified")
      case .profilesLoaded: throw BrokenPromise(description: "S5 a profile set nobody sent is not loaded")
      case .answered, .tipRead, .stopFailed, .linkAlarm, .detached: break
      }
    }
  }

  /// Whatever arrived, what leaves is a command, and none that moves: nothing was recorded.
  private func judgeSent() throws(BrokenPromise) {
    for bytes in link.takeOuts() {
      guard let frame = try? Frame.decode(bytes), let command = try? HostCommand(frame) else {
        throw BrokenPromise(description: "bulk OUT carries commands")
      }
      switch command {
      case .hello, .renewLease, .suspend, .disarm, .deny, .release, .readRecords, .readTip: break
      case .beginProfiles, .profile, .commitProfiles, .startSelfTest, .arm, .resume, .grant:
        throw BrokenPromise(description: "S1 S2 \(command) leaves without a record")
      }
    }
  }
}

extension DeviceCapabilities {
  static let ofThePort = DeviceCapabilities(
    oldestVersion: 1, newestVersion: 1, depthMinimum: .zero, depthMaximum: .micrometres(1_900),
    depthStep: .micrometres(10), depthAccuracy: .micrometres(150), speedMinimum: .millihertz(50_000),
    speedMaximum: .millihertz(150_000), positioning: .chart(accuracy: .micrometres(50)), recordWindow: 4,
    leaseMaximum: Bounds.leaseLifetime, hasPedal: true, hasStopInput: false, indicators: .lamp, serial: "FUZZ",
    firmware: "fuzz", isSimulated: true)
}

/// Remembers what was sent; what comes back is the input's business.
private final class RecordingLink: DeviceLink, Sendable {
  private struct Sent: Sendable {
    var controls: [(ControlSetup, TransferTag)] = []
    var outs: [[UInt8]] = []
    var last: [UInt8]?
  }
  private let sent = Mutex(Sent())

  func open(sink: any LinkSink) throws(LinkError) {}
  func control(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) {
    sent.withLock { $0.controls.append((setup, tag)) }
  }
  func out(_ bytes: [UInt8], tag: TransferTag) throws(LinkError) {
    sent.withLock { sent in
      sent.outs.append(bytes)
      sent.last = bytes
    }
  }
  func prepare(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) -> any PreparedControl { Stop() }
  func close() {}

  func takeControl() -> (ControlSetup, TransferTag)? { sent.withLock { $0.controls.popLast() } }
  var lastOut: [UInt8]? { sent.withLock { $0.last } }
  func takeOuts() -> [[UInt8]] {
    sent.withLock { sent in
      defer { sent.outs = [] }
      return sent.outs
    }
  }

  private struct Stop: PreparedControl { func submit() throws(LinkError) {} }
}

private struct Deaf: LinkSink { func receive(_ event: LinkEvent) {} }

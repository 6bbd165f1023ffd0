import SMPGuard
import SMPLink
import SMPModel
import SMPRecord
import SMPWire
import Synchronization
import Testing

@testable import SMPDriver

/// A link that remembers what was sent and lets the test say what comes back.
final class ScriptedLink: DeviceLink, Sendable {
  struct Sent: Sendable {
    var controls: [(ControlSetup, TransferTag)] = []
    var outs: [[UInt8]] = []
    var stops = 0
  }
  let sent = Mutex(Sent())
  let gone = Mutex(false)

  func open(sink: any LinkSink) throws(LinkError) {}
  func control(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) {
    sent.withLock { $0.controls.append((setup, tag)) }
  }
  func out(_ bytes: [UInt8], tag: TransferTag) throws(LinkError) { sent.withLock { $0.outs.append(bytes) } }
  func prepare(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) -> any PreparedControl { Stop(link: self) }
  func close() {}

  struct Stop: PreparedControl {
    let link: ScriptedLink
    func submit() throws(LinkError) {
      if link.gone.withLock({ $0 }) { throw .detached }
      link.sent.withLock { $0.stops += 1 }
    }
  }
}

struct NoSink: LinkSink {
  func receive(_ event: LinkEvent) {}
}

@Suite struct DriverTests {
  static let now = MonotonicTime(nanoseconds: 1_000_000_000)

  static func capabilities(oldest: UInt8 = 1, newest: UInt8 = 1) -> DeviceCapabilities {
    DeviceCapabilities(
      oldestVersion: oldest, newestVersion: newest, depthMinimum: .zero, depthMaximum: .micrometres(1_900),
      depthStep: .micrometres(10), depthAccuracy: .micrometres(150), speedMinimum: .millihertz(50_000),
      speedMaximum: .millihertz(150_000), positioning: .chart(accuracy: .micrometres(50)), recordWindow: 4,
      leaseMaximum: Bounds.leaseLifetime, hasPedal: true, hasStopInput: false, indicators: .lamp, serial: "T-1",
      firmware: "t", isSimulated: true)
  }

  static let status = DeviceStatus(
    phase: .idle, pedalPressed: false, parked: true, still: true, fault: nil, digest: .none, bootCount: 1,
    contactCount: 0, nextRecord: RecordSequence(number: 0), oldestRecord: RecordSequence(number: 0),
    ticks: DeviceTicks(microseconds: 0))

  /// Capabilities, status and hello answered.
  static func identified(_ link: ScriptedLink) throws -> DeviceDriver {
    var driver = try DeviceDriver(link: link, sink: NoSink())
    try driver.identify(at: now)
    #expect(answerControl(&driver, link, capabilities().encoded(sequence: 0, version: 1)).isEmpty)
    #expect(answerControl(&driver, link, status.encoded(sequence: 0, version: 1)).isEmpty)
    let events = answer(&driver, link, .version(1))
    #expect(events == [.identified(capabilities(), status)])
    return driver
  }

  static func answerControl(_ driver: inout DeviceDriver, _ link: ScriptedLink, _ bytes: [UInt8]) -> [DriverEvent] {
    guard let tag = link.sent.withLock({ $0.controls.last?.1 }) else { return [] }
    return driver.receive(.controlCompleted(tag: tag, bytes: bytes), at: now)
  }

  /// The device answers the newest command.
  static func answer(_ driver: inout DeviceDriver, _ link: ScriptedLink, _ message: DeviceMessage) -> [DriverEvent] {
    guard let last = link.sent.withLock({ $0.outs.last }), let frame = try? Frame.decode(last) else { return [] }
    return driver.receive(.bulkReceived(message.encoded(sequence: frame.sequence, version: 1)), at: now)
  }

  @Test("S13 what is no needle device, or speaks no version of ours, is not driven") func refused() throws {
    let noise: [[UInt8]] = [[], [1], Array(repeating: 0xFF, count: 512)]
    for bytes in noise {
      let link = ScriptedLink()
      var driver = try DeviceDriver(link: link, sink: NoSink())
      try driver.identify(at: Self.now)
      #expect(Self.answerControl(&driver, link, bytes) == [.unusable(.notANeedleDevice)])
      #expect(link.sent.withLock { $0.outs.isEmpty })
    }
    let link = ScriptedLink()
    var driver = try DeviceDriver(link: link, sink: NoSink())
    try driver.identify(at: Self.now)
    let newer = Self.capabilities(oldest: 2, newest: 3).encoded(sequence: 0, version: 1)
    #expect(Self.answerControl(&driver, link, newer) == [.unusable(.version(oldest: 2, newest: 3))])
  }

  @Test(
    "S13 who answers the greeting with anything but a version is given up, and waited for no longer",
    arguments: [
      (DeviceMessage.accepted(status), Unusable.notANeedleDevice),
      (.profiles(ProfileDigest(generation: 1, checksum: 2)), .notANeedleDevice),
      (.refused(.unknownRequest, status), .noAnswer), (.version(9), .version(oldest: 9, newest: 9)),
    ])
  func greeted(_ message: DeviceMessage, _ reason: Unusable) throws {
    let link = ScriptedLink()
    var driver = try DeviceDriver(link: link, sink: NoSink())
    try driver.identify(at: Self.now)
    _ = Self.answerControl(&driver, link, Self.capabilities().encoded(sequence: 0, version: 1))
    _ = Self.answerControl(&driver, link, Self.status.encoded(sequence: 0, version: 1))
    #expect(Self.answer(&driver, link, message) == [.unusable(reason)])
    #expect(driver.nextDeadline() == nil)
  }

  @Test(
    "an answer to something else is no answer to what was asked",
    arguments: [
      DeviceMessage.version(1), .profiles(ProfileDigest(generation: 1, checksum: 2)),
    ])
  func misfit(_ message: DeviceMessage) throws {
    let link = ScriptedLink()
    var driver = try Self.identified(link)
    driver.renewLease(.none, at: Self.now)
    #expect(Self.answer(&driver, link, message) == [.answered(.renewLease, .silent)])
  }

  @Test func aDeviceThatNeverAnswersIsUnusableAfterItsTime() throws {
    let link = ScriptedLink()
    var driver = try DeviceDriver(link: link, sink: NoSink())
    try driver.identify(at: Self.now)
    let almost = driver.tick(at: Self.now + (Bounds.replyTimeout - .nanoseconds(1)))
    #expect(almost.isEmpty)
    let late = driver.tick(at: Self.now + Bounds.replyTimeout)
    #expect(late == [.unusable(.noAnswer)])
  }

  @Test("S13 bytes that do not decode are counted and change nothing") func garbled() throws {
    let link = ScriptedLink()
    var driver = try Self.identified(link)
    var good = DeviceMessage.accepted(Self.status).encoded(sequence: 9, version: 1)
    good[good.count - 1] ^= 1
    let events =
      driver.receive(.bulkReceived(good), at: Self.now) + driver.receive(.interruptReceived([1, 2, 3]), at: Self.now)
    #expect(events.isEmpty)
    let garbled = driver.quality.garbledFrames
    #expect(garbled == 2)
    let stray = DeviceMessage.accepted(Self.status).encoded(sequence: 900, version: 1)
    let nothing = driver.receive(.bulkReceived(stray), at: Self.now)
    #expect(nothing.isEmpty)
    let strays = driver.quality.strayReplies
    #expect(strays == 1)
  }

  @Test("S2 a grant leaves under its entry's number, once, and only from a redeemed admission") func grant() throws {
    let link = ScriptedLink()
    var driver = try Self.identified(link)
    let zone = SessionZone(
      index: ZoneIndex(number: 0), name: "vertex",
      outline: Outline(corners: [(0, 0), (20_000, 0), (0, 20_000)].map { ChartPosition(x: $0.0, y: $0.1) }),
      depth: .micrometres(500), speed: .millihertz(100_000), dwell: .milliseconds(80), needle: "1RL", dots: 4,
      limits: LimitSet())
    var site = LimitSet()
    site[.depthMaximum] = LimitPair(hard: 1_000)
    var plan = LimitSet()
    plan[.spacingMinimum] = LimitPair(hard: 1_000)
    let limited = SessionZone(
      index: zone.index, name: zone.name, outline: zone.outline, depth: zone.depth, speed: zone.speed,
      dwell: zone.dwell, needle: zone.needle, dots: zone.dots, limits: plan)
    var dotGuard = try DotGuard(
      profile: SessionProfile(
        course: "C", planDigest: [UInt8](repeating: 1, count: 32), session: 1, zoneOrder: .free, zones: [limited]),
      site: site, device: Self.capabilities(), generation: 1, history: [])
    dotGuard.loaded(ProfileDigest(generation: 1, checksum: 2))
    let request = DotRequest(
      id: RequestID(number: 3), position: ChartPosition(x: 4_000, y: 4_000), requestedAt: DeviceTicks(microseconds: 0))
    guard case .admitted(let admitted) = dotGuard.decide(request, elapsed: .zero) else {
      Issue.record("the guard denied")
      return
    }
    var ledger = AdmissionLedger()
    _ = ledger.enter(admitted, as: 42)
    if case .some = ledger.redeem(Durable(committed: 41)) { Issue.record("redeemed before it was durable") }
    let before = link.sent.withLock { $0.outs.count }
    if let recorded = ledger.redeem(Durable(committed: 42)) { driver.send(recorded, at: Self.now) }
    if case .some = ledger.redeem(Durable(committed: 99)) { Issue.record("redeemed twice") }
    let outs = link.sent.withLock { $0.outs }
    #expect(outs.count == before + 1)
    let command = try HostCommand(Frame.decode(outs[before]))
    guard case .grant(let number, let grant) = command else {
      Issue.record("\(command) was sent")
      return
    }
    #expect(number.number == 42)
    #expect(grant.request == request.id)
  }

  @Test("S5 a digest that is not the set we sent is not loaded") func otherDigest() throws {
    let link = ScriptedLink()
    var driver = try Self.identified(link)
    driver.renewLease(ProfileDigest(generation: 1, checksum: 2), at: Self.now)
    #expect(Self.answer(&driver, link, .accepted(Self.status)) == [.answered(.renewLease, .accepted(Self.status))])
    driver.suspend(at: Self.now)
    #expect(
      Self.answer(&driver, link, .refused(.pedalPressed, Self.status))
        == [.answered(.suspend, .refusedPedal(Self.status))])
    driver.disarm(at: Self.now)
    let late = driver.tick(at: Self.now + Bounds.replyTimeout)
    #expect(late == [.answered(.disarm, .silent)])
  }

  @Test("S6 the prepared stop goes out without anything else, and says when there is no device") func stop() throws {
    let link = ScriptedLink()
    let driver = try DeviceDriver(link: link, sink: NoSink())
    let first = driver.protectiveStop()
    #expect(first)
    #expect(link.sent.withLock { $0.stops } == 1)
    link.gone.withLock { $0 = true }
    let second = driver.protectiveStop()
    #expect(!second)
  }

  @Test("S6 however often the state is asked for, one read is under way and one is owed") func statusStorm() throws {
    let link = ScriptedLink()
    var driver = try Self.identified(link)
    let before = link.sent.withLock { $0.controls.count }
    func reads() -> Int { link.sent.withLock { $0.controls.count } - before }
    for _ in 0..<1_000 { driver.readStatus(at: Self.now) }
    #expect(reads() == 1)
    // What was asked after the first was sent is answered by the one that is owed.
    let bytes = Self.status.encoded(sequence: 0, version: 1)
    #expect(Self.answerControl(&driver, link, bytes) == [.status(Self.status, isReply: false)])
    #expect(reads() == 2 && driver.statusAnswered < driver.statusAsked)
    #expect(Self.answerControl(&driver, link, bytes) == [.status(Self.status, isReply: false)])
    #expect(reads() == 2 && driver.statusAnswered == driver.statusAsked)
    driver.readStatus(at: Self.now)
    #expect(reads() == 3)
  }

  @Test(
    "a read that fails or is not answered does not keep the one that is owed from being sent",
    arguments: [true, false])
  func owedAfterLoss(fails: Bool) throws {
    let link = ScriptedLink()
    var driver = try Self.identified(link)
    let before = link.sent.withLock { $0.controls.count }
    driver.readStatus(at: Self.now)
    driver.readStatus(at: Self.now)
    if fails {
      let tag = try #require(link.sent.withLock { $0.controls.last?.1 })
      #expect(driver.receive(.controlFailed(tag: tag, error: .timedOut), at: Self.now).isEmpty)
    } else {
      #expect(driver.tick(at: Self.now + Bounds.replyTimeout).isEmpty)
    }
    #expect(link.sent.withLock { $0.controls.count } == before + 2)
    #expect(
      Self.answerControl(&driver, link, Self.status.encoded(sequence: 0, version: 1))
        == [.status(Self.status, isReply: false)])
    #expect(driver.statusAnswered == driver.statusAsked)
  }
}

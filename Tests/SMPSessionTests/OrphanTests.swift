import SMPGuard
import SMPModel
import Testing

@testable import SMPSession

/// A session that an earlier daemon left open, and what its device has to say of it (S7).
@Suite struct OrphanTests {
  static let request = DotRequest(
    id: RequestID(number: 41), position: ChartPosition(x: 5_000, y: 5_000), requestedAt: DeviceTicks(microseconds: 0))
  static let grant = Grant(
    request: request.id, zone: ZoneIndex(number: 0), position: request.position, depth: .micrometres(500),
    speed: .millihertz(100_000), dwell: .milliseconds(80), digest: .none)
  static let number = GrantNumber(number: 9)

  static func orphan(grants: Int = 1) -> OrphanSession {
    OrphanSession(
      session: "C-1-1", course: "C-1", serial: "TEST-1",
      openGrants: grants == 0 ? [] : [.init(grant: grant, number: number)], dotsMade: 3)
  }

  /// A new daemon: the device had started five times, and record 4 was the first one not written down.
  static func daemon(
    grants: Int = 1, expected: UInt32 = 4, heard: UInt32? = nil, settled: [KnownDevices.Settled] = [],
    presumed: [GrantNumber] = [], contacts: [KnownDevices.Contact] = [], isOrphaned: Bool = true
  ) -> Conversation {
    Conversation(
      orphan: isOrphaned ? orphan(grants: grants) : nil,
      known: KnownDevices(
        devices: [
          .init(
            serial: "TEST-1", bootCount: 5, expectedRecord: RecordSequence(number: expected),
            heardUpTo: RecordSequence(number: heard ?? expected))
        ], settled: settled, presumed: presumed, contacts: contacts))
  }

  static func status(
    _ phase: DevicePhase = .stopped, next: UInt32, oldest: UInt32? = nil, boot: UInt32 = 5, parked: Bool = true
  ) -> DeviceStatus {
    DeviceStatus(
      phase: phase, pedalPressed: false, parked: parked, still: parked, fault: nil, digest: .none, bootCount: boot,
      contactCount: 0, nextRecord: RecordSequence(number: next),
      oldestRecord: RecordSequence(number: oldest ?? next), ticks: DeviceTicks(microseconds: 0))
  }

  static func record(_ outcome: RecordOutcome, sequence: UInt32 = 4, depth: Int64 = 500) -> DotRecord {
    let isContact = outcome == .used || outcome == .unbidden
    return DotRecord(
      sequence: RecordSequence(number: sequence), grant: outcome == .unbidden ? .none : number, request: request.id,
      zone: ZoneIndex(number: 0), outcome: outcome, position: request.position,
      depthReported: .micrometres(isContact ? depth : 0), speedReported: .millihertz(isContact ? 100_000 : 0),
      dwellReported: .milliseconds(isContact ? 80 : 0), strokes: isContact ? 8 : 0,
      endedAt: DeviceTicks(microseconds: 0))
  }

  /// The device has answered the request for its records: there are no more.
  static func hasSaidAll(_ talk: inout Conversation, next: UInt32) {
    _ = talk.machine.answered(.readRecords, .accepted(status(next: next)), at: talk.now, wall: talk.wall)
  }

  @Test("S7 a session left open refuses every start until somebody resolves it by name") func refuses() {
    var talk = Self.daemon(grants: 0)
    talk.attach(Self.status(next: 4))
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.start(Conversation.order(), at: now) }
        == .wrongState(.uncertain, expected: [.ready]))
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.resume(at: now) }
        == .wrongState(.uncertain, expected: [.paused, .held]))
    #expect(talk.pass(.seconds(600)).isEmpty, "nothing goes on by itself")
    #expect(talk.machine.state == .uncertain(.daemonEnded))
  }

  @Test("S7 the device has its record: the dot is made, once, under its grant") func made() throws {
    var talk = Self.daemon()
    let attached = talk.attach(Self.status(next: 5, oldest: 4))
    #expect(attached.contains(.readRecords))
    let seen = talk.machine.recorded(Self.record(.used), at: talk.now, wall: talk.wall)
    #expect(seen.facts == [.dot(Self.record(.used), Self.grant, Self.number)])
    #expect(seen.contains(.release(upTo: RecordSequence(number: 5))))
    let again = talk.machine.recorded(Self.record(.used), at: talk.now, wall: talk.wall)
    #expect(again.facts.isEmpty)
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.resolve(by: "N", reason: "R") } == .deviceNotRead,
      "more may come")
    Self.hasSaidAll(&talk, next: 5)
    #expect(
      try talk.machine.resolve(by: "N", reason: "R").facts == [
        .resolved(by: "N", reason: "R"), .sessionClosed(.ended, dotsMade: 4),
      ])
  }

  @Test("S7 a record that says more than its grant allowed is a fault, whoever granted it") func excess() {
    var talk = Self.daemon()
    talk.attach(Self.status(next: 5, oldest: 4))
    let seen = talk.machine.recorded(Self.record(.used, depth: 900), at: talk.now, wall: talk.wall)
    #expect(seen.faults == [.depthBeyondGrant])
    #expect(talk.machine.state == .uncertain(.daemonEnded))
  }

  @Test("S7 the device cancelled it: no dot", arguments: [RecordOutcome.expired, .cancelled])
  func ended(outcome: RecordOutcome) throws {
    var talk = Self.daemon()
    talk.attach(Self.status(next: 5, oldest: 4))
    let seen = talk.machine.recorded(Self.record(outcome), at: talk.now, wall: talk.wall)
    let end: GrantEnd = outcome == .expired ? .expired : .cancelled
    #expect(seen.facts == [.grantEnded(Self.number, end, RecordSequence(number: 4))])
    Self.hasSaidAll(&talk, next: 5)
    #expect(try talk.machine.resolve(by: "N", reason: "R").facts.last == .sessionClosed(.ended, dotsMade: 3))
  }

  @Test("S7 the device remembers everything but this grant: it never came, once the needle is home") func never() throws
  {
    var talk = Self.daemon()
    talk.attach(Self.status(.running, next: 4, parked: false))
    let early = talk.machine.answered(
      .readRecords, .accepted(Self.status(.stopped, next: 4, parked: false)), at: talk.now, wall: talk.wall)
    #expect(early.facts.isEmpty, "its needle may still be in the skin")
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.resolve(by: "N", reason: "R") } == .deviceNotRead)
    #expect(talk.machine.nextDeadline() == now + SessionMachine.settlePeriod)
    #expect(talk.pass(SessionMachine.settlePeriod).contains(.readRecords), "it is asked again")
    let settled = talk.machine.answered(
      .readRecords, .accepted(Self.status(next: 4)), at: talk.now, wall: talk.wall)
    #expect(settled.facts == [.grantEnded(Self.number, .neverReceived, nil)])
    #expect(talk.machine.state == .uncertain(.daemonEnded))
    #expect(try talk.machine.resolve(by: "N", reason: "R").facts.last == .sessionClosed(.ended, dotsMade: 3))
  }

  @Test("S7 a notice on another endpoint may overtake a record and settles nothing") func overtaken() {
    var talk = Self.daemon()
    talk.attach(Self.status(next: 4))
    let notice = talk.machine.deviceReported(
      Self.status(.idle, next: 4), isReply: false, at: talk.now, wall: talk.wall)
    #expect(notice.facts.isEmpty)
  }

  @Test("S7 another memory answers: the grant counts as made, and its late record changes nothing")
  func lostMemory() throws {
    var talk = Self.daemon()
    let attached = talk.attach(Self.status(.idle, next: 1, boot: 70_000))
    #expect(attached.facts.contains(.dotPresumed(Self.grant, Self.number)))
    #expect(try talk.machine.resolve(by: "N", reason: "R").facts.last == .sessionClosed(.ended, dotsMade: 4))
    _ = talk.machine.deviceDetached()
    talk.attach(Self.status(.idle, next: 2, oldest: 1, boot: 70_001))
    #expect(talk.machine.recorded(Self.record(.used, sequence: 1), at: talk.now, wall: talk.wall).facts.isEmpty)
  }

  @Test(
    "S7 records it was to keep are gone: no word of its can be trusted about the grant",
    arguments: [(next: 3, oldest: 3), (next: 9, oldest: 6)] as [(next: UInt32, oldest: UInt32)])
  func gap(next: UInt32, oldest: UInt32) {
    var talk = Self.daemon()
    let attached = talk.attach(Self.status(.idle, next: next, oldest: oldest))
    #expect(attached.facts.contains(.dotPresumed(Self.grant, Self.number)))
  }

  @Test("S7 a first start and a memory lost at once: a count of starts that began at one would not tell")
  func firstStart() {
    var talk = Self.daemon(expected: 1)
    #expect(
      talk.attach(Self.status(.idle, next: 1, boot: 3_000_000_000)).facts
        .contains(.dotPresumed(Self.grant, Self.number)))
  }

  @Test("S7 its device never comes back: resolved without it, the grant counts as made") func goneForGood() throws {
    var talk = Self.daemon()
    let bound = talk.machine.boundSerial
    #expect(bound == "TEST-1", "no other device may stand in")
    #expect(
      try talk.machine.resolve(by: "N", reason: "R").facts == [
        .dotPresumed(Self.grant, Self.number), .resolved(by: "N", reason: "R"), .sessionClosed(.ended, dotsMade: 4),
      ])
    #expect(talk.machine.state == .noDevice)
  }

  @Test("S7 records that are written down already, from before any crash, are released and count no second time")
  func writtenDown() {
    var talk = Self.daemon(expected: 5, isOrphaned: false)
    talk.attach(Self.status(.idle, next: 5, oldest: 3))
    for sequence in UInt32(3)...4 {
      let seen = talk.machine.recorded(Self.record(.used, sequence: sequence), at: talk.now, wall: talk.wall)
      #expect(seen == [.release(upTo: RecordSequence(number: 5))])
    }
  }

  @Test("S7 where the place is in doubt, a record is known by its grant and its number") func knownByGrant() {
    let settled = [KnownDevices.Settled(grant: Self.number, sequence: RecordSequence(number: 4))]
    var talk = Self.daemon(expected: 9, settled: settled, isOrphaned: false)
    talk.attach(Self.status(.idle, next: 6, oldest: 4))
    #expect(
      talk.machine.recorded(Self.record(.used), at: talk.now, wall: talk.wall)
        == [.release(upTo: RecordSequence(number: 5))])
    // The same grant under another number is another contact.
    let second = talk.machine.recorded(Self.record(.used, sequence: 5), at: talk.now, wall: talk.wall)
    #expect(second.facts == [.unbiddenContact(Self.record(.used, sequence: 5))])
  }

  @Test("S7 cut while its needle may move: the first word to the device is a stop") func cutFirst() {
    var talk = Self.daemon()
    #expect(talk.attach(Self.status(.running, next: 4, parked: false)).cuts)
  }

  @Test("S7 the device restarts in mid-session with another memory: its grant is presumed, not called unreceived")
  func restartedWithoutMemory() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (_, actions) = talk.request(x: 5_000, y: 5_000)
    talk.makeDurable(actions)
    talk.become(.idle, boot: 3_000_000)
    let seen = talk.machine.deviceReported(talk.status, isReply: false, at: talk.now, wall: talk.wall)
    #expect(seen.facts.contains { fact in if case .dotPresumed = fact { true } else { false } })
    let answered = talk.machine.answered(.readRecords, .accepted(talk.status), at: talk.now, wall: talk.wall)
    #expect(answered.facts.isEmpty)
  }
}

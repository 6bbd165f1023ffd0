import SMPGuard
import SMPModel
import Testing

@testable import SMPSession

/// A record that no grant explains: the device's counters say whether it made one of that number (S1, S7).
@Suite struct DoubtTests {
  private static func contact(_ record: DotRecord) -> KnownDevices.Contact { KnownDevices.Contact(record) }

  /// Answers the request to read the records again: next and oldest as the device has them.
  private func reply(_ talk: inout Conversation, next: UInt32, oldest: UInt32) -> [SessionAction] {
    talk.machine.answered(
      .readRecords, .accepted(OrphanTests.status(.idle, next: next, oldest: oldest)), at: talk.now, wall: talk.wall)
  }

  private func hear(_ talk: inout Conversation, _ record: DotRecord) -> [SessionAction] {
    talk.machine.recorded(record, at: talk.now, wall: talk.wall)
  }

  @Test("S1 nothing from a doubted record on is released before the device's counters have spoken") func withheld() {
    var talk = OrphanTests.daemon(isOrphaned: false)
    talk.attach(OrphanTests.status(.idle, next: 4))
    let phantom = OrphanTests.record(.unbidden, sequence: 4)
    let heard = hear(&talk, phantom)
    #expect(heard.facts == [.unbiddenContact(phantom)])
    #expect(!heard.contains { if case .release = $0 { true } else { false } })
    #expect(heard.contains(.readRecords))
    #expect(!hear(&talk, phantom).contains { if case .release = $0 { true } else { false } })
    // It made none: the number is the next record's.
    #expect(reply(&talk, next: 4, oldest: 4).isEmpty)
    // Claimed a second time, and still none was made.
    let again = hear(&talk, phantom)
    #expect(again.facts.isEmpty && again.contains(.readRecords))
    #expect(!again.contains { if case .release = $0 { true } else { false } })
    #expect(reply(&talk, next: 4, oldest: 4).isEmpty)
    let real = OrphanTests.record(.unbidden, sequence: 4, depth: 470)
    #expect(hear(&talk, real).facts == [.unbiddenContact(real)])
  }

  @Test("S1 the device did make it: heard again it is the same one, counts once, and is released") func confirmed() {
    var talk = OrphanTests.daemon(isOrphaned: false)
    talk.attach(OrphanTests.status(.idle, next: 4))
    let contact = OrphanTests.record(.unbidden, sequence: 4)
    _ = hear(&talk, contact)
    #expect(reply(&talk, next: 5, oldest: 4) == [.readRecords])
    let again = hear(&talk, contact)
    #expect(again == [.release(upTo: RecordSequence(number: 5))])
    #expect(reply(&talk, next: 5, oldest: 5).isEmpty)
  }

  /// Of a grant that nobody gave, or of none.
  private static func phantom(_ outcome: RecordOutcome) -> DotRecord {
    let like = OrphanTests.record(outcome, sequence: 4)
    return DotRecord(
      sequence: like.sequence, grant: outcome == .unbidden ? .none : GrantNumber(number: 77),
      request: RequestID(number: 900), zone: like.zone, outcome: outcome, position: like.position,
      depthReported: like.depthReported, speedReported: like.speedReported, dwellReported: like.dwellReported,
      strokes: like.strokes, endedAt: like.endedAt)
  }

  @Test(
    "S1 S7 a real record whose number was taken by one that was never made is heard, and settles its grant",
    arguments: [RecordOutcome.unbidden, .used, .cancelled, .expired])
  func displaced(by outcome: RecordOutcome) throws {
    var talk = OrphanTests.daemon()
    talk.attach(OrphanTests.status(next: 4))
    let phantom = hear(&talk, Self.phantom(outcome))
    #expect(phantom.facts.count == (outcome == .unbidden || outcome == .used ? 1 : 0), "no end that nobody has seen")
    #expect(!phantom.contains { if case .release = $0 { true } else { false } })
    // The device's own record 4, sent at once and again when it is asked.
    let real = OrphanTests.record(.used, sequence: 4)
    #expect(hear(&talk, real).facts.isEmpty)
    #expect(reply(&talk, next: 5, oldest: 4) == [.readRecords])
    #expect(hear(&talk, real).facts == [.dot(real, OrphanTests.grant, OrphanTests.number)])
    OrphanTests.hasSaidAll(&talk, next: 5)
    #expect(try talk.machine.resolve(by: "N", reason: "R").facts.last == .sessionClosed(.ended, dotsMade: 4))
  }

  @Test("S1 S7 nor does it hide the real record from a later daemon, nor from the same one after a re-plug")
  func laterDaemon() {
    let phantom = OrphanTests.record(.unbidden, sequence: 4)
    let real = OrphanTests.record(.used, sequence: 4)
    var later = OrphanTests.daemon(expected: 4, heard: 5, contacts: [Self.contact(phantom)])
    later.attach(OrphanTests.status(next: 5, oldest: 4))
    #expect(hear(&later, real).facts == [.dot(real, OrphanTests.grant, OrphanTests.number)])

    var same = OrphanTests.daemon()
    same.attach(OrphanTests.status(next: 4))
    _ = hear(&same, phantom)
    _ = same.machine.deviceDetached()
    same.attach(OrphanTests.status(next: 5, oldest: 4))
    #expect(hear(&same, real).facts == [.dot(real, OrphanTests.grant, OrphanTests.number)])
  }

  @Test("S7 a contact that was made, written down and released is no lost memory to a later daemon") func released() {
    let contact = OrphanTests.record(.unbidden, sequence: 4)
    var later = OrphanTests.daemon(expected: 4, heard: 5, contacts: [Self.contact(contact)])
    #expect(later.attach(OrphanTests.status(next: 5, oldest: 5)).facts.count == 1, "attached, and nothing presumed")
    var held = OrphanTests.daemon(grants: 0, expected: 4, heard: 5, contacts: [Self.contact(contact)])
    held.attach(OrphanTests.status(next: 5, oldest: 4))
    #expect(hear(&held, contact) == [.release(upTo: RecordSequence(number: 5))], "held still, and counted once")
  }

  @Test("a device that cannot say what it recorded is asked again and again, and not without a pause") func pauses() {
    var talk = OrphanTests.daemon(isOrphaned: false)
    talk.attach(OrphanTests.status(.idle, next: 5, oldest: 4))
    #expect(reply(&talk, next: 5, oldest: 4) == [.readRecords])
    #expect(reply(&talk, next: 5, oldest: 4).isEmpty)
    #expect(talk.machine.nextDeadline() == talk.now + SessionMachine.settlePeriod)
    #expect(talk.pass(SessionMachine.settlePeriod) == [.readRecords])
    #expect(talk.pass(.seconds(1)).isEmpty, "one question at a time")
  }

  @Test("S1 S4 a record that was lost is asked for in any state, once it is overdue") func overdue() {
    var talk = OrphanTests.daemon(isOrphaned: false)
    talk.attach(OrphanTests.status(.idle, next: 4))
    _ = talk.machine.deviceReported(
      OrphanTests.status(.idle, next: 5, oldest: 4), isReply: false, at: talk.now, wall: talk.wall)
    #expect(talk.pass(Bounds.replyTimeout - .milliseconds(1)).isEmpty, "it may only be on its way")
    #expect(talk.pass(.milliseconds(1)) == [.readRecords])
  }

  @Test("S4 nothing is begun while the device has something to say of the session before") func unread() {
    var talk = OrphanTests.daemon(isOrphaned: false)
    talk.attach(OrphanTests.status(.idle, next: 5, oldest: 4))
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.start(Conversation.order(), at: now) }
        == .deviceNotRead)
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in
        try machine.selfTest(serial: nil, site: Conversation.site, at: now)
      } == .deviceNotRead)
  }

  @Test("S1 a contact that the device counts and no record tells of is a fault; records that tell of it are none")
  func unrecorded() {
    var talk = OrphanTests.daemon(isOrphaned: false)
    func status(_ contacts: UInt32, next: UInt32, parked: Bool = true) -> DeviceStatus {
      DeviceStatus(
        phase: .idle, pedalPressed: false, parked: parked, still: true, fault: nil, digest: .none, bootCount: 5,
        contactCount: contacts, nextRecord: RecordSequence(number: next), oldestRecord: RecordSequence(number: next),
        ticks: DeviceTicks(microseconds: 0))
    }
    func said(_ status: DeviceStatus) -> [SessionFault] {
      talk.machine.answered(.readRecords, .accepted(status), at: talk.now, wall: talk.wall).faults
    }
    talk.attach(status(7, next: 4))
    #expect(said(status(7, next: 4)).isEmpty, "what was before is not judged")
    #expect(said(status(8, next: 4, parked: false)).isEmpty, "it may only have begun")
    _ = hear(&talk, OrphanTests.record(.unbidden, sequence: 4))
    #expect(said(status(8, next: 5)).isEmpty)
    _ = hear(&talk, OrphanTests.record(.unbidden, sequence: 4))
    #expect(said(status(8, next: 5)).isEmpty, "its record has come")
    #expect(said(status(9, next: 5)) == [.recordWithoutGrant])
    #expect(said(status(9, next: 5)).isEmpty, "once")
  }
}

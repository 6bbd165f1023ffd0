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

  @Test("S1 S7 a real record whose number was taken by one that was never made is heard, and settles its grant")
  func displaced() throws {
    var talk = OrphanTests.daemon()
    talk.attach(OrphanTests.status(next: 4))
    _ = hear(&talk, OrphanTests.record(.unbidden, sequence: 4))
    // The device's own record 4, sent at once and again when it is asked.
    let real = OrphanTests.record(.used, sequence: 4)
    #expect(hear(&talk, real).facts.isEmpty)
    #expect(reply(&talk, next: 5, oldest: 4) == [.readRecords])
    #expect(hear(&talk, real).facts == [.dot(real, OrphanTests.grant, OrphanTests.number)])
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
}

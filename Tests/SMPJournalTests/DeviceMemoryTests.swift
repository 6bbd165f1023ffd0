import SMPJournal
import SMPModel
import SMPRecord
import Testing

/// What a later daemon reads of the devices an earlier one had (S7).
@Suite("What the journal knows of devices") struct DeviceMemoryTests {
  /// A journal with these entries behind its first one.
  private static func store(_ bodies: [EntryBody]) throws -> JournalStore {
    let store = try Folder().open()
    _ = try store.append([Sample.created()])
    _ = try store.append(bodies.enumerated().map { Sample.entry(UInt64($0.offset + 2), $0.element) })
    return store
  }

  private static func attached(
    _ serial: String = "A", boots: UInt32 = 5, next: UInt32, oldest: UInt32
  ) -> EntryBody {
    .deviceAttached(
      DeviceAttachedEntry(
        serial: Label(cleaning: serial), firmware: Label(cleaning: "f"), deviceSimulated: true, bootCount: boots,
        contactCount: 0, nextRecord: RecordSequence(number: next), oldestRecord: RecordSequence(number: oldest)))
  }

  private static func dot(_ grant: UInt64, sequence: UInt32) -> EntryBody {
    .dot(
      DotEntry(
        grant: GrantNumber(number: grant), zone: ZoneIndex(number: 0), position: Sample.position,
        depthCommanded: .micrometres(500), speedCommanded: .millihertz(110_000), outcome: .made,
        sequence: RecordSequence(number: sequence)))
  }

  private static func ended(_ grant: UInt64, sequence: UInt32?) -> EntryBody {
    .grantEnded(
      GrantEndedEntry(
        grant: GrantNumber(number: grant), outcome: sequence == nil ? .neverReceived : .expired,
        sequence: sequence.map { RecordSequence(number: $0) }))
  }

  private static func unbidden(_ sequence: UInt32) -> EntryBody {
    .unbiddenContact(
      UnbiddenContactEntry(
        sequence: RecordSequence(number: sequence), position: Sample.position, depthReported: .micrometres(480),
        speedReported: .millihertz(110_000), dwell: .milliseconds(80), strokes: 9))
  }

  private static let expectations: [(name: String, bodies: [EntryBody], expected: UInt32, boots: UInt32)] = [
    (
      "a contact that nobody granted does not tell",
      [attached(next: 4, oldest: 4), dot(9, sequence: 4), unbidden(5)], 5, 5
    ),
    ("nor one before anything else", [attached(next: 6, oldest: 4), unbidden(4), unbidden(5)], 4, 5),
    (
      "one that the device made, and was told to forget",
      [attached(next: 4, oldest: 4), unbidden(4), attached(boots: 6, next: 5, oldest: 5)], 5, 6
    ),
    (
      "one that it never made",
      [attached(next: 4, oldest: 4), unbidden(4), attached(boots: 6, next: 5, oldest: 4)], 4, 6
    ),
    ("nothing was held", [attached(next: 4, oldest: 4)], 4, 5),
    ("held records nobody has read", [attached(next: 6, oldest: 4)], 4, 5),
    ("the newest record tells", [attached(next: 4, oldest: 4), dot(9, sequence: 4), ended(10, sequence: 5)], 6, 5),
    ("a grant that never came has no record", [attached(next: 4, oldest: 4), ended(9, sequence: nil)], 4, 5),
    (
      "read under the attach before, and held still",
      [attached(next: 4, oldest: 4), dot(9, sequence: 4), attached(boots: 6, next: 5, oldest: 4)], 5, 6
    ),
    (
      "two attaches on, nothing read since",
      [
        attached(next: 4, oldest: 4), dot(9, sequence: 4), attached(next: 6, oldest: 4), attached(next: 6, oldest: 4),
      ], 5, 5
    ),
    (
      "another memory since: what it holds is new",
      [attached(next: 4, oldest: 4), dot(9, sequence: 4), attached(boots: 70_000, next: 6, oldest: 3)], 3, 70_000
    ),
    (
      "another device's records say nothing of this one",
      [attached(next: 4, oldest: 4), attached("B", next: 1, oldest: 1), dot(9, sequence: 8)], 4, 5
    ),
  ]

  @Test("S7 the first record that is not written down", arguments: expectations.indices)
  func expected(place: Int) throws {
    let row = Self.expectations[place]
    let devices = try Self.store(row.bodies).devices(16)
    let device = try #require(devices.first { $0.serial == "A" }, "\(row.name)")
    #expect(device.expectedRecord == RecordSequence(number: row.expected), "\(row.name)")
    #expect(device.bootCount == row.boots, "\(row.name)")
  }

  @Test("S7 how far it was heard, contacts that nobody granted included") func heard() throws {
    let bodies = [Self.attached(next: 4, oldest: 4), Self.dot(9, sequence: 4), Self.unbidden(5)]
    let device = try #require(try Self.store(bodies).devices(16).first)
    #expect(device.heardUpTo == RecordSequence(number: 6))
    let later = try #require(try Self.store(bodies + [Self.attached(next: 6, oldest: 6)]).devices(16).first)
    #expect(later.heardUpTo == RecordSequence(number: 6))
    #expect(later.expectedRecord == RecordSequence(number: 6))
  }

  @Test("S7 contacts that nobody granted, oldest first, the newest of them") func contacts() throws {
    let store = try Self.store([
      Self.attached(next: 4, oldest: 4), Self.unbidden(4), Self.dot(9, sequence: 5), Self.unbidden(6), Self.unbidden(7),
    ])
    #expect(try store.unbiddenContacts(64).map(\.sequence.number) == [4, 6, 7])
    #expect(try store.unbiddenContacts(2).map(\.sequence.number) == [6, 7])
    #expect(try store.unbiddenContacts(1).first?.strokes == 9)
  }

  @Test("S7 the device seen last comes last, and no more than asked for") func order() throws {
    let store = try Self.store(["A", "B", "C", "A"].map { Self.attached($0, next: 1, oldest: 1) })
    #expect(try store.devices(16).map(\.serial) == ["B", "C", "A"])
    #expect(try store.devices(2).map(\.serial) == ["C", "A"])
    #expect(try Self.store([]).devices(16).isEmpty)
  }

  @Test("S7 ended and presumed grants, oldest first, the newest of them") func grants() throws {
    let presumed = EntryBody.dot(Sample.dot(11, .presumed))
    let store = try Self.store([
      Self.dot(3, sequence: 4), presumed, Self.ended(5, sequence: nil), Self.ended(6, sequence: 5),
      Self.dot(7, sequence: 6),
    ])
    #expect(try store.endedGrants(64).map(\.grant.number) == [3, 6, 7])
    #expect(try store.endedGrants(2).map(\.sequence.number) == [5, 6])
    #expect(try store.presumedGrants(64) == [GrantNumber(number: 11)])
  }
}

import SMPGuard
import SMPModel
import Testing

/// Each record is held against its grant: at the tolerance, and one step beyond.
@Suite struct RecordCheckTests {
  static let grant = Grant(
    request: RequestID(number: 5), zone: ZoneIndex(number: 0), position: at(50_000, 50_000),
    depth: .micrometres(500), speed: .millihertz(100_000), dwell: .milliseconds(300), digest: Situation.digest)

  static func record(
    _ outcome: RecordOutcome = .used, request: UInt32 = 5, zone: UInt8 = 0, x: Int32 = 50_000, y: Int32 = 50_000,
    depth: Int64 = 500, speed: Int64 = 100_000, dwell: Int64 = 300, strokes: UInt16 = 30
  ) -> DotRecord {
    DotRecord(
      sequence: RecordSequence(number: 1), grant: GrantNumber(number: 9), request: RequestID(number: request),
      zone: ZoneIndex(number: zone), outcome: outcome, position: at(x, y), depthReported: .micrometres(depth),
      speedReported: .millihertz(speed), dwellReported: .milliseconds(dwell), strokes: strokes,
      endedAt: DeviceTicks(microseconds: 1))
  }

  /// Position accuracy 50 µm, depth accuracy 150 µm.
  static func check(_ record: DotRecord, accuracy: Distance? = .micrometres(50)) throws -> RecordExcess? {
    var situation = Situation()
    situation.accuracy = accuracy
    situation.depthAccuracy = 150
    let dotGuard = try situation.makeGuard()
    return dotGuard.check(record, against: grant)
  }

  @Test("S1 a dot deeper than granted by more than the device's accuracy is an excess")
  func depth() throws {
    #expect(
      try Self.check(Self.record(depth: 651)) == .depth(reported: .micrometres(651), allowed: .micrometres(650)))
    #expect(try Self.check(Self.record(depth: 650)) == nil)
  }

  @Test("S1 a drive faster than granted by more than a tenth is an excess")
  func speed() throws {
    #expect(
      try Self.check(Self.record(speed: 110_001))
        == .speed(reported: .millihertz(110_001), allowed: .millihertz(110_000)))
    #expect(try Self.check(Self.record(speed: 110_000)) == nil)
  }

  @Test("S1 a contact longer than granted by more than two strokes is an excess")
  func dwell() throws {
    #expect(
      try Self.check(Self.record(dwell: 321)) == .dwell(reported: .milliseconds(321), allowed: .milliseconds(320)))
    #expect(try Self.check(Self.record(dwell: 320)) == nil)
  }

  @Test("S1 a dot farther from its place than error and tremor explain is an excess")
  func place() throws {
    let excess = RecordExcess.place(
      reported: at(50_360, 50_481), granted: at(50_000, 50_000), allowed: .micrometres(600))
    #expect(try Self.check(Self.record(x: 50_360, y: 50_481)) == excess)
    #expect(try Self.check(Self.record(x: 50_360, y: 50_480)) == nil, "600 µm exactly")
    #expect(try Self.check(Self.record(x: Int32.min, y: Int32.max)) != nil, "off the chart, without overflow")
    #expect(try Self.check(Self.record(x: 0, y: 0), accuracy: nil) == nil, "no positions, no judgement")
  }

  @Test("S1 a record of another grant, or of none, does not pass as this one's")
  func otherGrant() throws {
    #expect(try Self.check(Self.record(request: 6)) == .otherGrant)
    #expect(try Self.check(Self.record(zone: 1)) == .otherGrant)
    #expect(try Self.check(Self.record(.unbidden)) == .otherGrant)
  }

  @Test("S1 a grant that ended without a dot shows no trace of one", arguments: [RecordOutcome.expired, .cancelled])
  func noContact(_ outcome: RecordOutcome) throws {
    #expect(try Self.check(Self.record(outcome, speed: 100_000, dwell: 1, strokes: 0)) == .contactDenied)
    #expect(try Self.check(Self.record(outcome, depth: 1, dwell: 0, strokes: 0)) == .contactDenied)
    #expect(try Self.check(Self.record(outcome, depth: 0, dwell: 0, strokes: 1)) == .contactDenied)
    #expect(try Self.check(Self.record(outcome, depth: 0, dwell: 0, strokes: 0)) == nil)
  }
}

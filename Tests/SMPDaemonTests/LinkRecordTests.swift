import SMPLink
import Testing

@testable import smpsim

/// The wire between a daemon and a device process: what goes in comes out, and nothing else gets through.
@Suite struct LinkRecordTests {
  static let setup = ControlSetup(request: 0xC3, value: 0xBEEF, length: 64)
  static let tag = TransferTag(number: 0x0102_0304_0506_0708)

  static let hostRecords: [HostRecord] = [
    .watch, .open, .control(tag: tag, setup), .out(tag: tag, []), .out(tag: tag, [UInt8](repeating: 7, count: 768)),
    .stop(tag: TransferTag(number: 0), setup), .close,
  ]
  static let errors: [LinkError] = [.detached, .timedOut, .stalled, .overflowed, .notPermitted, .busy, .failed]
  static let deviceRecords: [DeviceRecord] =
    [
      .present(serial: "SIM-0001"), .present(serial: String(repeating: "x", count: 64)), .absent,
      .event(.controlCompleted(tag: tag, bytes: [1, 2, 3])), .event(.controlCompleted(tag: tag, bytes: [])),
      .event(.outCompleted(tag: tag)), .event(.bulkReceived([0xFF])), .event(.bulkReceived([])),
      .event(.interruptReceived([UInt8](repeating: 9, count: 513))), .event(.broken), .event(.detached),
    ] + errors.map { .refused($0) } + errors.map { .event(.controlFailed(tag: tag, error: $0)) }
    + errors.map { .event(.outFailed(tag: tag, error: $0)) } + errors.map { .event(.receiveFailed($0)) }

  /// Everything that one stretch of bytes means: records, or where it stops making sense.
  static func read<Record: LinkRecord>(_ type: Record.Type, _ bytes: [UInt8]) -> Result<[Record], LinkWireError> {
    var reader = RecordReader<Record>()
    reader.take(bytes)
    var records: [Record] = []
    do throws(LinkWireError) {
      while let record = try reader.next() { records.append(record) }
      return .success(records)
    } catch {
      return .failure(error)
    }
  }

  @Test("every record comes out as it went in, however its bytes are cut") func roundTrip() throws {
    let stream = Self.hostRecords.flatMap(\.encoded)
    #expect(try Self.read(HostRecord.self, stream).get() == Self.hostRecords)
    #expect(
      try Self.read(DeviceRecord.self, Self.deviceRecords.flatMap(\.encoded)).get() == Self.deviceRecords)
    var reader = RecordReader<HostRecord>()
    var found: [HostRecord] = []
    for byte in stream {
      reader.take([byte])
      while let record = try reader.next() { found.append(record) }
    }
    #expect(found == Self.hostRecords)
    #expect(reader.held == 0)
  }

  @Test("S13 a record cut anywhere is no record, and one a byte too long or too short for its kind is refused")
  func truncation() throws {
    func check<Record: LinkRecord>(_ records: [Record]) throws {
      for record in records {
        let bytes = record.encoded
        for count in 0..<bytes.count {
          #expect(try Self.read(Record.self, Array(bytes.prefix(count))).get() == [], "\(record) cut to \(count)")
        }
        // The same with a length that says so: every kind but those with a payload has one length only.
        for count in 0..<(bytes.count - 3) {
          let short = UInt16(count + 1).littleEndianBytes + bytes[2..<(3 + count)]
          guard case .success(let found) = Self.read(Record.self, short) else { continue }
          #expect(found != [record] && found.count == 1, "\(record) as \(short)")
        }
      }
    }
    try check(Self.hostRecords)
    try check(Self.deviceRecords)
    for record in [
      HostRecord.watch, .open, .control(tag: Self.tag, Self.setup), .stop(tag: Self.tag, Self.setup), .close,
    ] {
      let bytes = record.encoded
      let long = UInt16(bytes.count - 1).littleEndianBytes + bytes[2...] + [0]
      #expect(Self.read(HostRecord.self, long) == .failure(.malformed(kind: record.kind)), "\(record)")
    }
  }

  @Test("S13 lengths, kinds, versions, errors and serials outside their bounds are refused") func bounds() {
    #expect(Self.read(HostRecord.self, [0, 0]) == .failure(.length(0)))
    #expect(Self.read(HostRecord.self, [1, 4]) == .failure(.length(1_025)), "refused before its bytes are waited for")
    #expect(Self.read(HostRecord.self, [0xFF, 0xFF]) == .failure(.length(65_535)))
    #expect(Self.read(HostRecord.self, [1, 0, 0]) == .failure(.unknownKind(0)))
    #expect(Self.read(HostRecord.self, [1, 0, 129]) == .failure(.unknownKind(129)), "not in this direction")
    #expect(Self.read(DeviceRecord.self, [1, 0, 3]) == .failure(.unknownKind(3)))
    #expect(Self.read(HostRecord.self, [2, 0, 1, 2]) == .failure(.version(2)))
    #expect(Self.read(DeviceRecord.self, [2, 0, 131, 7]) == .failure(.malformed(kind: 131)))
    let much = UInt16(1 + 8 + 769).littleEndianBytes + [4] + [UInt8](repeating: 0, count: 8 + 769)
    #expect(Self.read(HostRecord.self, much) == .failure(.malformed(kind: 4)))
    for serial in ["", "a b", "\u{7F}", String(repeating: "x", count: 65)] {
      let bytes = UInt16(serial.utf8.count + 1).littleEndianBytes + [129] + Array(serial.utf8)
      #expect(Self.read(DeviceRecord.self, bytes) == .failure(.malformed(kind: 129)), "\(serial)")
    }
  }

  @Test(
    "S13 random bytes never trap, and what they mean is said the same way again",
    arguments: 1...8 as ClosedRange<UInt64>)
  func noise(seed: UInt64) {
    var state = seed
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    for _ in 0..<4_000 {
      var bytes = (0..<Int(next() % 40)).map { _ in UInt8(truncatingIfNeeded: next()) }
      // Lengths that could be true, or nothing would be reached.
      if bytes.count > 3, next() % 4 != 0 {
        (bytes[0], bytes[1], bytes[2]) = (UInt8(bytes.count - 2), 0, UInt8(next() % 8))
      }
      if case .success(let records) = Self.read(HostRecord.self, bytes) {
        #expect(bytes.starts(with: records.flatMap(\.encoded)), "seed \(seed): \(bytes)")
      }
      if bytes.count > 3 { bytes[2] = UInt8(128 + next() % 14) }
      if case .success(let records) = Self.read(DeviceRecord.self, bytes) {
        #expect(bytes.starts(with: records.flatMap(\.encoded)), "seed \(seed): \(bytes)")
      }
    }
  }
}

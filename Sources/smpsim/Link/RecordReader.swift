import SMPLink

/// Bytes of a connection in, records out. After an error it is spent: where the next record begins is not known.
struct RecordReader<Record: LinkRecord>: Sendable {
  private var bytes: [UInt8] = []
  /// What was read of `bytes`.
  private var start = 0

  /// Bytes that came and are no whole record yet.
  var held: Int { bytes.count - start }

  mutating func take(_ more: [UInt8]) {
    if start == bytes.count { (bytes, start) = ([], 0) }
    bytes += more
  }

  /// The next whole record; nil when there is none yet.
  mutating func next() throws(LinkWireError) -> Record? {
    guard held >= LinkWire.prefixBytes else { return nil }
    let length = Int(bytes[start]) | Int(bytes[start + 1]) << 8
    guard (1...LinkWire.recordBytes).contains(length) else { throw .length(length) }
    let body = start + LinkWire.prefixBytes
    guard bytes.count - body >= length else { return nil }
    let kind = bytes[body]
    var cursor = ByteCursor(bytes[(body + 1)..<(body + length)], kind: kind)
    let record = try Record(kind: kind, &cursor)
    guard cursor.isAtEnd else { throw .malformed(kind: kind) }
    start = body + length
    return record
  }
}

/// Reads the members of one record, never past its end.
struct ByteCursor {
  private var left: ArraySlice<UInt8>
  private let kind: UInt8

  init(_ bytes: ArraySlice<UInt8>, kind: UInt8) {
    left = bytes
    self.kind = kind
  }

  var isAtEnd: Bool { left.isEmpty }

  mutating func take<Value: FixedWidthInteger & UnsignedInteger>(
    _ type: Value.Type
  ) throws(LinkWireError) -> Value {
    let count = Value.bitWidth / 8
    guard left.count >= count else { throw .malformed(kind: kind) }
    let value = left.prefix(count).reversed().reduce(Value(0)) { ($0 << 8) | Value($1) }
    left = left.dropFirst(count)
    return value
  }

  mutating func tag() throws(LinkWireError) -> TransferTag { TransferTag(number: try take(UInt64.self)) }

  mutating func linkError() throws(LinkWireError) -> LinkError {
    let code = try take(UInt8.self)
    guard let error = LinkError(wireCode: code) else { throw .malformed(kind: kind) }
    return error
  }

  mutating func rest(atMost bound: Int) throws(LinkWireError) -> [UInt8] {
    guard left.count <= bound else { throw .malformed(kind: kind) }
    defer { left = [] }
    return Array(left)
  }

  /// Printable ASCII, as serials are.
  mutating func text(atMost bound: Int) throws(LinkWireError) -> String {
    let bytes = try rest(atMost: bound)
    guard !bytes.isEmpty, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .malformed(kind: kind) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension FixedWidthInteger {
  var littleEndianBytes: [UInt8] {
    (0..<(Self.bitWidth / 8)).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
  }
}

extension LinkError {
  private static let byCode: [LinkError] = [
    .detached, .timedOut, .stalled, .overflowed, .notPermitted, .busy, .failed,
  ]

  var wireCode: UInt8 {
    switch self {
    case .detached: 0
    case .timedOut: 1
    case .stalled: 2
    case .overflowed: 3
    case .notPermitted: 4
    case .busy: 5
    case .failed: 6
    }
  }

  init?(wireCode: UInt8) {
    guard wireCode < Self.byCode.count else { return nil }
    self = Self.byCode[Int(wireCode)]
  }
}

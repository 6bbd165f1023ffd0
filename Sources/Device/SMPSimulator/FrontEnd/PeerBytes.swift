/// Bytes that came and are no whole packet yet. Bounded by the longest packet, because the engines take every whole one
/// at once and judge a length before they wait for it.
struct PeerInput: Sendable {
  private var bytes: [UInt8] = []
  private var start = 0

  var held: Int { bytes.count - start }

  mutating func take(_ more: [UInt8]) {
    if start > 0 {
      bytes.removeFirst(start)
      start = 0
    }
    bytes += more
  }

  /// The next bytes, left where they are; nil when there are too few.
  func look(at count: Int, from offset: Int = 0) -> ArraySlice<UInt8>? {
    guard held >= offset + count else { return nil }
    return bytes[(start + offset)..<(start + offset + count)]
  }

  mutating func drop(_ count: Int) {
    precondition(count <= held, "only what came is dropped")
    start += count
  }
}

enum ByteOrder: Sendable {
  case little, big
}

/// Reads members in order. Lengths are judged before, so running out is our own bug and traps.
struct PeerReader {
  private let order: ByteOrder
  private(set) var left: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>, _ order: ByteOrder) {
    left = bytes
    self.order = order
  }

  mutating func integer<Value: FixedWidthInteger & UnsignedInteger>(_ type: Value.Type) -> Value {
    let bytes = bytes(Value.bitWidth / 8)
    switch order {
    case .little: return bytes.reversed().reduce(0) { $0 << 8 | Value($1) }
    case .big: return bytes.reduce(0) { $0 << 8 | Value($1) }
    }
  }

  mutating func u8() -> UInt8 { integer(UInt8.self) }
  mutating func u16() -> UInt16 { integer(UInt16.self) }
  mutating func u32() -> UInt32 { integer(UInt32.self) }

  mutating func bytes(_ count: Int) -> ArraySlice<UInt8> {
    precondition(left.count >= count, "a packet's length is judged before it is read")
    defer { left = left.dropFirst(count) }
    return left.prefix(count)
  }
}

/// Writes members in order.
struct PeerWriter {
  private let order: ByteOrder
  private(set) var bytes: [UInt8] = []

  init(_ order: ByteOrder) { self.order = order }

  mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
    let little = (0..<(Value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    bytes += order == .little ? little : little.reversed()
  }

  mutating func append(_ more: some Sequence<UInt8>) { bytes += more }

  /// Text at the start of a room of its own, zeros after it.
  mutating func text(_ text: String, room: Int) {
    let text = text.utf8.prefix(room - 1)
    bytes += text
    zeros(room - text.count)
  }

  mutating func zeros(_ count: Int) { bytes += [UInt8](repeating: 0, count: count) }
}

/// What is to be said, until the socket takes it.
package struct PeerOutput: Sendable {
  private var bytes: [UInt8] = []
  private var start = 0

  package var held: Int { bytes.count - start }
  package var unsent: ArraySlice<UInt8> { bytes[start...] }

  mutating func append(_ more: [UInt8]) { bytes += more }

  /// So many of them have gone.
  package mutating func drop(_ count: Int) {
    precondition(count <= held, "only what was there has gone")
    start += count
    if start == bytes.count || start >= PeerBounds.output { (bytes, start) = (Array(bytes[start...]), 0) }
  }
}

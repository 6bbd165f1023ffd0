/// One message on the wire, little-endian: version u8, type u8, sequence u16, length u16, payload, CRC-32C u32.
///
/// The checksum covers everything before it. A frame is one USB transfer: it never spans two, two never share one.
package struct Frame: Hashable, Sendable {
  /// Six bytes before the payload and four behind it.
  package static let headerLength = 6
  package static let overhead = 10
  /// One high-speed bulk packet: a frame never needs to be put together from pieces.
  package static let maximumLength = 512
  package static let maximumPayload = maximumLength - overhead
  /// One full-speed interrupt packet.
  package static let maximumInterruptLength = 64

  package let version: UInt8
  package let type: UInt8
  package let sequence: UInt16
  package let payload: [UInt8]

  package init(version: UInt8, type: UInt8, sequence: UInt16, payload: [UInt8]) {
    precondition(payload.count <= Frame.maximumPayload, "a frame's payload fits one packet")
    self.version = version
    self.type = type
    self.sequence = sequence
    self.payload = payload
  }

  /// Reads one whole frame: length, then checksum; no field is looked at before both are right.
  ///
  /// The version is handed on unjudged: version 1's frame layout is every version's, so that a peer of another
  /// version is answered instead of being taken for noise.
  /// - Throws: `truncated`, `tooLong`, `lengthMismatch`, `checksumMismatch`.
  package static func decode(_ bytes: [UInt8]) throws(WireError) -> Frame {
    guard bytes.count >= overhead else { throw .truncated(bytes: bytes.count) }
    guard bytes.count <= maximumLength else { throw .tooLong(bytes: bytes.count) }
    var header = ByteReader(bytes)
    let version = header.u8()
    let type = header.u8()
    let sequence = header.u16()
    let stated = Int(header.u16())
    guard stated == bytes.count - overhead else {
      throw .lengthMismatch(stated: stated, found: bytes.count - overhead)
    }
    let covered = bytes.count - 4
    var trailer = ByteReader(bytes, at: covered)
    guard trailer.u32() == CRC32C.of(bytes[..<covered]) else { throw .checksumMismatch }
    return Frame(version: version, type: type, sequence: sequence, payload: Array(bytes[headerLength..<covered]))
  }

  package func encoded() -> [UInt8] {
    var writer = ByteWriter(capacity: Frame.overhead + payload.count)
    writer.u8(version)
    writer.u8(type)
    writer.u16(sequence)
    writer.u16(UInt16(payload.count))
    writer.append(payload)
    writer.u32(CRC32C.of(writer.bytes))
    return writer.bytes
  }
}

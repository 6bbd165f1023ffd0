internal import SMPModel

/// Reads little-endian fields. Every message checks its whole length first, so running out is our own bug and traps.
struct ByteReader {
  private let bytes: [UInt8]
  /// Where the next field begins.
  private(set) var offset: Int

  init(_ bytes: [UInt8], at offset: Int = 0) {
    self.bytes = bytes
    self.offset = offset
  }

  mutating func u8() -> UInt8 {
    let value = bytes[offset]
    offset += 1
    return value
  }
  mutating func u16() -> UInt16 {
    let low = UInt16(u8())
    return low | UInt16(u8()) << 8
  }
  mutating func u32() -> UInt32 {
    let low = UInt32(u16())
    return low | UInt32(u16()) << 16
  }
  mutating func u64() -> UInt64 {
    let low = UInt64(u32())
    return low | UInt64(u32()) << 32
  }
  mutating func i32() -> Int32 { Int32(bitPattern: u32()) }

  mutating func reserved(_ count: Int) throws(WireError) {
    for _ in 0..<count {
      let place = offset
      guard u8() == 0 else { throw .reservedSet(offset: place) }
    }
  }

  mutating func depth() -> Depth { .micrometres(Int64(u16())) }
  mutating func speed() -> Speed { .millihertz(Int64(u32())) }
  mutating func dwell() -> Dwell { .milliseconds(Int64(u16())) }
  mutating func ticks() -> DeviceTicks { DeviceTicks(microseconds: u32()) }

  mutating func position() -> ChartPosition {
    let x = i32()
    return ChartPosition(x: x, y: i32())
  }
  mutating func digest() -> ProfileDigest {
    let generation = u32()
    return ProfileDigest(generation: generation, checksum: u32())
  }
  mutating func zone() throws(WireError) -> ZoneIndex {
    let place = offset
    let number = u8()
    guard Int(number) < Bounds.zones else { throw .invalidValue(offset: place) }
    return ZoneIndex(number: number)
  }
  mutating func grantNumber() -> GrantNumber { GrantNumber(number: u64()) }
}

/// Writes little-endian fields.
///
/// *Commanded* quantities that do not fit their field trap: the guard and the plan's envelope bounded them long
/// before, so one that gets here is our bug. *Measured* quantities saturate at the field's ends: a sensor may say
/// anything, and a huge depth must read as huge, never wrap to a small one.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  init(capacity: Int) { bytes.reserveCapacity(capacity) }

  mutating func u8(_ value: UInt8) { bytes.append(value) }
  mutating func u16(_ value: UInt16) {
    bytes.append(UInt8(truncatingIfNeeded: value))
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
  }
  mutating func u32(_ value: UInt32) {
    u16(UInt16(truncatingIfNeeded: value))
    u16(UInt16(truncatingIfNeeded: value >> 16))
  }
  mutating func u64(_ value: UInt64) {
    u32(UInt32(truncatingIfNeeded: value))
    u32(UInt32(truncatingIfNeeded: value >> 32))
  }
  mutating func reserved(_ count: Int) {
    for _ in 0..<count { bytes.append(0) }
  }
  mutating func append(_ more: [UInt8]) { bytes += more }

  mutating func commanded(_ depth: Depth) { u16(Self.whole(depth.micrometres)) }
  mutating func commanded(_ dwell: Dwell) { u16(Self.whole(dwell.milliseconds)) }
  mutating func commanded(_ speed: Speed) { u32(Self.whole(speed.millihertz)) }
  mutating func measured(_ depth: Depth) { u16(UInt16(clamping: depth.micrometres)) }
  mutating func measured(_ dwell: Dwell) { u16(UInt16(clamping: dwell.milliseconds)) }
  mutating func measured(_ speed: Speed) { u32(UInt32(clamping: speed.millihertz)) }

  private static func whole<Field: FixedWidthInteger>(_ amount: Int64) -> Field {
    guard let field = Field(exactly: amount) else { preconditionFailure("a commanded quantity fits its field") }
    return field
  }

  mutating func position(_ position: ChartPosition) {
    u32(UInt32(bitPattern: position.x))
    u32(UInt32(bitPattern: position.y))
  }
  mutating func digest(_ digest: ProfileDigest) {
    u32(digest.generation)
    u32(digest.checksum)
  }
  mutating func zone(_ zone: ZoneIndex) {
    precondition(Int(zone.number) < Bounds.zones, "a zone's index is below the bound")
    u8(zone.number)
  }
}

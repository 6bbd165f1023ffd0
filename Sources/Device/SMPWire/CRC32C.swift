/// CRC-32C (Castagnoli): polynomial 0x1EDC6F41, reflected, all ones before and after, as in iSCSI (RFC 3720).
///
/// It finds every burst up to 32 bits and every one- and two-bit error in a frame of 512 bytes. One table of 1 KiB,
/// because a device's flash is small; a frame of 60 bytes takes well under a microsecond on a host.
package struct CRC32C: Sendable {
  private var register: UInt32 = 0xFFFF_FFFF

  package init() {}

  /// The reflected polynomial.
  private static let polynomial: UInt32 = 0x82F6_3B78

  private static let table: [UInt32] = {
    var table: [UInt32] = []
    table.reserveCapacity(256)
    for index in UInt32(0)..<256 {
      var value = index
      for _ in 0..<8 {
        value = value & 1 == 1 ? (value >> 1) ^ polynomial : value >> 1
      }
      table.append(value)
    }
    return table
  }()

  package mutating func update(_ bytes: some Sequence<UInt8>) {
    let table = Self.table
    var register = self.register
    for byte in bytes {
      register = table[Int(UInt8(truncatingIfNeeded: register) ^ byte)] ^ (register >> 8)
    }
    self.register = register
  }

  package var checksum: UInt32 { ~register }

  package static func of(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var crc = CRC32C()
    crc.update(bytes)
    return crc.checksum
  }
}

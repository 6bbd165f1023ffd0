package import SMPModel

/// A zone profile's 16 bytes, the same in the message and under the digest.
enum ZoneProfileLayout {
  static let length = 16

  static func write(_ profile: ZoneProfile, to writer: inout ByteWriter) {
    writer.zone(profile.zone)
    writer.reserved(1)
    writer.commanded(profile.depth)
    writer.commanded(profile.depthMaximum)
    writer.commanded(profile.dwellMaximum)
    writer.commanded(profile.speed)
    writer.commanded(profile.speedMaximum)
  }

  static func read(_ reader: inout ByteReader) throws(WireError) -> ZoneProfile {
    let zone = try reader.zone()
    try reader.reserved(1)
    let depth = reader.depth()
    let depthMaximum = reader.depth()
    let dwellMaximum = reader.dwell()
    let speed = reader.speed()
    return ZoneProfile(
      zone: zone, depth: depth, depthMaximum: depthMaximum, speed: speed, speedMaximum: reader.speed(),
      dwellMaximum: dwellMaximum)
  }
}

extension ProfileDigest {
  /// The digest of a profile set: CRC-32C of generation u32, count u8 and each profile's 16 bytes in zone order.
  ///
  /// `profiles`: at most `Bounds.zones`, one per zone, in any order. `generation` is never 0 on the wire, so no set's
  /// digest is `ProfileDigest.none`.
  package static func of(generation: UInt32, profiles: [ZoneProfile]) -> ProfileDigest {
    precondition(profiles.count <= Bounds.zones, "a profile set fits the device")
    var writer = ByteWriter(capacity: 5 + profiles.count * ZoneProfileLayout.length)
    writer.u32(generation)
    writer.u8(UInt8(profiles.count))
    for profile in profiles.sorted(by: { $0.zone.number < $1.zone.number }) {
      ZoneProfileLayout.write(profile, to: &writer)
    }
    return ProfileDigest(generation: generation, checksum: CRC32C.of(writer.bytes))
  }
}

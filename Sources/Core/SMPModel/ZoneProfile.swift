/// What the device itself holds of one zone: the set-points and the bounds it enforces whatever the host says (S5).
package struct ZoneProfile: Hashable, Sendable {
  package let zone: ZoneIndex
  package let depth: Depth
  package let depthMaximum: Depth
  package let speed: Speed
  package let speedMaximum: Speed
  package let dwellMaximum: Dwell
  package init(
    zone: ZoneIndex, depth: Depth, depthMaximum: Depth, speed: Speed, speedMaximum: Speed, dwellMaximum: Dwell
  ) {
    self.zone = zone
    self.depth = depth
    self.depthMaximum = depthMaximum
    self.speed = speed
    self.speedMaximum = speedMaximum
    self.dwellMaximum = dwellMaximum
  }
}

/// Names one profile set: its generation and the CRC-32C of its encoding (computed by `SMPWire`).
///
/// Every lease renewal carries it; a device that holds another set cuts (S5). It guards against mistakes and
/// corruption, not against forgery: whoever can write to the device's USB node is past every limit anyway.
package struct ProfileDigest: Hashable, Sendable {
  package let generation: UInt32
  package let checksum: UInt32
  package init(generation: UInt32, checksum: UInt32) {
    self.generation = generation
    self.checksum = checksum
  }
  /// No profile set loaded; nothing can be armed under it.
  package static let none = ProfileDigest(generation: 0, checksum: 0)
}

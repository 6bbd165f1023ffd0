package import SMPModel

/// The guard of a self-test outside of a session (S9).
///
/// It can admit two commands and no more: the least profile set a device takes, because a device without one does not
/// turn, and the self-test under it. Through it nothing is armed and no dot is granted.
package struct SelfTestGuard: Hashable, Sendable {
  /// Of the profile set, and of no other set before or after it.
  package let generation: UInt32
  private let profile: ZoneProfile

  /// The drive is to turn at the highest speed that needs nobody's confirmation: from there a stop is proven, and the
  /// strictest source still holds (S3).
  ///
  /// Refuses when a source of limits is missing, when no speed lies within all of them, and for a device nobody can
  /// work with.
  /// - Parameters:
  ///   - site: the clinic's limits; nil when the file is absent or unreadable.
  ///   - generation: above any that this device has seen.
  package init(site: LimitSet?, device: DeviceCapabilities, generation: UInt32) throws(GuardRefusal) {
    let envelope = try Envelope(ceiling: .ceiling, device: LimitSet(device: device), site: site, plan: LimitSet())
    guard device.depthMinimum >= .zero, device.depthMinimum <= device.depthMaximum else { throw .deviceImplausible }
    let (lowest, highest) = (envelope[.speedMinimum], envelope[.speedMaximum])
    let (slowest, fastest) = (lowest.soft ?? lowest.hard, highest.soft ?? highest.hard)
    guard slowest.value <= fastest.value else { throw .noSpeedWithinLimits(minimum: slowest, maximum: fastest) }
    self.generation = generation
    // No dot can be made under it; were one made all the same, it would be the shallowest and the shortest.
    profile = ZoneProfile(
      zone: ZoneIndex(number: 0), depth: device.depthMinimum, depthMaximum: device.depthMinimum,
      speed: .millihertz(fastest.value), speedMaximum: .millihertz(fastest.value), dwellMaximum: .milliseconds(1))
  }

  package func admitProfiles() -> Admitted { Admitted(.profiles(generation: generation, [profile])) }

  /// - Parameter digest: what the device has answered with; one of another set admits nothing.
  package func admitSelfTest(loaded digest: ProfileDigest) throws(GuardRefusal) -> Admitted {
    guard digest != .none, digest.generation == generation else { throw .notLoaded }
    return Admitted(.selfTest)
  }
}

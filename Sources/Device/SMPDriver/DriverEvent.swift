package import SMPLink
package import SMPModel

/// What the driver reports to the owner.
package enum DriverEvent: Hashable, Sendable {
  /// A needle device of a version we speak.
  case identified(DeviceCapabilities, DeviceStatus)
  /// Something answered that is no needle device, or none we can drive.
  case unusable(Unusable)
  /// `isReply`: everything the device sent before it has arrived.
  case status(DeviceStatus, isReply: Bool)
  case requested(DotRequest)
  case record(DotRecord)
  case profilesLoaded(ProfileDigest)
  case answered(DriverCommand, DriverAnswer)
  /// What came of reading the tip (S12).
  case tipRead(TipReading)
  case stopFailed(LinkError)
  /// The link works, but gets worse: somebody should look at cable and port. Once for each spell of troubles.
  case linkAlarm(LinkQuality)
  case detached
}

/// A command whose answer the owner hears.
package enum DriverCommand: Hashable, Sendable {
  case profiles, selfTest, arm, resume
  case grant(RequestID)
  case renewLease, suspend, disarm, deny, release, readRecords, clearFault
}

package enum DriverAnswer: Hashable, Sendable {
  case accepted(DeviceStatus)
  case refusedPedal(DeviceStatus)
  case refused(DeviceStatus)
  case silent
}

/// Why a device cannot be driven.
package enum Unusable: Hashable, Sendable {
  case noAnswer
  case notANeedleDevice
  /// Its endpoints fail again and again.
  case broken
  case version(oldest: UInt8, newest: UInt8)
}

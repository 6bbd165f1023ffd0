package import SMPModel

/// Why the guard refuses to exist, to load or to change. Facts as values; the sentence and the remedy are made at the edge.
package enum GuardRefusal: Error, Hashable, Sendable {
  /// A source of limits is absent or says nothing at all: an empty file must not read as "no limits" (S3).
  case sourceMissing(LimitSource)
  /// No source holds this key with a hard limit.
  case hardLimitMissing(LimitKey)
  /// A set-point of `zone` passes a hard limit.
  case beyondHard(zone: ZoneIndex, key: LimitKey, requested: Int64, limit: Int64, source: LimitSource)
  /// A changed set-point of `zone` passes a soft limit that nobody has confirmed.
  case beyondSoft(zone: ZoneIndex, key: LimitKey, requested: Int64, limit: Int64, source: LimitSource)
  /// The plan limits spacing or density in `zone`, and the device does not know where its needle is (S4).
  case positioningRequired(zone: ZoneIndex, key: LimitKey)
  /// The zone's outline leaves the chart or encloses nothing.
  case outlineUnusable(zone: ZoneIndex)
  /// The device states a depth step or a position accuracy nobody can work with.
  case deviceImplausible
  /// No speed lies within the limits of every source.
  case noSpeedWithinLimits(minimum: Bound, maximum: Bound)
  /// More dots of this client than `Bounds.livingDots`.
  case tooManyDots(Int)
  /// There is no soft limit on this key to confirm; hard limits cannot be confirmed away (S3).
  case notConfirmable(LimitKey)
  case unknownZone(ZoneIndex)
  /// Set-points change between dots only (S5).
  case grantOpen
  /// The generation must grow with every change of set-points (S5).
  case generationNotNew(current: UInt32)
  /// The device has not answered with the digest of the profile set in force (S5).
  case notLoaded
  /// The device has a frame of its own, and nobody has registered it to the chart since it was attached (S12).
  case notRegistered
}

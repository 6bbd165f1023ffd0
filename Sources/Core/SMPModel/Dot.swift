/// The device's number for one request to make a dot. It grows by one and is never used twice between two starts.
package struct RequestID: Hashable, Sendable {
  package let number: UInt32
  package init(number: UInt32) { self.number = number }
}

/// The number of a grant: the number of its journal entry, so that a device record names its own evidence. Never 0.
package struct GrantNumber: Hashable, Sendable {
  package let number: UInt64
  package init(number: UInt64) { self.number = number }
  /// What a device record carries when no grant stood behind the contact.
  package static let none = GrantNumber(number: 0)
}

/// The device's number for one of its records. It grows by one and survives a restart of host and device.
package struct RecordSequence: Hashable, Comparable, Sendable {
  package let number: UInt32
  package init(number: UInt32) { self.number = number }
  package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

/// A zone's place in the session's profile set, 0 to 31.
package struct ZoneIndex: Hashable, Sendable {
  package let number: UInt8
  package init(number: UInt8) { self.number = number }
}

/// What the device asks at approach: may I make a dot here? (S1)
package struct DotRequest: Hashable, Sendable {
  package let id: RequestID
  /// As it comes from a device of a frame of its own: `asked` once more, and no place on the chart yet.
  package let position: ChartPosition
  /// The place as the device asked for it, in its own frame; the same as `position` where it speaks the chart.
  package let asked: DevicePosition
  /// The device's clock when it asked; the grant expires `Bounds.grantLifetime` later on that same clock.
  package let requestedAt: DeviceTicks
  package init(
    id: RequestID, position: ChartPosition, asked: DevicePosition? = nil, requestedAt: DeviceTicks
  ) {
    self.id = id
    self.position = position
    self.asked = asked ?? DevicePosition(position)
    self.requestedAt = requestedAt
  }
}

/// What one dot may be: single use, bound to request, zone, position, depth, speed and dwell (S1).
package struct Grant: Hashable, Sendable {
  package let request: RequestID
  package let zone: ZoneIndex
  package let position: ChartPosition
  /// The place as the device asked for it: it goes back as it came, so that nothing is rounded on the way. One read from
  /// a record, which is never sent again, has none but `position`.
  package let asked: DevicePosition
  package let depth: Depth
  package let speed: Speed
  /// The longest contact allowed; the device retracts by itself when it is reached.
  package let dwell: Dwell
  /// The profile set the grant was decided under; a device with another one refuses it.
  package let digest: ProfileDigest
  package init(
    request: RequestID, zone: ZoneIndex, position: ChartPosition, asked: DevicePosition? = nil, depth: Depth,
    speed: Speed, dwell: Dwell, digest: ProfileDigest
  ) {
    self.request = request
    self.zone = zone
    self.position = position
    self.asked = asked ?? DevicePosition(position)
    self.depth = depth
    self.speed = speed
    self.dwell = dwell
    self.digest = digest
  }
}

/// How a grant ended, or what else the needle did. Each grant ends in exactly one record (S1).
package enum RecordOutcome: UInt8, CaseIterable, Sendable {
  /// The needle made the dot.
  case used = 1
  /// No contact within the grant's lifetime, or the grant came too late.
  case expired = 2
  /// Withdrawn by the device before contact: pedal released, stop, fault, or the grant was refused as unfit.
  case cancelled = 3
  /// The device's own contact sensor saw a dot no grant allowed. Always comes with a latched fault.
  case unbidden = 4
}

/// The device's record of one grant or contact, kept until the host releases it (S2).
package struct DotRecord: Hashable, Sendable {
  package let sequence: RecordSequence
  package let grant: GrantNumber
  package let request: RequestID
  package let zone: ZoneIndex
  package let outcome: RecordOutcome
  /// Where the device measured the contact (for `expired` and `cancelled`: where it was asked for).
  package let position: ChartPosition
  /// Deepest stroke as the device measured it; zero without contact.
  package let depthReported: Depth
  package let speedReported: Speed
  package let dwellReported: Dwell
  package let strokes: UInt16
  package let endedAt: DeviceTicks
  package init(
    sequence: RecordSequence, grant: GrantNumber, request: RequestID, zone: ZoneIndex, outcome: RecordOutcome,
    position: ChartPosition, depthReported: Depth, speedReported: Speed, dwellReported: Dwell, strokes: UInt16,
    endedAt: DeviceTicks
  ) {
    self.sequence = sequence
    self.grant = grant
    self.request = request
    self.zone = zone
    self.outcome = outcome
    self.position = position
    self.depthReported = depthReported
    self.speedReported = speedReported
    self.dwellReported = dwellReported
    self.strokes = strokes
    self.endedAt = endedAt
  }

  /// The same record with its place where the chart has it.
  package func placed(at position: ChartPosition) -> DotRecord {
    DotRecord(
      sequence: sequence, grant: grant, request: request, zone: zone, outcome: outcome, position: position,
      depthReported: depthReported, speedReported: speedReported, dwellReported: dwellReported, strokes: strokes,
      endedAt: endedAt)
  }
}

/// What the device's lamp, buzzer or haptics tell the practitioner about a denial.
package enum Indication: UInt8, CaseIterable, Sendable {
  case none = 0
  /// Move on: this place has had enough (spacing, density, zone complete).
  case moveAway = 1
  /// Outside the zone, or the wrong zone.
  case wrongPlace = 2
  /// A person must confirm or decide at the workstation.
  case askOperator = 3
  /// Wait: the host is not ready.
  case wait = 4
}

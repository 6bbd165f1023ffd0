package import SMPModel

/// A device answered: who it is and what it has counted so far (S7).
package struct DeviceAttachedEntry: EntryPayload {
  package let serial: Label
  package let firmware: Label
  /// What the device says of itself (S11).
  package let deviceSimulated: Bool
  package let bootCount: UInt32
  package let contactCount: UInt32
  /// Sequence of the next record it will make.
  package let nextRecord: RecordSequence
  /// Sequence of the oldest one it still holds.
  package let oldestRecord: RecordSequence
  /// It measures in a frame of its own, and is registered in each session before it works (S12). Entries that say nothing
  /// of it are of devices that speak the chart, or of daemons that knew no others.
  package let ownFrame: Bool?

  package init(
    serial: Label, firmware: Label, deviceSimulated: Bool, bootCount: UInt32, contactCount: UInt32,
    nextRecord: RecordSequence, oldestRecord: RecordSequence, ownFrame: Bool? = nil
  ) {
    self.ownFrame = ownFrame
    self.serial = serial
    self.firmware = firmware
    self.deviceSimulated = deviceSimulated
    self.bootCount = bootCount
    self.contactCount = contactCount
    self.nextRecord = nextRecord
    self.oldestRecord = oldestRecord
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    serial = try fields.label("serial")
    firmware = try fields.label("firmware")
    deviceSimulated = try fields.bool("device_simulated")
    bootCount = try fields.integer("boot_count")
    contactCount = try fields.integer("contact_count")
    nextRecord = RecordSequence(number: try fields.integer("next_record"))
    oldestRecord = RecordSequence(number: try fields.integer("oldest_record"))
    ownFrame = try fields.bool(ifAny: "own_frame")
  }

  func write(to fields: inout FieldWriter) {
    fields.label("serial", serial)
    fields.label("firmware", firmware)
    fields.bool("device_simulated", deviceSimulated)
    fields.integer("boot_count", bootCount)
    fields.integer("contact_count", contactCount)
    fields.integer("next_record", nextRecord.number)
    fields.integer("oldest_record", oldestRecord.number)
    fields.bool("own_frame", ifAny: ownFrame)
  }
}

/// The device is gone.
package struct DeviceDetachedEntry: EntryPayload {
  package let serial: Label

  package init(serial: Label) {
    self.serial = serial
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    serial = try fields.label("serial")
  }

  func write(to fields: inout FieldWriter) {
    fields.label("serial", serial)
  }
}

/// Profiles about to be loaded into the device (S5).
package struct ProfilesIntendedEntry: EntryPayload {
  package let generation: UInt32
  package let zones: [ZoneProfile]

  package init(generation: UInt32, zones: [ZoneProfile]) {
    self.generation = generation
    self.zones = zones
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    generation = try fields.integer("generation")
    zones = try fields.profiles("zones")
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("generation", generation)
    fields.profiles("zones", zones)
  }
}

/// The device answered with the digest of its profiles.
package struct ProfilesLoadedEntry: EntryPayload {
  package let digest: ProfileDigest

  package init(digest: ProfileDigest) {
    self.digest = digest
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    digest = try fields.digest()
  }

  func write(to fields: inout FieldWriter) {
    fields.digest(digest)
  }
}

/// The stop path was tried (S9).
package struct SelfTestEntry: EntryPayload {
  /// From submitting the stop to a still drive; nil when no answer came.
  package let latency: Interval?
  package let passed: Bool

  package init(latency: Interval? = nil, passed: Bool) {
    self.latency = latency
    self.passed = passed
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    latency = try fields.microseconds(ifAny: "latency_microseconds")
    passed = try fields.bool("passed")
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("latency_microseconds", ifAny: latency?.microseconds)
    fields.bool("passed", passed)
  }
}

/// The device is about to be armed under these profiles.
package struct ArmIntendedEntry: EntryPayload {
  package let digest: ProfileDigest

  package init(digest: ProfileDigest) {
    self.digest = digest
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    digest = try fields.digest()
  }

  func write(to fields: inout FieldWriter) {
    fields.digest(digest)
  }
}

/// The device is armed under these profiles.
package struct ArmedEntry: EntryPayload {
  package let digest: ProfileDigest

  package init(digest: ProfileDigest) {
    self.digest = digest
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    digest = try fields.digest()
  }

  func write(to fields: inout FieldWriter) {
    fields.digest(digest)
  }
}

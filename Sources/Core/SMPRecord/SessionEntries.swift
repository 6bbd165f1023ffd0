package import SMPModel

/// Everything a session stands on, at the moment it is opened.
package struct SessionOpenedEntry: EntryPayload {
  /// The session's number in its course, from 1.
  package let number: Int64
  /// The device's serial.
  package let serial: Label
  package let operatorName: Commitment
  package let pigmentLot: Label
  package let cartridge: Label
  /// The skin check: `clear`, `redness`, `scabs`.
  package let skin: Word
  /// SHA-256 of the signed document.
  package let plan: Fingerprint
  /// SHA-256 of the limits in force, all sources taken together.
  package let envelope: Fingerprint
  /// Names of the zones, in the order of their indices.
  package let zones: [Label]
  /// Dots the plan has for this session.
  package let dotsPlanned: Int64

  package init(
    number: Int64, serial: Label, operatorName: Commitment, pigmentLot: Label, cartridge: Label, skin: Word,
    plan: Fingerprint, envelope: Fingerprint, zones: [Label], dotsPlanned: Int64
  ) {
    self.number = number
    self.serial = serial
    self.operatorName = operatorName
    self.pigmentLot = pigmentLot
    self.cartridge = cartridge
    self.skin = skin
    self.plan = plan
    self.envelope = envelope
    self.zones = zones
    self.dotsPlanned = dotsPlanned
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    number = try fields.integer("number")
    serial = try fields.label("serial")
    operatorName = try fields.commitment("operator")
    pigmentLot = try fields.label("pigment_lot")
    cartridge = try fields.label("cartridge")
    skin = try fields.word("skin")
    plan = try fields.fingerprint("plan")
    envelope = try fields.fingerprint("envelope")
    zones = try fields.labels("zones")
    dotsPlanned = try fields.integer("dots_planned")
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("number", number)
    fields.label("serial", serial)
    fields.commitment("operator", operatorName)
    fields.label("pigment_lot", pigmentLot)
    fields.label("cartridge", cartridge)
    fields.word("skin", skin)
    fields.fingerprint("plan", plan)
    fields.fingerprint("envelope", envelope)
    fields.labels("zones", zones)
    fields.integer("dots_planned", dotsPlanned)
  }
}

/// An operator selected a zone; who is in the header.
package struct ZoneOpenedEntry: EntryPayload {
  package let zone: ZoneIndex

  package init(zone: ZoneIndex) {
    self.zone = zone
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    zone = try fields.zone()
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("zone", zone.number)
  }
}

/// A person confirmed a soft limit by name (S3).
package struct LimitConfirmedEntry: EntryPayload {
  package let key: LimitKey
  package let by: Commitment
  package let reason: Commitment

  package init(key: LimitKey, by: Commitment, reason: Commitment) {
    self.key = key
    self.by = by
    self.reason = reason
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    key = try fields.limitKey("key")
    by = try fields.commitment("by")
    reason = try fields.commitment("reason")
  }

  func write(to fields: inout FieldWriter) {
    fields.limitKey("key", key)
    fields.commitment("by", by)
    fields.commitment("reason", reason)
  }
}

/// A step out of order that stands by a person's word (S12).
package struct StepOverriddenEntry: EntryPayload {
  /// `interval`, `skin`.
  package let step: Word
  package let by: Commitment
  package let reason: Commitment

  package init(step: Word, by: Commitment, reason: Commitment) {
    self.step = step
    self.by = by
    self.reason = reason
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    step = try fields.word("step")
    by = try fields.commitment("by")
    reason = try fields.commitment("reason")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("step", step)
    fields.commitment("by", by)
    fields.commitment("reason", reason)
  }
}

/// New set-points of a zone, in force once the device holds them.
package struct SetPointsEntry: EntryPayload {
  package let zone: ZoneIndex
  package let depth: Depth
  package let speed: Speed
  package let dwell: Dwell

  package init(zone: ZoneIndex, depth: Depth, speed: Speed, dwell: Dwell) {
    self.zone = zone
    self.depth = depth
    self.speed = speed
    self.dwell = dwell
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    zone = try fields.zone()
    depth = try fields.depth("depth_micrometres")
    speed = try fields.speed("speed_millihertz")
    dwell = try fields.dwell("dwell_milliseconds")
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("zone", zone.number)
    fields.integer("depth_micrometres", depth.micrometres)
    fields.integer("speed_millihertz", speed.millihertz)
    fields.integer("dwell_milliseconds", dwell.milliseconds)
  }
}

/// A pause; the reason is a person's own words, where one was given.
package struct PausedEntry: EntryPayload {
  /// `client`, `cartridge`, `ink`, `break`.
  package let reason: Word?
  package let remarks: Commitment?

  package init(reason: Word? = nil, remarks: Commitment? = nil) {
    self.reason = reason
    self.remarks = remarks
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    reason = try fields.word(ifAny: "reason")
    remarks = try fields.commitment(ifAny: "remarks")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("reason", ifAny: reason)
    fields.commitment("remarks", ifAny: remarks)
  }
}

/// How uncomfortable it is, as the client said it.
package struct ComfortScoredEntry: EntryPayload {
  /// 0 is not at all, 10 is the worst there can be.
  package let score: Int64
  package let remarks: Commitment?

  package init(score: Int64, remarks: Commitment? = nil) {
    self.score = score
    self.remarks = remarks
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    score = try fields.integer("score")
    remarks = try fields.commitment(ifAny: "remarks")
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("score", score)
    fields.commitment("remarks", ifAny: remarks)
  }
}

/// The session was disarmed and stays open.
package struct DisarmedEntry: EntryPayload {
  package let reason: Word

  package init(reason: Word) {
    self.reason = reason
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    reason = try fields.word("reason")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("reason", reason)
  }
}

/// Something may have happened that nobody saw (S7).
package struct UncertainEntry: EntryPayload {
  package let reason: Word
  /// Grants without an end at that moment; each counts as a dot.
  package let openGrants: Int64

  package init(reason: Word, openGrants: Int64) {
    self.reason = reason
    self.openGrants = openGrants
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    reason = try fields.word("reason")
    openGrants = try fields.integer("open_grants")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("reason", reason)
    fields.integer("open_grants", openGrants)
  }
}

/// A person resolved an uncertain session by name (S7).
package struct ResolvedEntry: EntryPayload {
  package let by: Commitment
  package let reason: Commitment

  package init(by: Commitment, reason: Commitment) {
    self.by = by
    self.reason = reason
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    by = try fields.commitment("by")
    reason = try fields.commitment("reason")
  }

  func write(to fields: inout FieldWriter) {
    fields.commitment("by", by)
    fields.commitment("reason", reason)
  }
}

/// The end of a session.
package struct SessionClosedEntry: EntryPayload {
  package let outcome: Word
  /// Dots of this session, presumed ones included.
  package let dotsMade: Int64

  package init(outcome: Word, dotsMade: Int64) {
    self.outcome = outcome
    self.dotsMade = dotsMade
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    outcome = try fields.word("outcome")
    dotsMade = try fields.integer("dots_made")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("outcome", outcome)
    fields.integer("dots_made", dotsMade)
  }
}

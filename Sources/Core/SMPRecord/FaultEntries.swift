package import SMPModel

/// A stop and how it ended (S6).
package struct StopEntry: EntryPayload {
  package enum Style: String, CaseIterable, Hashable, Sendable {
    case normal
    case protective
  }
  package enum Outcome: String, CaseIterable, Hashable, Sendable {
    /// The device confirmed that it stands.
    case still
    case submitted
    /// No device; its lease cuts.
    case absent
  }

  package let style: Style
  /// Who brought it about: `person`, `idle`, `shutdown`, `device`; a person's uid is in the header.
  package let origin: Word
  package let outcome: Outcome
  /// From the call to a confirmed still needle.
  package let latency: Interval?

  package init(style: Style, origin: Word, outcome: Outcome, latency: Interval? = nil) {
    self.style = style
    self.origin = origin
    self.outcome = outcome
    self.latency = latency
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    style = try fields.word("style")
    origin = try fields.word("origin")
    outcome = try fields.word("outcome")
    latency = try fields.microseconds(ifAny: "latency_microseconds")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("style", style)
    fields.word("origin", origin)
    fields.word("outcome", outcome)
    fields.integer("latency_microseconds", ifAny: latency?.microseconds)
  }
}

/// A fault, as the device or the host found it (S8).
package struct FaultEntry: EntryPayload {
  package let fault: Word
  package let latched: Bool
  /// Measured and allowed amounts, where there are any.
  package let details: [FaultDetail]

  package init(fault: Word, latched: Bool, details: [FaultDetail]) {
    self.fault = fault
    self.latched = latched
    self.details = details
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    fault = try fields.word("fault")
    latched = try fields.bool("latched")
    details = try fields.details("details")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("fault", fault)
    fields.bool("latched", latched)
    fields.details("details", details)
  }
}

/// A latched fault was cleared; nothing moves by that.
package struct FaultClearedEntry: EntryPayload {
  package let fault: Word

  package init(fault: Word) {
    self.fault = fault
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    fault = try fields.word("fault")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("fault", fault)
  }
}

/// The same fault came back too often (S8).
package struct LockedOutEntry: EntryPayload {
  package let fault: Word

  package init(fault: Word) {
    self.fault = fault
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    fault = try fields.word("fault")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("fault", fault)
  }
}

/// A person lifted a lock-out by name.
package struct UnlockedEntry: EntryPayload {
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

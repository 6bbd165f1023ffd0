/// A plan document was taken in; the header names its course.
package struct PlanImportedEntry: EntryPayload {
  /// SHA-256 of the document.
  package let plan: Fingerprint
  /// 1 for the first document of the course, then one more for each amendment.
  package let version: Int64
  /// Version of the plan file's schema.
  package let schema: Int64
  package let title: Commitment
  /// The client's pseudonymous reference.
  package let client: Commitment

  package init(plan: Fingerprint, version: Int64, schema: Int64, title: Commitment, client: Commitment) {
    self.plan = plan
    self.version = version
    self.schema = schema
    self.title = title
    self.client = client
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    plan = try fields.fingerprint("plan")
    version = try fields.integer("version")
    schema = try fields.integer("schema")
    title = try fields.commitment("title")
    client = try fields.commitment("client")
  }

  func write(to fields: inout FieldWriter) {
    fields.fingerprint("plan", plan)
    fields.integer("version", version)
    fields.integer("schema", schema)
    fields.commitment("title", title)
    fields.commitment("client", client)
  }
}

/// A new version of a course's document; what was done stays.
package struct PlanAmendedEntry: EntryPayload {
  /// SHA-256 of the document.
  package let plan: Fingerprint
  /// One more than the version before.
  package let version: Int64
  /// Version of the plan file's schema.
  package let schema: Int64
  package let by: Commitment
  package let reason: Commitment

  package init(plan: Fingerprint, version: Int64, schema: Int64, by: Commitment, reason: Commitment) {
    self.plan = plan
    self.version = version
    self.schema = schema
    self.by = by
    self.reason = reason
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    plan = try fields.fingerprint("plan")
    version = try fields.integer("version")
    schema = try fields.integer("schema")
    by = try fields.commitment("by")
    reason = try fields.commitment("reason")
  }

  func write(to fields: inout FieldWriter) {
    fields.fingerprint("plan", plan)
    fields.integer("version", version)
    fields.integer("schema", schema)
    fields.commitment("by", by)
    fields.commitment("reason", reason)
  }
}

/// The client agrees to one document, as somebody witnesses by name (S12).
package struct PlanAgreedEntry: EntryPayload {
  /// SHA-256 of the document that was agreed to.
  package let plan: Fingerprint
  /// The witness, never the client.
  package let by: Commitment

  package init(plan: Fingerprint, by: Commitment) {
    self.plan = plan
    self.by = by
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    plan = try fields.fingerprint("plan")
    by = try fields.commitment("by")
  }

  func write(to fields: inout FieldWriter) {
    fields.fingerprint("plan", plan)
    fields.commitment("by", by)
  }
}

/// The named act that binds one document (S12).
package struct PlanSignedEntry: EntryPayload {
  /// SHA-256 of the signed document.
  package let plan: Fingerprint
  package let by: Commitment
  /// The reference of the client's consent document; nil on practice skin. With one, the document was agreed to before.
  package let consent: Commitment?

  package init(plan: Fingerprint, by: Commitment, consent: Commitment? = nil) {
    self.plan = plan
    self.by = by
    self.consent = consent
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    plan = try fields.fingerprint("plan")
    by = try fields.commitment("by")
    consent = try fields.commitment(ifAny: "consent")
  }

  func write(to fields: inout FieldWriter) {
    fields.fingerprint("plan", plan)
    fields.commitment("by", by)
    fields.commitment("consent", ifAny: consent)
  }
}

/// The course ends before its plan does: no session of it is opened afterwards (S12).
package struct CourseAbandonedEntry: EntryPayload {
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

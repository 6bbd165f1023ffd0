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

/// The named act that binds one document (S12).
package struct PlanSignedEntry: EntryPayload {
  /// SHA-256 of the signed document.
  package let plan: Fingerprint
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

/// The first entry: which journal this is. Its chain begins with `Chain.genesis(of: journal)`.
package struct JournalCreatedEntry: EntryPayload {
  /// Version of the journal's schema.
  package let schema: Int64
  package let journal: JournalID
  /// The station's configured name.
  package let station: Label

  package init(schema: Int64, journal: JournalID, station: Label) {
    self.schema = schema
    self.journal = journal
    self.station = station
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    schema = try fields.integer("schema")
    journal = try fields.journalID("journal")
    station = try fields.label("station")
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("schema", schema)
    fields.text("journal", journal.hex)
    fields.label("station", station)
  }
}

/// A daemon took over the journal.
package struct DaemonStartedEntry: EntryPayload {
  package let version: Label
  /// The owner thread got SCHED_FIFO and locked memory.
  package let realtime: Bool
  /// `full`, or `simulated`: what the store promises of an entry it calls durable.
  package let durability: Word
  /// The key this daemon seals with; nil where it has none it may use.
  package let key: StationKey?

  package init(version: Label, realtime: Bool, durability: Word, key: StationKey? = nil) {
    self.version = version
    self.realtime = realtime
    self.durability = durability
    self.key = key
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    version = try fields.label("version")
    realtime = try fields.bool("realtime")
    durability = try fields.word("durability")
    key = try fields.stationKey(ifAny: "key")
  }

  func write(to fields: inout FieldWriter) {
    fields.label("version", version)
    fields.bool("realtime", realtime)
    fields.word("durability", durability)
    fields.text("key", ifAny: key?.hex)
  }
}

/// A command of a person; who is in the header.
package struct OperatorActionEntry: EntryPayload {
  /// The interface method, such as `io.smpd.session.Start`.
  package let method: Word

  package init(method: Word) {
    self.method = method
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    method = try fields.word("method")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("method", method)
  }
}

/// A person accepted that entries at the end of the journal are lost. The loss itself stays on record.
package struct TailAcceptedEntry: EntryPayload {
  /// Where the journal ended when it was opened.
  package let found: ChainHead
  /// Where the head file says it ended.
  package let expected: ChainHead
  package let by: Commitment
  package let reason: Commitment

  package init(found: ChainHead, expected: ChainHead, by: Commitment, reason: Commitment) {
    self.found = found
    self.expected = expected
    self.by = by
    self.reason = reason
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    found = try fields.head("found")
    expected = try fields.head("expected")
    by = try fields.commitment("by")
    reason = try fields.commitment("reason")
  }

  func write(to fields: inout FieldWriter) {
    fields.head("found", found)
    fields.head("expected", expected)
    fields.commitment("by", by)
    fields.commitment("reason", reason)
  }
}

/// Confidential texts were erased, and with them the plans of the course that the header names; commitments and
/// fingerprints stay, and the chain verifies.
package struct ConfidentialErasedEntry: EntryPayload {
  /// Texts erased.
  package let count: Int64
  package let by: Commitment
  package let reason: Commitment

  package init(count: Int64, by: Commitment, reason: Commitment) {
    self.count = count
    self.by = by
    self.reason = reason
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    count = try fields.integer("count")
    by = try fields.commitment("by")
    reason = try fields.commitment("reason")
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("count", count)
    fields.commitment("by", by)
    fields.commitment("reason", reason)
  }
}

/// What one kind of entry holds. It writes its members in one order and reads them back in the same.
protocol EntryPayload: Hashable, Sendable {
  init(reading fields: inout FieldReader) throws(RecordError)
  func write(to fields: inout FieldWriter)
}

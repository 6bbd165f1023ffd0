extension JournalStore {
  /// Version of the tables and views; named in the journal's first entry.
  package static var schema: Int64 { Int64(JournalSchema.version) }
}

internal import StrictJSON

/// An entry as it stands in a store, a bundle or an answer of the daemon: the text that was hashed, and the hash.
///
/// The text is kept as it was found. Whether it can be understood (`entry()`) and whether it is the original
/// (`ChainVerifier`) are two questions: what was altered may still read well.
package struct StoredEntry: Hashable, Sendable {
  package let number: UInt64
  package let header: EntryHeader
  package let kind: String
  /// The body's JSON text, byte for byte.
  package let body: String
  package let hash: Fingerprint

  package init(number: UInt64, header: EntryHeader, kind: String, body: String, hash: Fingerprint) {
    self.number = number
    self.header = header
    self.kind = kind
    self.body = body
    self.hash = hash
  }

  /// Where the chain stands after this entry.
  package var head: ChainHead { ChainHead(number: number, hash: hash) }

  /// The hash this entry must have after `previous`.
  package func expectedHash(after previous: Fingerprint) -> Fingerprint {
    Chain.hash(after: previous, number: number, header: header, kind: kind, body: Array(body.utf8))
  }

  /// The entry's meaning.
  package func entry() throws(RecordError) -> Entry {
    guard let kind = EntryKind(rawValue: kind) else { throw .unknownKind(kind) }
    guard header.satisfies(kind.scope) else { throw .withoutScope(kind) }
    guard number > 0 else { throw .unfit("number") }
    return Entry(number: number, header: header, body: try EntryBody(kind: kind, text: Array(body.utf8)))
  }
}

extension StoredEntry {
  /// The text the chain hashes: one compact JSON object. The control interface hands it out as it is.
  package var text: String {
    String(decoding: Chain.canonical(number: number, header: header, kind: kind, body: Array(body.utf8)), as: UTF8.self)
  }

  /// Reads such a text.
  /// - Throws: for anything that is not, byte for byte, the one spelling of an entry: two texts of one entry would be
  ///   two hashes.
  package init(text: String, hash: Fingerprint) throws(RecordError) {
    var fields = FieldReader(try StoredEntry.object(Array(text.utf8)))
    try self.init(reading: &fields, hash: hash)
    try fields.finish()
    guard self.text.utf8.elementsEqual(text.utf8) else { throw .notCanonical }
  }

  /// One line of a `jsonl` export or a bundle: the hashed text with one more member at its end, `hash`.
  package var line: String {
    var line = text
    line.removeLast()
    line.append(",\"hash\":\"\(hash.hex)\"}")
    return line
  }

  /// Reads what `line` made, without its line end.
  package init(line: String) throws(RecordError) {
    var fields = FieldReader(try StoredEntry.object(Array(line.utf8)))
    try self.init(reading: &fields, hash: nil)
    try fields.finish()
    guard self.line.utf8.elementsEqual(line.utf8) else { throw .notCanonical }
  }

  private init(reading fields: inout FieldReader, hash: Fingerprint?) throws(RecordError) {
    number = try fields.integer("number")
    header = try EntryHeader(reading: &fields)
    kind = try fields.text("kind")
    body = String(decoding: try fields.object("body").encoded, as: UTF8.self)
    if let hash { self.hash = hash } else { self.hash = try fields.fingerprint("hash") }
  }

  static func object(_ text: [UInt8]) throws(RecordError) -> JSONObject {
    let json: JSON
    do { json = try JSON.parse(text) } catch { throw .notJSON(error) }
    guard let object = json.object else { throw .notAnObject }
    return object
  }
}

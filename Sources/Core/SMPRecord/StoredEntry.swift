package import StrictJSON

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
  /// The entry as one JSON object, for the control interface, `jsonl` exports and bundles. Its text without the last
  /// member, `hash`, is exactly what the chain hashes.
  package func json() throws(RecordError) -> JSONObject {
    var text = Chain.canonical(number: number, header: header, kind: kind, body: Array(body.utf8))
    text.removeLast()
    text.append(contentsOf: ",\"hash\":\"\(hash.hex)\"}".utf8)
    return try StoredEntry.object(text)
  }

  /// Reads what `json()` made.
  package init(json: JSONObject) throws(RecordError) {
    var fields = FieldReader(json)
    number = try fields.integer("number")
    header = try EntryHeader(reading: &fields)
    kind = try fields.text("kind")
    body = String(decoding: try fields.object("body").encoded, as: UTF8.self)
    hash = try fields.fingerprint("hash")
    try fields.finish()
  }

  static func object(_ text: [UInt8]) throws(RecordError) -> JSONObject {
    let json: JSON
    do { json = try JSON.parse(text) } catch { throw .notJSON(error) }
    guard let object = json.object else { throw .notAnObject }
    return object
  }
}

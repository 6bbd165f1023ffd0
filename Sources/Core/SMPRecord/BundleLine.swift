internal import StrictJSON

/// One line of a bundle: one compact JSON object, spelled in one way. A bundle is a first line, entries in the order of
/// their numbers, the seal of its session where it is a bundle of one, texts behind commitments where they were asked
/// for, and a last line, each ended by a line feed.
package enum BundleLine: Hashable, Sendable {
  /// What a bundle is of, in its first line.
  package struct First: Hashable, Sendable {
    /// The session; nil for a bundle of the whole journal.
    package let session: String?
    /// The chain's link before the first entry; nil where that is the journal's own first.
    package let after: ChainHead?
    /// The key the bundle says it is sealed with: for finding the right one, and proof of nothing.
    package let key: StationKey?
    package init(session: String?, after: ChainHead?, key: StationKey?) {
      self.session = session
      self.after = after
      self.key = key
    }
  }

  case first(First)
  case entry(StoredEntry)
  case seal(Seal)
  case text(Confidential)
  /// How many lines of entries there were, and the chain's link at the last.
  case last(entries: UInt64, head: ChainHead?)

  /// Of a line, its end not counted: the longest entry is a profile set of 64 zones, far below.
  package static let maximumBytes = 65_536
  private static let version: Int64 = 1

  /// The line without its end.
  package var text: String {
    if case .entry(let entry) = self { return entry.line }
    var fields = FieldWriter()
    switch self {
    case .first(let first):
      fields.integer("smpd_bundle", BundleLine.version)
      fields.text("session", ifAny: first.session)
      if let after = first.after { fields.head("after", after) }
      fields.text("key", ifAny: first.key?.hex)
    case .seal(let seal):
      var members = FieldWriter()
      seal.write(to: &members)
      fields.raw("seal", members.finished())
    case .text(let text):
      fields.fingerprint("commitment", text.commitment.fingerprint)
      fields.text("salt", Hexadecimal.text(of: text.salt))
      fields.text("text", text.text)
    case .last(let entries, let head):
      fields.integer("entries", entries)
      if let head { fields.head("head", head) }
    case .entry: break
    }
    return String(decoding: fields.finished(), as: UTF8.self)
  }

  /// Reads a line.
  /// - Throws: for anything that is not, byte for byte, the one spelling of a line.
  package init(_ bytes: [UInt8]) throws(RecordError) {
    let object = try StoredEntry.object(bytes)
    var fields = FieldReader(object)
    switch object.members.first?.name {
    case "smpd_bundle": self = .first(try BundleLine.first(&fields))
    case "seal":
      var members = FieldReader(try fields.object("seal"))
      self = .seal(try Seal(reading: &members))
      try members.finish()
    case "commitment": self = .text(try BundleLine.disclosure(&fields))
    case "entries":
      let entries: UInt64 = try fields.integer("entries")
      self = .last(entries: entries, head: try fields.head(ifAny: "head"))
    default:
      self = .entry(try StoredEntry(line: String(decoding: bytes, as: UTF8.self)))
      return
    }
    try fields.finish()
    guard text.utf8.elementsEqual(bytes) else { throw .notCanonical }
  }

  private static func first(_ fields: inout FieldReader) throws(RecordError) -> First {
    let version: Int64 = try fields.integer("smpd_bundle")
    guard version == BundleLine.version else { throw .unfit("smpd_bundle") }
    return First(
      session: try fields.text(ifAny: "session"), after: try fields.head(ifAny: "after"),
      key: try fields.stationKey(ifAny: "key"))
  }

  private static func disclosure(_ fields: inout FieldReader) throws(RecordError) -> Confidential {
    let commitment = try fields.commitment("commitment")
    guard let salt = Hexadecimal.bytes(of: try fields.text("salt")), salt.count == Confidential.saltBytes else {
      throw .unfit("salt")
    }
    let text = Confidential(text: try fields.text("text"), salt: salt)
    guard text.commitment == commitment else { throw .unfit("commitment") }
    return text
  }
}

extension FieldReader {
  mutating func head(ifAny name: String) throws(RecordError) -> ChainHead? {
    guard let object = try object(ifAny: name) else { return nil }
    var fields = FieldReader(object)
    let head = ChainHead(number: try fields.integer("number"), hash: try fields.fingerprint("hash"))
    try fields.finish()
    return head
  }
}

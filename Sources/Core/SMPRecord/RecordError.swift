package import StrictJSON

/// Why a stored record could not be read back. Nothing is guessed: one odd member refuses the whole entry.
package enum RecordError: Error, Hashable, Sendable {
  case notJSON(JSONError)
  case notAnObject
  /// A member is absent, or not in its place: members have one order.
  case missing(String)
  /// A member holds another type than its kind says, or a value out of its range.
  case unfit(String)
  /// A member the kind does not have.
  case unexpected(String)
  case unknownKind(String)
  /// The text says the same as an entry's text, but in another spelling.
  case notCanonical
  /// The header lacks the session or course this kind belongs to.
  case withoutScope(EntryKind)
}

extension RecordError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .notJSON(let error): "the body is not JSON: \(error)"
    case .notAnObject: "the body is not a JSON object"
    case .missing(let name): "\"\(name)\" is missing or out of its place"
    case .unfit(let name): "\"\(name)\" holds a value that does not fit"
    case .unexpected(let name): "\"\(name)\" does not belong there"
    case .notCanonical: "the text is not spelled as the journal spells it"
    case .unknownKind(let kind): "the kind \"\(kind)\" is unknown"
    case .withoutScope(let kind):
      "a \(kind.rawValue) entry must name its \(kind.scope == .session ? "session" : "course")"
    }
  }
}

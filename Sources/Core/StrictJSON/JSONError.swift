/// Why a document was refused, and where.
package struct JSONError: Error, Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// The document is longer than the caller allows.
    case tooLong(maximumBytes: Int)
    /// Arrays and objects are nested deeper than the caller allows.
    case tooDeep(maximumDepth: Int)
    case invalidUTF8
    /// The document ends within a value, or holds none.
    case unexpectedEnd
    case unexpectedByte(UInt8)
    /// A number not written as JSON has it: `01`, `+1`, `1.`, `.5`.
    case malformedNumber
    /// A backslash followed by something that is no escape.
    case malformedEscape
    /// `\ud800` without its other half, or the halves in the wrong order.
    case loneSurrogate
    /// A byte below 0x20 inside a string, unescaped.
    case controlCharacter
    case duplicateName(String)
    /// Something other than white space follows the value.
    case trailingBytes
  }

  /// Bytes from the start of the document to the first one that cannot be accepted; for a repeated name, to the
  /// second occurrence.
  package let offset: Int
  package let reason: Reason

  package init(offset: Int, reason: Reason) {
    self.offset = offset
    self.reason = reason
  }
}

extension JSONError: CustomStringConvertible {
  package var description: String { "byte \(offset): \(reason.sentence)" }
}

extension JSONError.Reason {
  package var sentence: String {
    switch self {
    case .tooLong(let bytes): "longer than \(bytes) bytes"
    case .tooDeep(let depth): "nested deeper than \(depth) levels"
    case .invalidUTF8: "not valid UTF-8"
    case .unexpectedEnd: "the document ends too early"
    case .unexpectedByte(let byte): "unexpected byte 0x\(String(byte, radix: 16))"
    case .malformedNumber: "malformed number"
    case .malformedEscape: "malformed escape in a string"
    case .loneSurrogate: "half a surrogate pair in a string"
    case .controlCharacter: "unescaped control character in a string"
    case .duplicateName(let name): "the name \"\(name)\" occurs twice in one object"
    case .trailingBytes: "something follows the end of the document"
    }
  }
}

internal import Crypto

/// A SHA-256 value: 32 bytes, written as 64 lower-case hexadecimal digits.
package struct Fingerprint: Hashable, Sendable {
  package static let byteCount = 32
  package let bytes: [UInt8]

  /// Nil unless there are exactly 32 bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == Fingerprint.byteCount else { return nil }
    self.bytes = bytes
  }

  /// Nil unless the text is exactly 64 lower-case hexadecimal digits: one fingerprint has one spelling.
  package init?(hex: String) {
    guard let bytes = Hexadecimal.bytes(of: hex) else { return nil }
    self.init(bytes)
  }

  /// The SHA-256 of some bytes.
  package init(of content: [UInt8]) {
    bytes = Array(SHA256.hash(data: content))
  }

  package var hex: String { Hexadecimal.text(of: bytes) }
}

/// Lower-case hexadecimal, both ways.
enum Hexadecimal {
  static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
    for byte in bytes {
      text.append(digit(byte >> 4))
      text.append(digit(byte & 0xF))
    }
  }

  static func text(of bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.count)
    append(bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  static func bytes(of text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for place in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[place]), let low = value(digits[place + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }

  private static func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }
}

internal import Crypto

/// The public part of a station's key: who has it can check every seal of that station, and make none (S10).
package struct StationKey: Hashable, Sendable {
  package static let byteCount = 32
  package let bytes: [UInt8]

  /// Nil unless there are exactly 32 bytes. Whether they are a point of the curve shows when a seal is checked.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == StationKey.byteCount else { return nil }
    self.bytes = bytes
  }

  package init?(hex: String) {
    guard let bytes = Hexadecimal.bytes(of: hex) else { return nil }
    self.init(bytes)
  }

  package var hex: String { Hexadecimal.text(of: bytes) }

  /// SHA-256 of the 32 bytes: short enough to be read out and compared.
  package var fingerprint: Fingerprint { Fingerprint(of: bytes) }

  package func hasSigned(_ message: [UInt8], _ signature: Signature) -> Bool {
    guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return false }
    return key.isValidSignature(signature.bytes, for: message)
  }
}

extension StationKey {
  /// The most a key file may hold.
  package static let fileMaximumBytes = 1_024
  private static let fileWord = "smpd.station_key.1"

  /// One line for a file: a word, the key and its fingerprint, each in hexadecimal.
  package var fileText: String { "\(StationKey.fileWord) \(hex) \(fingerprint.hex)\n" }

  /// Reads what `fileText` wrote; nil for anything else. The fingerprint must fit: it guards against a slip of the pen.
  package init?(fileText text: String) {
    guard text.utf8.count <= StationKey.fileMaximumBytes, let key = StationKey.key(inFirstLineOf: text),
      key.fileText == text
    else { return nil }
    self = key
  }

  private static func key(inFirstLineOf text: String) -> StationKey? {
    let words = text.split(separator: "\n").first?.split(separator: " ") ?? []
    return words.count == 3 ? StationKey(hex: String(words[1])) : nil
  }
}

/// An Ed25519 signature: 64 bytes, written as 128 lower-case hexadecimal digits.
package struct Signature: Hashable, Sendable {
  package static let byteCount = 64
  package let bytes: [UInt8]

  package init?(_ bytes: [UInt8]) {
    guard bytes.count == Signature.byteCount else { return nil }
    self.bytes = bytes
  }

  package init?(hex: String) {
    guard let bytes = Hexadecimal.bytes(of: hex) else { return nil }
    self.init(bytes)
  }

  package var hex: String { Hexadecimal.text(of: bytes) }
}

/// A station's whole key: who has it can seal. It stays in the daemon's state directory.
///
/// It has no text and no description: a secret that is never spelled is never printed by mistake.
package struct SealingKey: Sendable, CustomReflectable {
  /// Of the secret, as RFC 8032 has it.
  package static let byteCount = 32
  private let key: Curve25519.Signing.PrivateKey
  package let station: StationKey

  /// - Parameter secret: 32 random bytes, handed in.
  package init?(_ secret: [UInt8]) {
    guard secret.count == SealingKey.byteCount,
      let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: secret),
      let station = StationKey(Array(key.publicKey.rawRepresentation))
    else { return nil }
    self.key = key
    self.station = station
  }

  /// Ed25519 without randomness: one message under one key has one signature (RFC 8032).
  func sign(_ message: [UInt8]) -> Signature {
    guard let signature = try? key.signature(for: message), let signature = Signature(Array(signature)) else {
      preconditionFailure("Ed25519 signs every message, in 64 bytes")
    }
    return signature
  }

  package var customMirror: Mirror { Mirror(self, children: ["station": station.fingerprint.hex]) }
}

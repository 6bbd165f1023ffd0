/// Why bytes are not a message. Offsets count from the first byte of the payload, so that an error names its place.
package enum WireError: Error, Hashable, Sendable {
  /// Fewer bytes than a frame has at least.
  case truncated(bytes: Int)
  /// More bytes than a frame may have on this endpoint.
  case tooLong(bytes: Int)
  /// The header's length is not what came.
  case lengthMismatch(stated: Int, found: Int)
  case checksumMismatch
  /// The frame's version is not one this codec speaks.
  case versionUnsupported(UInt8)
  /// No message of this direction has that type.
  case unknownType(UInt8)
  /// The payload is not as long as its type demands.
  case payloadLength(type: UInt8, expected: Int, found: Int)
  /// A bit the protocol reserves is set.
  case reservedSet(offset: Int)
  /// A number outside its field's range, or an enumeration's value nobody defined.
  case invalidValue(offset: Int)
  /// Fields that are each possible but not together.
  case contradiction(offset: Int)
}

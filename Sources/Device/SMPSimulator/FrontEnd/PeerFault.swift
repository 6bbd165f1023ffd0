/// Why a front end ends a conversation. Where the next packet would begin is not known afterwards, or nobody reads.
package enum PeerFault: Error, Hashable, Sendable, CustomStringConvertible {
  /// Another version of the protocol.
  case version(UInt16)
  /// No packet of the protocol, or none that comes from this side.
  case unknownType(UInt32)
  /// No packet of this type has so many bytes, or asks for so many.
  case length(type: UInt32, bytes: UInt64)
  /// Known, and not at this point of the conversation.
  case outOfOrder(type: UInt32)
  /// Two members of one packet that cannot both be true, or one that is out of its range.
  case contradiction(type: UInt32, member: String)
  /// A transfer under way has this number already.
  case repeatedNumber(UInt64)
  case tooManyTransfers
  /// What was said to it would fill our memory.
  case doesNotRead

  package var description: String {
    switch self {
    case .version(let version): "version 0x\(String(version, radix: 16)) of the protocol, which is not spoken here"
    case .unknownType(let type): "a packet of type \(type), which this side does not take"
    case .length(let type, let bytes): "a packet of type \(type) with \(bytes) bytes, which none has"
    case .outOfOrder(let type): "a packet of type \(type) where it has no place"
    case .contradiction(let type, let member): "a packet of type \(type) whose \(member) contradicts the rest of it"
    case .repeatedNumber(let number): "a transfer with the number \(number), which one under way has"
    case .tooManyTransfers: "more than \(PeerBounds.transfers) transfers under way"
    case .doesNotRead: "nobody reads what was said: more than \(PeerBounds.output) bytes wait"
    }
  }
}

/// What one peer may take of our memory. A host drives this device with a handful of frames of half a kilobyte.
package enum PeerBounds {
  /// Bytes of one transfer: four times the most that libusb asks for at once.
  package static let transfer = 65_536
  /// Transfers under way.
  package static let transfers = 256
  /// Bytes said and not yet taken by the socket.
  package static let output = 1 << 20
  /// With so much unsaid, no packet is asked of the device that nobody asked us for: it waits, or is lost, in the device.
  package static let unasked = 16_384
}

import SMPModel
import SMPWire

/// Frames: raw, sealed with a right checksum, and as a conversation with those who take them.
enum FramesBody {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    try raw(bytes)
    try sealed(bytes)
    try FirmwareConversation.run(bytes)
    try DriverConversation.run(bytes)
  }

  /// As they are: nearly nothing passes the checksum, and what passes is the one spelling of its frame.
  private static func raw(_ bytes: [UInt8]) throws(BrokenPromise) {
    guard let frame = try? Frame.decode(bytes) else { return }
    try hold(frame.encoded() == bytes, "a frame that decodes is encoded to the same bytes")
    try typed(frame)
  }

  /// The first four bytes as header, the rest as payload: a fuzzer does not guess a CRC.
  private static func sealed(_ bytes: [UInt8]) throws(BrokenPromise) {
    guard bytes.count >= 4 else { return }
    let frame = Frame(
      version: bytes[0], type: bytes[1], sequence: UInt16(bytes[2]) | UInt16(bytes[3]) << 8,
      payload: Array(bytes[4...].prefix(Frame.maximumPayload)))
    var encoded = frame.encoded()
    try hold((try? Frame.decode(encoded)) == frame, "a frame that is encoded decodes to itself")
    try typed(frame)
    var choices = Choices(of: bytes)
    for _ in 0..<min(8, frame.payload.count) { try neighbour(frame, &choices) }
    let bit = choices.below(encoded.count * 8)
    encoded[bit / 8] ^= 1 << UInt8(bit % 8)
    try hold((try? Frame.decode(encoded)) == nil, "a frame with bit \(bit) flipped does not decode")
    encoded[bit / 8] ^= 1 << UInt8(bit % 8)
    let cut = choices.below(encoded.count)
    try hold((try? Frame.decode(Array(encoded[..<cut]))) == nil, "a frame cut to \(cut) bytes does not decode")
  }

  /// The frame with one bit of its payload changed, and sealed: a bit nobody looks at would be lost on the way back.
  private static func neighbour(_ frame: Frame, _ choices: inout Choices) throws(BrokenPromise) {
    var payload = frame.payload
    let bit = choices.below(payload.count * 8)
    payload[bit / 8] ^= 1 << UInt8(bit % 8)
    try typed(Frame(version: frame.version, type: frame.type, sequence: frame.sequence, payload: payload))
  }

  /// At most one kind of message has the frame, and that message is encoded to it again, bit for bit.
  static func typed(_ frame: Frame) throws(BrokenPromise) {
    let bytes = frame.encoded()
    var readings = 0
    func same(_ encoded: [UInt8], _ what: String) throws(BrokenPromise) {
      readings += 1
      try hold(encoded == bytes, "\(what) that decodes is encoded to the same frame")
    }
    if let command = try decoded(frame, { frame throws(WireError) in try HostCommand(frame) }) {
      try same(command.encoded(sequence: frame.sequence, version: frame.version), "a command")
    }
    if let message = try decoded(frame, { frame throws(WireError) in try DeviceMessage(frame) }) {
      try same(message.encoded(sequence: frame.sequence, version: frame.version), "a message")
    }
    if let notice = try decoded(frame, { frame throws(WireError) in try DeviceNotice(frame) }) {
      try same(notice.encoded(sequence: frame.sequence, version: frame.version), "a notice")
      try hold(bytes.count <= Frame.maximumInterruptLength, "a notice fits an interrupt packet")
    }
    if let capabilities = try decoded(frame, { frame throws(WireError) in try DeviceCapabilities(frame) }) {
      try same(capabilities.encoded(sequence: frame.sequence, version: frame.version), "capabilities")
    }
    if let status = try decoded(frame, { frame throws(WireError) in try DeviceStatus(frame) }) {
      try same(status.encoded(sequence: frame.sequence, version: frame.version), "a status")
    }
    try hold(readings <= 1, "a frame is one kind of message")
  }

  /// The message; nil when it is refused, and then for a place within the payload.
  private static func decoded<Message>(
    _ frame: Frame, _ decode: (Frame) throws(WireError) -> Message
  ) throws(BrokenPromise) -> Message? {
    let refusal: WireError
    do throws(WireError) { return try decode(frame) } catch { refusal = error }
    switch refusal {
    case .reservedSet(let offset), .invalidValue(let offset), .contradiction(let offset):
      try hold(frame.payload.indices.contains(offset), "\(refusal) names a place in the payload")
    case .payloadLength(let type, let expected, let found):
      try hold(
        type == frame.type && found == frame.payload.count && expected != found, "\(refusal) says what it found")
    case .versionUnsupported(let version): try hold(version == frame.version, "\(refusal) names the version")
    case .unknownType(let type): try hold(type == frame.type, "\(refusal) names the type")
    case .truncated, .tooLong, .lengthMismatch, .checksumMismatch:
      throw BrokenPromise(description: "\(refusal) of a frame that is whole")
    }
    return nil
  }
}

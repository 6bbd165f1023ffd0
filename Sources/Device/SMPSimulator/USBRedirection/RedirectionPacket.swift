/// Packets of the usb-redir protocol, 0.7 (usb-redirection-protocol.md of usbredir), as far as a device without
/// isochronous endpoints and streams needs them. Little-endian throughout.
enum RedirectionType: UInt32 {
  case hello = 0
  case deviceConnect = 1
  case reset = 3
  case interfaceInfo = 4
  case endpointInfo = 5
  case setConfiguration = 6
  case getConfiguration = 7
  case configurationStatus = 8
  case setAlternate = 9
  case getAlternate = 10
  case alternateStatus = 11
  case startInterrupt = 15
  case stopInterrupt = 16
  case interruptStatus = 17
  case cancel = 21
  case control = 100
  case bulk = 101
  case interrupt = 103
}

/// What both sides can do, as bits of the hello.
struct RedirectionCapabilities: OptionSet, Sendable {
  let rawValue: UInt32
  static let connectVersion = RedirectionCapabilities(rawValue: 1 << 1)
  static let packetSizes = RedirectionCapabilities(rawValue: 1 << 4)
  static let longNumbers = RedirectionCapabilities(rawValue: 1 << 5)
  static let longBulk = RedirectionCapabilities(rawValue: 1 << 6)
  static let ours: RedirectionCapabilities = [.connectVersion, .packetSizes, .longNumbers, .longBulk]
}

/// How a transfer ended.
enum RedirectionStatus: UInt8 {
  case success = 0
  case cancelled = 1
  case invalid = 2
  case failed = 3
  case stalled = 4
  case timedOut = 5
  case babbled = 6

  init(_ status: URBStatus) {
    switch status {
    case .done: self = .success
    case .noEntry: self = .invalid
    case .pipe: self = .stalled
    case .timer: self = .timedOut
    case .overflow: self = .babbled
    default: self = .failed
    }
  }
}

/// What the guest's side says. Lengths are judged by the header alone, before the rest is waited for.
enum RedirectionRequest: Hashable, Sendable {
  case hello(capabilities: UInt32)
  case reset
  case setConfiguration(UInt8)
  case getConfiguration
  case setAlternate(interface: UInt8, setting: UInt8)
  case getAlternate(interface: UInt8)
  case startInterrupt(endpoint: UInt8)
  case stopInterrupt(endpoint: UInt8)
  case cancel
  case control(endpoint: UInt8, SetupPacket, [UInt8])
  case bulkIn(endpoint: UInt8, length: Int, stream: UInt32)
  case bulkOut(endpoint: UInt8, [UInt8], stream: UInt32)
  case interruptOut(endpoint: UInt8, [UInt8])

  static let helloBytes = 68
  /// Words of capabilities we read over: one is in use.
  private static let helloAtMost = 128

  /// How many bytes may follow the header; nil for what the guest's side does not send.
  static func lengths(_ type: UInt32, _ shared: RedirectionCapabilities) -> ClosedRange<UInt32>? {
    switch RedirectionType(rawValue: type) {
    case .hello: UInt32(64)...UInt32(helloAtMost)
    case .reset, .getConfiguration, .cancel: 0...0
    case .setConfiguration, .getAlternate, .startInterrupt, .stopInterrupt: 1...1
    case .setAlternate: 2...2
    case .control: 10...UInt32(10 + PeerBounds.transfer)
    case .bulk: bulkHeader(shared)...(bulkHeader(shared) + UInt32(PeerBounds.transfer))
    case .interrupt: 4...UInt32(4 + PeerBounds.transfer)
    case .deviceConnect, .interfaceInfo, .endpointInfo, .configurationStatus, .alternateStatus, .interruptStatus, nil:
      nil
    }
  }

  static func bulkHeader(_ shared: RedirectionCapabilities) -> UInt32 { shared.contains(.longBulk) ? 10 : 8 }

  /// - Parameter bytes: of one of the lengths above.
  init(_ type: UInt32, _ bytes: ArraySlice<UInt8>, _ shared: RedirectionCapabilities) throws(PeerFault) {
    var reader = PeerReader(bytes, .little)
    switch RedirectionType(rawValue: type) {
    case .hello:
      guard bytes.count % 4 == 0 else { throw .length(type: type, bytes: UInt64(bytes.count)) }
      // The version is a name for people.
      _ = reader.bytes(64)
      self = .hello(capabilities: reader.left.isEmpty ? 0 : reader.u32())
    case .reset: self = .reset
    case .getConfiguration: self = .getConfiguration
    case .cancel: self = .cancel
    case .setConfiguration: self = .setConfiguration(reader.u8())
    case .getAlternate: self = .getAlternate(interface: reader.u8())
    case .startInterrupt: self = .startInterrupt(endpoint: reader.u8())
    case .stopInterrupt: self = .stopInterrupt(endpoint: reader.u8())
    case .setAlternate: self = .setAlternate(interface: reader.u8(), setting: reader.u8())
    case .control: self = try Self.control(&reader)
    case .bulk: self = try Self.bulk(&reader, shared)
    case .interrupt: self = try Self.interrupt(&reader)
    case .deviceConnect, .interfaceInfo, .endpointInfo, .configurationStatus, .alternateStatus, .interruptStatus, nil:
      throw .unknownType(type)
    }
  }

  private static func control(_ reader: inout PeerReader) throws(PeerFault) -> RedirectionRequest {
    let type = RedirectionType.control.rawValue
    let (endpoint, request, requestType) = (reader.u8(), reader.u8(), reader.u8())
    _ = reader.u8()
    let (value, index, length) = (reader.u16(), reader.u16(), reader.u16())
    guard endpoint & 0x7F == 0, endpoint == requestType & 0x80 else {
      throw .contradiction(type: type, member: "endpoint")
    }
    guard reader.left.count == (endpoint == 0 ? Int(length) : 0) else {
      throw .contradiction(type: type, member: "length")
    }
    let setup = SetupPacket(requestType: requestType, request: request, value: value, index: index, length: length)
    return .control(endpoint: endpoint, setup, Array(reader.left))
  }

  private static func bulk(
    _ reader: inout PeerReader, _ shared: RedirectionCapabilities
  ) throws(PeerFault) -> RedirectionRequest {
    let type = RedirectionType.bulk.rawValue
    let endpoint = reader.u8()
    _ = reader.u8()
    let low = UInt32(reader.u16())
    let stream = reader.u32()
    let length = low | (shared.contains(.longBulk) ? UInt32(reader.u16()) << 16 : 0)
    guard length <= UInt32(PeerBounds.transfer) else { throw .length(type: type, bytes: UInt64(length)) }
    let isIn = endpoint & 0x80 != 0
    guard reader.left.count == (isIn ? 0 : Int(length)) else { throw .contradiction(type: type, member: "length") }
    return isIn
      ? .bulkIn(endpoint: endpoint, length: Int(length), stream: stream)
      : .bulkOut(endpoint: endpoint, Array(reader.left), stream: stream)
  }

  private static func interrupt(_ reader: inout PeerReader) throws(PeerFault) -> RedirectionRequest {
    let type = RedirectionType.interrupt.rawValue
    let endpoint = reader.u8()
    _ = reader.u8()
    let length = reader.u16()
    // Interrupt IN is asked for once, by startInterrupt.
    guard endpoint & 0x80 == 0 else { throw .contradiction(type: type, member: "endpoint") }
    guard reader.left.count == Int(length) else { throw .contradiction(type: type, member: "length") }
    return .interruptOut(endpoint: endpoint, Array(reader.left))
  }
}

/// Packets of USB/IP, version 1.1.1 (Documentation/usb/usbip_protocol.rst of Linux), without isochronous transfers.
/// Big-endian, but for the set-up packet and what is transferred.
enum USBIPPacket {
  static let version: UInt16 = 0x0111
  static let listRequest: UInt16 = 0x8005
  static let listReply: UInt16 = 0x0005
  static let importRequest: UInt16 = 0x8003
  static let importReply: UInt16 = 0x0003
  static let submit: UInt32 = 1
  static let unlink: UInt32 = 2
  static let submitted: UInt32 = 3
  static let unlinked: UInt32 = 4

  static let operationBytes = 8
  static let busIDBytes = 32
  static let pathBytes = 256
  static let headerBytes = 48

  /// Why a device is not handed out, as the usbip tools name it.
  enum ImportStatus: UInt32 {
    case done = 0
    case busy = 2
    case noDevice = 4
  }

  static func operation(_ code: UInt16, _ status: ImportStatus) -> PeerWriter {
    var writer = PeerWriter(.big)
    writer.integer(version)
    writer.integer(code)
    writer.integer(status.rawValue)
    return writer
  }

  /// Header of what the device's side says: the fields in between are the host's own.
  static func header(_ command: UInt32, _ number: UInt32, _ status: Int32) -> PeerWriter {
    var writer = PeerWriter(.big)
    writer.integer(command)
    writer.integer(number)
    writer.zeros(12)
    writer.integer(status)
    return writer
  }

  static func submitted(_ number: UInt32, _ status: URBStatus, actualLength: Int, _ bytes: [UInt8]) -> [UInt8] {
    var writer = header(submitted, number, status.rawValue)
    writer.integer(Int32(clamping: actualLength))
    writer.zeros(20)
    writer.append(bytes)
    return writer.bytes
  }

  static func unlinked(_ number: UInt32, _ status: URBStatus) -> [UInt8] {
    var writer = header(unlinked, number, status.rawValue)
    writer.zeros(24)
    return writer.bytes
  }
}

/// What a host's kernel says once it has the device.
enum USBIPCommand: Hashable, Sendable {
  struct Submit: Hashable, Sendable {
    /// An address, with the direction in it; 0 for both directions of EP0.
    let endpoint: UInt8
    let setup: SetupPacket?
    let length: Int
    let isIn: Bool
    /// URB_SHORT_NOT_OK: fewer bytes than asked for are an error.
    let needsAll: Bool
  }

  case submit(number: UInt32, Submit)
  case unlink(number: UInt32, of: UInt32)

  /// What follows the header.
  var payload: Int {
    switch self {
    case .submit(_, let submit): submit.isIn ? 0 : submit.length
    case .unlink: 0
    }
  }

  private static let flagShortNotOK: UInt32 = 1
  private static let noPackets: Set<UInt32> = [0, .max]

  /// - Parameter header: 48 bytes.
  init(_ header: ArraySlice<UInt8>) throws(PeerFault) {
    var reader = PeerReader(header, .big)
    let (command, number, device) = (reader.u32(), reader.u32(), reader.u32())
    let (direction, endpoint) = (reader.u32(), reader.u32())
    guard command == USBIPPacket.submit || command == USBIPPacket.unlink else { throw .unknownType(command) }
    guard device == USBIPExport.deviceNumber else { throw .contradiction(type: command, member: "devid") }
    if command == USBIPPacket.unlink {
      self = .unlink(number: number, of: reader.u32())
      return
    }
    guard direction <= 1 else { throw .contradiction(type: command, member: "direction") }
    guard endpoint <= 15 else { throw .contradiction(type: command, member: "ep") }
    let (flags, length) = (reader.u32(), reader.u32())
    _ = reader.u32()
    guard Self.noPackets.contains(reader.u32()) else { throw .contradiction(type: command, member: "packets") }
    _ = reader.u32()
    guard length <= UInt32(PeerBounds.transfer) else { throw .length(type: command, bytes: UInt64(length)) }
    let isIn = direction == 1
    self = .submit(
      number: number,
      Submit(
        endpoint: UInt8(endpoint) | (isIn && endpoint != 0 ? 0x80 : 0),
        setup: endpoint == 0 ? try Self.setup(reader.bytes(8), isIn: isIn, length: Int(length)) : nil,
        length: Int(length), isIn: isIn, needsAll: flags & Self.flagShortNotOK != 0))
  }

  private static func setup(
    _ bytes: ArraySlice<UInt8>, isIn: Bool, length: Int
  ) throws(PeerFault) -> SetupPacket? {
    guard let setup = SetupPacket(bytes) else { return nil }
    // Without a data stage the kernel's direction is OUT, whatever the request says of itself.
    let asked = Int(setup.length)
    guard setup.isIn == isIn || asked == 0, isIn || asked == length else {
      throw .contradiction(type: USBIPPacket.submit, member: "setup")
    }
    return SetupPacket(
      requestType: setup.requestType, request: setup.request, value: setup.value, index: setup.index,
      length: UInt16(min(asked, length)))
  }
}

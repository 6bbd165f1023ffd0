/// Names one URB from its submission to its completion; the front end chooses the numbers, each once for each plug.
package struct URBID: Hashable, Sendable {
  package let number: UInt64
  package init(number: UInt64) { self.number = number }
}

/// One USB request block: a transfer as a host's kernel hands it to a device.
package struct URB: Hashable, Sendable {
  package let id: URBID
  /// Endpoint address; 0 for both directions of EP0.
  package let endpoint: UInt8
  /// The eight bytes of a control transfer; nil on every other endpoint.
  package let setup: SetupPacket?
  /// What the host sends; empty for IN.
  package let bytes: [UInt8]
  /// Most bytes the host takes; for OUT as many as it sends.
  package let length: Int

  package static func control(_ id: URBID, _ setup: SetupPacket, bytes: [UInt8] = []) -> URB {
    URB(id: id, endpoint: 0, setup: setup, bytes: bytes, length: Int(setup.length))
  }
  package static func out(_ id: URBID, endpoint: UInt8, _ bytes: [UInt8]) -> URB {
    URB(id: id, endpoint: endpoint, setup: nil, bytes: bytes, length: bytes.count)
  }
  package static func `in`(_ id: URBID, endpoint: UInt8, length: Int) -> URB {
    URB(id: id, endpoint: endpoint, setup: nil, bytes: [], length: length)
  }
}

/// The first eight bytes of a control transfer (USB 2.0, table 9-2).
package struct SetupPacket: Hashable, Sendable {
  package let requestType: UInt8
  package let request: UInt8
  package let value: UInt16
  package let index: UInt16
  package let length: UInt16
  package init(requestType: UInt8, request: UInt8, value: UInt16 = 0, index: UInt16 = 0, length: UInt16 = 0) {
    self.requestType = requestType
    self.request = request
    self.value = value
    self.index = index
    self.length = length
  }

  /// Reads the raw bytes, little-endian; nil unless there are eight.
  package init?(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    guard bytes.count == 8 else { return nil }
    func field(_ place: Int) -> UInt16 { UInt16(bytes[place]) | UInt16(bytes[place + 1]) << 8 }
    self.init(requestType: bytes[0], request: bytes[1], value: field(2), index: field(4), length: field(6))
  }

  var isIn: Bool { requestType & 0x80 != 0 }
}

/// How a URB ended.
package struct URBCompletion: Hashable, Sendable {
  package let id: URBID
  package let status: URBStatus
  /// What came, for IN; never more than was asked for.
  package let bytes: [UInt8]
  /// Bytes that went over the bus, either way.
  package let actualLength: Int

  init(_ urb: URB, _ status: URBStatus, bytes: [UInt8] = [], actualLength: Int? = nil) {
    id = urb.id
    self.status = status
    self.bytes = bytes
    self.actualLength = actualLength ?? bytes.count
  }
}

/// `urb->status` of Linux: 0 or a negative errno (Documentation/driver-api/usb/error-codes.rst).
package struct URBStatus: RawRepresentable, Hashable, Sendable {
  package let rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }

  package static let done = URBStatus(rawValue: 0)
  /// No such endpoint, or taken back by the host.
  package static let noEntry = URBStatus(rawValue: -2)
  package static let noDevice = URBStatus(rawValue: -19)
  /// The endpoint is stalled.
  package static let pipe = URBStatus(rawValue: -32)
  package static let timer = URBStatus(rawValue: -62)
  package static let protocolError = URBStatus(rawValue: -71)
  /// More came than was asked for.
  package static let overflow = URBStatus(rawValue: -75)
  package static let illegalSequence = URBStatus(rawValue: -84)
  package static let connectionReset = URBStatus(rawValue: -104)
  /// The device was unplugged with the URB under way.
  package static let shutdown = URBStatus(rawValue: -108)
  package static let remoteIO = URBStatus(rawValue: -121)
}

/// Takes what a port reports. Called on any thread, outside the port's lock, in the order things happened.
package protocol PortSink: Sendable {
  func complete(_ completion: URBCompletion)
  /// The device left the bus; every URB was completed before.
  func detached()
}

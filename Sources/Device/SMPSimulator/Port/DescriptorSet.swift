/// What a plug shows of itself: as the protocol says, or with one thing wrong.
package enum DescriptorVariant: String, CaseIterable, Sendable {
  case good
  case wrongClass = "wrong_class"
  case wrongSubclass = "wrong_subclass"
  /// No interrupt IN.
  case missingEndpoint = "missing_endpoint"
  /// Bulk IN is an interrupt endpoint.
  case wrongEndpointType = "wrong_endpoint_type"
  /// Bulk IN takes 8 bytes at a time, which no speed in use allows.
  case wrongPacketSize = "wrong_packet_size"
  /// The configuration ends in the middle of its last endpoint.
  case truncatedConfiguration = "truncated_configuration"
  /// The last endpoint says that it is 0 bytes long.
  case zeroLength = "zero_length"
  /// Another maker's device with our interface.
  case otherVendor = "other_vendor"
  /// The serial string is not the serial of the capabilities.
  case otherSerial = "other_serial"
}

package enum PortSpeed: Hashable, Sendable {
  case full, high

  /// Megabits per second, as sysfs has it.
  package var megabits: Int { self == .full ? 12 : 480 }
  package var bulkPacket: Int { self == .full ? 64 : 512 }
  fileprivate var interruptInterval: UInt8 { self == .full ? 1 : 4 }
}

/// The endpoints of the protocol's one interface.
package enum PortEndpoint: UInt8, CaseIterable, Sendable {
  case control = 0x00
  case bulkOut = 0x01
  case bulkIn = 0x81
  case interruptIn = 0x82

  var isIn: Bool { rawValue & 0x80 != 0 }

  init(_ endpoint: SimulatedEndpoint) {
    switch endpoint {
    case .bulkOut: self = .bulkOut
    case .bulkIn: self = .bulkIn
    case .interruptIn: self = .interruptIn
    }
  }
}

/// The device's descriptors, byte for byte (USB 2.0, section 9.6; the values are the protocol's).
package struct DescriptorSet: Hashable, Sendable {
  package let speed: PortSpeed
  package let variant: DescriptorVariant
  /// The serial string, whatever the capabilities say.
  package let serial: String

  package static let vendor: UInt16 = 0x1209
  package static let product: UInt16 = 0x0001
  /// Of the device, as binary-coded decimals: 1.0.
  static let release: UInt16 = 0x0100
  package static let manufacturerText = "smpd"
  package static let productText = "Simulated needle device"
  /// English (United States), the one language.
  private static let language: UInt16 = 0x0409

  package init(speed: PortSpeed, variant: DescriptorVariant, serial: String) {
    self.speed = speed
    self.variant = variant
    self.serial = variant == .otherSerial ? serial + "X" : serial
  }

  /// 0x16C0 is another maker's number.
  package var vendorID: UInt16 { variant == .otherVendor ? 0x16C0 : Self.vendor }
  package var productID: UInt16 { variant == .otherVendor ? 0x05DC : Self.product }
  package var interfaceClass: UInt8 { variant == .wrongClass ? 0x08 : 0xFF }
  package var interfaceSubclass: UInt8 { variant == .wrongSubclass ? 0x54 : 0x53 }
  package var interfaceProtocol: UInt8 { 0x01 }
  package var endpointCount: Int { endpoints.count }

  var endpoints: [PortEndpoint] {
    variant == .missingEndpoint ? [.bulkOut, .bulkIn] : [.bulkOut, .bulkIn, .interruptIn]
  }

  package var device: [UInt8] {
    [18, 1] + Self.word(0x0200) + [0, 0, 0, 64] + Self.word(vendorID) + Self.word(productID)
      + Self.word(Self.release) + [1, 2, 3, 1]
  }

  /// Only a device of high speed has one: what it would be at full speed.
  var qualifier: [UInt8] { [10, 6] + Self.word(0x0200) + [0, 0, 0, 64, 1, 0] }

  package var configuration: [UInt8] { configuration(at: speed, type: 2) }
  var otherSpeed: [UInt8] { configuration(at: .full, type: 7) }

  private func configuration(at speed: PortSpeed, type: UInt8) -> [UInt8] {
    let interface: [UInt8] =
      [9, 4, 0, 0, UInt8(endpoints.count), interfaceClass, interfaceSubclass, interfaceProtocol, 0]
    let ends = endpoints.flatMap { endpoint($0, at: speed) }
    let length = 9 + interface.count + ends.count
    // Self-powered, 100 mA.
    let whole: [UInt8] = [9, type] + Self.word(UInt16(length)) + [1, 1, 0, 0xC0, 50] + interface + ends
    switch variant {
    case .truncatedConfiguration: return Array(whole.dropLast(4))
    case .zeroLength:
      var wrong = whole
      wrong[wrong.count - 7] = 0
      return wrong
    case .good, .wrongClass, .wrongSubclass, .missingEndpoint, .wrongEndpointType, .wrongPacketSize, .otherVendor,
      .otherSerial:
      return whole
    }
  }

  private func endpoint(_ endpoint: PortEndpoint, at speed: PortSpeed) -> [UInt8] {
    let shape = shape(endpoint, at: speed)
    return [7, 5, endpoint.rawValue, shape.attributes] + Self.word(UInt16(shape.packet)) + [shape.interval]
  }

  /// What an endpoint descriptor says.
  struct EndpointShape {
    /// 2 is bulk, 3 is interrupt.
    var attributes: UInt8
    var packet: Int
    var interval: UInt8
  }

  func shape(_ endpoint: PortEndpoint) -> EndpointShape { shape(endpoint, at: speed) }

  private func shape(_ endpoint: PortEndpoint, at speed: PortSpeed) -> EndpointShape {
    var shape = EndpointShape(attributes: 2, packet: speed.bulkPacket, interval: 0)
    if endpoint == .interruptIn { shape = EndpointShape(attributes: 3, packet: 64, interval: speed.interruptInterval) }
    if endpoint == .bulkIn, variant == .wrongEndpointType {
      (shape.attributes, shape.interval) = (3, speed.interruptInterval)
    }
    if endpoint == .bulkIn, variant == .wrongPacketSize { shape.packet = 8 }
    return shape
  }

  /// Descriptor type and index as in GET_DESCRIPTOR's wValue; nil where the device has none.
  func descriptor(_ value: UInt16) -> [UInt8]? {
    switch (value >> 8, value & 0xFF) {
    case (1, 0): device
    case (2, 0): configuration
    case (3, 0): [4, 3] + Self.word(Self.language)
    case (3, 1): Self.text(Self.manufacturerText)
    case (3, 2): Self.text(Self.productText)
    case (3, 3): Self.text(serial)
    case (6, 0): speed == .high ? qualifier : nil
    case (7, 0): speed == .high ? otherSpeed : nil
    default: nil
    }
  }

  private static func text(_ text: String) -> [UInt8] {
    let units = Array(text.utf16.prefix(126))
    return [UInt8(2 + 2 * units.count), 3] + units.flatMap(word)
  }

  private static func word(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }
}

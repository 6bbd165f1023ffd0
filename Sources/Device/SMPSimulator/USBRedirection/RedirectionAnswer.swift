/// What the device's side says: the members behind the header of each packet.
enum RedirectionAnswer {
  /// Places for endpoints and interfaces in a packet.
  private static let places = 32
  private static let version = "smpsim"
  /// An endpoint that is not there.
  private static let noEndpoint: UInt8 = 255

  static var hello: [UInt8] {
    var writer = PeerWriter(.little)
    writer.text(version, room: 64)
    writer.integer(RedirectionCapabilities.ours.rawValue)
    return writer.bytes
  }

  static func interfaceInfo(_ descriptors: DescriptorSet) -> [UInt8] {
    var writer = PeerWriter(.little)
    writer.integer(UInt32(1))
    for value in [0, descriptors.interfaceClass, descriptors.interfaceSubclass, descriptors.interfaceProtocol] {
      writer.integer(value)
      writer.zeros(places - 1)
    }
    return writer.bytes
  }

  static func endpointInfo(_ descriptors: DescriptorSet, _ shared: RedirectionCapabilities) -> [UInt8] {
    var types = [UInt8](repeating: noEndpoint, count: places)
    var intervals = [UInt8](repeating: 0, count: places)
    var sizes = [UInt16](repeating: 0, count: places)
    // Endpoint 0, out and in.
    for place in [0, places / 2] { (types[place], sizes[place]) = (0, 64) }
    for endpoint in descriptors.endpoints {
      let place = Int(endpoint.rawValue & 0x0F | (endpoint.rawValue & 0x80) >> 3)
      let shape = descriptors.shape(endpoint)
      (types[place], intervals[place], sizes[place]) = (shape.attributes & 3, shape.interval, UInt16(shape.packet))
    }
    var writer = PeerWriter(.little)
    writer.append(types)
    writer.append(intervals)
    // All of them belong to interface 0.
    writer.zeros(places)
    if shared.contains(.packetSizes) { for size in sizes { writer.integer(size) } }
    return writer.bytes
  }

  static func deviceConnect(_ descriptors: DescriptorSet, _ shared: RedirectionCapabilities) -> [UInt8] {
    var writer = PeerWriter(.little)
    writer.integer(UInt8(descriptors.speed == .full ? 1 : 2))
    // Class, subclass, protocol: the interface's affair.
    writer.zeros(3)
    writer.integer(descriptors.vendorID)
    writer.integer(descriptors.productID)
    if shared.contains(.connectVersion) { writer.integer(DescriptorSet.release) }
    return writer.bytes
  }

  static func control(_ endpoint: UInt8, _ setup: SetupPacket, _ end: URBCompletion, _ status: RedirectionStatus)
    -> [UInt8]
  {
    var writer = PeerWriter(.little)
    for value in [endpoint, setup.request, setup.requestType, status.rawValue] { writer.integer(value) }
    for value in [setup.value, setup.index, UInt16(clamping: end.actualLength)] { writer.integer(value) }
    writer.append(end.bytes)
    return writer.bytes
  }

  static func bulk(
    _ endpoint: UInt8, stream: UInt32, _ end: URBCompletion, _ status: RedirectionStatus,
    _ shared: RedirectionCapabilities
  ) -> [UInt8] {
    var writer = PeerWriter(.little)
    writer.integer(endpoint)
    writer.integer(status.rawValue)
    writer.integer(UInt16(truncatingIfNeeded: end.actualLength))
    writer.integer(stream)
    if shared.contains(.longBulk) { writer.integer(UInt16(truncatingIfNeeded: end.actualLength >> 16)) }
    writer.append(end.bytes)
    return writer.bytes
  }

  static func interrupt(_ endpoint: UInt8, _ end: URBCompletion, _ status: RedirectionStatus) -> [UInt8] {
    var writer = PeerWriter(.little)
    writer.integer(endpoint)
    writer.integer(status.rawValue)
    writer.integer(UInt16(clamping: end.actualLength))
    writer.append(end.bytes)
    return writer.bytes
  }
}

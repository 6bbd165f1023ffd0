package import SMPModel

/// The capabilities' 92 bytes.
private enum CapabilitiesLayout {
  static let length = 92
  static let textLength = 32
  static let absolute: UInt8 = 1
  static let pedal: UInt8 = 2
  static let stopInput: UInt8 = 4
  static let simulated: UInt8 = 8
  static let chart: UInt8 = 16
  static let everyIndicator: UInt8 = 7
}

extension DeviceCapabilities {
  /// The frame EP0 answers a capabilities request with. Traps on values no device has: they are the maker's constants.
  package func encoded(sequence: UInt16 = 0, version: UInt8 = ProtocolVersion.newest) -> [UInt8] {
    precondition(leaseMaximum.nanoseconds % 1_000_000 == 0, "the lease maximum is in whole milliseconds")
    var writer = ByteWriter(capacity: CapabilitiesLayout.length)
    writer.u8(oldestVersion)
    writer.u8(newestVersion)
    writer.u8(recordWindow)
    writer.u8(flags)
    writer.u8(indicators.rawValue)
    writer.reserved(1)
    writer.commanded(Dwell.milliseconds(leaseMaximum.milliseconds))
    writer.commanded(depthMinimum)
    writer.commanded(depthMaximum)
    writer.commanded(depthStep)
    writer.commanded(depthAccuracy)
    writer.commanded(speedMinimum)
    writer.commanded(speedMaximum)
    guard let accuracy = UInt32(exactly: positioning.accuracy?.micrometres ?? 0) else {
      preconditionFailure("a position accuracy fits its field")
    }
    writer.u32(accuracy)
    Self.write(serial, to: &writer)
    Self.write(firmware, to: &writer)
    return Frame.bytes(
      type: ControlType.capabilities.rawValue, sequence: sequence, version: version, payload: writer)
  }

  private var flags: UInt8 {
    var flags: UInt8 = 0
    switch positioning {
    case .none: break
    case .absolute: flags |= CapabilitiesLayout.absolute
    case .chart: flags |= CapabilitiesLayout.chart
    }
    if hasPedal { flags |= CapabilitiesLayout.pedal }
    if hasStopInput { flags |= CapabilitiesLayout.stopInput }
    if isSimulated { flags |= CapabilitiesLayout.simulated }
    return flags
  }

  private static func write(_ text: String, to writer: inout ByteWriter) {
    let bytes = Array(text.utf8)
    precondition(
      !bytes.isEmpty && bytes.count <= CapabilitiesLayout.textLength && bytes.allSatisfy(isPrintable),
      "a device's text is 1 to 32 printable ASCII bytes")
    writer.append(bytes)
    writer.reserved(CapabilitiesLayout.textLength - bytes.count)
  }

  private static func isPrintable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte <= 0x7E }

  /// - Throws: `unknownType`, `versionUnsupported`, `payloadLength`, and what is wrong with a field.
  package init(_ frame: Frame) throws(WireError) {
    guard frame.type == ControlType.capabilities.rawValue else { throw .unknownType(frame.type) }
    var reader = try frame.reader(expecting: CapabilitiesLayout.length)
    let oldestVersion = reader.u8()
    guard oldestVersion >= 1 else { throw .invalidValue(offset: 0) }
    let newestVersion = reader.u8()
    guard newestVersion >= oldestVersion else { throw .contradiction(offset: 1) }
    let recordWindow = reader.u8()
    guard recordWindow >= 1 else { throw .invalidValue(offset: 2) }
    let flags = reader.u8()
    guard flags & 0xE0 == 0 else { throw .reservedSet(offset: 3) }
    let indicators = reader.u8()
    guard indicators & ~CapabilitiesLayout.everyIndicator == 0 else { throw .reservedSet(offset: 4) }
    try reader.reserved(1)
    let lease = Interval.milliseconds(Int64(reader.u16()))
    guard lease > .zero else { throw .invalidValue(offset: 6) }
    let depths = try Self.readDepths(&reader)
    let speedMinimum = reader.speed()
    let speedMaximum = reader.speed()
    guard speedMinimum > .zero else { throw .invalidValue(offset: 16) }
    guard speedMaximum >= speedMinimum else { throw .contradiction(offset: 20) }
    let positioning = try Self.readPositioning(&reader, flags: flags)
    let serial = try Self.readText(&reader)
    self.init(
      oldestVersion: oldestVersion, newestVersion: newestVersion, depthMinimum: depths.minimum,
      depthMaximum: depths.maximum, depthStep: depths.step, depthAccuracy: depths.accuracy,
      speedMinimum: speedMinimum, speedMaximum: speedMaximum, positioning: positioning, recordWindow: recordWindow,
      leaseMaximum: lease, hasPedal: flags & CapabilitiesLayout.pedal != 0,
      hasStopInput: flags & CapabilitiesLayout.stopInput != 0, indicators: IndicatorSet(rawValue: indicators),
      serial: serial, firmware: try Self.readText(&reader),
      isSimulated: flags & CapabilitiesLayout.simulated != 0)
  }

  private static func readDepths(
    _ reader: inout ByteReader
  ) throws(WireError) -> (minimum: Depth, maximum: Depth, step: Depth, accuracy: Depth) {
    let minimum = reader.depth()
    let maximum = reader.depth()
    guard maximum >= minimum else { throw .contradiction(offset: 10) }
    let step = reader.depth()
    guard step > .zero else { throw .invalidValue(offset: 12) }
    return (minimum, maximum, step, reader.depth())
  }

  private static func readPositioning(
    _ reader: inout ByteReader, flags: UInt8
  ) throws(WireError) -> Positioning {
    let accuracy = Distance.micrometres(Int64(reader.u32()))
    switch (flags & CapabilitiesLayout.absolute != 0, flags & CapabilitiesLayout.chart != 0) {
    case (true, true): throw .contradiction(offset: 3)
    case (true, false): return .absolute(accuracy: accuracy)
    case (false, true): return .chart(accuracy: accuracy)
    case (false, false):
      guard accuracy == .zero else { throw .contradiction(offset: 24) }
      return .none
    }
  }

  private static func readText(_ reader: inout ByteReader) throws(WireError) -> String {
    let start = reader.offset
    var bytes: [UInt8] = []
    bytes.reserveCapacity(CapabilitiesLayout.textLength)
    for _ in 0..<CapabilitiesLayout.textLength {
      let place = reader.offset
      let byte = reader.u8()
      if byte == 0 {
        try reader.reserved(CapabilitiesLayout.textLength - bytes.count - 1)
        break
      }
      guard isPrintable(byte) else { throw .invalidValue(offset: place) }
      bytes.append(byte)
    }
    guard !bytes.isEmpty else { throw .invalidValue(offset: start) }
    return String(decoding: bytes, as: UTF8.self)
  }
}

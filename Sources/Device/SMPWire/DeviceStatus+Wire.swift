package import SMPModel

/// A status's 32 bytes, the same on EP0, in replies and in notices.
enum StatusLayout {
  static let length = 32
  private static let pedalPressed: UInt8 = 1
  private static let parked: UInt8 = 2
  private static let still: UInt8 = 4

  static func write(_ status: DeviceStatus, to writer: inout ByteWriter) {
    var flags: UInt8 = 0
    if status.pedalPressed { flags |= pedalPressed }
    if status.parked { flags |= parked }
    if status.still { flags |= still }
    writer.u8(status.phase.rawValue)
    writer.u8(flags)
    writer.u8(status.fault?.rawValue ?? 0)
    writer.reserved(1)
    writer.digest(status.digest)
    writer.u32(status.bootCount)
    writer.u32(status.contactCount)
    writer.u32(status.nextRecord.number)
    writer.u32(status.oldestRecord.number)
    writer.u32(status.ticks.microseconds)
  }

  static func read(_ reader: inout ByteReader) throws(WireError) -> DeviceStatus {
    let start = reader.offset
    guard let phase = DevicePhase(rawValue: reader.u8()) else { throw .invalidValue(offset: start) }
    let flags = reader.u8()
    guard flags & ~(pedalPressed | parked | still) == 0 else { throw .reservedSet(offset: start + 1) }
    let number = reader.u8()
    let fault = DeviceFault(rawValue: number)
    guard number == 0 || fault != nil else { throw .invalidValue(offset: start + 2) }
    // Faulted without a reason, or a reason without being faulted: neither can be acted on.
    guard (phase == .faulted) == (fault != nil) else { throw .contradiction(offset: start + 2) }
    try reader.reserved(1)
    let digest = reader.digest()
    let bootCount = reader.u32()
    let contactCount = reader.u32()
    let nextRecord = RecordSequence(number: reader.u32())
    let oldestRecord = RecordSequence(number: reader.u32())
    guard oldestRecord <= nextRecord else { throw .contradiction(offset: start + 24) }
    return DeviceStatus(
      phase: phase, pedalPressed: flags & pedalPressed != 0, parked: flags & parked != 0,
      still: flags & still != 0, fault: fault, digest: digest, bootCount: bootCount, contactCount: contactCount,
      nextRecord: nextRecord, oldestRecord: oldestRecord, ticks: reader.ticks())
  }
}

extension DeviceStatus {
  /// The frame EP0 answers a status request with; it belongs to no command, so its sequence is 0.
  package func encoded(sequence: UInt16 = 0, version: UInt8 = ProtocolVersion.newest) -> [UInt8] {
    var writer = ByteWriter(capacity: StatusLayout.length)
    StatusLayout.write(self, to: &writer)
    return Frame.bytes(
      type: ControlType.status.rawValue, sequence: sequence, version: version, payload: writer)
  }

  /// - Throws: `unknownType`, `versionUnsupported`, `payloadLength`, and what is wrong with a field.
  package init(_ frame: Frame) throws(WireError) {
    guard frame.type == ControlType.status.rawValue else { throw .unknownType(frame.type) }
    var reader = try frame.reader(expecting: StatusLayout.length)
    self = try StatusLayout.read(&reader)
  }
}

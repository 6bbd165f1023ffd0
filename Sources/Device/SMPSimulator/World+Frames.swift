internal import SMPFirmware
internal import SMPModel
internal import SMPWire

/// What bus and device do to frames by a fault.
extension World {
  /// How often a host polls interrupt IN (DeviceProtocol.md, table of the endpoints).
  static let interruptPeriod = Interval.milliseconds(1)

  /// The packets that come through instead of this one: one as a rule, none, or two.
  mutating func damaged(_ bytes: [UInt8], on endpoint: SimulatedEndpoint) -> [[UInt8]] {
    if faults.isEmpty, !isMisnumbering, bus.overtaken[endpoint.place] == nil { return [bytes] }
    if faults.take(.lostFrame, at: endpoint) { return [] }
    let packet = altered(bytes, on: endpoint)
    if let first = bus.overtaken[endpoint.place] {
      bus.overtaken[endpoint.place] = nil
      return [packet, first]
    }
    if faults.take(.reorderedFrames, at: endpoint) {
      bus.overtaken[endpoint.place] = packet
      return []
    }
    return faults.take(.duplicatedFrame, at: endpoint) ? [packet, packet] : [packet]
  }

  private mutating func altered(_ bytes: [UInt8], on endpoint: SimulatedEndpoint) -> [UInt8] {
    var packet = bytes
    if !bytes.isEmpty, faults.take(.corruptedFrame, at: endpoint) {
      let bit = Int(bus.random.below(Int64(bytes.count) * 8))
      packet[bit / 8] ^= 1 << UInt8(bit % 8)
    }
    if bytes.count > 1, faults.take(.truncatedFrame, at: endpoint) {
      packet.removeLast(Int(bus.random.within(1...Int64(bytes.count - 1))))
    }
    guard let frame = try? Frame.decode(packet) else { return packet }
    if faults.take(.wrongLength, at: endpoint), frame.payload.count < Frame.maximumPayload {
      return frame.with(payload: frame.payload + [0])
    }
    if faults.take(.wrongVersion, at: endpoint) { return frame.with(version: ProtocolVersion.newest + 1) }
    // No type of the protocol has these bits (DeviceProtocol.md, table of the messages).
    if faults.take(.wrongType, at: endpoint) { return frame.with(type: frame.type | 0x3F) }
    let isMisnumbered = isMisnumbering && endpoint == .bulkIn
    if faults.take(.wrongSequence, at: endpoint) || isMisnumbered {
      return frame.with(sequence: frame.sequence &+ 0x4000)
    }
    return packet
  }

  /// The first of two packets has waited long enough: no second one came.
  mutating func letOvertakenThrough() {
    for endpoint in SimulatedEndpoint.allCases {
      guard let packet = bus.overtaken[endpoint.place] else { continue }
      bus.overtaken[endpoint.place] = nil
      if endpoint == .bulkOut { feed(.bulkOut(packet)) } else { transport(packet, on: endpoint) }
    }
  }

  /// Capabilities that contradict themselves, in a sound frame: no window, and a smallest depth above the largest.
  func impossible(_ bytes: [UInt8]) -> [UInt8] {
    guard let frame = try? Frame.decode(bytes), frame.payload.count > 9 else { return bytes }
    var payload = frame.payload
    payload[2] = 0
    (payload[8], payload[9]) = (0xFF, 0xFF)
    return frame.with(payload: payload)
  }

  // MARK: Frames of the fault's own making

  /// The device's state without its firmware doing anything.
  private var status: DeviceStatus? {
    var ignored: [FirmwareOutput] = []
    var copy = firmware
    guard let reply = copy?.control(ControlRequest.status.rawValue, value: 0, at: ticks, into: &ignored) else {
      return nil
    }
    return try? DeviceStatus(Frame.decode(reply))
  }

  mutating func flood() {
    guard isFlooding else { return }
    schedule.add(.floods, at: after(Self.interruptPeriod))
    guard let status else { return }
    send(DeviceNotice.stateChanged(status).encoded(sequence: 0), on: .interruptIn)
  }

  /// Plausible in every field; only that nobody granted it, and no needle fell.
  mutating func sendRecordWithoutGrant() {
    guard let status else { return }
    let record = DotRecord(
      sequence: status.nextRecord, grant: GrantNumber(number: 1 << 62), request: RequestID(number: 0xFFFF_FFFF),
      zone: ZoneIndex(number: 0), outcome: .used,
      position: sensor.marked(handpiece ?? ChartPosition(x: 0, y: 0)), depthReported: .micrometres(500),
      speedReported: .millihertz(100_000), dwellReported: .milliseconds(80), strokes: 8, endedAt: ticks)
    let sequence = UInt16(truncatingIfNeeded: status.nextRecord.number)
    send(DeviceMessage.record(record).encoded(sequence: sequence), on: .bulkIn)
  }
}

extension Frame {
  /// The same frame but for one field, sound again.
  fileprivate func with(
    version: UInt8? = nil, type: UInt8? = nil, sequence: UInt16? = nil, payload: [UInt8]? = nil
  ) -> [UInt8] {
    Frame(
      version: version ?? self.version, type: type ?? self.type, sequence: sequence ?? self.sequence,
      payload: payload ?? self.payload
    ).encoded()
  }
}

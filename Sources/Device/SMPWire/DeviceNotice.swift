package import SMPModel

/// What a device says unasked, on interrupt IN. Its sequence numbers grow by one, so that a gap shows.
package enum DeviceNotice: Hashable, Sendable {
  /// May I make a dot here? (S1)
  case dotRequested(DotRequest)
  /// The phase, a sensor of the status, the fault or the digest changed.
  case stateChanged(DeviceStatus)

  private var type: NoticeType {
    switch self {
    case .dotRequested: .dotRequested
    case .stateChanged: .stateChanged
    }
  }

  package func encoded(sequence: UInt16, version: UInt8 = ProtocolVersion.newest) -> [UInt8] {
    var writer = ByteWriter(capacity: type.length)
    switch self {
    case .dotRequested(let request):
      writer.u32(request.id.number)
      writer.position(request.position)
      writer.u32(request.requestedAt.microseconds)
    case .stateChanged(let status):
      StatusLayout.write(status, to: &writer)
    }
    return Frame.bytes(type: type.rawValue, sequence: sequence, version: version, payload: writer)
  }

  /// - Throws: `unknownType`, `versionUnsupported`, `payloadLength`, and what is wrong with a field.
  package init(_ frame: Frame) throws(WireError) {
    guard let type = NoticeType(rawValue: frame.type) else { throw .unknownType(frame.type) }
    var reader = try frame.reader(expecting: type.length)
    switch type {
    case .dotRequested:
      let id = RequestID(number: reader.u32())
      let position = reader.position()
      self = .dotRequested(DotRequest(id: id, position: position, requestedAt: reader.ticks()))
    case .stateChanged:
      self = .stateChanged(try StatusLayout.read(&reader))
    }
  }
}

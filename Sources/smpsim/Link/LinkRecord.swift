import SMPLink

/// The wire between a daemon and a device process: a stream of records, each behind its length.
///
/// A record is two bytes of length (little-endian, the kind counted), one byte of kind, and the kind's own members:
/// integers little-endian, bytes and text to the record's end. A record is written in one piece or not at all.
enum LinkWire {
  /// The first record of a connection says it; there is one.
  static let version: UInt8 = 1
  static let prefixBytes = 2
  /// A frame has 512 bytes at most, and a fault of the simulator adds one; beside it stand a kind and a tag.
  static let recordBytes = 1_024
  static let payloadBytes = 768
  static let serialBytes = 64
}

/// Why a connection is ended: what came is no record.
enum LinkWireError: Error, Hashable, Sendable {
  /// No record is so long, or so short.
  case length(Int)
  case unknownKind(UInt8)
  /// Too few bytes for its kind, too many, or a member out of its range.
  case malformed(kind: UInt8)
  case version(UInt8)
}

/// One direction of the wire.
protocol LinkRecord: Hashable, Sendable {
  var kind: UInt8 { get }
  /// The members after the kind.
  var members: [UInt8] { get }
  /// - Parameter cursor: stands at the first member; what is left afterwards is an error of the caller's to find.
  init(kind: UInt8, _ cursor: inout ByteCursor) throws(LinkWireError)
}

extension LinkRecord {
  /// Length, kind and members.
  var encoded: [UInt8] {
    let members = members
    precondition(members.count < LinkWire.recordBytes, "a record of ours fits its bound")
    return UInt16(members.count + 1).littleEndianBytes + [kind] + members
  }
}

/// What a host sends. The first record of a connection is `watch` or `open`, and neither comes again.
enum HostRecord: LinkRecord {
  /// Wants to hear when the device comes and goes.
  case watch
  /// Wants the link: one host at a time.
  case open
  case control(tag: TransferTag, ControlSetup)
  case out(tag: TransferTag, [UInt8])
  /// The prepared stop: the device ignores it while one with this tag is under way.
  case stop(tag: TransferTag, ControlSetup)
  case close

  var kind: UInt8 {
    switch self {
    case .watch: 1
    case .open: 2
    case .control: 3
    case .out: 4
    case .stop: 5
    case .close: 6
    }
  }

  var members: [UInt8] {
    switch self {
    case .watch, .open: [LinkWire.version]
    case .control(let tag, let setup), .stop(let tag, let setup): tag.number.littleEndianBytes + Self.bytes(setup)
    case .out(let tag, let bytes): tag.number.littleEndianBytes + bytes
    case .close: []
    }
  }

  init(kind: UInt8, _ cursor: inout ByteCursor) throws(LinkWireError) {
    switch kind {
    case 1, 2:
      let version = try cursor.take(UInt8.self)
      guard version == LinkWire.version else { throw .version(version) }
      self = kind == 1 ? .watch : .open
    case 3: self = .control(tag: try cursor.tag(), try Self.setup(&cursor))
    case 4: self = .out(tag: try cursor.tag(), try cursor.rest(atMost: LinkWire.payloadBytes))
    case 5: self = .stop(tag: try cursor.tag(), try Self.setup(&cursor))
    case 6: self = .close
    default: throw .unknownKind(kind)
    }
  }

  private static func bytes(_ setup: ControlSetup) -> [UInt8] {
    [setup.request] + setup.value.littleEndianBytes + setup.length.littleEndianBytes
  }

  private static func setup(_ cursor: inout ByteCursor) throws(LinkWireError) -> ControlSetup {
    ControlSetup(
      request: try cursor.take(UInt8.self), value: try cursor.take(UInt16.self), length: try cursor.take(UInt16.self))
  }
}

/// What a device process sends.
enum DeviceRecord: LinkRecord {
  /// To a watcher: the device is there, under this serial. To a host that opens: the link is its own.
  case present(serial: String)
  /// To a watcher: its cable is out.
  case absent
  /// The link is not to be had; the connection ends.
  case refused(LinkError)
  case event(LinkEvent)

  var kind: UInt8 {
    switch self {
    case .present: 129
    case .absent: 130
    case .refused: 131
    case .event(.controlCompleted): 132
    case .event(.controlFailed): 133
    case .event(.outCompleted): 134
    case .event(.outFailed): 135
    case .event(.bulkReceived): 136
    case .event(.interruptReceived): 137
    case .event(.receiveFailed): 138
    case .event(.broken): 139
    case .event(.detached): 140
    }
  }

  var members: [UInt8] {
    switch self {
    case .present(let serial): Array(serial.utf8)
    case .absent, .event(.broken), .event(.detached): []
    case .refused(let error), .event(.receiveFailed(let error)): [error.wireCode]
    case .event(.controlCompleted(let tag, let bytes)): tag.number.littleEndianBytes + bytes
    case .event(.controlFailed(let tag, let error)), .event(.outFailed(let tag, let error)):
      tag.number.littleEndianBytes + [error.wireCode]
    case .event(.outCompleted(let tag)): tag.number.littleEndianBytes
    case .event(.bulkReceived(let bytes)), .event(.interruptReceived(let bytes)): bytes
    }
  }

  init(kind: UInt8, _ cursor: inout ByteCursor) throws(LinkWireError) {
    switch kind {
    case 129: self = .present(serial: try cursor.text(atMost: LinkWire.serialBytes))
    case 130: self = .absent
    case 131: self = .refused(try cursor.linkError())
    case 132:
      self = .event(.controlCompleted(tag: try cursor.tag(), bytes: try cursor.rest(atMost: LinkWire.payloadBytes)))
    case 133: self = .event(.controlFailed(tag: try cursor.tag(), error: try cursor.linkError()))
    case 134: self = .event(.outCompleted(tag: try cursor.tag()))
    case 135: self = .event(.outFailed(tag: try cursor.tag(), error: try cursor.linkError()))
    case 136: self = .event(.bulkReceived(try cursor.rest(atMost: LinkWire.payloadBytes)))
    case 137: self = .event(.interruptReceived(try cursor.rest(atMost: LinkWire.payloadBytes)))
    case 138: self = .event(.receiveFailed(try cursor.linkError()))
    case 139: self = .event(.broken)
    case 140: self = .event(.detached)
    default: throw .unknownKind(kind)
    }
  }
}

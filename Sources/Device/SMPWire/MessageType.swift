/// The frame types. Commands of the host have the top bit clear; what a device says has it set.
enum CommandType: UInt8, CaseIterable {
  case hello = 0x01
  case beginProfiles = 0x02
  case profile = 0x03
  case commitProfiles = 0x04
  case startSelfTest = 0x05
  case arm = 0x06
  case renewLease = 0x07
  case suspend = 0x08
  case resume = 0x09
  case disarm = 0x0A
  case grant = 0x0B
  case deny = 0x0C
  case release = 0x0D
  case readRecords = 0x0E
  case readTip = 0x0F

  /// The exact payload length.
  var length: Int {
    switch self {
    case .hello: 2
    case .beginProfiles: 5
    case .profile: ZoneProfileLayout.length
    case .commitProfiles, .arm, .renewLease: 8
    case .startSelfTest, .suspend, .resume, .disarm, .readRecords, .readTip: 0
    case .grant: 40
    case .deny: 5
    case .release: 4
    }
  }
}

/// Bulk IN.
enum MessageType: UInt8, CaseIterable {
  case accepted = 0x81
  case refused = 0x82
  case version = 0x83
  case profiles = 0x84
  case record = 0x85
  case tip = 0x86

  var length: Int {
    switch self {
    case .accepted: StatusLayout.length
    case .refused: 4 + StatusLayout.length
    case .version: 1
    case .profiles: 8
    case .record: 40
    case .tip: 8
    }
  }
}

/// Interrupt IN.
enum NoticeType: UInt8, CaseIterable {
  case dotRequested = 0xC1
  case stateChanged = 0xC2

  var length: Int {
    switch self {
    case .dotRequested: 16
    case .stateChanged: StatusLayout.length
    }
  }
}

/// Answers on EP0.
enum ControlType: UInt8, CaseIterable {
  case capabilities = 0xE1
  case status = 0xE2
}

extension Frame {
  /// What every typed decoder checks before its fields.
  func reader(expecting length: Int) throws(WireError) -> ByteReader {
    guard version >= ProtocolVersion.oldest, version <= ProtocolVersion.newest else {
      throw .versionUnsupported(version)
    }
    guard payload.count == length else {
      throw .payloadLength(type: type, expected: length, found: payload.count)
    }
    return ByteReader(payload)
  }

  /// A frame of a version this codec writes.
  static func bytes(type: UInt8, sequence: UInt16, version: UInt8, payload: ByteWriter) -> [UInt8] {
    precondition(
      version >= ProtocolVersion.oldest && version <= ProtocolVersion.newest, "the agreed version is one of ours")
    return Frame(version: version, type: type, sequence: sequence, payload: payload.bytes).encoded()
  }
}

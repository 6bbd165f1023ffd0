package import SMPModel

/// What the host may say on bulk OUT. Each is answered by exactly one reply with the same sequence number.
package enum HostCommand: Hashable, Sendable {
  /// The versions the host speaks; answered by `version` or refused.
  case hello(oldest: UInt8, newest: UInt8)
  /// Begins a profile set of `count` profiles, 1 to 32. `generation` is at least 1 and grows with every set.
  case beginProfiles(generation: UInt32, count: UInt8)
  /// One profile of the set, in rising zone order.
  case profile(ZoneProfile)
  /// Ends the set: taken over only when the device computes the same digest; answered by `profiles`.
  case commitProfiles(ProfileDigest)
  case startSelfTest
  case arm(ProfileDigest)
  case renewLease(ProfileDigest)
  case suspend
  case resume
  /// A normal stop: finishes the dot, retracts, goes to idle.
  case disarm
  case grant(GrantNumber, Grant)
  case deny(RequestID, Indication)
  /// Every record with a sequence below `upTo` may be forgotten.
  case release(upTo: RecordSequence)
  /// Sends all unreleased records again, oldest first, then the reply.
  case readRecords
  /// Where the tip is, in the device's frame: for a registration (S12). Answered by `tip` or refused; moves nothing.
  case readTip

  private var type: CommandType {
    switch self {
    case .hello: .hello
    case .beginProfiles: .beginProfiles
    case .profile: .profile
    case .commitProfiles: .commitProfiles
    case .startSelfTest: .startSelfTest
    case .arm: .arm
    case .renewLease: .renewLease
    case .suspend: .suspend
    case .resume: .resume
    case .disarm: .disarm
    case .grant: .grant
    case .deny: .deny
    case .release: .release
    case .readRecords: .readRecords
    case .readTip: .readTip
    }
  }

  /// The whole frame. Commanded quantities that do not fit their field trap: the guard bounded them.
  package func encoded(sequence: UInt16, version: UInt8 = ProtocolVersion.newest) -> [UInt8] {
    var writer = ByteWriter(capacity: type.length)
    switch self {
    case .hello(let oldest, let newest):
      writer.u8(oldest)
      writer.u8(newest)
    case .beginProfiles(let generation, let count):
      writer.u32(generation)
      writer.u8(count)
    case .profile(let profile):
      ZoneProfileLayout.write(profile, to: &writer)
    case .commitProfiles(let digest), .arm(let digest), .renewLease(let digest):
      writer.digest(digest)
    case .grant(let number, let grant):
      Self.write(number, grant, to: &writer)
    case .deny(let request, let indication):
      writer.u32(request.number)
      writer.u8(indication.rawValue)
    case .release(let upTo):
      writer.u32(upTo.number)
    case .startSelfTest, .suspend, .resume, .disarm, .readRecords, .readTip:
      break
    }
    return Frame.bytes(type: type.rawValue, sequence: sequence, version: version, payload: writer)
  }

  /// - Throws: `unknownType`, `versionUnsupported`, `payloadLength`, and what is wrong with a field.
  package init(_ frame: Frame) throws(WireError) {
    guard let type = CommandType(rawValue: frame.type) else { throw .unknownType(frame.type) }
    var reader = try frame.reader(expecting: type.length)
    switch type {
    case .hello: self = try Self.readHello(&reader)
    case .beginProfiles: self = try Self.readBegin(&reader)
    case .profile: self = .profile(try ZoneProfileLayout.read(&reader))
    case .commitProfiles: self = .commitProfiles(reader.digest())
    case .startSelfTest: self = .startSelfTest
    case .arm: self = .arm(reader.digest())
    case .renewLease: self = .renewLease(reader.digest())
    case .suspend: self = .suspend
    case .resume: self = .resume
    case .disarm: self = .disarm
    case .grant: self = try Self.readGrant(&reader)
    case .deny: self = try Self.readDeny(&reader)
    case .release: self = .release(upTo: RecordSequence(number: reader.u32()))
    case .readRecords: self = .readRecords
    case .readTip: self = .readTip
    }
  }
}

extension HostCommand {
  private static func readHello(_ reader: inout ByteReader) throws(WireError) -> HostCommand {
    let oldest = reader.u8()
    let newest = reader.u8()
    guard oldest >= 1 else { throw .invalidValue(offset: 0) }
    guard newest >= oldest else { throw .contradiction(offset: 1) }
    return .hello(oldest: oldest, newest: newest)
  }

  private static func readBegin(_ reader: inout ByteReader) throws(WireError) -> HostCommand {
    let generation = reader.u32()
    let count = reader.u8()
    guard generation >= 1 else { throw .invalidValue(offset: 0) }
    guard count >= 1, Int(count) <= Bounds.zones else { throw .invalidValue(offset: 4) }
    return .beginProfiles(generation: generation, count: count)
  }

  private static func readDeny(_ reader: inout ByteReader) throws(WireError) -> HostCommand {
    let request = RequestID(number: reader.u32())
    guard let indication = Indication(rawValue: reader.u8()) else { throw .invalidValue(offset: 4) }
    return .deny(request, indication)
  }

  private static func write(_ number: GrantNumber, _ grant: Grant, to writer: inout ByteWriter) {
    precondition(number != .none, "a grant has the number of its journal entry")
    writer.u64(number.number)
    writer.u32(grant.request.number)
    writer.position(ChartPosition(grant.asked))
    writer.digest(grant.digest)
    writer.commanded(grant.speed)
    writer.commanded(grant.depth)
    writer.commanded(grant.dwell)
    writer.zone(grant.zone)
    writer.reserved(3)
  }

  private static func readGrant(_ reader: inout ByteReader) throws(WireError) -> HostCommand {
    let number = reader.grantNumber()
    guard number != .none else { throw .invalidValue(offset: 0) }
    let request = RequestID(number: reader.u32())
    let position = reader.position()
    let digest = reader.digest()
    let speed = reader.speed()
    let depth = reader.depth()
    let dwell = reader.dwell()
    let zone = try reader.zone()
    try reader.reserved(3)
    return .grant(
      number,
      Grant(
        request: request, zone: zone, position: position, depth: depth, speed: speed, dwell: dwell, digest: digest))
  }
}

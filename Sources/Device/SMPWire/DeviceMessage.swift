package import SMPModel

/// Why the device did not do what it was told. Nothing changed, except where the case says so.
package enum CommandRefusal: UInt8, CaseIterable, Error, Sendable {
  /// Not in this phase.
  case wrongPhase = 1
  /// The request is not the pending one, was withdrawn, or its grant number was already used; for `release`: records
  /// never made.
  case unknownRequest = 2
  /// The answer came later than 20 ms after the request.
  case requestExpired = 3
  /// A grant is open already: one needle, one dot.
  case grantOpen = 4
  /// No profile for this zone.
  case unknownZone = 5
  /// Depth, speed or dwell beyond the zone's profile or the device's own range.
  case beyondProfile = 6
  /// Not the position that was asked for.
  case wrongPosition = 7
  /// Another profile set than the device's. In a leased phase this also latches `DeviceFault.digestMismatch`.
  case digestMismatch = 8
  /// The pedal must be seen released first.
  case pedalPressed = 9
  /// The needle is not behind its stop.
  case notParked = 10
  /// The window of unreleased records is full: no dot. Twice the window being full, the grant's number was not even
  /// taken and no record follows; the status says how many are held.
  case windowFull = 11
  /// No profile set is loaded, or one is being loaded.
  case noProfiles = 12
  /// A profile beyond what the device can do, out of zone order, or one too many.
  case profileOutOfRange = 13
  /// No common version, or a frame of another version than the agreed one.
  case versionUnsupported = 14
  /// No self-test passed since the start, since this profile set was loaded, or since the last fault of the drive.
  case selfTestMissing = 15
  /// Not a frame, or not a command.
  case malformed = 16
  /// A fault is latched.
  case faultActive = 17
  /// No steady place of the tip to be read: no positioning, no sighting, or it moves.
  case noSteadyPlace = 18

  package var word: StaticString {
    switch self {
    case .wrongPhase: "wrong_phase"
    case .unknownRequest: "unknown_request"
    case .requestExpired: "request_expired"
    case .grantOpen: "grant_open"
    case .unknownZone: "unknown_zone"
    case .beyondProfile: "beyond_profile"
    case .wrongPosition: "wrong_position"
    case .digestMismatch: "digest_mismatch"
    case .pedalPressed: "pedal_pressed"
    case .notParked: "not_parked"
    case .windowFull: "window_full"
    case .noProfiles: "no_profiles"
    case .profileOutOfRange: "profile_out_of_range"
    case .versionUnsupported: "version_unsupported"
    case .selfTestMissing: "self_test_missing"
    case .malformed: "malformed"
    case .faultActive: "fault_active"
    case .noSteadyPlace: "no_steady_place"
    }
  }
}

/// What a device says on bulk IN. All but a record are replies and carry their command's sequence number; a record
/// carries the low 16 bits of its own.
package enum DeviceMessage: Hashable, Sendable {
  case accepted(DeviceStatus)
  case refused(CommandRefusal, DeviceStatus)
  /// The version agreed on.
  case version(UInt8)
  /// The profile set in force from now on.
  case profiles(ProfileDigest)
  case record(DotRecord)
  /// The place of the tip, as asked for by `readTip`.
  case tip(DevicePosition)

  private var type: MessageType {
    switch self {
    case .accepted: .accepted
    case .refused: .refused
    case .version: .version
    case .profiles: .profiles
    case .record: .record
    case .tip: .tip
    }
  }

  package func encoded(sequence: UInt16, version: UInt8 = ProtocolVersion.newest) -> [UInt8] {
    var writer = ByteWriter(capacity: type.length)
    switch self {
    case .accepted(let status):
      StatusLayout.write(status, to: &writer)
    case .refused(let refusal, let status):
      writer.u8(refusal.rawValue)
      writer.reserved(3)
      StatusLayout.write(status, to: &writer)
    case .version(let agreed):
      writer.u8(agreed)
    case .profiles(let digest):
      writer.digest(digest)
    case .record(let record):
      RecordLayout.write(record, to: &writer)
    case .tip(let place):
      writer.position(ChartPosition(place))
    }
    return Frame.bytes(type: type.rawValue, sequence: sequence, version: version, payload: writer)
  }

  /// - Throws: `unknownType`, `versionUnsupported`, `payloadLength`, and what is wrong with a field.
  package init(_ frame: Frame) throws(WireError) {
    guard let type = MessageType(rawValue: frame.type) else { throw .unknownType(frame.type) }
    var reader = try frame.reader(expecting: type.length)
    switch type {
    case .accepted:
      self = .accepted(try StatusLayout.read(&reader))
    case .refused:
      guard let refusal = CommandRefusal(rawValue: reader.u8()) else { throw .invalidValue(offset: 0) }
      try reader.reserved(3)
      self = .refused(refusal, try StatusLayout.read(&reader))
    case .version:
      let agreed = reader.u8()
      guard agreed >= 1 else { throw .invalidValue(offset: 0) }
      self = .version(agreed)
    case .profiles:
      self = .profiles(reader.digest())
    case .record:
      self = .record(try RecordLayout.read(&reader))
    case .tip:
      self = .tip(DevicePosition(reader.position()))
    }
  }
}

/// A dot record's 40 bytes.
enum RecordLayout {
  static func write(_ record: DotRecord, to writer: inout ByteWriter) {
    writer.u32(record.sequence.number)
    writer.u32(record.request.number)
    writer.u64(record.grant.number)
    writer.position(record.position)
    writer.measured(record.speedReported)
    writer.u32(record.endedAt.microseconds)
    writer.measured(record.depthReported)
    writer.measured(record.dwellReported)
    writer.u16(record.strokes)
    writer.zone(record.zone)
    writer.u8(record.outcome.rawValue)
  }

  static func read(_ reader: inout ByteReader) throws(WireError) -> DotRecord {
    let sequence = RecordSequence(number: reader.u32())
    let request = RequestID(number: reader.u32())
    let grant = reader.grantNumber()
    let position = reader.position()
    let speed = reader.speed()
    let endedAt = reader.ticks()
    let depth = reader.depth()
    let dwell = reader.dwell()
    let strokes = reader.u16()
    let zone = try reader.zone()
    guard let outcome = RecordOutcome(rawValue: reader.u8()) else { throw .invalidValue(offset: 39) }
    let record = DotRecord(
      sequence: sequence, grant: grant, request: request, zone: zone, outcome: outcome, position: position,
      depthReported: depth, speedReported: speed, dwellReported: dwell, strokes: strokes, endedAt: endedAt)
    guard isPossible(record) else { throw .contradiction(offset: 39) }
    return record
  }

  /// What the outcome says of the other fields: a record that contradicts itself is no evidence of anything.
  private static func isPossible(_ record: DotRecord) -> Bool {
    switch record.outcome {
    case .used:
      record.grant != .none
    case .expired, .cancelled:
      record.grant != .none && record.depthReported == .zero && record.speedReported == .zero
        && record.dwellReported == .zero && record.strokes == 0
    case .unbidden:
      record.grant == .none && record.request.number == 0 && record.zone.number == 0
    }
  }
}

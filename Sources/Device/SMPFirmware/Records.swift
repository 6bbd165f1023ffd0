internal import SMPModel
internal import SMPWire

// No log, no dot (S2): records are kept until the host releases them, in a window of fixed size.

extension Firmware {
  private var window: Int { Int(capabilities.recordWindow) }

  /// A refused grant needs a record too (S1), and finds the window full when it came too late for its own request.
  /// As many records again as the window has are kept for such; a host that wants more is not answering requests.
  private var refusalWindow: Int { 2 * window }

  /// Records held, and the one an open grant will still need.
  private var spokenFor: Int { memory.records.count + (needle.openGrant == nil ? 0 : 1) }

  /// Another dot's record would still find its place in the window.
  var hasRoomForGrant: Bool { spokenFor < window || !keeps(.recordWindow) }

  /// The record of a refused grant would still find its place.
  var hasRoomForRefusal: Bool { spokenFor < refusalWindow }

  /// Ends a grant without contact.
  mutating func record(
    _ outcome: RecordOutcome, of number: GrantNumber, _ grant: Grant, _ now: DeviceTicks,
    _ outputs: inout [FirmwareOutput]
  ) {
    keep(
      DotRecord(
        sequence: memory.nextRecord, grant: number, request: grant.request, zone: grant.zone, outcome: outcome,
        position: grant.position, depthReported: .zero, speedReported: .zero, dwellReported: .zero, strokes: 0,
        endedAt: now), &outputs)
  }

  /// A contact nobody granted. One more record is kept for it than for all else; further ones are counted, and the
  /// host sees a contact count its records do not explain.
  mutating func recordUnbidden(
    _ measured: Measured, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) {
    guard spokenFor <= refusalWindow else {
      memory.episode = needle.episode
      outputs.append(.persist)
      return
    }
    keep(
      DotRecord(
        sequence: memory.nextRecord, grant: .none, request: RequestID(number: 0), zone: ZoneIndex(number: 0),
        outcome: .unbidden, position: measured.position, depthReported: measured.depth,
        speedReported: measured.speed, dwellReported: measured.dwell, strokes: measured.strokes, endedAt: now),
      &outputs)
  }

  /// Keeps a record, then says it: what the host hears of is already safe from a loss of power.
  mutating func keep(_ record: DotRecord, _ outputs: inout [FirmwareOutput]) {
    memory.append(record)
    memory.episode = needle.episode
    outputs.append(.persist)
    send(record, &outputs)
  }

  func send(_ record: DotRecord, _ outputs: inout [FirmwareOutput]) {
    reply(.record(record), UInt16(truncatingIfNeeded: record.sequence.number), &outputs)
  }

  /// Forgets what the host has made durable. Records that were never made cannot be released.
  mutating func release(upTo: RecordSequence, _ outputs: inout [FirmwareOutput]) -> CommandRefusal? {
    guard upTo <= memory.nextRecord else { return .unknownRequest }
    let before = memory.records.count
    memory.records.removeAll { $0.sequence < upTo }
    if memory.records.count != before { outputs.append(.persist) }
    return nil
  }
}

extension NonvolatileMemory {
  mutating func append(_ record: DotRecord) {
    records.append(record)
    nextRecord = RecordSequence(number: nextRecord.number &+ 1)
  }

  /// The memory as a start leaves it: counted, checked, and with no grant left open (S1).
  func started(window: Int, at now: DeviceTicks) -> NonvolatileMemory {
    var memory = self
    memory.bootCount &+= 1
    if !memory.isSound(window: window) {
      // Evidence that contradicts itself is none: it is dropped, said so, and the host presumes (S7).
      memory.records = []
      memory.latchedFault = .internalFailure
    }
    memory.episode = .none
    switch episode {
    case .none:
      break
    case .granted(let number, let grant):
      memory.append(.afterPowerLoss(.cancelled, number, grant, memory.nextRecord, now))
    case .contact(let number, let grant):
      memory.append(.afterPowerLoss(.used, number, grant, memory.nextRecord, now))
    case .unbidden(let position):
      memory.append(
        DotRecord(
          sequence: memory.nextRecord, grant: .none, request: RequestID(number: 0), zone: ZoneIndex(number: 0),
          outcome: .unbidden, position: position, depthReported: .zero, speedReported: .zero, dwellReported: .zero,
          strokes: 0, endedAt: now))
      if memory.latchedFault == nil { memory.latchedFault = .contactWithoutGrant }
    }
    return memory
  }

  private func isSound(window: Int) -> Bool {
    guard records.count <= 2 * window + 1 else { return false }
    var previous: RecordSequence?
    for record in records {
      if let previous, record.sequence <= previous { return false }
      guard record.sequence < nextRecord else { return false }
      previous = record.sequence
    }
    return true
  }
}

extension DotRecord {
  /// The record of a grant the power went away from: nothing was measured, so nothing is claimed.
  fileprivate static func afterPowerLoss(
    _ outcome: RecordOutcome, _ number: GrantNumber, _ grant: Grant, _ sequence: RecordSequence, _ now: DeviceTicks
  ) -> DotRecord {
    DotRecord(
      sequence: sequence, grant: number, request: grant.request, zone: grant.zone, outcome: outcome,
      position: grant.position, depthReported: .zero, speedReported: .zero, dwellReported: .zero, strokes: 0,
      endedAt: now)
  }
}

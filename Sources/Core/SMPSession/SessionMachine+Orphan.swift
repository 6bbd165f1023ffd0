internal import SMPGuard
internal import SMPModel

/// A session that an earlier daemon left open: its own device says what became of its grants, or they count as made (S7).
extension SessionMachine {
  /// Between two times its device is asked, while its needle is still on the way home: as long as a person hardly notices.
  static var settlePeriod: Interval { .milliseconds(200) }

  /// Its device is there and has not said everything yet.
  var isOrphanUnsettled: Bool {
    guard let orphan, let device else { return false }
    return device.capabilities.serial == orphan.serial && !orphan.openGrants.isEmpty
  }

  /// Grants whose end nobody has seen, in the open session or the orphan.
  package var openGrants: Int { orphan?.openGrants.count ?? (open?.openGrant?.number == nil ? 0 : 1) }

  /// A record that ends one of its grants. Returns false for every other.
  mutating func settleOrphan(
    _ record: DotRecord, at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]
  ) -> Bool {
    guard record.outcome != .unbidden, let device, device.capabilities.serial == orphan?.serial,
      let place = orphan?.openGrants.firstIndex(where: {
        $0.number == record.grant && $0.grant.request == record.request
      }), let open = orphan?.openGrants.remove(at: place)
    else { return false }
    known.settle(KnownDevices.Settled(grant: open.number, sequence: record.sequence))
    switch record.outcome {
    case .used:
      orphan?.dotsMade += 1
      actions.append(.note(.dot(record, open.grant, open.number)))
    case .expired, .cancelled, .unbidden:
      let end: GrantEnd = record.outcome == .expired ? .expired : .cancelled
      actions.append(.note(.grantEnded(open.number, end, record.sequence)))
    }
    if let excess = RecordExcess(of: record, beyond: open.grant, on: device.capabilities) {
      raise(SessionFault(excess), at: now, wall: wall, &actions)
    }
    return true
  }

  /// Everything the device had to say has come, and the needle is home: grants without a record never reached it.
  mutating func settleOrphan(_ status: DeviceStatus, _ actions: inout [SessionAction]) {
    guard isOrphanUnsettled, status.parked, !status.phase.isEnergised else { return }
    for open in orphan?.openGrants ?? [] {
      actions.append(.note(.grantEnded(open.number, .neverReceived, nil)))
    }
    orphan?.openGrants = []
  }

  /// Nobody can say any more what became of them: they count as made.
  mutating func presumeOrphan(_ actions: inout [SessionAction]) {
    let grants = orphan?.openGrants ?? []
    orphan?.openGrants = []
    orphan?.dotsMade += Int64(grants.count)
    for open in grants { notePresumed(open.grant, open.number, &actions) }
  }

  /// The device has something to say that has not been heard, whatever asked for it before.
  var owesWord: Bool { isOrphanUnsettled || device?.isBehind == true || device?.doubtedRecord != nil }

  /// Asks again for as long as the device owes an answer.
  mutating func askAgain(at now: MonotonicTime, _ actions: inout [SessionAction]) {
    guard owesWord, device?.isRereading == false, let at = settleAt, now >= at else { return }
    settleAt = now + Self.settlePeriod
    reread(&actions)
  }
}

extension DevicePhase {
  /// The drive may turn, or the pedal may start it.
  var isEnergised: Bool {
    switch self {
    case .selfTest, .armed, .running, .suspended: true
    case .idle, .stopped, .faulted: false
    }
  }
}

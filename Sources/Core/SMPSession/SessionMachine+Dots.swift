package import SMPGuard
package import SMPModel

/// The way of a dot: request, decision, grant, record, settlement (S1, S2, S4).
extension SessionMachine {
  /// The device asks for a dot.
  package mutating func dotRequested(_ request: DotRequest, at now: MonotonicTime) -> [SessionAction] {
    device?.requests += 1
    switch state {
    case .armed, .running: break
    case .noDevice, .ready, .testing, .preparing, .changing, .paused, .stopping, .stopped, .faulted, .clearing,
      .closing, .held,
      .uncertain:
      return [.deny(request.id, Denial.notRunning.indication)]
    }
    let elapsed = elapsed(at: now)
    let request = onChart(request)
    guard open != nil, let decision = dotGuard?.decide(request, elapsed: elapsed) else {
      return [.deny(request.id, Denial.notRunning.indication)]
    }
    open?.activeAt = now
    switch decision {
    case .admitted(let admitted):
      guard case .grant(let grant) = admitted.command else { return [] }
      open?.openGrant = OpenGrant(grant: grant, admittedAt: now, number: nil)
      open?.currentZone = grant.zone
      return [.admit(admitted)]
    case .denied(let denial, let zone):
      open?.denials += 1
      open?.lastDenial = DenialSeen(denial: denial, zone: zone, at: now)
      return [.note(.denial(request, zone: zone, denial)), .deny(request.id, denial.indication)]
    }
  }

  /// An admitted command is durable under this number. Says whether it may still leave for the device: a stop or
  /// fault that came between withdraws it, and the grant ends here and now.
  package mutating func mayLeave(_ command: Command, as number: GrantNumber) -> (Bool, [SessionAction]) {
    switch command {
    case .grant(let grant):
      guard open?.openGrant?.grant == grant, isGranting else {
        if open?.openGrant?.grant == grant { open?.openGrant = nil }
        dotGuard?.settle(grant.request, made: nil)
        return (false, [.note(.grantEnded(number, .neverSent, nil))])
      }
      open?.openGrant?.number = number
      return (true, [])
    case .profiles:
      if case .testing(.loadingProfiles, _) = state { return (true, []) }
      guard isPreparing || isChanging else { return (false, []) }
      // Between sending a new set and its digest no renewal may carry the old one; the lease covers the gap (S5).
      if keeps(.digestOfLease) { lease = .off }
      return (true, [])
    case .selfTest:
      if case .preparing(.spinningUp, _) = state { return (true, []) }
      if case .testing(.spinningUp, _) = state { return (true, []) }
      return (false, [])
    case .arm:
      if case .preparing(.arming, _) = state { return (true, []) }
      return (false, [])
    case .resume:
      return (isChanging, [])
    }
  }

  /// The device's record of a grant or contact.
  package mutating func recorded(
    _ record: DotRecord, at now: MonotonicTime, wall: WallTime
  ) -> [SessionAction] {
    guard let expected = device?.expectedRecord else { return [] }
    device?.records += 1
    let record = onChart(record)
    var actions: [SessionAction] = []
    guard record.sequence == expected else {
      if record.sequence < expected {
        release(&actions)
      } else if device?.isRereading == false {
        reread(&actions)
      }
      return actions
    }
    device?.expectedRecord = RecordSequence(number: expected.number &+ 1)
    if !known.isOldNews(record) {
      open?.activeAt = now
      if record.outcome == .used || record.outcome == .unbidden, !known.contacts.contains(KnownDevices.Contact(record))
      {
        device?.contacts?.heard += 1
      }
      settle(record, at: now, wall: wall, &actions)
    }
    release(&actions)
    if case .closing = state, isSettled { close(&actions) }
    if case .stopping(.normal, let then, _) = state, let status = device?.status, isAtRest(status) {
      disarmed(then: then, &actions)
    }
    return actions
  }

  /// What has been heard may be forgotten by the device.
  private mutating func release(_ actions: inout [SessionAction]) {
    guard let device, device.doubtedRecord == nil else { return }
    actions.append(.release(upTo: device.expectedRecord))
  }

  private mutating func settle(
    _ record: DotRecord, at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]
  ) {
    if settleOrphan(record, at: now, wall: wall, &actions) { return }
    guard let grant = open?.openGrant, let number = grant.number, record.request == grant.grant.request,
      record.grant == number, record.outcome != .unbidden
    else {
      foreign(record, at: now, wall: wall, &actions)
      return
    }
    open?.openGrant = nil
    known.settle(KnownDevices.Settled(grant: number, sequence: record.sequence))
    switch record.outcome {
    case .used:
      dotGuard?.settle(record.request, made: record.position)
      actions.append(.note(.dot(record, grant.grant, number)))
      if let excess = withGuard({ $0.check(record, against: grant.grant) }) ?? nil {
        // Nobody knows which of the two places has the dot: both count (S4).
        if case .place(_, let granted, _) = excess { dotGuard?.count(unbidden: granted) }
        raise(SessionFault(excess), at: now, wall: wall, &actions)
      }
    case .expired, .cancelled:
      actions.append(.note(.grantEnded(number, record.outcome == .expired ? .expired : .cancelled, record.sequence)))
      if let excess = withGuard({ $0.check(record, against: grant.grant) }) ?? nil {
        // It says that there was no dot and shows contact: count it, and stop.
        dotGuard?.settle(record.request, made: record.position)
        raise(SessionFault(excess), at: now, wall: wall, &actions)
      } else {
        dotGuard?.settle(record.request, made: nil)
      }
    case .unbidden:
      break
    }
  }

  /// A record no open grant of ours explains. A contact counts against the limits all the same (S4).
  private mutating func foreign(
    _ record: DotRecord, at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]
  ) {
    switch record.outcome {
    case .used, .unbidden:
      if known.meet(KnownDevices.Contact(record)) {
        dotGuard?.count(unbidden: record.position)
        actions.append(.note(.unbiddenContact(record)))
      } else if let device, device.isRereading, record.sequence < device.status.nextRecord {
        // The same one, heard again because it was asked for.
        return
      }
      doubt(record, at: now, &actions)
      if open != nil, !isFaulted { raise(.recordWithoutGrant, at: now, wall: wall, &actions) }
    case .expired, .cancelled:
      // No grant that is open ends by it, and nothing is in the skin by its own word: it may only have taken the number
      // of one that does. Heard because it was asked for, it is the device's own.
      if let device, device.isRereading, record.sequence < device.status.nextRecord { return }
      doubt(record, at: now, &actions)
    }
  }

  private mutating func doubt(_ record: DotRecord, at now: MonotonicTime, _ actions: inout [SessionAction]) {
    if device?.doubtedRecord == nil { device?.doubtedRecord = record.sequence }
    settleAt = now + Self.settlePeriod
    if device?.isRereading == false { reread(&actions) }
  }

  /// Everything the device sent before this reply has arrived: what is missing now was lost on the way. A needle that
  /// is not parked yet may still be in the skin: its record comes when it is out.
  /// - Parameter isOfReading: it answers a request for the records.
  mutating func settleByCounters(
    _ status: DeviceStatus, isOfReading: Bool, at now: MonotonicTime, wall: WallTime,
    _ actions: inout [SessionAction]
  ) {
    if let doubted = device?.doubtedRecord {
      // Whatever the device holds from there on is heard again: what is known already changes nothing, and a record
      // whose number was taken by one that was never made does not pass for heard.
      device?.doubtedRecord = nil
      device?.expectedRecord = min(doubted, status.nextRecord)
    }
    guard let device else { return }
    if device.isBehind {
      if !device.isRereading, now >= device.pausesUntil {
        self.device?.pausesUntil = now + Self.settlePeriod
        reread(&actions)
      }
      return
    }
    compareContacts(status, at: now, wall: wall, &actions)
    settleOrphan(status, &actions)
    guard isOfReading, let grant = open?.openGrant, grant.isUnanswered, let number = grant.number else { return }
    guard grant.isAsked else {
      if !device.isRereading { reread(&actions) }
      return
    }
    guard
      now >= grant.endedBy || (status.parked && (status.phase == .idle || status.phase == .stopped))
    else { return }
    open?.openGrant = nil
    dotGuard?.settle(grant.grant.request, made: nil)
    actions.append(.note(.grantEnded(number, .neverReceived, nil)))
  }

  /// Every record has been heard, and the needle is home: a contact that none tells of had no room for one.
  private mutating func compareContacts(
    _ status: DeviceStatus, at now: MonotonicTime, wall: WallTime, _ actions: inout [SessionAction]
  ) {
    guard let device, !device.hasUnread, status.parked else { return }
    let unheard = device.contacts?.unheard(of: status.contactCount) ?? 0
    // A claim without a contact, the other way round, is the counters' business (`doubtedRecord`).
    if device.contacts == nil || unheard != 0 { self.device?.contacts = ContactTally(base: status.contactCount) }
    if unheard > 0 { raise(.recordWithoutGrant, at: now, wall: wall, &actions) }
  }

  mutating func reread(_ actions: inout [SessionAction]) {
    device?.isRereading = true
    if open?.openGrant?.isUnanswered == true { open?.openGrant?.isAsked = true }
    actions.append(.readRecords)
  }

  /// True in the states in which a grant may leave.
  private var isGranting: Bool {
    switch state {
    case .armed, .running: true
    case .noDevice, .ready, .testing, .preparing, .changing, .paused, .stopping, .stopped, .faulted, .clearing,
      .closing, .held,
      .uncertain:
      false
    }
  }

  func elapsed(at now: MonotonicTime) -> Interval {
    guard let since = open?.armedFirstAt else { return .zero }
    return now - since
  }
}

extension SessionFault {
  init(_ excess: RecordExcess) {
    switch excess {
    case .otherGrant, .contactDenied: self = .recordWithoutGrant
    case .depth: self = .depthBeyondGrant
    case .speed: self = .speedBeyondGrant
    case .dwell: self = .dwellBeyondGrant
    case .place: self = .placeBeyondGrant
    }
  }
}

internal import SMPModel
internal import SMPRecord
internal import SMPSession

/// Turns the machine's facts into the journal's entries: the one place that knows both vocabularies.
struct FactDrafts {
  let order: StartOrder?
  /// The order of the session that is being closed: the machine has let go of it already.
  let closing: StartOrder?
  let orphan: OrphanSession?
  /// The newest session on the device that is attached.
  let last: LastSession?
  /// The device the open session is bound to.
  let serial: String?
  let salts: Salts

  struct Draft {
    var body: EntryBody
    var session: String?
    var course: String?
    var confidential: [Confidential] = []
    var actor: UInt32?
  }

  func draft(_ fact: SessionFact) -> Draft {
    let order = self.order ?? closing
    var draft = Draft(
      body: .resumed, session: order?.session ?? orphan?.session, course: order?.profile.course ?? orphan?.course)
    draft.body = body(fact, order, &draft)
    // Heard with no session open: until another one opens on that device, its last client is who was under the needle (S4).
    if case .unbiddenContact = fact, draft.session == nil {
      draft.session = last?.session
      draft.course = last?.course
    }
    return draft
  }

  private func body(_ fact: SessionFact, _ order: StartOrder?, _ draft: inout Draft) -> EntryBody {
    switch fact {
    case .deviceAttached(let device, let status): return attached(device, status)
    case .deviceDetached(let serial): return .deviceDetached(DeviceDetachedEntry(serial: Label(cleaning: serial)))
    case .sessionOpened: return opened(order, &draft)
    case .profilesLoaded(let digest): return .profilesLoaded(ProfilesLoadedEntry(digest: digest))
    case .selfTest(let latency, let passed): return .selfTest(SelfTestEntry(latency: latency, passed: passed))
    case .armed(let digest): return .armed(ArmedEntry(digest: digest))
    case .paused(let reason, let remarks):
      return .paused(PausedEntry(reason: reason.map { Word($0.word) }, remarks: remarks.map { commit($0, &draft) }))
    case .comfortScored(let score, let remarks):
      return .comfortScored(ComfortScoredEntry(score: score.value, remarks: remarks.map { commit($0, &draft) }))
    case .supplyChanged(let supply, let lot):
      return .supplyChanged(SupplyChangedEntry(supply: supply, lot: Label(cleaning: lot)))
    case .resumed: return .resumed
    case .setPoints(let zone, let depth, let speed, let dwell):
      return .setPoints(SetPointsEntry(zone: zone, depth: depth, speed: speed, dwell: dwell))
    case .zoneOpened(let zone): return .zoneOpened(ZoneOpenedEntry(zone: zone))
    case .limitConfirmed(let key, let by, let reason):
      return .limitConfirmed(LimitConfirmedEntry(key: key, by: commit(by, &draft), reason: commit(reason, &draft)))
    case .stepOverridden(let step, let by, let reason):
      return .stepOverridden(
        StepOverriddenEntry(step: Word(step.word), by: commit(by, &draft), reason: commit(reason, &draft)))
    case .handpieceRegistered(let registration, let serial):
      return .handpieceRegistered(
        HandpieceRegisteredEntry(
          serial: Label(cleaning: serial), operatorName: commit(order?.operatorName ?? "", &draft),
          registration: registration))
    case .denial(let request, let zone, let denial):
      return .denial(DenialEntry(request: request.id, zone: zone, position: request.position, denial: denial))
    case .dot(let record, let grant, let number): return made(record, grant, number)
    case .dotPresumed(let grant, let number): return presumed(grant, number)
    case .grantEnded(let number, let end, let sequence):
      return .grantEnded(GrantEndedEntry(grant: number, outcome: .init(end), sequence: sequence))
    case .unbiddenContact(let record): return unbidden(record)
    case .stop(let kind, let origin, let outcome, let latency):
      if case .person(let uid) = origin { draft.actor = uid }
      let style: StopEntry.Style = kind == .normal ? .normal : .protective
      return .stop(StopEntry(style: style, origin: origin.word, outcome: .init(outcome), latency: latency))
    case .fault(let fault): return .fault(FaultEntry(fault: Word(fault.word), latched: true, details: []))
    case .faultCleared(let fault): return .faultCleared(FaultClearedEntry(fault: Word(fault.word)))
    case .lockedOut(let fault): return .lockedOut(LockedOutEntry(fault: Word(fault.word)))
    case .unlocked(let by, let reason):
      return .unlocked(UnlockedEntry(by: commit(by, &draft), reason: commit(reason, &draft)))
    case .disarmed(let reason): return .disarmed(DisarmedEntry(reason: Word(reason.word)))
    case .uncertain(let reason, let openGrants):
      return .uncertain(UncertainEntry(reason: Word(reason.word), openGrants: Int64(openGrants)))
    case .resolved(let by, let reason):
      return .resolved(ResolvedEntry(by: commit(by, &draft), reason: commit(reason, &draft)))
    case .sessionClosed(let outcome, let dots):
      return .sessionClosed(SessionClosedEntry(outcome: Word(outcome.word), dotsMade: dots))
    }
  }

  private func attached(_ device: DeviceCapabilities, _ status: DeviceStatus) -> EntryBody {
    .deviceAttached(
      DeviceAttachedEntry(
        serial: Label(cleaning: device.serial), firmware: Label(cleaning: device.firmware),
        deviceSimulated: device.isSimulated, bootCount: status.bootCount, contactCount: status.contactCount,
        nextRecord: status.nextRecord, oldestRecord: status.oldestRecord,
        ownFrame: device.positioning.isOwnFrame ? true : nil))
  }

  private func opened(_ order: StartOrder?, _ draft: inout Draft) -> EntryBody {
    guard let order, let plan = Fingerprint(order.profile.planDigest) else {
      preconditionFailure("a session is opened by an order with a plan of 32 bytes")
    }
    return .sessionOpened(
      SessionOpenedEntry(
        number: Int64(order.profile.session), serial: Label(cleaning: serial ?? "?"),
        operatorName: commit(order.operatorName, &draft), pigmentLot: Label(cleaning: order.pigmentLot),
        cartridge: Label(cleaning: order.cartridge), skin: Word(order.skin.word), plan: plan,
        envelope: order.limitsFingerprint, zones: order.profile.zones.map { Label(cleaning: $0.name) },
        dotsPlanned: order.profile.zones.reduce(0) { $0 + $1.dots }))
  }

  private func made(_ record: DotRecord, _ grant: Grant, _ number: GrantNumber) -> EntryBody {
    .dot(
      DotEntry(
        grant: number, zone: grant.zone, position: record.position, depthCommanded: grant.depth,
        depthReported: record.depthReported, speedCommanded: grant.speed, speedReported: record.speedReported,
        dwell: record.dwellReported, strokes: record.strokes, outcome: .made, sequence: record.sequence))
  }

  private func presumed(_ grant: Grant, _ number: GrantNumber) -> EntryBody {
    .dot(
      DotEntry(
        grant: number, zone: grant.zone, position: grant.position, depthCommanded: grant.depth,
        speedCommanded: grant.speed, outcome: .presumed))
  }

  private func unbidden(_ record: DotRecord) -> EntryBody {
    .unbiddenContact(
      UnbiddenContactEntry(
        sequence: record.sequence, zone: nil, position: record.position, depthReported: record.depthReported,
        speedReported: record.speedReported, dwell: record.dwellReported, strokes: record.strokes))
  }

  private func commit(_ text: String, _ draft: inout Draft) -> Commitment {
    let confidential = salts.salted(text)
    draft.confidential.append(confidential)
    return confidential.commitment
  }
}

extension StopOrigin {
  var word: Word {
    switch self {
    case .person: "person"
    case .idle: "idle"
    case .shutdown: "shutdown"
    case .device: "device"
    }
  }
}

extension StopEntry.Outcome {
  init(_ outcome: StopOutcome) {
    switch outcome {
    case .still: self = .still
    case .submitted: self = .submitted
    case .absent: self = .absent
    }
  }
}

extension GrantEndedEntry.Outcome {
  init(_ end: GrantEnd) {
    switch end {
    case .expired: self = .expired
    case .cancelled: self = .cancelled
    case .neverReceived: self = .neverReceived
    case .neverSent: self = .neverSent
    }
  }
}

extension StartOrder {
  /// SHA-256 over the limits the session starts under: site and each zone's plan, one line a key.
  var limitsFingerprint: Fingerprint {
    var text = ""
    func add(_ name: String, _ set: LimitSet?) {
      for key in LimitKey.allCases {
        let pair = set?[key] ?? LimitPair()
        text += "\(name) \(key.word) \(pair.soft.map(String.init) ?? "-") \(pair.hard.map(String.init) ?? "-")\n"
      }
    }
    add("ceiling", .ceiling)
    add("site", site)
    for zone in profile.zones { add(zone.name, zone.limits) }
    return Fingerprint(of: Array(text.utf8))
  }
}

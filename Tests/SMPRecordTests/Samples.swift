import SMPGuard
import SMPModel
import SMPRecord

/// Random bodies of every kind. A new kind without one does not compile.
enum Samples {
  static func body(_ kind: EntryKind, _ n: inout Numbers) -> EntryBody {
    switch kind {
    case .journalCreated, .daemonStarted, .operatorAction, .tailAccepted, .confidentialErased, .planImported,
      .planAmended, .planAgreed, .planSigned, .courseAssessed, .courseAbandoned, .lotRegistered, .lotWithdrawn:
      paper(kind, &n)
    case .sessionOpened, .zoneOpened, .limitConfirmed, .stepOverridden, .handpieceRegistered, .setPoints, .paused,
      .supplyChanged, .comfortScored, .resumed, .disarmed, .uncertain, .resolved, .sessionClosed, .sessionSealed:
      session(kind, &n)
    case .deviceAttached, .deviceDetached, .deviceRefused, .linkAlarm, .profilesIntended, .profilesLoaded,
      .selfTestIntended, .selfTest, .armIntended, .armed, .resumeIntended:
      device(kind, &n)
    case .grant, .denial, .dot, .grantEnded, .unbiddenContact, .stop, .fault, .faultCleared, .lockedOut, .unlocked:
      dots(kind, &n)
    }
  }

  static func entry(_ kind: EntryKind, _ n: inout Numbers) -> Entry {
    Entry(number: n.next() % UInt64(Int64.max) + 1, header: header(&n, scope: kind.scope), body: body(kind, &n))
  }

  static func header(_ n: inout Numbers, scope: EntryKind.Scope) -> EntryHeader {
    EntryHeader(
      monotonic: MonotonicTime(nanoseconds: n.next() >> 1), wall: WallTime(milliseconds: n.any()),
      bootID: text(&n), clock: n.one(of: ClockQuality.allCases), actorUID: n.maybe { $0.any() },
      session: scope == .session ? text(&n) : n.maybe(text), course: scope == .journal ? n.maybe(text) : text(&n),
      simulated: n.next() % 2 == 0)
  }

  private static func paper(_ kind: EntryKind, _ n: inout Numbers) -> EntryBody {
    switch kind {
    case .journalCreated:
      .journalCreated(JournalCreatedEntry(schema: n.any(), journal: journal(&n), station: label(&n)))
    case .daemonStarted:
      .daemonStarted(
        DaemonStartedEntry(version: label(&n), realtime: flag(&n), durability: word(&n), key: n.maybe(stationKey)))
    case .operatorAction: .operatorAction(OperatorActionEntry(method: word(&n)))
    case .tailAccepted:
      .tailAccepted(TailAcceptedEntry(found: head(&n), expected: head(&n), by: secret(&n), reason: secret(&n)))
    case .confidentialErased:
      .confidentialErased(ConfidentialErasedEntry(count: n.any(), by: secret(&n), reason: secret(&n)))
    case .planImported:
      .planImported(
        PlanImportedEntry(
          plan: fingerprint(&n), version: n.any(), schema: n.any(), title: secret(&n), client: secret(&n)))
    case .planAmended:
      .planAmended(
        PlanAmendedEntry(
          plan: fingerprint(&n), version: n.any(), schema: n.any(), by: secret(&n), reason: secret(&n)))
    case .courseAssessed:
      .courseAssessed(
        CourseAssessedEntry(
          plan: fingerprint(&n), visit: n.any(),
          zones: (0..<n.next() % 4).map { _ in .init(name: label(&n), retentionPercent: Int64(n.next() % 101)) },
          skin: word(&n), remarks: n.maybe(secret), by: secret(&n), corrects: n.maybe { $0.next() >> 1 }))
    case .planAgreed: .planAgreed(PlanAgreedEntry(plan: fingerprint(&n), by: secret(&n)))
    case .courseAbandoned: .courseAbandoned(CourseAbandonedEntry(by: secret(&n), reason: secret(&n)))
    case .lotRegistered:
      .lotRegistered(
        LotRegisteredEntry(
          supply: Supply.allCases.randomElement(using: &n) ?? .pigment, lot: label(&n), brand: label(&n),
          shade: n.maybe(label), expires: CalendarDate(days: Int64(n.any() as UInt16)), by: secret(&n)))
    case .lotWithdrawn:
      .lotWithdrawn(LotWithdrawnEntry(supply: .cartridge, lot: label(&n), by: secret(&n), reason: secret(&n)))
    default: .planSigned(PlanSignedEntry(plan: fingerprint(&n), by: secret(&n), consent: n.maybe(secret)))
    }
  }

  private static func session(_ kind: EntryKind, _ n: inout Numbers) -> EntryBody {
    switch kind {
    case .sessionOpened:
      .sessionOpened(
        SessionOpenedEntry(
          number: n.any(), serial: label(&n), operatorName: secret(&n), pigmentLot: label(&n), cartridge: label(&n),
          skin: word(&n), plan: fingerprint(&n), envelope: fingerprint(&n),
          zones: (0..<n.next() % 4).map { _ in label(&n) }, dotsPlanned: n.any()))
    case .zoneOpened: .zoneOpened(ZoneOpenedEntry(zone: zone(&n)))
    case .limitConfirmed:
      .limitConfirmed(
        LimitConfirmedEntry(key: n.one(of: LimitKey.allCases), by: secret(&n), reason: secret(&n)))
    case .stepOverridden:
      .stepOverridden(StepOverriddenEntry(step: word(&n), by: secret(&n), reason: secret(&n)))
    case .handpieceRegistered:
      .handpieceRegistered(
        HandpieceRegisteredEntry(serial: label(&n), operatorName: secret(&n), registration: registration(&n)))
    case .setPoints:
      .setPoints(
        SetPointsEntry(
          zone: zone(&n), depth: .micrometres(n.any()), speed: .millihertz(n.any()), dwell: .milliseconds(n.any())))
    case .paused: .paused(PausedEntry(reason: n.maybe(word), remarks: n.maybe(secret)))
    case .supplyChanged: .supplyChanged(SupplyChangedEntry(supply: .pigment, lot: label(&n)))
    case .comfortScored: .comfortScored(ComfortScoredEntry(score: n.any(), remarks: n.maybe(secret)))
    case .resumed: .resumed
    case .disarmed: .disarmed(DisarmedEntry(reason: word(&n)))
    case .uncertain: .uncertain(UncertainEntry(reason: word(&n), openGrants: n.any()))
    case .resolved: .resolved(ResolvedEntry(by: secret(&n), reason: secret(&n)))
    case .sessionSealed: .sessionSealed(sealed(&n))
    default: .sessionClosed(SessionClosedEntry(outcome: word(&n), dotsMade: n.any()))
    }
  }

  private static func device(_ kind: EntryKind, _ n: inout Numbers) -> EntryBody {
    switch kind {
    case .deviceAttached:
      .deviceAttached(
        DeviceAttachedEntry(
          serial: label(&n), firmware: label(&n), deviceSimulated: flag(&n), bootCount: n.any(), contactCount: n.any(),
          nextRecord: sequence(&n), oldestRecord: sequence(&n),
          ownFrame: n.maybe(flag)))
    case .deviceDetached: .deviceDetached(DeviceDetachedEntry(serial: label(&n)))
    case .deviceRefused:
      .deviceRefused(DeviceRefusedEntry(place: label(&n), serial: n.maybe(label), reason: word(&n)))
    case .linkAlarm:
      .linkAlarm(
        LinkAlarmEntry(
          transferFailures: n.any(), garbledFrames: n.any(), strayReplies: n.any(), lateReplies: n.any(),
          silentCommands: n.any(), missedRenewals: n.any()))
    case .profilesIntended:
      .profilesIntended(
        ProfilesIntendedEntry(generation: n.any(), zones: (0..<n.next() % 4).map { _ in profile(&n) }))
    case .profilesLoaded: .profilesLoaded(ProfilesLoadedEntry(digest: digest(&n)))
    case .selfTestIntended: .selfTestIntended
    case .selfTest: .selfTest(SelfTestEntry(latency: n.maybe(latency), passed: flag(&n)))
    case .armIntended: .armIntended(ArmIntendedEntry(digest: digest(&n)))
    case .armed: .armed(ArmedEntry(digest: digest(&n)))
    default: .resumeIntended
    }
  }

  private static func dots(_ kind: EntryKind, _ n: inout Numbers) -> EntryBody {
    switch kind {
    case .grant: .grant(grant(&n))
    case .denial:
      .denial(
        DenialEntry(
          request: n.maybe { RequestID(number: $0.any()) }, zone: n.maybe(zone), position: n.maybe(position),
          denial: denial(&n)))
    case .dot: .dot(dot(&n))
    case .grantEnded:
      .grantEnded(
        GrantEndedEntry(
          grant: GrantNumber(number: n.next() >> 1), outcome: n.one(of: GrantEndedEntry.Outcome.allCases),
          sequence: n.maybe(sequence)))
    case .unbiddenContact:
      .unbiddenContact(
        UnbiddenContactEntry(
          sequence: sequence(&n), zone: n.maybe(zone), position: position(&n), depthReported: .micrometres(n.any()),
          speedReported: .millihertz(n.any()), dwell: .milliseconds(n.any()), strokes: n.any()))
    case .stop:
      .stop(
        StopEntry(
          style: n.one(of: StopEntry.Style.allCases), origin: word(&n), outcome: n.one(of: StopEntry.Outcome.allCases),
          latency: n.maybe(latency)))
    case .fault:
      .fault(
        FaultEntry(
          fault: word(&n), latched: flag(&n),
          details: (0..<n.next() % 3).map { _ in FaultDetail(word(&n), n.any()) }))
    case .faultCleared: .faultCleared(FaultClearedEntry(fault: word(&n)))
    case .lockedOut: .lockedOut(LockedOutEntry(fault: word(&n)))
    default: .unlocked(UnlockedEntry(by: secret(&n), reason: secret(&n)))
    }
  }
}

extension Samples {
  static func denial(_ n: inout Numbers) -> Denial {
    let (key, source) = (n.one(of: LimitKey.allCases), n.one(of: LimitSource.allCases))
    return switch n.next() % 9 {
    case 0: .beyondHard(key: key, requested: n.any(), limit: n.any(), source: source)
    case 1: .beyondSoft(key: key, requested: n.any(), limit: n.any(), source: source)
    case 2: .outsideOutline
    case 3: .zoneOutOfOrder(zone: zone(&n), next: zone(&n))
    case 4: .zoneComplete(zone: zone(&n))
    case 5: .grantOpen
    case 6: .notRunning
    case 7: .journalStalled
    default: .tooManyDots
    }
  }

  static func grant(_ n: inout Numbers) -> GrantEntry {
    GrantEntry(
      request: RequestID(number: n.any()), zone: zone(&n), position: position(&n), depth: .micrometres(n.any()),
      speed: .millihertz(n.any()), dwell: .milliseconds(n.any()), digest: digest(&n))
  }

  static func dot(_ n: inout Numbers) -> DotEntry {
    DotEntry(
      grant: GrantNumber(number: n.next() >> 1), zone: zone(&n), position: position(&n),
      depthCommanded: .micrometres(n.any()), depthReported: n.maybe { .micrometres($0.any()) },
      speedCommanded: .millihertz(n.any()), speedReported: n.maybe { .millihertz($0.any()) },
      dwell: n.maybe { .milliseconds($0.any()) }, strokes: n.maybe { $0.any() },
      outcome: n.one(of: DotEntry.Outcome.allCases), sequence: n.maybe(sequence))
  }

  static func profile(_ n: inout Numbers) -> ZoneProfile {
    ZoneProfile(
      zone: zone(&n), depth: .micrometres(n.any()), depthMaximum: .micrometres(n.any()), speed: .millihertz(n.any()),
      speedMaximum: .millihertz(n.any()), dwellMaximum: .milliseconds(n.any()))
  }

  static func flag(_ n: inout Numbers) -> Bool { n.next() % 2 == 0 }
  static func zone(_ n: inout Numbers) -> ZoneIndex { ZoneIndex(number: n.any()) }
  static func sequence(_ n: inout Numbers) -> RecordSequence { RecordSequence(number: n.any()) }
  static func position(_ n: inout Numbers) -> ChartPosition { ChartPosition(x: n.any(), y: n.any()) }
  static func digest(_ n: inout Numbers) -> ProfileDigest { ProfileDigest(generation: n.any(), checksum: n.any()) }
  /// Latencies are recorded in whole microseconds.
  static func latency(_ n: inout Numbers) -> Interval { .microseconds(Int64(n.next() % 1_000_000)) }
  static func word(_ n: inout Numbers) -> Word { n.one(of: ["still", "io.smpd.session.Start", "a", "x-1_Z"]) }
  static func text(_ n: inout Numbers) -> String {
    n.one(of: ["C-7F3A2B", "a\"b\\c", "ä\n\u{0}\u{1F}", "", "K\u{212A}"])
  }
  static func label(_ n: inout Numbers) -> Label {
    Label(cleaning: n.one(of: ["LOT 7/b", "Schläfe, links", "\"=1+1\"", "\\", "頭皮"]))
  }
  static func bytes(_ count: Int, _ n: inout Numbers) -> [UInt8] { (0..<count).map { _ in n.any() } }
  private static func sealed(_ n: inout Numbers) -> SessionSealedEntry {
    var counts = SealCounts()
    for member in [
      \SealCounts.grants, \.dots, \.presumed, \.denials, \.unbiddenContacts, \.stops, \.faults,
    ] {
      counts[keyPath: member] = n.any()
    }
    guard let signature = Signature(bytes(Signature.byteCount, &n)) else { preconditionFailure("64 bytes sign") }
    return SessionSealedEntry(
      head: head(&n), plan: fingerprint(&n), planVersion: n.maybe { $0.any() }, counts: counts, key: fingerprint(&n),
      signature: signature)
  }

  static func stationKey(_ n: inout Numbers) -> StationKey {
    guard let key = StationKey(bytes(StationKey.byteCount, &n)) else { preconditionFailure("32 bytes make a key") }
    return key
  }

  static func fingerprint(_ n: inout Numbers) -> Fingerprint { Fingerprint(of: bytes(9, &n)) }
  static func secret(_ n: inout Numbers) -> Commitment { Commitment(fingerprint(&n)) }
  static func journal(_ n: inout Numbers) -> JournalID { JournalID(bytes(16, &n)) ?? Chains.journal }
  static func head(_ n: inout Numbers) -> ChainHead { ChainHead(number: n.next() >> 1, hash: fingerprint(&n)) }
}

extension Samples {
  static func registration(_ n: inout Numbers) -> Registration {
    let zero = DevicePosition(x: n.any(), y: n.any())
    guard
      let motion = Motion(
        cosine: 0, sine: -Motion.unit, pivot: zero, pivotOnChart: ChartPosition(x: n.any(), y: n.any()))
    else { preconditionFailure("a quarter turn is a turn") }
    let residuals = (0..<3).map { index in
      Registration.Residual(
        reading: LandmarkReading(
          landmark: Landmark(name: "landmark-\(index)", place: ChartPosition(x: n.any(), y: n.any())),
          read: DevicePosition(x: n.any(), y: n.any())), distance: .micrometres(n.any()))
    }
    return Registration(motion: motion, residuals: residuals)
  }
}

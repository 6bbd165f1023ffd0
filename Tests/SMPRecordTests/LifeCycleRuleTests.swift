import SMPModel
import SMPRecord
import Testing

/// A plan's life cycle as the chain tells it, for whoever has nothing else.
@Suite struct LifeCycleRuleTests {
  private static let secret = Commitment(Fingerprint(of: [1]))
  private static let first = Fingerprint(of: [2])
  private static let second = Fingerprint(of: [3])

  private static let imported = EntryBody.planImported(
    PlanImportedEntry(plan: first, version: 1, schema: 1, title: secret, client: secret))
  private static func amended(_ plan: Fingerprint, version: Int64 = 2) -> EntryBody {
    .planAmended(PlanAmendedEntry(plan: plan, version: version, schema: 1, by: secret, reason: secret))
  }
  private static func agreed(_ plan: Fingerprint) -> EntryBody { .planAgreed(PlanAgreedEntry(plan: plan, by: secret)) }
  private static func signed(_ plan: Fingerprint, consent: Bool = true) -> EntryBody {
    .planSigned(PlanSignedEntry(plan: plan, by: secret, consent: consent ? secret : nil))
  }
  private static let abandoned = EntryBody.courseAbandoned(CourseAbandonedEntry(by: secret, reason: secret))
  private static let opened = EntryBody.sessionOpened(
    SessionOpenedEntry(
      number: 1, serial: Label(cleaning: "SN-1"), operatorName: secret, pigmentLot: Label(cleaning: "P"),
      cartridge: Label(cleaning: "K"), skin: "clear", plan: first, envelope: second, zones: [], dotsPlanned: 1))

  /// What is found in a journal that begins with these two, and goes on with entries about courses.
  private func found(_ bodies: [(course: String, body: EntryBody)]) -> [RecordFinding] {
    var entries = Chains.whole(Array(Chains.bodies.prefix(2)))
    for (course, body) in bodies {
      guard let head = entries.last?.head else { continue }
      let header = EntryHeader(
        monotonic: MonotonicTime(nanoseconds: head.number * 1_000), wall: WallTime(milliseconds: 9), bootID: "boot",
        clock: .virtual, actorUID: 1_000, session: body.kind.scope == .session ? course + "-1" : nil, course: course,
        simulated: true)
      entries.append(Entry(number: head.number + 1, header: header, body: body).stored(after: head))
    }
    return Chains.findings(entries)
  }

  private func found(_ bodies: EntryBody...) -> [RecordFinding] { found(bodies.map { ("C-1", $0) }) }

  @Test("S12 a signature with a consent needs the agreement to the same version before it") func agreement() {
    #expect(
      found(Self.imported, Self.signed(Self.first)) == [RecordFinding(number: 4, fault: .signedUnagreed)])
    #expect(
      found(Self.imported, Self.agreed(Self.first), Self.amended(Self.second), Self.signed(Self.second))
        == [RecordFinding(number: 6, fault: .signedUnagreed)], "the agreement was to the version before")
    #expect(
      found(
        Self.imported, Self.agreed(Self.first), Self.amended(Self.second), Self.amended(Self.first, version: 3),
        Self.signed(Self.first)) == [RecordFinding(number: 7, fault: .signedUnagreed)],
      "back again is a version of its own")
    #expect(
      found([("C-1", Self.imported), ("C-2", Self.agreed(Self.first)), ("C-1", Self.signed(Self.first))])
        == [RecordFinding(number: 5, fault: .signedUnagreed)], "another course's agreement")
    #expect(found(Self.imported, Self.agreed(Self.first), Self.signed(Self.first), Self.opened).isEmpty)
    #expect(found(Self.imported, Self.signed(Self.first, consent: false)).isEmpty, "practice skin")
    #expect(found(Self.signed(Self.first)).isEmpty, "its version came before the part that is seen")
  }

  @Test("S12 after a course was abandoned no session of it is opened, and it is not abandoned again") func abandonment()
  {
    #expect(found(Self.abandoned, Self.opened) == [RecordFinding(number: 4, fault: .afterAbandonment)])
    #expect(found(Self.abandoned, Self.abandoned) == [RecordFinding(number: 4, fault: .afterAbandonment)])
    #expect(found(Self.opened, Self.abandoned).isEmpty)
    #expect(found([("C-1", Self.abandoned), ("C-2", Self.opened)]).isEmpty, "another course")
  }

  private static func attached(ownFrame: Bool?) -> EntryBody {
    .deviceAttached(
      DeviceAttachedEntry(
        serial: Label(cleaning: "SN-1"), firmware: Label(cleaning: "1"), deviceSimulated: true, bootCount: 1,
        contactCount: 0, nextRecord: RecordSequence(number: 0), oldestRecord: RecordSequence(number: 0),
        ownFrame: ownFrame))
  }

  @Test("S12 leave for a dot, or to arm, before a device with a frame of its own is registered is a broken rule")
  func registration() {
    var n = Numbers(seed: 12)
    let registered = EntryBody.handpieceRegistered(
      HandpieceRegisteredEntry(
        serial: Label(cleaning: "SN-1"), operatorName: Self.secret, registration: Samples.registration(&n)))
    let (own, chart) = (Self.attached(ownFrame: true), Self.attached(ownFrame: nil))
    let arm = EntryBody.armIntended(ArmIntendedEntry(digest: ProfileDigest(generation: 1, checksum: 1)))
    let grant = Samples.body(.grant, &n)
    #expect(found(own, Self.opened, arm) == [RecordFinding(number: 5, fault: .unregistered)])
    #expect(found(own, Self.opened, grant) == [RecordFinding(number: 5, fault: .unregistered)])
    #expect(found(own, Self.opened, registered, arm, grant).isEmpty)
    #expect(
      found(own, Self.opened, registered, own, grant) == [RecordFinding(number: 7, fault: .unregistered)],
      "it was away, or began anew, since")
    #expect(found(chart, Self.opened, arm, grant).isEmpty)
  }
}

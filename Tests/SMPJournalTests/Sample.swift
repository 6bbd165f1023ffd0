import SMPModel
import SMPRecord

/// A small session with everything the views show.
enum Sample {
  static let salt: [UInt8] = Array(0..<32)
  static let name = Confidential(text: "A. Practitioner", salt: salt)
  static let reason = Confidential(text: "client asked for a break", salt: salt.reversed())
  static let texts = [name, reason]
  static let plan = Fingerprint(of: [1])
  static let position = ChartPosition(x: -1_500, y: 2_500)

  static func header(_ number: UInt64, session: String? = "C-1-1", simulated: Bool = true) -> EntryHeader {
    EntryHeader(
      monotonic: MonotonicTime(nanoseconds: number * 1_000),
      wall: WallTime(milliseconds: 1_763_849_880_123 + Int64(number)), bootID: "boot", clock: .virtual,
      actorUID: 1_000, session: session, course: "C-1", simulated: simulated)
  }

  static func created(simulated: Bool = true) -> Entry {
    entry(
      1, .journalCreated(JournalCreatedEntry(schema: 1, journal: Folder.id, station: Label(cleaning: "chair 1"))),
      session: nil, simulated: simulated)
  }

  static func entry(_ number: UInt64, _ body: EntryBody, session: String? = "C-1-1", simulated: Bool = true) -> Entry {
    Entry(number: number, header: header(number, session: session, simulated: simulated), body: body)
  }

  static func grant(_ request: UInt32) -> GrantEntry {
    GrantEntry(
      request: RequestID(number: request), zone: ZoneIndex(number: 1), position: position, depth: .micrometres(500),
      speed: .millihertz(110_000), dwell: .milliseconds(100), digest: ProfileDigest(generation: 1, checksum: 7))
  }

  static func dot(_ grant: UInt64, _ outcome: DotEntry.Outcome = .made) -> DotEntry {
    let made = outcome == .made
    return DotEntry(
      grant: GrantNumber(number: grant), zone: ZoneIndex(number: 1), position: position,
      depthCommanded: .micrometres(500), depthReported: made ? .micrometres(498) : nil,
      speedCommanded: .millihertz(110_000), speedReported: made ? .millihertz(109_000) : nil,
      dwell: made ? .milliseconds(90) : nil, strokes: made ? 10 : nil, outcome: outcome,
      sequence: made ? RecordSequence(number: 4) : nil)
  }

  static let bodies: [EntryBody] = [
    .sessionOpened(
      SessionOpenedEntry(
        number: 1, serial: Label(cleaning: "SN-1"), operatorName: name.commitment,
        pigmentLot: Label(cleaning: "=LOT, \"7\""), cartridge: Label(cleaning: "K-9"), skin: "clear", plan: plan,
        envelope: Fingerprint(of: [2]), zones: [Label(cleaning: "hairline"), Label(cleaning: "Schläfe, links")],
        dotsPlanned: 5)),
    .grant(grant(1)), .dot(dot(3)), .paused(PausedEntry(reason: "ink", remarks: reason.commitment)), .resumed,
    .denial(
      DenialEntry(
        request: RequestID(number: 2), zone: ZoneIndex(number: 1), position: position,
        denial: .beyondHard(key: .spacingMinimum, requested: 0, limit: 1_200, source: .plan))),
    .denial(DenialEntry(request: RequestID(number: 3), denial: .notRunning)),
    .grant(grant(4)), .grantEnded(GrantEndedEntry(grant: GrantNumber(number: 9), outcome: .expired)),
    .grant(grant(5)), .dot(dot(11, .presumed)),
    .unbiddenContact(
      UnbiddenContactEntry(
        sequence: RecordSequence(number: 5), zone: ZoneIndex(number: 0), position: ChartPosition(x: 9, y: 8),
        depthReported: .micrometres(300), speedReported: .millihertz(100_000), dwell: .milliseconds(5), strokes: 1)),
    .fault(
      FaultEntry(
        fault: "contact_without_grant", latched: true, details: [FaultDetail("depth_reported_micrometres", 300)])),
    .stop(StopEntry(style: .protective, origin: "fault", outcome: .still, latency: .microseconds(900))),
    .sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 2)),
  ]

  /// The journal's first entry and the session.
  static func entries(simulated: Bool = true) -> [Entry] {
    [created(simulated: simulated)]
      + bodies.enumerated().map { entry(UInt64($0.offset + 2), $0.element, simulated: simulated) }
  }

  static var last: UInt64 { UInt64(bodies.count + 1) }
}

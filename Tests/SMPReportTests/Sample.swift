import SMPModel
import SMPRecord

/// Two small sessions of one course.
enum Sample {
  static let name = Commitment(Fingerprint(of: [7]))

  static func grant(_ request: UInt32, zone: UInt8) -> GrantEntry {
    GrantEntry(
      request: RequestID(number: request), zone: ZoneIndex(number: zone), position: ChartPosition(x: -1, y: 2),
      depth: .micrometres(500), speed: .millihertz(110_000), dwell: .milliseconds(100),
      digest: ProfileDigest(generation: 1, checksum: 7))
  }

  static func dot(_ grant: UInt64, zone: UInt8, _ outcome: DotEntry.Outcome = .made) -> EntryBody {
    let isMade = outcome == .made
    return .dot(
      DotEntry(
        grant: GrantNumber(number: grant), zone: ZoneIndex(number: zone), position: ChartPosition(x: -1_500, y: 2_500),
        depthCommanded: .micrometres(500), depthReported: isMade ? .micrometres(498) : nil,
        speedCommanded: .millihertz(110_000), speedReported: isMade ? .millihertz(109_000) : nil,
        dwell: isMade ? .milliseconds(90) : nil, strokes: isMade ? 10 : nil, outcome: outcome,
        sequence: isMade ? RecordSequence(number: 4) : nil))
  }

  static func hard(_ key: LimitKey) -> EntryBody {
    .denial(
      DenialEntry(
        request: RequestID(number: 2), zone: ZoneIndex(number: 1), position: ChartPosition(x: 5, y: -6),
        denial: .beyondHard(key: key, requested: 0, limit: 1_200, source: .plan)))
  }

  static func opening(
    _ lot: String, zones: [String] = ["hairline", "Schläfe, \"links\""], number: Int64 = 1, planned: Int64 = 5
  ) -> EntryBody {
    .sessionOpened(
      SessionOpenedEntry(
        number: number, serial: Label(cleaning: "SN-1"), operatorName: name, pigmentLot: Label(cleaning: lot),
        cartridge: Label(cleaning: "K-9"), skin: "clear", plan: Fingerprint(of: [1]), envelope: Fingerprint(of: [2]),
        zones: zones.map { Label(cleaning: $0) }, dotsPlanned: planned))
  }

  static let first: [EntryBody] = [
    opening("LOT 7"), .grant(grant(1, zone: 1)), dot(2, zone: 1), .grant(grant(2, zone: 0)), dot(4, zone: 0, .presumed),
    .grant(grant(3, zone: 1)), dot(6, zone: 1), .grant(grant(4, zone: 1)),
    .grantEnded(GrantEndedEntry(grant: GrantNumber(number: 8), outcome: .expired)), hard(.spacingMinimum),
    .denial(DenialEntry(denial: .notRunning)), hard(.spacingMinimum), hard(.discDensityMaximum),
    .fault(FaultEntry(fault: "motor_stuck", latched: true, details: [FaultDetail("measured_millihertz", 0)])),
    .stop(StopEntry(style: .protective, origin: "fault", outcome: .still, latency: .microseconds(900))),
    .sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 3)),
  ]

  static func stored(_ bodies: [EntryBody], session: String = "C-1-1", from number: UInt64 = 1) -> [StoredEntry] {
    var head = ChainHead(number: number - 1, hash: Fingerprint(of: []))
    return entries(bodies, session: session, from: number).map { entry in
      let stored = entry.stored(after: head)
      head = stored.head
      return stored
    }
  }

  static func entries(_ bodies: [EntryBody], session: String, from number: UInt64) -> [Entry] {
    bodies.enumerated().map { index, body in
      let next = number + UInt64(index)
      let header = EntryHeader(
        monotonic: MonotonicTime(nanoseconds: next * 1_000_000_000),
        wall: WallTime(milliseconds: 1_763_849_880_123 + Int64(next) * 1_000),
        bootID: "boot", clock: .virtual, actorUID: 1_000, session: session, course: "C-1", simulated: true)
      return Entry(number: next, header: header, body: body)
    }
  }
}

import SMPModel
import SMPRecord

@testable import SMPReport

/// Courses of any size for reports, made from a seed.
enum ReportSample {
  static let course = "C-1"
  static let session = "C-1-2"

  /// Numbers that look like chance and are the same every time.
  struct Chance {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 2 &+ 1 }
    mutating func below(_ bound: Int64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(state >> 33) % bound
    }
  }

  /// Two rectangles side by side, 200 by 150 mm each.
  static let outlines: [[ChartPosition]] = [Int32(0), 1].map { index in
    let left: Int32 = index * 200_000 - 200_000
    return [(left, 0), (left + 200_000, 0), (left + 200_000, 150_000), (left, 150_000)].map {
      ChartPosition(x: $0.0, y: $0.1)
    }
  }

  static func plan(_ names: [String], title: String = "A plan", dots: Int64 = 100) -> ReportPlan {
    let zones = zip(names, outlines).map { name, outline in
      ReportPlan.Zone(name: name, area: Outline(corners: outline).area, outline: outline)
    }
    let wish = names.map {
      ReportPlan.Wish(
        zone: $0, dots: dots, density: .perSquareCentimetre(40), spacing: .micrometres(900), needle: "3RL 0.25")
    }
    return ReportPlan(
      title: title, sha256: Fingerprint(of: [1]),
      pigment: .init(brand: "Example Pigments", shade: "Ash 2", dilution: "1:8"), zones: zones,
      sessions: [wish, wish, wish])
  }

  /// A dot somewhere in a zone, at one of a grid of places that are 1.1 mm apart or more.
  static func dot(_ chance: inout Chance, _ number: UInt64, presumed: Bool = false) -> EntryBody {
    let zone = UInt8(chance.below(2))
    let x = Int64(outlines[Int(zone)][0].x) + 1_000 + chance.below(170) * 1_160 + chance.below(60)
    let y = 1_000 + chance.below(126) * 1_160 + chance.below(60)
    return .dot(
      DotEntry(
        grant: GrantNumber(number: number), zone: ZoneIndex(number: zone),
        position: ChartPosition(x: Int32(x), y: Int32(y)), depthCommanded: .micrometres(500),
        depthReported: presumed ? nil : .micrometres(460 + chance.below(40) + chance.below(40)),
        speedCommanded: .millihertz(110_000),
        speedReported: presumed ? nil : .millihertz(108_000 + chance.below(2_000) + chance.below(2_000)),
        dwell: presumed ? nil : .milliseconds(90), strokes: presumed ? nil : 10,
        outcome: presumed ? .presumed : .made, sequence: presumed ? nil : RecordSequence(number: 4)))
  }

  static func earlier(_ dots: Int, _ names: [String]) -> [EntryBody] {
    var chance = Chance(1)
    return [Sample.opening("LOT 6", zones: names)] + (0..<dots).map { dot(&chance, UInt64($0) + 1) }
      + [.sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: Int64(dots)))]
  }

  /// Dots with all that can happen between them.
  static func own(_ dots: Int, _ names: [String]) -> [EntryBody] {
    var chance = Chance(2)
    let who = Sample.name
    var bodies: [EntryBody] = [
      Sample.opening("LOT 7", zones: names), .selfTest(SelfTestEntry(latency: .microseconds(3_200), passed: true)),
      .armed(ArmedEntry(digest: ProfileDigest(generation: 1, checksum: 7))), .resumed,
    ]
    for number in 0..<dots {
      bodies.append(dot(&chance, UInt64(number) + 1, presumed: number == dots / 2))
      if number.isMultiple(of: 19) { bodies.append(Sample.hard(.spacingMinimum)) }
      if number.isMultiple(of: 83) { bodies.append(.denial(DenialEntry(denial: .outsideOutline))) }
      if number == dots / 3 { bodies += [.paused(PausedEntry(reason: "client", remarks: who)), .resumed] }
      if number == dots * 2 / 3 {
        bodies += [
          .fault(FaultEntry(fault: "motor_stuck", latched: true, details: [FaultDetail("measured_millihertz", 0)])),
          .stop(StopEntry(style: .protective, origin: "fault", outcome: .still, latency: .microseconds(900))),
          .disarmed(DisarmedEntry(reason: "fault")), .faultCleared(FaultClearedEntry(fault: "motor_stuck")),
          .limitConfirmed(LimitConfirmedEntry(key: .depthMaximum, by: who, reason: who)), .resumed,
        ]
      }
    }
    return bodies + [.sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: Int64(dots)))]
  }

  /// - Parameter name: of zones, plan and persons alike.
  static func input(
    dots: Int, earlier: Int = 0, names: [String] = ["frontal", "vertex"], person: String = "A. Practitioner",
    title: String = "A plan", lot: String = "LOT 7"
  ) -> ReportInput {
    // As the journal would have them.
    let names = names.map { Label(cleaning: $0).text }
    var records = SessionRecords(session: session, course: course)
    let disclosed = [Sample.name: person]
    let first = earlier > 0 ? Sample.entries(self.earlier(earlier, names), session: "C-1-1", from: 1) : []
    var bodies = own(dots, names)
    bodies[0] = Sample.opening(lot, zones: names, number: 2, planned: Int64(dots))
    let second = Sample.entries(bodies, session: session, from: UInt64(first.count) + 1)
    let hash = Fingerprint(of: [3])
    for entry in first + second {
      records.take(entry, ChainHead(number: entry.number, hash: hash), disclosed: disclosed)
    }
    let limits = [
      ReportLimit(key: .depthMinimum, soft: 300, hard: 0), ReportLimit(key: .depthMaximum, soft: 1_000, hard: 1_500),
      ReportLimit(key: .speedMinimum, soft: 80_000, hard: 50_000),
      ReportLimit(key: .speedMaximum, soft: nil, hard: 150_000),
      ReportLimit(key: .spacingMinimum, soft: 600, hard: 500),
    ]
    let visits = records.summary.closed.map { closed in
      func after(_ days: Int64) -> WallTime { WallTime(milliseconds: closed.milliseconds + days * 86_400_000) }
      return VisitWindow(
        last: closed, aftercareUntil: after(5), earliest: after(7), recommendedFrom: after(10),
        recommendedUntil: after(30))
    }
    return ReportInput(
      records: records, plan: plan(names, title: title, dots: Int64(dots / 2)), limits: limits, isChainVerified: true,
      visits: visits)
  }
}

import Foundation
import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import SMPRecord
import SMPTreatment
import Testing

@testable import SMPDaemon
@testable import SMPSession

/// What the daemon gathers from its journal for the steps that must be in order (S12).
@Suite struct StepsTests {
  private static let day: Int64 = 86_400_000
  private static let zero: Int64 = 1_800_000_000_000
  private static func at(_ days: Int64) -> WallTime { WallTime(milliseconds: zero + days * day) }

  /// Two clients with two courses each, and a practice pad; `C-1` and `C-2` are of one client.
  private static func desk() throws -> DiagnosisTests.Desk {
    let desk = try DiagnosisTests.Desk()
    for (course, client) in [("C-1", "A"), ("C-2", "A"), ("C-3", "B")] {
      try take(in: desk, course, PlanDocument.exampleText, client: client)
    }
    try take(in: desk, "C-9", PlanDocument.smallExampleText, client: "P")
    return desk
  }

  private static func take(in desk: DiagnosisTests.Desk, _ course: String, _ text: String, client: String) throws {
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("client: ") })
    // A line of its own for each course, so that no two documents are the same.
    let bytes = Array((text.replacing(line, with: "client: \(client)") + "# \(course)\n").utf8)
    let secret = Confidential(text: client, salt: Array(repeating: 7, count: Confidential.saltBytes)).commitment
    let entry = PlanImportedEntry(
      plan: Fingerprint(of: bytes), version: 1, schema: PlanBounds.schema, title: secret, client: secret)
    try desk.note(
      .planImported(entry), course: course,
      plans: [StoredPlan(course: course, version: 1, sha256: Fingerprint(of: bytes), text: bytes)])
  }

  /// A session in which this many dots were made.
  private static func treat(
    _ desk: DiagnosisTests.Desk, _ course: String, cartridge: String = "K1", ending: WallTime?, dots: Int = 1
  ) throws {
    let session = course + "-1"
    let secret = Confidential(text: "N", salt: Array(repeating: 7, count: Confidential.saltBytes)).commitment
    try desk.note(
      .sessionOpened(
        SessionOpenedEntry(
          number: 1, serial: Label(cleaning: "SN-1"), operatorName: secret, pigmentLot: Label(cleaning: "P"),
          cartridge: Label(cleaning: cartridge), skin: "clear", plan: Fingerprint(of: [1]),
          envelope: Fingerprint(of: [2]), zones: [Label(cleaning: "vertex")], dotsPlanned: 5)), session: session,
      course: course, at: at(0))
    for number in 0..<dots {
      try desk.note(
        .dot(
          DotEntry(
            grant: GrantNumber(number: desk.store.lastNumber), zone: ZoneIndex(number: 0),
            position: ChartPosition(x: Int32(number), y: 0), depthCommanded: .micrometres(500),
            speedCommanded: .millihertz(100_000), outcome: .presumed)), session: session, course: course, at: at(0))
    }
    if let ending {
      let closed = SessionClosedEntry(outcome: "ended", dotsMade: Int64(dots))
      try desk.note(.sessionClosed(closed), session: session, course: course, at: ending)
    }
  }

  private func visits(_ desk: DiagnosisTests.Desk, _ course: String) throws -> VisitWindow? {
    let library = desk.library
    return try library.visits(of: library.course(course), library.siteLimits().interval)
  }

  private func order(
    _ desk: DiagnosisTests.Desk, _ course: String, cartridge: String = "K9", override: SessionInterface.Override? = nil
  ) throws -> StartOrder {
    try desk.library.startOrder(
      SessionInterface.Start.Parameters(
        course: course, operator: "O", pigmentLot: "L", cartridge: cartridge, skin: .clear, override: override),
      device: "SN-1", wall: Self.at(50))
  }

  @Test("S12 the interval runs from the end of the client's last session with dots, in whatever course")
  func window() throws {
    let desk = try Self.desk()
    #expect(try visits(desk, "C-1") == nil, "the first session waits for nothing")
    try Self.treat(desk, "C-1", ending: Self.at(1), dots: 0)
    #expect(try visits(desk, "C-1") == nil, "a session without a dot heals nothing")
    try Self.treat(desk, "C-2", ending: Self.at(2))
    let expected = VisitWindow(
      last: Self.at(2), aftercareUntil: Self.at(7), earliest: Self.at(9), recommendedFrom: Self.at(12),
      recommendedUntil: Self.at(32))
    #expect(try visits(desk, "C-1") == expected, "the other course is the same skin")
    #expect(try visits(desk, "C-2") == expected)
    #expect(try visits(desk, "C-3") == nil, "another client")
    #expect(try order(desk, "C-1").earlier.visits == expected)
    #expect(try order(desk, "C-1").wall == Self.at(50))
  }

  @Test("S12 practice skin has nothing to heal; without the limits file no window is made up")
  func practice() throws {
    let desk = try Self.desk()
    try Self.treat(desk, "C-9", ending: Self.at(2))
    #expect(try visits(desk, "C-9") == nil)
    try Self.treat(desk, "C-1", ending: Self.at(2))
    #expect(try visits(desk, "C-1") != nil)
    try FileManager.default.removeItem(atPath: desk.limitsPath)
    #expect(try visits(desk, "C-1") == nil)
    #expect(try order(desk, "C-1").site == nil, "which refuses to arm by itself")
  }

  @Test("S12 a cartridge is known to have been used by the dots it made on another client, practice included")
  func cartridges() throws {
    let desk = try Self.desk()
    try Self.treat(desk, "C-1", cartridge: "K1", ending: Self.at(2))
    #expect(try order(desk, "C-2", cartridge: "K1").earlier.cartridgeUsedIn == nil, "the same client")
    #expect(try order(desk, "C-3", cartridge: "K1").earlier.cartridgeUsedIn == "C-1-1")
    #expect(try order(desk, "C-9", cartridge: "K1").earlier.cartridgeUsedIn == "C-1-1")
    #expect(try order(desk, "C-3", cartridge: "K1/2").earlier.cartridgeUsedIn == nil, "another of the same lot")
    try Self.treat(desk, "C-9", cartridge: "K2", ending: Self.at(3), dots: 0)
    #expect(try order(desk, "C-3", cartridge: "K2").earlier.cartridgeUsedIn == nil, "it made no dot")
  }

  @Test("S12 S13 an override names its steps, who and why, or is refused")
  func overrides() throws {
    let desk = try Self.desk()
    let good = SessionInterface.Override(steps: [.interval, .skin], by: "N", reason: "R")
    #expect(
      try order(desk, "C-1", override: good).override
        == StepOverride(steps: [.interval, .skin], by: "N", reason: "R"))
    for (steps, by, reason) in [([SessionInterface.Step.unknown], "N", "R"), ([.skin], " ", "R"), ([.skin], "N", "")] {
      #expect(throws: Failure.self) {
        _ = try order(desk, "C-1", override: .init(steps: steps, by: by, reason: reason))
      }
    }
  }
}

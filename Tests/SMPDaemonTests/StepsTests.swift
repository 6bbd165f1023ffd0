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

  /// Two clients and a practice pad; `C-1` and `C-2` are of one client.
  private static func desk() throws -> DiagnosisTests.Desk {
    let desk = try DiagnosisTests.Desk()
    for (course, client) in [("C-1", "A"), ("C-2", "A"), ("C-3", "B")] {
      try desk.takeIn(course, PlanDocument.exampleText, client: client)
    }
    try desk.takeIn("C-9", PlanDocument.smallExampleText, client: "P")
    return desk
  }

  private func visits(_ desk: DiagnosisTests.Desk, _ course: String) throws -> VisitWindow? {
    let library = desk.library
    let known = try library.course(course)
    return try library.visits(
      of: known, among: library.courses(ofClientOf: known), library.siteLimits().interval)
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
    try desk.treat("C-1", ending: Self.at(1), dots: 0)
    #expect(try visits(desk, "C-1") == nil, "a session without a dot heals nothing")
    try desk.treat("C-2", ending: Self.at(2))
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
    try desk.treat("C-9", ending: Self.at(2))
    #expect(try visits(desk, "C-9") == nil)
    try desk.treat("C-1", ending: Self.at(2))
    #expect(try visits(desk, "C-1") != nil)
    try FileManager.default.removeItem(atPath: desk.limitsPath)
    #expect(try visits(desk, "C-1") == nil)
    #expect(try order(desk, "C-1").site == nil, "which refuses to arm by itself")
  }

  @Test("S12 a cartridge is known to have been used by the dots it made on another client, practice included")
  func cartridges() throws {
    let desk = try Self.desk()
    try desk.treat("C-1", cartridge: "K1", ending: Self.at(2))
    #expect(try order(desk, "C-2", cartridge: "K1").earlier.cartridgeUsedIn == nil, "the same client")
    #expect(try order(desk, "C-3", cartridge: "K1").earlier.cartridgeUsedIn == "C-1-1")
    #expect(try order(desk, "C-9", cartridge: "K1").earlier.cartridgeUsedIn == "C-1-1")
    #expect(try order(desk, "C-3", cartridge: "K1/2").earlier.cartridgeUsedIn == nil, "another of the same lot")
    try desk.treat("C-9", cartridge: "K2", ending: Self.at(3), dots: 0)
    #expect(try order(desk, "C-3", cartridge: "K2").earlier.cartridgeUsedIn == nil, "it made no dot")
    for spelling in ["k1", " K 1", "K1\u{200B}", "Ｋ１"] {
      #expect(try order(desk, "C-3", cartridge: spelling).earlier.cartridgeUsedIn == "C-1-1", "\(spelling)")
    }
  }

  @Test("S12 a contact without leave was in the skin too: the cartridge is used, and the interval runs")
  func unbidden() throws {
    let desk = try Self.desk()
    try desk.treat("C-1", cartridge: "K1", ending: Self.at(2), dots: 0)
    #expect(try order(desk, "C-3", cartridge: "K1").earlier.cartridgeUsedIn == nil)
    try desk.unbidden(session: "C-1-1", course: "C-1")
    #expect(try order(desk, "C-3", cartridge: "K1").earlier.cartridgeUsedIn == "C-1-1")
    #expect(try visits(desk, "C-2")?.last == Self.at(2))
  }

  @Test("S12 a reference in other letters is the same client") func letters() throws {
    let desk = try Self.desk()
    try desk.takeIn("C-4", PlanDocument.exampleText, client: "a")
    try desk.treat("C-1", cartridge: "K1", ending: Self.at(2))
    #expect(try visits(desk, "C-4")?.last == Self.at(2))
    #expect(try order(desk, "C-4", cartridge: "K1").history.count == 1)
  }

  @Test("S12 a clock that was set back during a session does not shorten the wait") func setBack() throws {
    let desk = try Self.desk()
    try desk.treat("C-1", ending: Self.at(-30))
    #expect(try visits(desk, "C-2")?.last == Self.at(0), "it began then")
  }

  @Test("S12 nothing of a client passes for practice skin, and nothing of practice skin for a client") func mixed()
    throws
  {
    let desk = try Self.desk()
    func refused(_ act: () throws -> Void) -> Bool {
      do { try act() } catch let failure as Failure {
        if case .refused(let refusal) = failure { return refusal.rule == "practice_skin" }
      } catch {}
      return false
    }
    let practice = PlanDocument.smallExampleText
    #expect(refused { _ = try desk.library.importPlan(practice.replacing("PRACTICE-1", with: "b")) })
    #expect(refused { _ = try desk.library.importPlan(practice.replacing("PRACTICE-1", with: "B"), dryRun: true) })
    #expect(refused { _ = try desk.library.importPlan(PlanDocument.exampleText.replacing("C-2041", with: "P")) })
    _ = try desk.library.importPlan(practice.replacing("PRACTICE-1", with: "P"))
    // In a journal from before there was this rule.
    try desk.takeIn("C-8", practice, client: "B")
    #expect(refused { _ = try desk.library.signPlan("C-8", by: "N", consent: nil) })
    #expect(refused { _ = try order(desk, "C-8") })
    #expect(refused { _ = try order(desk, "C-3") })
    #expect(try order(desk, "C-1").profile.course == "C-1")
  }

  @Test("S12 a lot that expired by a clock that was kept is not made good by setting it back") func lotAndClock() throws
  {
    let desk = try Self.desk()
    for supply in [LotInterface.Supply.pigment, .cartridge] {
      let lot = LotInterface.Register.Parameters(
        supply: supply, lot: supply == .pigment ? "L" : "K9", brand: "Example Pigments",
        shade: supply == .pigment ? "Ash 2" : nil, expires: CalendarDate(Self.at(60)).text, by: "N")
      let (_, draft) = try desk.library.registerLot(lot, wall: Self.at(40))
      try desk.note(draft.body, at: Self.at(40))
    }
    #expect(try order(desk, "C-1").earlier.lots == [.pigment: .good, .cartridge: .good])
    try desk.note(.operatorAction(OperatorActionEntry(method: "io.smpd.device.SelfTest")), at: Self.at(70))
    let lots = try order(desk, "C-1").earlier.lots
    #expect(lots[.pigment] == .expired(CalendarDate(Self.at(60))) && lots[.cartridge] != .good, "it is day 50 again")
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

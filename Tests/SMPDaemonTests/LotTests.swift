import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import SMPRecord
import SMPSession
import Testing

@testable import SMPDaemon

/// Lots on record, and how they stand at a start (S12); refusals first.
@Suite struct LotTests {
  private static let day = WallTime(milliseconds: 1_800_000_000_000)

  private func desk() throws -> DiagnosisTests.Desk {
    let desk = try DiagnosisTests.Desk()
    try desk.takeIn("C-1", PlanDocument.exampleText, client: "A")
    try desk.takeIn("C-9", PlanDocument.smallExampleText, client: "P")
    return desk
  }

  private func label(
    _ supply: LotInterface.Supply = .pigment, _ lot: String = "P1", brand: String = "Example Pigments",
    shade: String? = "Ash 2", expires: String = "2027-06-30", by: String = "N"
  ) -> LotInterface.Register.Parameters {
    .init(supply: supply, lot: lot, brand: brand, shade: supply == .pigment ? shade : nil, expires: expires, by: by)
  }

  private func add(_ desk: DiagnosisTests.Desk, _ label: LotInterface.Register.Parameters) throws {
    try desk.note(try desk.library.registerLot(label, wall: Self.day).1.body)
  }

  private func standing(
    _ desk: DiagnosisTests.Desk, _ course: String = "C-1", pigment: String = "P1", cartridge: String = "K1",
    wall: WallTime = day
  ) throws -> [Supply: LotStanding] {
    try desk.library.startOrder(
      .init(course: course, operator: "O", pigmentLot: pigment, cartridge: cartridge, skin: .clear), device: "SN-1",
      wall: wall
    ).earlier.lots
  }

  private func refusal(_ body: () throws -> Void) -> Failure? {
    do {
      try body()
      return nil
    } catch { return error as? Failure }
  }

  @Test("S13 a label that cannot be read as one is refused with the part that is wrong, and nothing is written")
  func badLabels() throws {
    let desk = try desk()
    let before = desk.store.lastNumber
    let bad: [(String, LotInterface.Register.Parameters)] = [
      ("lot", label(.pigment, "")), ("lot", label(.pigment, "  ")), ("lot", label(.pigment, "a\u{7}")),
      ("lot", label(.pigment, String(repeating: "L", count: 65))), ("brand", label(brand: "")),
      ("shade", label(shade: nil)), ("shade", label(shade: " ")), ("expires", label(expires: "2027-02-29")),
      ("expires", label(expires: "soon")), ("by", label(by: " ")),
      ("shade", .init(supply: .cartridge, lot: "K", brand: "B", shade: "S", expires: "2027-06-30", by: "N")),
    ]
    for (parameter, label) in bad {
      guard case .outOfRange(parameter, _, _, _)? = refusal({ try add(desk, label) }) else {
        Issue.record("\(parameter) of \(label) is taken")
        continue
      }
    }
    guard case .notFound? = refusal({ try add(desk, label(.unknown)) }) else {
      Issue.record("an unknown supply is taken")
      return
    }
    #expect(desk.store.lastNumber == before)
  }

  @Test(
    "S12 a lot nobody put on record is unknown, on practice skin too asked for nothing; capitals make no difference")
  func known() throws {
    let desk = try desk()
    #expect(try standing(desk) == [.pigment: .unknown, .cartridge: .unknown])
    #expect(try standing(desk, "C-9") == [.pigment: .good, .cartridge: .good], "practice skin")
    try add(desk, label())
    #expect(try standing(desk) == [.pigment: .good, .cartridge: .unknown])
    #expect(try standing(desk, pigment: "K1", cartridge: "P1") == [.pigment: .unknown, .cartridge: .unknown])
    try add(desk, label(.cartridge, "k 1"))
    #expect(try standing(desk, cartridge: "K1/2") == [.pigment: .good, .cartridge: .good], "one of several")
    #expect(try standing(desk, pigment: "P12") == [.pigment: .unknown, .cartridge: .good], "another lot")
  }

  @Test("S12 a lot is good through its last day in UTC, and not a millisecond longer")
  func expiry() throws {
    let desk = try desk()
    let last = try #require(CalendarDate("2027-06-30"))
    try add(desk, label())
    let end = WallTime(milliseconds: (last.days + 1) * 86_400_000)
    #expect(try standing(desk, wall: WallTime(milliseconds: end.milliseconds - 1))[.pigment] == .good)
    #expect(try standing(desk, wall: end)[.pigment] == .expired(last))
    try add(desk, label(expires: "2027-07-01"))
    #expect(try standing(desk, wall: end)[.pigment] == .good, "the label was misread")
    guard case .nothingToDo? = refusal({ try add(desk, label(expires: "2027-07-01", by: "M")) }) else {
      Issue.record("the same label is written twice")
      return
    }
  }

  @Test("S12 the pigment that is loaded is the one that is planned: brand and shade")
  func planned() throws {
    let desk = try desk()
    try add(desk, label(.pigment, "P1", shade: "Ash 3"))
    try add(desk, label(.pigment, "P2", brand: "Another"))
    try add(desk, label(.pigment, "P3", brand: "example pigments", shade: "ASH2"))
    for (lot, loaded) in [("P1", "Example Pigments, Ash 3"), ("P2", "Another, Ash 2")] {
      #expect(
        try standing(desk, pigment: lot)[.pigment] == .differs(planned: "Example Pigments, Ash 2", loaded: loaded))
    }
    #expect(try standing(desk, pigment: "P3")[.pigment] == .good)
  }

  @Test("S12 what was withdrawn stays out of use, whatever is put on record later, each of several of it too")
  func withdrawn() throws {
    let desk = try desk()
    try add(desk, label(.cartridge, "K1"))
    #expect(try standing(desk, cartridge: "K1/2")[.cartridge] == .good)
    let wish = LotInterface.Withdraw.Parameters(supply: .cartridge, lot: "K1", by: "N", reason: "recall")
    let (reply, draft) = try desk.library.withdrawLot(wish)
    #expect(reply.known)
    try desk.note(draft.body)
    #expect(try standing(desk, cartridge: "K1/2")[.cartridge] == .withdrawn)
    for lot in ["K1", "k1/7"] {
      guard case .refused(let refusal)? = refusal({ try add(desk, label(.cartridge, lot)) }) else {
        Issue.record("\(lot) comes back into use")
        continue
      }
      #expect(refusal.rule == "lot_in_use")
    }
    guard case .nothingToDo? = refusal({ _ = try desk.library.withdrawLot(wish) }) else {
      Issue.record("a lot is withdrawn twice")
      return
    }
    let unknown = try desk.library.withdrawLot(.init(supply: .pigment, lot: "X", by: "N", reason: "recall"))
    #expect(!unknown.0.known)
    try desk.note(unknown.1.body)
    #expect(try standing(desk, pigment: "X")[.pigment] == .withdrawn)
    let rows = try desk.library.lotRows(on: CalendarDate(Self.day))
    #expect(rows.map(\.name) == ["cartridge K1"] && rows[0].withdrawnBy != nil)
  }

  @Test("S12 a cartridge is counted in dots and strokes while it was in, and one put in later is used as well")
  func uses() throws {
    let desk = try desk()
    try desk.takeIn("C-3", PlanDocument.exampleText, client: "B")
    try desk.treat("C-1", cartridge: "K1", ending: nil, dots: 2)
    try desk.note(
      .supplyChanged(SupplyChangedEntry(supply: .cartridge, lot: Label(cleaning: "K2"))), session: "C-1-1",
      course: "C-1")
    try desk.dots(3, strokes: 7, session: "C-1-1", course: "C-1")
    try desk.note(
      .supplyChanged(SupplyChangedEntry(supply: .pigment, lot: Label(cleaning: "P2"))), session: "C-1-1", course: "C-1")
    try desk.dots(1, strokes: 5, session: "C-1-1", course: "C-1")
    let uses = try desk.store.uses(session: "C-1-1")
    #expect(
      uses.map { "\($0.supply) \($0.lot) \($0.dots)" } == [
        "pigment P 5", "cartridge K1 2", "cartridge K2 4", "pigment P2 1",
      ])
    #expect(uses[2].strokes == 26 && uses[3].strokes == 5)
    #expect(try desk.store.uses(session: "C-1-9") == [])
    let own = try desk.library.courses(ofClientOf: desk.library.course("C-3"))
    #expect(try desk.library.otherUse(of: "K2", than: own) == "C-1-1")
    #expect(try desk.library.otherUse(of: "P2", than: own) == nil, "that is no cartridge")
  }
}

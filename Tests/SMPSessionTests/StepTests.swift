import SMPModel
import Testing

@testable import SMPSession

/// The client's last session, the skin and the cartridge against the clock and the records (S12); refusals first.
@Suite struct StepTests {
  private static let day: Int64 = 86_400_000
  /// After a session that ended at day 100: five days of aftercare, seven at least, ten to thirty recommended.
  private static let visits = VisitWindow(
    last: at(100), aftercareUntil: at(105), earliest: at(107), recommendedFrom: at(110), recommendedUntil: at(130))

  private static func at(_ days: Int64, milliseconds: Int64 = 0) -> WallTime {
    WallTime(milliseconds: days * day + milliseconds)
  }

  private static func override(_ steps: SoftStep...) -> StepOverride {
    StepOverride(steps: Set(steps), by: "N", reason: "R")
  }

  private func refusal(of order: StartOrder) -> SessionRefusal? {
    var talk = Conversation()
    talk.attach()
    let now = talk.now
    let refusal = talk.refusal { (machine) throws(SessionRefusal) in try machine.start(order, at: now) }
    #expect(refusal == nil || talk.machine.state == .ready)
    return refusal
  }

  private func order(_ wall: WallTime, _ skin: SkinCheck = .clear, _ override: StepOverride? = nil) -> StartOrder {
    Conversation.order(
      skin: skin, earlier: EarlierUse(visits: Self.visits, cartridgeUsedIn: nil, lots: EarlierUse.none.lots),
      wall: wall, override: override)
  }

  @Test("S12 aftercare and the least interval refuse to the last millisecond, and nobody's word helps")
  func hard() {
    let word = Self.override(.interval, .skin)
    for override in [nil, word] {
      #expect(refusal(of: order(Self.at(100), .clear, override)) == .tooEarly(.aftercare, until: Self.at(105)))
      #expect(
        refusal(of: order(Self.at(105, milliseconds: -1), .clear, override))
          == .tooEarly(.aftercare, until: Self.at(105)))
      #expect(refusal(of: order(Self.at(105), .clear, override)) == .tooEarly(.leastInterval, until: Self.at(107)))
      #expect(
        refusal(of: order(Self.at(107, milliseconds: -1), .clear, override))
          == .tooEarly(.leastInterval, until: Self.at(107)))
    }
  }

  @Test("S12 a clock that stands before the client's last session proves no interval")
  func clockBehind() {
    let behind = Self.at(100, milliseconds: -1)
    #expect(refusal(of: order(behind, .clear, Self.override(.interval))) == .clockBehind(lastSession: Self.at(100)))
  }

  @Test("S12 earlier than recommended, and on skin that is not clear, only by a named word for that very step")
  func soft() {
    let early = Self.at(110, milliseconds: -1)
    let late = Self.at(200)
    #expect(refusal(of: order(early)) == .tooEarly(.recommendedInterval, until: Self.at(110)))
    #expect(
      refusal(of: order(early, .clear, Self.override(.skin))) == .tooEarly(.recommendedInterval, until: Self.at(110)))
    #expect(refusal(of: order(early, .clear, Self.override(.interval))) == nil)
    #expect(refusal(of: order(Self.at(110))) == nil)
    for skin in [SkinCheck.redness, .scabs] {
      #expect(refusal(of: order(late, skin)) == .skinNotClear(skin))
      #expect(refusal(of: order(late, skin, Self.override(.interval))) == .skinNotClear(skin))
      #expect(refusal(of: order(late, skin, Self.override(.skin))) == nil)
    }
  }

  @Test("S12 a cartridge that was used on another client is refused, whoever answers for it")
  func cartridge() {
    let used = EarlierUse(visits: nil, cartridgeUsedIn: "C-2-1", lots: EarlierUse.none.lots)
    for override in [nil, Self.override(.interval, .skin)] {
      #expect(refusal(of: Conversation.order(earlier: used, override: override)) == .cartridgeUsed(session: "C-2-1"))
    }
  }

  @Test("S12 a lot that is unknown, expired, withdrawn or another pigment is refused, whoever answers for it")
  func lots() {
    let day = CalendarDate(days: 1)
    let unfit: [LotStanding] = [.unknown, .expired(day), .withdrawn, .differs(planned: "A, B", loaded: "A, C")]
    for (supply, standing) in Supply.allCases.flatMap({ supply in unfit.map { (supply, $0) } }) {
      var lots = EarlierUse.none.lots
      lots[supply] = standing
      for override in [nil, Self.override(.interval, .skin)] {
        let earlier = EarlierUse(visits: nil, cartridgeUsedIn: nil, lots: lots)
        #expect(
          refusal(of: Conversation.order(earlier: earlier, override: override)) == .lotUnfit(supply, standing))
      }
    }
    let unasked = EarlierUse(visits: nil, cartridgeUsedIn: nil, lots: [.pigment: .good])
    #expect(refusal(of: Conversation.order(earlier: unasked)) == .lotUnfit(.cartridge, .unknown))
  }

  @Test("S12 what was overridden stands on record behind the opening, and what was in order does not")
  func onRecord() throws {
    func facts(_ order: StartOrder) throws -> [SessionFact] {
      var talk = Conversation()
      talk.attach()
      return try talk.machine.start(order, at: talk.now).facts
    }
    let both = Self.override(.interval, .skin)
    #expect(
      try facts(order(Self.at(107), .redness, both)).prefix(3) == [
        .sessionOpened, .stepOverridden(.interval, by: "N", reason: "R"), .stepOverridden(.skin, by: "N", reason: "R"),
      ])
    #expect(
      try facts(order(Self.at(120), .scabs, both)).prefix(2) == [
        .sessionOpened, .stepOverridden(.skin, by: "N", reason: "R"),
      ])
    let none = try facts(order(Self.at(120), .clear, both))
    #expect(!none.contains { if case .stepOverridden = $0 { true } else { false } })
  }
}

import SMPGuard
import SMPModel
import SMPSession
import Testing

/// Pauses with their reasons, and what the client says; refusals first.
@Suite struct BreakTests {
  @Test("S13 without a session nobody is asked how it feels, and a score is from 0 to 10")
  func refused() {
    #expect(ComfortScore(-1) == nil && ComfortScore(11) == nil && ComfortScore(.min) == nil)
    var talk = Conversation()
    talk.attach()
    guard let score = ComfortScore(10) else {
      Issue.record("10 is a score")
      return
    }
    let refusal = talk.refusal { (machine) throws(SessionRefusal) in try machine.comfort(score) }
    #expect(refusal == .wrongState(.ready, expected: [.armed, .running, .paused, .held]))
  }

  @Test("a pause goes on record with its reason, and takes one that is given later; again without one it says nothing")
  func reasons() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    let at = talk.now
    #expect(try talk.machine.pause(.ink, remarks: "refill", at: at).facts == [.paused(.ink, remarks: "refill")])
    #expect(try talk.machine.pause(at: at).isEmpty)
    #expect(try talk.machine.pause(.client, at: at) == [.note(.paused(.client, remarks: nil))])
    #expect(talk.machine.state == .paused)
  }

  @Test(
    "S5 being asked how it feels moves nothing and is no sign of work: the session disarms by itself as it would have")
  func noSignOfWork() throws {
    func disarmed(asking: Bool) throws -> MonotonicTime? {
      var talk = Conversation()
      talk.attach()
      try talk.arm()
      for _ in 0..<4_000 {
        talk.report(.armed)
        if talk.pass(.milliseconds(50)).contains(.disarm) { return talk.now }
        if asking, let score = ComfortScore(3) {
          #expect(try talk.machine.comfort(score, remarks: "fine") == [.note(.comfortScored(score, remarks: "fine"))])
        }
      }
      return nil
    }
    let without = try disarmed(asking: false)
    #expect(try without != nil && disarmed(asking: true) == without)
  }

  @Test("S12 what is put in is judged as at a start, for this session alone, and only where the needle cannot move")
  func load() throws {
    var talk = Conversation()
    talk.attach()
    let order = Conversation.order()
    func loading(
      _ standing: LotStanding = .good, usedIn: String? = nil, session: String? = nil, _ supply: Supply = .cartridge
    ) -> Loading {
      Loading(
        session: session ?? order.session, names: [supply: "K2"],
        earlier: EarlierUse(visits: nil, cartridgeUsedIn: usedIn, lots: [supply: standing]))
    }
    func refusal(_ loading: Loading) -> SessionRefusal? {
      talk.refusal { (machine) throws(SessionRefusal) in try machine.load(loading) }
    }
    #expect(refusal(loading()) == .wrongState(.ready, expected: [.paused, .held]))
    try talk.arm(order)
    #expect(refusal(loading()) == .wrongState(.armed, expected: [.paused, .held]))
    talk.press()
    #expect(refusal(loading()) == .wrongState(.running, expected: [.paused, .held]))
    _ = try talk.machine.pause(.cartridge, at: talk.now)
    #expect(refusal(loading(session: "C-9-9")) == .wrongState(.paused, expected: [.paused, .held]))
    for standing in [LotStanding.unknown, .withdrawn, .differs(planned: "A", loaded: "B")] {
      #expect(refusal(loading(standing)) == .lotUnfit(.cartridge, standing))
    }
    #expect(refusal(loading(usedIn: "C-2-1")) == .cartridgeUsed(session: "C-2-1"))
    #expect(try talk.machine.load(loading()) == [.note(.supplyChanged(.cartridge, lot: "K2"))])
    // Nothing was asked of the cartridge when only ink is put in.
    #expect(
      try talk.machine.load(loading(usedIn: "C-2-1", .pigment)) == [.note(.supplyChanged(.pigment, lot: "K2"))])
    #expect(talk.machine.state == .paused)
  }
}

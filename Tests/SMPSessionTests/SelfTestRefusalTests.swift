import SMPGuard
import SMPModel
import Testing

@testable import SMPSession

/// When the stop path is not tested outside of a session.
@Suite struct SelfTestRefusalTests {
  @Test("S9 S13 no self-test without a device, for another one, or but at rest with the pedal up; nothing changes")
  func refusals() {
    let cases: [(inout Conversation) -> SessionRefusal?] = [
      { $0.refusalOfTest() },
      {
        $0.attach()
        return $0.refusalOfTest(serial: "OTHER")
      },
      {
        $0.become(.idle, pedal: true)
        $0.attach()
        return $0.refusalOfTest()
      },
      {
        $0.become(.idle, parked: false)
        $0.attach()
        return $0.refusalOfTest()
      },
      {
        $0.become(.idle, still: false)
        $0.attach()
        return $0.refusalOfTest()
      },
      {
        $0.attach()
        return $0.refusalOfTest(site: nil)
      },
    ]
    let expected: [SessionRefusal] = [
      .noDevice, .otherDevice(attached: "TEST-1", asked: "OTHER"), .pedalPressed, .needleNotParked, .deviceNotAtRest,
      .siteLimitsAbsent,
    ]
    for (attempt, refusal) in zip(cases, expected) {
      var talk = Conversation()
      #expect(attempt(&talk) == refusal)
      #expect(talk.machine.state == (refusal == .noDevice ? .noDevice : .ready))
    }
  }

  @Test("S9 no self-test in a session, stopped, faulted or uncertain, nor a second one beside the first") func states()
    throws
  {
    let cases: [(StateWord, (inout Conversation) throws -> Void)] = [
      (.preparing, { _ = try $0.machine.start(Conversation.order(), at: $0.now) }),
      (.armed, { try $0.arm() }),
      (
        .running,
        {
          try $0.arm()
          $0.press()
        }
      ),
      (
        .paused,
        {
          try $0.arm()
          _ = try $0.machine.pause(at: $0.now)
        }
      ),
      (
        .stopping,
        {
          try $0.arm()
          _ = $0.machine.halt(at: $0.now, by: 7)
        }
      ),
      (
        .held,
        {
          try $0.arm()
          _ = $0.machine.halt(at: $0.now, by: 7)
          $0.accept(.disarm, .idle)
        }
      ),
      (.stopped, { $0.report(.stopped) }),
      (.faulted, { $0.report(.faulted, fault: .motorStuck) }),
      (
        .uncertain,
        {
          try $0.arm()
          _ = $0.machine.deviceDetached()
        }
      ),
      (.testing, { $0.spinUp() }),
    ]
    for (state, lead) in cases {
      var talk = Conversation()
      talk.attach()
      try lead(&talk)
      #expect(talk.machine.stateWord == state)
      #expect(talk.refusalOfTest() == .wrongState(state, expected: [.ready]))
      #expect(talk.machine.stateWord == state)
    }
  }

  @Test("S8 no self-test while locked out, nor for an orphaned session") func lockedOut() {
    var locked = Conversation(latch: FaultLatch(lockedOut: .stopPathSlow))
    locked.attach()
    #expect(locked.refusalOfTest() == .lockedOut(.stopPathSlow))
    var orphaned = Conversation(
      orphan: OrphanSession(session: "C-1-1", course: "C-1", serial: "TEST-1", openGrants: [], dotsMade: 0))
    orphaned.attach()
    #expect(orphaned.refusalOfTest() == .wrongState(.uncertain, expected: [.ready]))
  }

  @Test("S3 no self-test where no speed lies within every limit") func noSpeed() {
    var talk = Conversation()
    talk.attach()
    var site = Conversation.site
    site[.speedMaximum] = LimitPair(hard: 49_999)
    let refusal = talk.refusalOfTest(site: site)
    guard case .guardRefused(.noSpeedWithinLimits)? = refusal else {
      Issue.record("\(String(describing: refusal))")
      return
    }
  }

  @Test("S13 a dry run judges the same and changes nothing") func dryRun() throws {
    var talk = Conversation()
    talk.attach()
    #expect(try talk.machine.selfTest(serial: "TEST-1", site: Conversation.site, at: talk.now, dryRun: true).isEmpty)
    #expect(talk.machine.state == .ready)
    talk.report(.idle, pedal: true)
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in
        try machine.selfTest(serial: nil, site: Conversation.site, at: now, dryRun: true)
      } == .pedalPressed)
  }
}

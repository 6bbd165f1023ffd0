import SMPGuard
import SMPModel
import Testing

@testable import SMPSession

/// The self-test of the stop path with no session open.
@Suite struct SelfTestTests {
  // MARK: The way of a test

  @Test("S2 S9 the least profiles and the test leave when durable; the stop is proven at speed, cleared, and no more")
  func passes() throws {
    var talk = Conversation()
    talk.attach()
    let begun = try talk.machine.selfTest(serial: nil, site: Conversation.site, at: talk.now)
    #expect(begun.count == 1 && begun.admits, "nothing leaves but through admission")
    guard case .profiles(let generation, let profiles)? = talk.makeDurable(begun).first else { throw Missing() }
    #expect(profiles.map(\.depthMaximum) == [.zero])
    talk.digest = ProfileDigest(generation: generation, checksum: 1)
    let loaded = talk.machine.profilesLoaded(talk.digest, at: talk.now, wall: talk.wall)
    #expect(loaded.facts == [.profilesLoaded(talk.digest)])
    #expect(talk.makeDurable(loaded) == [.selfTest])
    #expect(talk.report(.selfTest, still: false, parked: false).isEmpty, "not parked: nothing is proven")
    talk.report(.selfTest, still: false)
    #expect(!talk.pass(.milliseconds(119)).cuts)
    #expect(talk.pass(.milliseconds(1)) == [.protectiveStop])
    #expect(talk.snapshot.selfTest == nil, "nothing is measured yet")
    talk.now = talk.now + .milliseconds(50)
    #expect(
      talk.report(.stopped) == [.note(.selfTest(latency: .milliseconds(50), passed: true)), .clearFault])
    #expect(talk.report(.idle).isEmpty, "nothing is armed by it")
    #expect(talk.machine.state == .ready)
    #expect(talk.snapshot.selfTest == SelfTestSeen(serial: "TEST-1", outcome: .passed(.milliseconds(50))))
    #expect(talk.pass(.seconds(200)).isEmpty)
    let (_, asked) = talk.request(x: 5_000, y: 5_000)
    #expect(asked.count == 1 && !asked.admits)
  }

  @Test("S9 a session makes its own self-test as before, under profiles of its own") func sessionAfterwards() throws {
    var talk = Conversation()
    talk.attach()
    talk.spinUp()
    let used = talk.digest.generation
    talk.pass(.milliseconds(120))
    talk.report(.stopped)
    talk.report(.idle)
    try talk.arm()
    #expect(talk.machine.state == .armed)
    #expect(talk.digest.generation > used)
    #expect(talk.snapshot.session?.stopLatency == .milliseconds(20))
  }

  // MARK: How else it ends

  @Test("S9 a stop slower than 50 ms, or none, is a fault by name, and what was measured is kept") func slow() throws {
    var talk = Conversation()
    talk.attach()
    talk.spinUp()
    talk.pass(.milliseconds(120))
    let latency = Interval.milliseconds(50) + .nanoseconds(1)
    talk.now = talk.now + latency
    let actions = talk.report(.stopped)
    #expect(actions.facts == [.selfTest(latency: latency, passed: false), .fault(.stopPathSlow)])
    #expect(actions.cuts && !actions.contains(.clearFault))
    #expect(talk.machine.state == .faulted(.stopPathSlow))
    #expect(talk.snapshot.selfTest?.outcome == .slow(latency))

    var mute = Conversation()
    mute.attach()
    mute.spinUp()
    mute.pass(.milliseconds(120))
    let silence = mute.pass(.seconds(1))
    #expect(Set(silence.facts) == [.selfTest(latency: nil, passed: false), .fault(.stopPathSlow)])
    #expect(silence.first == .protectiveStop)
    #expect(mute.snapshot.selfTest?.outcome == .unanswered)
  }

  @Test("S9 a drive that never turns, or ends its test by itself, proves nothing") func noProof() {
    var standing = Conversation()
    standing.attach()
    standing.spinUp(turning: false)
    #expect(standing.pass(.seconds(1)).faults == [.stopPathSlow])
    var early = Conversation()
    early.attach()
    early.spinUp()
    #expect(early.report(.idle).faults == [.stopPathSlow])
    #expect(!early.report(.idle).admits)
  }

  @Test("S6 a protective stop ends the test in every step, and a person clears it") func protectiveStop() throws {
    for steps in 0..<4 {
      var talk = Conversation()
      talk.attach()
      talk.lead(to: steps)
      let actions = talk.machine.protectiveStopSubmitted(
        by: .person(uid: 5), outcome: .submitted, at: talk.now)
      #expect(!actions.admits && !actions.contains(.clearFault))
      #expect(actions.facts.contains(.selfTest(latency: nil, passed: false)) == (steps > 0), "step \(steps)")
      #expect(talk.machine.stateWord == .stopping)
      #expect(talk.snapshot.selfTest?.outcome == .stopped)
      talk.report(.stopped)
      #expect(talk.machine.state == .stopped)
      let late = talk.pass(.seconds(5))
      #expect(late.isEmpty, "step \(steps): \(late)")
      #expect(try talk.machine.clearFault(at: talk.now) == [.clearFault])
      #expect(talk.report(.idle).isEmpty)
      #expect(talk.machine.state == .ready)
    }
  }

  @Test("S6 a normal stop ends the test; the device stays ready and nothing is left to clear") func normalStop() {
    var talk = Conversation()
    talk.attach()
    talk.spinUp()
    let actions = talk.machine.halt(at: talk.now, by: 7)
    #expect(actions.last == .disarm)
    #expect(actions.facts.contains(.selfTest(latency: nil, passed: false)))
    #expect(talk.accept(.disarm, .idle).isEmpty)
    #expect(talk.machine.state == .ready)
    #expect(talk.snapshot.selfTest?.outcome == .stopped)
  }

  @Test("S6 the device's own stop input ends the test where nobody here stopped it") func stopInput() {
    for steps in 0..<3 {
      var talk = Conversation()
      talk.attach()
      talk.lead(to: steps)
      let actions = talk.report(.stopped)
      #expect(actions.facts.last == .stop(.protective, .device, .still, latency: nil))
      #expect(talk.machine.state == .stopped)
      #expect(talk.snapshot.selfTest?.outcome == .stopped)
    }
  }

  @Test("S8 a fault of the device in mid-test latches under its own name") func deviceFault() {
    for steps in 0..<4 {
      var talk = Conversation()
      talk.attach()
      talk.lead(to: steps)
      let actions = talk.report(.faulted, fault: .motorStuck)
      #expect(actions.faults == [.device(.motorStuck)])
      #expect(actions.facts.contains(.selfTest(latency: nil, passed: false)) == (steps > 0))
      #expect(talk.machine.state == .faulted(.device(.motorStuck)))
      #expect(talk.snapshot.selfTest?.outcome == .unanswered)
    }
  }

  @Test("S7 unplugged in mid-test: no session, so nothing is uncertain, and the test did not pass") func unplugged() {
    for steps in 0..<4 {
      var talk = Conversation()
      talk.attach()
      talk.lead(to: steps)
      let facts = talk.machine.deviceDetached().facts
      #expect(facts.last == .deviceDetached(serial: "TEST-1"))
      #expect(facts.contains(.selfTest(latency: nil, passed: false)) == (steps > 0))
      #expect(talk.machine.state == .noDevice)
      #expect(talk.snapshot.selfTest?.outcome == .unanswered)
      #expect(talk.pass(.seconds(5)).isEmpty)
      talk.become(.idle)
      talk.attach()
      #expect(talk.machine.state == .ready, "nothing goes on by itself")
    }
  }

  @Test("S9 a device that starts afresh in mid-test has not passed: a fault by name") func restarted() {
    for steps in 0..<4 {
      var talk = Conversation()
      talk.attach()
      talk.lead(to: steps)
      talk.become(.idle, boot: 2)
      let actions = talk.machine.deviceReported(talk.status, isReply: false, at: talk.now, wall: talk.wall)
      let fault = steps == 0 ? SessionFault.deviceSilent : .stopPathSlow
      #expect(actions.faults == [fault])
      #expect(actions.facts.contains(.selfTest(latency: nil, passed: false)) == (steps > 0))
      #expect(talk.machine.state == .faulted(fault))
      #expect(talk.snapshot.selfTest?.outcome == .unanswered)
    }
  }

  @Test("S5 a silent device in mid-test is cut and latched") func silent() throws {
    var loading = Conversation()
    loading.attach()
    loading.makeDurable(try loading.machine.selfTest(serial: nil, site: Conversation.site, at: loading.now))
    #expect(loading.silence(.profiles).faults == [.deviceSilent])
    var spinning = Conversation()
    spinning.attach()
    spinning.spinUp(turning: false)
    let actions = spinning.silence(.selfTest)
    #expect(actions.first == .protectiveStop && actions.faults == [.deviceSilent])
    var clearing = Conversation()
    clearing.attach()
    clearing.lead(to: 3)
    clearing.report(.stopped)
    #expect(clearing.silence(.clearFault).faults == [.deviceSilent])
    #expect(clearing.snapshot.selfTest?.passed == true, "measured is measured")
  }

  @Test("S9 pedal or needle moved before the drive turned: no test, no fault") func movedInBetween() throws {
    for (pedal, outcome) in [(true, SelfTestSeen.Outcome.pedalPressed), (false, .needleNotParked)] {
      var talk = Conversation()
      talk.attach()
      let left = talk.makeDurable(try talk.machine.selfTest(serial: nil, site: Conversation.site, at: talk.now))
      guard case .profiles(let generation, _)? = left.first else { throw Missing() }
      talk.report(.idle, parked: pedal, pedal: pedal)
      talk.digest = ProfileDigest(generation: generation, checksum: 1)
      #expect(!talk.machine.profilesLoaded(talk.digest, at: talk.now, wall: talk.wall).admits)
      #expect(talk.machine.state == .ready)
      #expect(talk.snapshot.selfTest?.outcome == outcome)
      // The device may see it first.
      var late = Conversation()
      late.attach()
      late.spinUp(turning: false)
      late.become(.idle, parked: pedal, pedal: pedal)
      let answer: DeviceAnswer = pedal ? .refusedPedal(late.status) : .refused(late.status)
      let actions = late.machine.answered(.selfTest, answer, at: late.now, wall: late.wall)
      #expect(actions == [.note(.selfTest(latency: nil, passed: false))])
      #expect(late.machine.state == .ready)
      #expect(late.snapshot.selfTest?.outcome == outcome)
    }
  }

  @Test("S9 any other refusal of the device is a fault") func refusedByDevice() {
    var talk = Conversation()
    talk.attach()
    talk.spinUp(turning: false)
    talk.become(.idle)
    let actions = talk.machine.answered(.selfTest, .refused(talk.status), at: talk.now, wall: talk.wall)
    #expect(actions.faults == [.commandRefused])
  }

  @Test("S2 what is durable only after the test ended does not leave") func lateDurable() throws {
    var talk = Conversation()
    talk.attach()
    let begun = try talk.machine.selfTest(serial: nil, site: Conversation.site, at: talk.now)
    _ = talk.machine.halt(at: talk.now, by: 7)
    #expect(talk.makeDurable(begun).isEmpty)
    var loaded = Conversation()
    loaded.attach()
    let admitted = loaded.admitTest()
    _ = loaded.machine.protectiveStopSubmitted(by: .person(uid: 5), outcome: .submitted, at: loaded.now)
    #expect(loaded.makeDurable(admitted).isEmpty)
  }

  @Test("S5 a digest of another generation turns nothing") func otherDigest() throws {
    var talk = Conversation()
    talk.attach()
    talk.makeDurable(try talk.machine.selfTest(serial: nil, site: Conversation.site, at: talk.now))
    let stale = ProfileDigest(generation: 3, checksum: 1)
    #expect(talk.machine.profilesLoaded(stale, at: talk.now, wall: talk.wall).isEmpty)
    #expect(talk.pass(.seconds(1)).faults == [.deviceSilent])
  }
}

extension Conversation {
  var snapshot: SessionSnapshot { machine.snapshot(at: now) }

  mutating func refusalOfTest(serial: String? = nil, site: LimitSet? = site) -> SessionRefusal? {
    let now = now
    return refusal { (machine) throws(SessionRefusal) in try machine.selfTest(serial: serial, site: site, at: now) }
  }

  /// Begins a test and has its profiles loaded; the self-test is admitted and not durable yet.
  mutating func admitTest() -> [SessionAction] {
    guard let begun = try? machine.selfTest(serial: nil, site: Self.site, at: now),
      case .profiles(let generation, _)? = makeDurable(begun).first
    else {
      Issue.record("the self-test did not begin")
      return []
    }
    digest = ProfileDigest(generation: generation, checksum: 77)
    return machine.profilesLoaded(digest, at: now, wall: wall)
  }

  /// The self-test has left for the device; `turning`: its drive is seen to turn.
  mutating func spinUp(turning: Bool = true) {
    makeDurable(admitTest())
    if turning { report(.selfTest, still: false) }
  }

  /// 0 loading, 1 asked for, 2 turning, 3 the stop went out.
  mutating func lead(to step: Int) {
    if step == 0 {
      _ = try? machine.selfTest(serial: nil, site: Self.site, at: now)
    } else {
      spinUp(turning: step > 1)
    }
    if step > 2 { pass(.milliseconds(120)) }
  }
}

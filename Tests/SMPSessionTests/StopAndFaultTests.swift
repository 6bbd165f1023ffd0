import SMPGuard
import SMPModel
import Testing

@testable import SMPSession

/// Lease, stops, faults, lock-out, idling.
@Suite struct StopAndFaultTests {
  @Test("S5 the lease is renewed every 50 ms by a completed cycle, with the digest in force") func renewal() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    #expect(talk.pass(.zero) == [.renewLease(talk.digest)])
    // Not again before the cycle is complete.
    #expect(talk.pass(.milliseconds(50)).isEmpty)
    talk.accept(.renewLease, .armed)
    #expect(talk.pass(.zero) == [.renewLease(talk.digest)])
  }

  @Test("S5 a renewal without an answer is a silent device: cut and latch") func silentLease() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.pass(.zero)
    let actions = talk.silence(.renewLease)
    #expect(actions.first == .protectiveStop)
    #expect(talk.machine.state == .faulted(.deviceSilent))
    #expect(talk.pass(.milliseconds(50)).isEmpty, "a cut device is not kept energised")
  }

  /// EP0 and the bulk endpoint do not order themselves: the state that was read as it armed arrives behind the reply.
  @Test("S5 idle of the very tick in which it was armed is no stop; idle of a later one is") func sameTick() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.ticks -= 1
    #expect(talk.report(.idle).isEmpty)
    #expect(talk.machine.state == .armed)
    talk.ticks -= 1
    talk.report(.stopped)
    #expect(talk.machine.state == .stopped, "a stop is believed whenever it was")

    var other = Conversation()
    other.attach()
    try other.arm()
    other.report(.idle)
    #expect(other.machine.state == .stopped)
  }

  @Test("S6 a protective stop is taken in every state, again and again, and is never an error") func stopAnywhere()
    throws
  {
    let preparations: [(inout Conversation) throws -> Void] = [
      { _ in }, { $0.attach() },
      {
        $0.attach(); try $0.arm()
      },
      {
        $0.attach()
        try $0.arm()
        $0.press()
      },
      {
        $0.attach()
        try $0.arm()
        _ = try $0.machine.pause(at: $0.now)
      },
      {
        $0.attach()
        try $0.arm()
        $0.silence(.renewLease)
      },
      {
        $0.attach()
        try $0.arm()
        _ = $0.machine.deviceDetached()
      },
    ]
    for prepare in preparations {
      var talk = Conversation()
      try prepare(&talk)
      for _ in 0..<2 {
        let actions = talk.machine.protectiveStopSubmitted(
          by: .person(uid: 5), outcome: .submitted, at: talk.now)
        #expect(actions.facts.count == 1)
        #expect(!actions.admits)
      }
      #expect(!talk.pass(.milliseconds(50)).contains(.renewLease(talk.digest)))
    }
  }

  @Test("S6 after a protective stop nothing moves until a person clears and resumes, self-test included")
  func stopThenResume() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    _ = talk.machine.protectiveStopSubmitted(by: .person(uid: 5), outcome: .submitted, at: talk.now)
    #expect(talk.report(.stopped).facts == [.stop(.protective, .device, .still, latency: nil)])
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.resume(at: now) }
        == .wrongState(.stopped, expected: [.paused, .held]))
    #expect(try talk.machine.clearFault(at: now) == [.clearFault])
    let held = talk.report(.idle)
    #expect(held.facts == [.disarmed(.cleared)])
    #expect(!held.admits, "clearing restarts nothing")
    let left = talk.makeDurable(try talk.machine.resume(at: talk.now))
    try talk.loadAndProve(left)
    #expect(talk.machine.state == .armed)
  }

  @Test func aNormalStopFinishesTheDotAndCloses() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (request, actions) = talk.request(x: 5_000, y: 5_000)
    talk.makeDurable(actions)
    #expect(try talk.machine.stop(at: talk.now, by: 7).contains(.disarm))
    // The device says idle before the record of the last dot has come.
    #expect(talk.accept(.disarm, .idle).isEmpty)
    let done = talk.deliver(talk.record(request))
    #expect(done.facts.last == .sessionClosed(.ended, dotsMade: 1))
    #expect(talk.machine.state == .ready)
  }

  @Test("S8 a device's fault latches; clearing is an edge and never restarts motion") func latch() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let actions = talk.report(.faulted, pedal: true, fault: .motorStuck)
    #expect(actions.faults == [.device(.motorStuck)])
    #expect(talk.machine.state == .faulted(.device(.motorStuck)))
    // Seen again, it is the same occurrence.
    #expect(talk.report(.faulted, fault: .motorStuck).faults.isEmpty)
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.resume(at: now) }
        == .wrongState(.faulted, expected: [.paused, .held]))
    let cleared = try talk.machine.clearFault(at: now)
    #expect(cleared == [.clearFault])
    // The cause persists: the device refuses, and the fault stays.
    talk.become(.faulted, fault: .motorStuck)
    _ = talk.machine.answered(.clearFault, .refused(talk.status), at: now, wall: talk.wall)
    #expect(talk.machine.state == .faulted(.device(.motorStuck)))
    // Mended: the clearing is noted when the device says so.
    _ = try talk.machine.clearFault(at: now)
    #expect(talk.report(.idle).facts == [.faultCleared(.device(.motorStuck)), .disarmed(.cleared)])
  }

  @Test("S8 the same fault three times in ten minutes locks out until unlocked by name, across restarts")
  func lockOut() throws {
    var latch = FaultLatch()
    let start = WallTime(milliseconds: 1_800_000_000_000)
    func later(_ seconds: Int64) -> WallTime { WallTime(milliseconds: start.milliseconds + seconds * 1_000) }
    let early = [
      latch.add(.deviceSilent, at: start), latch.add(.journalStalled, at: later(1)),
      latch.add(.deviceSilent, at: later(300)),
    ]
    #expect(early == [false, false, false])
    var late = latch
    let tooLate = late.add(.deviceSilent, at: later(601))
    #expect(!tooLate, "the first one is older than ten minutes")
    let third = latch.add(.deviceSilent, at: later(600))
    #expect(third)
    #expect(latch.lockedOut == .deviceSilent)

    var talk = Conversation(latch: FaultLatch(lockedOut: .deviceSilent))
    talk.attach()
    let now = talk.now
    #expect(talk.machine.stateWord == .lockedOut)
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.start(Conversation.order(), at: now) }
        == .lockedOut(.deviceSilent))
    #expect(try talk.machine.unlock(by: "N", reason: "R") == [.note(.unlocked(by: "N", reason: "R"))])
    try talk.arm()
  }

  @Test("S8 a clock set back can only lock out sooner") func clockSetBack() {
    var latch = FaultLatch()
    let start = WallTime(milliseconds: 1_800_000_000_000)
    _ = latch.add(.deviceSilent, at: start)
    _ = latch.add(.deviceSilent, at: WallTime(milliseconds: start.milliseconds - 86_400_000))
    let third = latch.add(.deviceSilent, at: WallTime(milliseconds: start.milliseconds - 86_400_000))
    #expect(third)
  }

  @Test("S8 three idle minutes disarm, and resuming prepares afresh") func idle() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.accept(.renewLease, .armed)
    #expect(!talk.pass(Bounds.idleDisarm - .milliseconds(1)).contains(.disarm))
    #expect(talk.pass(.milliseconds(1)).contains(.disarm))
    #expect(talk.accept(.disarm, .idle).facts == [.disarmed(.idle)])
    #expect(talk.machine.state == .held(.idle))
    #expect(try talk.machine.resume(at: talk.now).admits)
  }

  @Test("S5 set-points are loaded between dots with motion suspended, and hold when the device answers")
  func setPoints() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    let now = talk.now
    let tooDeep = talk.refusal { (machine) throws(SessionRefusal) in
      try machine.set(zone: "vertex", depth: .micrometres(701), speed: nil, dwell: nil, at: now)
    }
    guard case .guardRefused(.beyondHard(_, .depthMaximum, 701, 700, .plan))? = tooDeep else {
      Issue.record("701 µm was not refused: \(String(describing: tooDeep))")
      return
    }
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in
        try machine.set(zone: "nape", depth: nil, speed: nil, dwell: nil, at: now)
      } == .unknownZone("nape"))
    #expect(
      try talk.machine.set(zone: "vertex", depth: .micrometres(450), speed: nil, dwell: nil, at: now) == [.suspend])
    #expect(!talk.request(x: 5_000, y: 5_000).1.admits)
    let left = talk.makeDurable(talk.accept(.suspend, .suspended))
    guard case .profiles(let generation, let profiles)? = left.first else { throw Missing() }
    #expect(profiles.first?.depth == .micrometres(450))
    // From here to the answer no renewal may carry the old digest.
    #expect(!talk.pass(.milliseconds(60)).contains(.renewLease(talk.digest)))
    talk.digest = ProfileDigest(generation: generation, checksum: 5)
    let loaded = talk.machine.profilesLoaded(talk.digest, at: talk.now, wall: talk.wall)
    #expect(talk.makeDurable(loaded) == [.resume])
    #expect(talk.pass(.zero) == [.renewLease(talk.digest)])
    talk.accept(.resume, .armed)
    #expect(talk.machine.state == .armed)
  }

  @Test("S5 after a pause the pedal must be released before motion comes back") func resume() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    #expect(try talk.machine.pause(.client, at: talk.now).first == .suspend)
    talk.report(.suspended, pedal: true)
    let now = talk.now
    #expect(talk.refusal { (machine) throws(SessionRefusal) in try machine.resume(at: now) } == .pedalPressed)
    talk.report(.suspended)
    #expect(talk.makeDurable(try talk.machine.resume(at: now)) == [.resume])
  }

  @Test func unplugIsUncertainUntilResolvedByName() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (_, actions) = talk.request(x: 5_000, y: 5_000)
    talk.makeDurable(actions)
    #expect(talk.machine.deviceDetached().facts.last == .uncertain(.unplugged, openGrants: 1))
    #expect(talk.machine.state == .uncertain(.unplugged))
    // It comes back without its memory: the grant counts as made.
    talk.become(.idle, boot: 3_000_000)
    let attached = talk.attach()
    #expect(attached.facts.contains { fact in if case .dotPresumed = fact { true } else { false } })
    #expect(!talk.request(x: 9_000, y: 9_000).1.admits)
    #expect(try talk.machine.resolve(by: "N", reason: "looked").facts == [.resolved(by: "N", reason: "looked")])
    #expect(talk.machine.state == .held(.resolved))
  }

  @Test("S1 S6 a stop overtakes the grant: the refusal ends nothing by itself, and the record behind it ends it once")
  func stopOvertakesGrant() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (request, actions) = talk.request(x: 5_000, y: 5_000)
    #expect(actions.admits)
    talk.makeDurable(actions)
    _ = talk.machine.protectiveStopSubmitted(by: .person(uid: 0), outcome: .submitted, at: talk.now)
    talk.become(.stopped)
    let refused = talk.machine.answered(.grant(request.id), .refused(talk.status), at: talk.now, wall: talk.wall)
    #expect(!refused.facts.contains { fact in if case .grantEnded = fact { true } else { false } })
    let recorded = talk.machine.recorded(talk.record(request, .cancelled), at: talk.now, wall: talk.wall)
    let ends = recorded.facts.count { fact in if case .grantEnded(_, .cancelled, _) = fact { true } else { false } }
    #expect(ends == 1)
  }

  @Test("S7 a device that never comes back: resolved without it, its grant counts as made, and the session can end")
  func lostForGood() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (_, actions) = talk.request(x: 5_000, y: 5_000)
    talk.makeDurable(actions)
    _ = talk.machine.deviceDetached()
    let bound = talk.machine.boundSerial
    #expect(bound != nil, "no other device may stand in")
    let resolved = try talk.machine.resolve(by: "N", reason: "it fell")
    #expect(resolved.facts.contains { fact in if case .dotPresumed = fact { true } else { false } })
    #expect(talk.machine.state == .held(.resolved))
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.resume(at: now) } == .noDevice)
    // It is found again after all: the session is still held, and its late record is no news.
    talk.become(.idle)
    talk.attach()
    #expect(talk.machine.state == .held(.resolved))
    _ = talk.machine.deviceDetached()
    _ = try talk.machine.resolve(by: "N", reason: "it fell again")
    let ended = try talk.machine.stop(at: now, by: 0)
    #expect(ended.facts.contains { fact in if case .sessionClosed(.ended, dotsMade: 1) = fact { true } else { false } })
    #expect(talk.machine.state == .noDevice)
    let free = talk.machine.boundSerial
    #expect(free == nil)
  }

  @Test("S8 a device that starts afresh in mid-session makes the session uncertain") func deviceRestart() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.become(.idle, boot: 2)
    let actions = talk.machine.deviceReported(talk.status, isReply: false, at: talk.now, wall: talk.wall)
    #expect(
      actions.facts == [
        .deviceAttached(Conversation.capabilities, talk.status), .uncertain(.deviceRestarted, openGrants: 0),
      ])
  }
}

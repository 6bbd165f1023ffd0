import SMPGuard
import SMPModel
import Testing

@testable import SMPSession

/// What must be in order before the needle is even tested; refusals first.
@Suite struct StartTests {
  @Test("S12 an unsigned or altered plan, a wrong order, missing names and unclear skin are refused and change nothing")
  func outOfOrder() {
    let cases: [(StartOrder, SessionRefusal)] = [
      (Conversation.order(isAbandoned: true), .courseAbandoned),
      (Conversation.order(signature: nil), .planUnsigned),
      (
        Conversation.order(signature: PlanSignature(planDigest: [UInt8](repeating: 8, count: 32), by: "S")),
        .planAltered
      ),
      (Conversation.order(session: 2, done: 0), .sessionOutOfOrder(asked: 2, next: 1)),
      (Conversation.order(session: 1, done: 1), .sessionOutOfOrder(asked: 1, next: 2)),
      (Conversation.order(operatorName: " "), .missing(.operatorName)),
      (Conversation.order(lot: ""), .missing(.pigmentLot)),
      (Conversation.order(cartridge: ""), .missing(.cartridge)),
      (Conversation.order(skin: .redness), .skinNotClear(.redness)),
      (Conversation.order(skin: .scabs), .skinNotClear(.scabs)),
    ]
    for (order, expected) in cases {
      var talk = Conversation()
      talk.attach()
      let now = talk.now
      #expect(talk.refusal { (machine) throws(SessionRefusal) in try machine.start(order, at: now) } == expected)
      #expect(talk.machine.state == .ready)
    }
  }

  @Test("S3 without the clinic's limits nothing arms")
  func siteLimitsAbsent() {
    var talk = Conversation()
    talk.attach()
    let now = talk.now
    let order = Conversation.order(site: nil)
    #expect(talk.refusal { (machine) throws(SessionRefusal) in try machine.start(order, at: now) } == .siteLimitsAbsent)
    let empty = Conversation.order(site: LimitSet())
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.start(empty, at: now) }
        == .guardRefused(.sourceMissing(.site)))
  }

  @Test func noDeviceOtherDeviceAndWrongState() throws {
    var talk = Conversation()
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.start(Conversation.order(), at: now) } == .noDevice
    )
    talk.attach()
    let other = Conversation.order(device: "OTHER")
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.start(other, at: now) }
        == .otherDevice(attached: "TEST-1", asked: "OTHER"))
    try talk.arm()
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.start(Conversation.order(), at: now) }
        == .wrongState(.armed, expected: [.ready]))
  }

  @Test("S13 a dry run judges the same and changes nothing") func dryRun() throws {
    var talk = Conversation()
    talk.attach()
    #expect(try talk.machine.start(Conversation.order(), at: talk.now, dryRun: true).isEmpty)
    #expect(talk.machine.state == .ready)
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in
        try machine.start(Conversation.order(signature: nil), at: now, dryRun: true)
      } == .planUnsigned)
  }

  @Test("S2 profiles, self-test and arming leave only when their entry is durable") func intentBeforeEffect() throws {
    var talk = Conversation()
    talk.attach()
    let actions = try talk.machine.start(Conversation.order(), at: talk.now)
    #expect(actions.first == .note(.sessionOpened))
    #expect(actions.admits)
    // Nothing that moves is asked for but through admission.
    for action in actions {
      switch action {
      case .note, .admit, .withdraw: break
      case .release, .renewLease, .deny, .suspend, .disarm, .protectiveStop, .clearFault, .readRecords, .readStatus,
        .readTip:
        Issue.record("\(action) at the start of a session")
      }
    }
  }

  @Test("S9 the stop path is proven at speed with the needle parked before arming") func selfTest() throws {
    var talk = Conversation()
    talk.attach()
    let left = talk.makeDurable(try talk.machine.start(Conversation.order(), at: talk.now))
    guard case .profiles(let generation, _)? = left.first else { throw Missing() }
    talk.digest = ProfileDigest(generation: generation, checksum: 1)
    let loaded = talk.machine.profilesLoaded(talk.digest, at: talk.now, wall: talk.wall)
    #expect(talk.makeDurable(loaded) == [.selfTest])
    // A drive that turns with the needle out of its park proves nothing and starts nothing.
    #expect(talk.report(.selfTest, still: false, parked: false).isEmpty)
    talk.report(.selfTest, still: false)
    #expect(!talk.pass(.milliseconds(119)).cuts)
    #expect(talk.pass(.milliseconds(1)).cuts)
    talk.now = talk.now + .milliseconds(50)
    let proven = talk.report(.stopped)
    #expect(proven.facts == [.selfTest(latency: .milliseconds(50), passed: true)])
    #expect(proven.contains(.clearFault))
    #expect(talk.makeDurable(talk.report(.idle)) == [.arm(talk.digest)])
    talk.accept(.arm, .armed)
    #expect(talk.machine.state == .armed)
  }

  @Test("S9 a stop slower than 50 ms does not arm") func slowStop() throws {
    var talk = Conversation()
    talk.attach()
    let left = talk.makeDurable(try talk.machine.start(Conversation.order(), at: talk.now))
    guard case .profiles(let generation, _)? = left.first else { throw Missing() }
    talk.digest = ProfileDigest(generation: generation, checksum: 1)
    talk.makeDurable(talk.machine.profilesLoaded(talk.digest, at: talk.now, wall: talk.wall))
    talk.report(.selfTest, still: false)
    talk.pass(.milliseconds(120))
    talk.now = talk.now + .milliseconds(50) + .nanoseconds(1)
    let actions = talk.report(.stopped)
    #expect(actions.faults == [.stopPathSlow])
    #expect(actions.cuts)
    #expect(talk.machine.state == .faulted(.stopPathSlow))
    #expect(talk.makeDurable(talk.report(.idle)).isEmpty)
  }

  @Test("S9 a stop that is never answered does not arm") func silentStop() throws {
    var talk = Conversation()
    talk.attach()
    let left = talk.makeDurable(try talk.machine.start(Conversation.order(), at: talk.now))
    guard case .profiles(let generation, _)? = left.first else { throw Missing() }
    talk.makeDurable(
      talk.machine.profilesLoaded(
        ProfileDigest(generation: generation, checksum: 1), at: talk.now, wall: talk.wall))
    talk.report(.selfTest, still: false)
    talk.pass(.milliseconds(120))
    #expect(talk.pass(.seconds(1)).faults == [.stopPathSlow])
  }

  @Test("S5 the pedal must be seen released before arming") func pedalHeld() throws {
    var talk = Conversation()
    talk.attach()
    let left = talk.makeDurable(try talk.machine.start(Conversation.order(), at: talk.now))
    guard case .profiles(let generation, _)? = left.first else { throw Missing() }
    talk.digest = ProfileDigest(generation: generation, checksum: 1)
    talk.report(.idle, pedal: true)
    let held = talk.machine.profilesLoaded(talk.digest, at: talk.now, wall: talk.wall)
    #expect(!held.admits, "no drive turns under a pressed pedal")
    #expect(talk.makeDurable(talk.report(.idle)) == [.selfTest])
    talk.report(.selfTest, still: false)
    talk.pass(.milliseconds(120))
    talk.report(.stopped)
    #expect(!talk.report(.idle, pedal: true).admits)
    #expect(talk.machine.stateWord == .preparing)
    #expect(talk.makeDurable(talk.report(.idle)) == [.arm(talk.digest)])
  }

  @Test("S5 a digest of another generation arms nothing") func otherDigest() throws {
    var talk = Conversation()
    talk.attach()
    talk.makeDurable(try talk.machine.start(Conversation.order(), at: talk.now))
    let stale = ProfileDigest(generation: 3, checksum: 1)
    #expect(talk.machine.profilesLoaded(stale, at: talk.now, wall: talk.wall).isEmpty)
    #expect(talk.machine.stateWord == .preparing)
  }
}

struct Missing: Error {}

import SMPGuard
import SMPModel
import Testing

@testable import SMPSession

/// The way of a dot.
@Suite struct DotTests {
  @Test("S1 outside an armed session every request is denied") func notRunning() throws {
    var talk = Conversation()
    talk.attach()
    #expect(talk.request(x: 5_000, y: 5_000).1 == [.deny(RequestID(number: 1), .wait)])
    try talk.arm()
    _ = try talk.machine.pause(at: talk.now)
    #expect(talk.request(x: 5_000, y: 5_000).1 == [.deny(RequestID(number: 2), .wait)])
  }

  @Test("S1 a second request while a grant is open is denied") func grantOpen() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    #expect(talk.request(x: 5_000, y: 5_000).1.admits)
    #expect(talk.request(x: 9_000, y: 9_000).1.denial == .grantOpen)
  }

  @Test("S2 a granted dot is recorded, settled, and its record released after it") func wholeDot() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (request, actions) = talk.request(x: 5_000, y: 5_000)
    let left = talk.makeDurable(actions)
    guard case .grant(let grant)? = left.first else { throw Missing() }
    #expect(grant.request == request.id)
    #expect(grant.position == request.position)
    #expect(grant.digest == talk.digest)
    let record = talk.record(request)
    let done = talk.deliver(record)
    #expect(
      done == [
        .note(.dot(record, grant, GrantNumber(number: talk.nextNumber))), .release(upTo: RecordSequence(number: 1)),
      ])
    #expect(talk.machine.snapshot(at: talk.now).session?.dotsMade == 1)
  }

  @Test("S4 a made dot, an open grant and an earlier session's dot keep their distance") func spacing() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm(
      Conversation.order(history: [LivingDot(position: ChartPosition(x: 15_000, y: 15_000), session: 1)]))
    talk.press()
    talk.dot(x: 5_000, y: 5_000)
    for (x, y) in [(5_500, 5_000), (15_500, 15_000)] as [(Int32, Int32)] {
      guard case .beyondHard(.spacingMinimum, _, _, .plan)? = talk.request(x: x, y: y).1.denial else {
        Issue.record("a dot at \(x), \(y) was not denied for its spacing")
        return
      }
    }
    // Not made: its place is free again.
    let (request, actions) = talk.request(x: 10_000, y: 5_000)
    talk.makeDurable(actions)
    talk.deliver(talk.record(request, .expired))
    #expect(talk.request(x: 10_000, y: 5_000).1.admits)
  }

  @Test("S2 a stop between entry and sending withdraws the grant") func withdrawn() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (_, actions) = talk.request(x: 5_000, y: 5_000)
    _ = talk.machine.protectiveStopSubmitted(by: .person(uid: 1), outcome: .submitted, at: talk.now)
    guard case .admit(let admitted)? = actions.first else { throw Missing() }
    let (leaves, ended) = talk.machine.mayLeave(admitted.command, as: GrantNumber(number: 500))
    #expect(!leaves)
    #expect(ended.facts == [.grantEnded(GrantNumber(number: 500), .neverSent, nil)])
  }

  @Test(
    "S1 a record beyond its grant is a fault and cuts",
    arguments: [
      (depth: Int64(651), dwell: Int64(80), dx: Int32(0), fault: SessionFault.depthBeyondGrant),
      (depth: Int64(500), dwell: Int64(101), dx: Int32(0), fault: SessionFault.dwellBeyondGrant),
      (depth: Int64(500), dwell: Int64(80), dx: Int32(700), fault: SessionFault.placeBeyondGrant),
    ])
  func excess(_ wrong: (depth: Int64, dwell: Int64, dx: Int32, fault: SessionFault)) throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (request, actions) = talk.request(x: 5_000, y: 5_000)
    talk.makeDurable(actions)
    let done = talk.deliver(talk.record(request, depth: wrong.depth, dwell: wrong.dwell, dx: wrong.dx))
    #expect(done.faults == [wrong.fault])
    #expect(done.cuts)
    // It is in the skin: it counts, and the record says so.
    #expect(done.facts.contains { fact in if case .dot = fact { true } else { false } })
    #expect(talk.machine.state == .faulted(wrong.fault))
  }

  @Test("S1 a contact nobody granted is a fault, and counts") func unbidden() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let nobody = DotRequest(
      id: RequestID(number: 900), position: ChartPosition(x: 5_000, y: 5_000), requestedAt: DeviceTicks(microseconds: 0)
    )
    let actions = talk.deliver(talk.record(nobody, .unbidden))
    #expect(actions.faults == [.recordWithoutGrant])
    #expect(actions.cuts)
    #expect(talk.machine.snapshot(at: talk.now).session?.progress.first?.living == 1)
  }

  @Test("S1 a record under another grant's number is no record of this grant") func otherNumber() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (request, actions) = talk.request(x: 5_000, y: 5_000)
    talk.makeDurable(actions)
    #expect(talk.deliver(talk.record(request, number: 1)).faults == [.recordWithoutGrant])
  }

  @Test("S2 a record seen before is released again and counted once; a gap is read again") func sequences() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (request, actions) = talk.request(x: 5_000, y: 5_000)
    talk.makeDurable(actions)
    let record = talk.record(request)
    talk.deliver(record)
    #expect(talk.deliver(record) == [.release(upTo: RecordSequence(number: 1))])
    #expect(talk.machine.snapshot(at: talk.now).session?.dotsMade == 1)
    let (second, more) = talk.request(x: 9_000, y: 9_000)
    talk.makeDurable(more)
    #expect(talk.deliver(talk.record(second, sequence: 3)) == [.readRecords])
  }

  @Test("S1 a grant the device never received ends as never received, after its time and by its counters")
  func neverReceived() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (request, actions) = talk.request(x: 5_000, y: 5_000)
    talk.makeDurable(actions)
    talk.silence(.grant(request.id))
    // Too early to know: the device may still be at it.
    #expect(talk.accept(.renewLease, .running, pedal: true).isEmpty)
    talk.now = talk.now + .milliseconds(401)
    // Nor does an answer tell that may have been on its way before the grant.
    #expect(talk.accept(.renewLease, .running, pedal: true).isEmpty)
    #expect(talk.pass(.zero).contains(.readRecords))
    let settled = talk.accept(.readRecords, .running, pedal: true)
    #expect(settled.facts == [.grantEnded(GrantNumber(number: talk.nextNumber), .neverReceived, nil)])
  }

  @Test("S2 a grant that does not become durable in time is a journal stall and cuts") func stall() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    talk.request(x: 5_000, y: 5_000)
    #expect(talk.pass(.milliseconds(499)).faults.isEmpty)
    let actions = talk.pass(.milliseconds(1))
    #expect(actions.faults == [.journalStalled])
    #expect(actions.cuts)
  }

  @Test("S2 a journal that fails cuts") func journalFailure() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let actions = talk.machine.journalFailed(at: talk.now, wall: talk.wall)
    #expect(actions.first == .protectiveStop)
    #expect(talk.machine.state == .faulted(.journalFailed))
    #expect(!talk.request(x: 5_000, y: 5_000).1.admits)
  }

  @Test("S3 a soft limit asks for a named confirmation, and only then admits") func softLimit() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    for x in [3_000, 6_000, 9_000] as [Int32] { talk.dot(x: x, y: 5_000) }
    guard case .beyondSoft(.sessionDotsMaximum, 4, 3, .site)? = talk.request(x: 12_000, y: 5_000).1.denial else {
      Issue.record("the fourth dot was not held at the soft limit")
      return
    }
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in
        try machine.confirm(.spacingMinimum, by: "N", reason: "R", at: now)
      } == .guardRefused(.notConfirmable(.spacingMinimum)))
    let confirmed = try talk.machine.confirm(.sessionDotsMaximum, by: "N", reason: "R", at: now)
    #expect(confirmed == [.note(.limitConfirmed(.sessionDotsMaximum, by: "N", reason: "R"))])
    #expect(talk.request(x: 12_000, y: 5_000).1.admits)
  }

  @Test("What comes from the device is counted, denied and repeated things too, and anew with each attaching")
  func arrivals() throws {
    var talk = Conversation()
    talk.attach()
    talk.request(x: 1, y: 1)
    #expect(talk.machine.device?.requests == 1, "denied: nothing is armed")
    try talk.arm()
    talk.press()
    let (request, actions) = talk.request(x: 5_000, y: 5_000)
    talk.makeDurable(actions)
    let record = talk.record(request)
    talk.deliver(record)
    talk.deliver(record)
    #expect(talk.machine.device?.requests == 2)
    #expect(talk.machine.device?.records == 2)
    _ = talk.machine.deviceDetached()
    talk.attach()
    #expect(talk.machine.device?.requests == 0 && talk.machine.device?.records == 0)
  }
}

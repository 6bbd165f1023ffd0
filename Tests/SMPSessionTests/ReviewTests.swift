import SMPGuard
import SMPModel
import Testing

@testable import SMPSession

/// What the safety review found, kept.
@Suite struct ReviewTests {
  /// A grant under way when a protective stop comes; its record is lost.
  private func cutInMidDot(_ talk: inout Conversation) throws -> DotRequest {
    talk.attach()
    try talk.arm()
    talk.press()
    let (request, actions) = talk.request(x: 5_000, y: 5_000)
    talk.makeDurable(actions)
    let stopped = talk.machine.protectiveStopSubmitted(by: .person(uid: 1), outcome: .submitted, at: talk.now)
    #expect(stopped.contains(.readRecords), "no lease reply will tell what became of the dot")
    talk.report(.stopped)
    return request
  }

  @Test("S1 a dot cut by a stop is settled by its record before the session closes, and counted once") func lateRecord()
    throws
  {
    var talk = Conversation()
    let request = try cutInMidDot(&talk)
    let closing = try talk.machine.stop(at: talk.now, by: 1)
    #expect(!closing.facts.contains { fact in if case .sessionClosed = fact { true } else { false } })
    let made = talk.deliver(talk.record(request))
    #expect(made.facts.count == 1 && made.facts.contains { fact in if case .dot = fact { true } else { false } })
    // Nothing comes after what it says last.
    #expect(talk.accept(.readRecords, .stopped).facts == [.sessionClosed(.ended, dotsMade: 1)])
    #expect(talk.machine.state == .stopped)
  }

  @Test("S1 S7 an answer to what was asked before the grant left settles nothing: the grant may still arrive")
  func olderAnswer() throws {
    var talk = Conversation()
    let request = try cutInMidDot(&talk)
    #expect(talk.accept(.renewLease, .stopped).facts.isEmpty)
    let ended = talk.deliver(talk.record(request, .cancelled))
    #expect(ended.facts == [.grantEnded(GrantNumber(number: talk.nextNumber), .cancelled, RecordSequence(number: 0))])
    #expect(talk.accept(.readRecords, .stopped).facts.isEmpty, "one end")
  }

  @Test("S1 a reading that was under way when the grant left settles nothing either; another one does")
  func olderReading() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    // A gap: the records are asked for.
    let (_, gap) = talk.request(x: 9_000, y: 9_000)
    talk.makeDurable(gap)
    #expect(
      talk.deliver(
        talk.record(
          DotRequest(
            id: RequestID(number: 1), position: ChartPosition(x: 1, y: 1), requestedAt: DeviceTicks(microseconds: 0)),
          sequence: 3)) == [.readRecords])
    _ = talk.machine.protectiveStopSubmitted(by: .person(uid: 1), outcome: .submitted, at: talk.now)
    talk.nextSequence = 0
    let first = talk.accept(.readRecords, .stopped)
    #expect(first.contains(.readRecords))
    #expect(!first.facts.contains { fact in if case .grantEnded = fact { true } else { false } })
    #expect(
      talk.accept(.readRecords, .stopped).facts
        == [.grantEnded(GrantNumber(number: talk.nextNumber), .neverReceived, nil)])
  }

  @Test("S4 a session is not closed while the needle is not home: what it still touches is this client's")
  func closesWhenHome() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    talk.report(.faulted, parked: false, fault: .contactWithoutGrant)
    #expect(!(try talk.machine.stop(at: talk.now, by: 1)).facts.contains(.sessionClosed(.ended, dotsMade: 0)))
    #expect(talk.report(.faulted, fault: .contactWithoutGrant).facts == [.sessionClosed(.ended, dotsMade: 0)])
  }

  @Test("S8 a fault found while a session closes stays, and clearing it is said and held to the lock-out")
  func faultWhileClosing() throws {
    var talk = Conversation()
    let request = try cutInMidDot(&talk)
    _ = try talk.machine.stop(at: talk.now, by: 1)
    #expect(talk.deliver(talk.record(request, depth: 651)).faults == [.depthBeyondGrant])
    _ = talk.accept(.readRecords, .stopped)
    #expect(talk.machine.state == .faulted(.depthBeyondGrant))
    #expect(try talk.machine.clearFault(at: talk.now) == [.clearFault])
    #expect(talk.report(.idle).facts == [.faultCleared(.depthBeyondGrant)])
  }

  @Test("S8 a fault that nobody has cleared is found again by a later daemon, and after a re-plug") func inherited()
    throws
  {
    var talk = Conversation(fault: .depthBeyondGrant)
    talk.attach()
    #expect(talk.machine.state == .faulted(.depthBeyondGrant))
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.start(Conversation.order(), at: now) }
        == .wrongState(.faulted, expected: [.ready]))
    _ = try talk.machine.clearFault(at: now)
    #expect(talk.report(.idle).facts == [.faultCleared(.depthBeyondGrant)])
    #expect(talk.machine.state == .ready)
  }

  @Test("S2 S8 one stalled commit is one fault: clearing does not raise it again") func stallOnce() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    #expect(talk.request(x: 5_000, y: 5_000).1.admits)
    let stalled = talk.pass(Bounds.journalStall)
    #expect(stalled.faults == [.journalStalled] && stalled.contains(.withdraw))
    talk.report(.stopped)
    _ = try talk.machine.clearFault(at: talk.now)
    #expect(talk.report(.idle).facts.contains(.faultCleared(.journalStalled)))
    #expect(talk.pass(.zero).faults.isEmpty)
  }

  @Test("S4 a dot reported from elsewhere lives in both places: nobody knows which of them has it") func bothPlaces()
    throws
  {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (request, actions) = talk.request(x: 5_000, y: 5_000)
    talk.makeDurable(actions)
    #expect(talk.deliver(talk.record(request, dx: 3_000)).faults == [.placeBeyondGrant])
    #expect(talk.machine.snapshot(at: talk.now).session?.progress.first?.living == 2)
  }

  @Test("S1 a presumed dot whose record comes late is no second dot and no fault") func presumedThenSeen() throws {
    var talk = Conversation()
    let request = try cutInMidDot(&talk)
    let record = talk.record(request)
    _ = try talk.machine.stop(at: talk.now, by: 1)
    let closed = talk.pass(.seconds(1))
    #expect(closed.facts.contains { fact in if case .dotPresumed = fact { true } else { false } })
    let late = talk.deliver(record)
    #expect(late.facts.isEmpty)
    #expect(late.faults.isEmpty)
  }

  @Test("S4 a held session does not go on with another device") func otherDevice() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    _ = talk.machine.deviceDetached()
    let other = DeviceCapabilities(
      oldestVersion: 1, newestVersion: 1, depthMinimum: .zero, depthMaximum: .micrometres(1_900),
      depthStep: .micrometres(10), depthAccuracy: .micrometres(150), speedMinimum: .millihertz(50_000),
      speedMaximum: .millihertz(150_000), positioning: .chart(accuracy: .micrometres(500)), recordWindow: 4,
      leaseMaximum: Bounds.leaseLifetime, hasPedal: true, hasStopInput: false, indicators: .lamp, serial: "TEST-2",
      firmware: "test 1", isSimulated: true)
    talk.become(.idle)
    _ = talk.machine.deviceAttached(other, talk.status, at: talk.now, wall: talk.wall)
    _ = try talk.machine.resolve(by: "N", reason: "R")
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.resume(at: now) }
        == .otherDevice(attached: "TEST-2", asked: "TEST-1"))
  }

  @Test("S5 set-points whose loading was cut short are not in force afterwards") func fallBack() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    _ = try talk.machine.set(zone: "vertex", depth: .micrometres(550), speed: nil, dwell: nil, at: talk.now)
    talk.makeDurable(talk.accept(.suspend, .suspended))
    _ = talk.machine.protectiveStopSubmitted(by: .person(uid: 1), outcome: .submitted, at: talk.now)
    talk.report(.stopped)
    _ = try talk.machine.clearFault(at: talk.now)
    talk.report(.idle)
    guard case .profiles(let generation, let profiles)? = talk.makeDurable(try talk.machine.resume(at: talk.now)).first
    else { throw Missing() }
    #expect(profiles.first?.depth == .micrometres(500))
    #expect(generation > talk.digest.generation + 1, "a set that may have been loaded is never named twice")
  }

  @Test("S8 a latched fault outlives a re-plug and is not counted again") func replug() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.report(.faulted, fault: .motorStuck)
    _ = try talk.machine.stop(at: talk.now, by: 1)
    for _ in 0..<3 {
      _ = talk.machine.deviceDetached()
      #expect(talk.attach().faults.isEmpty)
      #expect(talk.machine.state == .faulted(.device(.motorStuck)))
    }
    #expect(talk.machine.stateWord == .faulted, "three re-plugs are no lock-out")
  }

  @Test("S1 a record that denies contact and shows it is a fault, and counts") func contactDenied() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (request, actions) = talk.request(x: 5_000, y: 5_000)
    talk.makeDurable(actions)
    let honest = talk.record(request, .cancelled)
    let lying = DotRecord(
      sequence: honest.sequence, grant: honest.grant, request: honest.request, zone: honest.zone, outcome: .cancelled,
      position: honest.position, depthReported: .micrometres(300), speedReported: .millihertz(1),
      dwellReported:
        .milliseconds(20), strokes: 3, endedAt: honest.endedAt)
    #expect(talk.deliver(lying).faults == [.recordWithoutGrant])
    #expect(talk.machine.snapshot(at: talk.now).session?.progress.first?.living == 1)
  }

  @Test("S5 a lost notice of the pedal's release is asked for while a person is waited for") func poll() throws {
    var talk = Conversation()
    talk.attach()
    let left = talk.makeDurable(try talk.machine.start(Conversation.order(), at: talk.now))
    guard case .profiles(let generation, _)? = left.first else { throw Missing() }
    talk.digest = ProfileDigest(generation: generation, checksum: 1)
    talk.report(.idle, pedal: true)
    _ = talk.machine.profilesLoaded(talk.digest, at: talk.now, wall: talk.wall)
    talk.pass(.zero)
    #expect(talk.pass(.milliseconds(500)) == [.readStatus])
  }

  @Test("S6 a halt disarms and leaves the session open; an uncertain one stays uncertain") func halt() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    #expect(talk.machine.halt(at: talk.now, by: 9).contains(.disarm))
    #expect(talk.accept(.disarm, .idle).facts == [.disarmed(.stopped)])
    #expect(talk.machine.state == .held(.stopped))
    _ = talk.machine.deviceDetached()
    #expect(talk.machine.halt(at: talk.now, by: 9).isEmpty)
    #expect(talk.machine.state == .uncertain(.unplugged))
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.stop(at: now, by: 9) }
        == .wrongState(.uncertain, expected: [.armed, .running, .paused, .held]))
  }

  @Test("S6 a renewal that was under way at a stop is no silent device") func renewalAtStop() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    #expect(talk.pass(.zero) == [.renewLease(talk.digest)])
    _ = talk.machine.protectiveStopSubmitted(by: .person(uid: 1), outcome: .submitted, at: talk.now)
    #expect(talk.silence(.renewLease).isEmpty)
    #expect(talk.machine.stateWord == .stopping)
  }

  @Test("S6 S7 a stop while nothing is plugged in leaves a held session held, and it can be closed after a re-plug")
  func stopWithoutDevice() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    _ = talk.machine.deviceDetached()
    _ = try talk.machine.resolve(by: "N", reason: "R")
    let actions = talk.machine.protectiveStopSubmitted(by: .person(uid: 1), outcome: .absent, at: talk.now)
    #expect(actions == [.note(.stop(.protective, .person(uid: 1), .absent, latency: nil))])
    #expect(talk.machine.stateWord == .held)
    talk.become(.idle)
    talk.attach()
    #expect(talk.machine.stateWord == .held)
    #expect(talk.machine.openOrder != nil)
    let closed = try talk.machine.stop(at: talk.now, by: 1)
    #expect(closed.facts.contains(.sessionClosed(.ended, dotsMade: 0)))
    #expect(talk.machine.stateWord == .ready)
  }

  @Test("S8 a fault is not cleared while nothing is plugged in, and trying it is no new fault")
  func clearWithoutDevice() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.report(.faulted, fault: .positionJumped)
    _ = talk.machine.deviceDetached()
    _ = try talk.machine.resolve(by: "N", reason: "R")
    #expect(talk.machine.stateWord == .faulted)
    let now = talk.now
    #expect(talk.refusal { (machine) throws(SessionRefusal) in try machine.clearFault(at: now) } == .noDevice)
    #expect(talk.pass(.seconds(2)).isEmpty)
    #expect(talk.machine.state == .faulted(.device(.positionJumped)))
  }

  @Test("S2 S7 a grant the disk still holds when the device goes is waited for by nobody, and ends unsent")
  func unplugBeforeDurable() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (_, asked) = talk.request(x: 5_000, y: 5_000)
    #expect(asked.admits)
    #expect(talk.machine.deviceDetached().contains(.withdraw))
    talk.become(.idle)
    talk.attach()
    // Neither is the device asked again and again, nor the disk's delay a fault on each turn.
    for _ in 0..<3 { #expect(talk.pass(.seconds(1)).isEmpty) }
    #expect(talk.machine.nextDeadline() == nil)
  }

  @Test("S1 S2 a session that closes before its grant is durable withdraws it first: closed means that all is settled")
  func closeBeforeDurable() throws {
    var talk = Conversation()
    talk.attach()
    try talk.arm()
    talk.press()
    let (_, asked) = talk.request(x: 5_000, y: 5_000)
    #expect(asked.admits)
    talk.report(.faulted, fault: .positionJumped)
    let actions = try talk.machine.stop(at: talk.now, by: 7)
    let places = [
      actions.firstIndex(of: .withdraw), actions.firstIndex(of: .note(.sessionClosed(.ended, dotsMade: 0))),
    ].compactMap(\.self)
    #expect(places.count == 2)
    #expect(places == places.sorted())
  }
}

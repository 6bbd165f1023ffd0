import SMPLink
import SMPModel
import SMPWire
import Synchronization
import Testing

@testable import SMPDriver

/// A link that gets worse is told of while it still works; a device that says nothing any more counts as gone.
@Suite struct LinkQualityTests {
  static let now = DriverTests.now

  @Test("A quiet device is asked for its state, and a control cycle counts when it has answered") func poll() throws {
    let link = ScriptedLink()
    var driver = try DriverTests.identified(link)
    let cycles = driver.cycles
    let asked = link.sent.withLock { $0.controls.count }
    let due = Self.now + DeviceDriver.pollPeriod
    let deadline = driver.nextDeadline()
    #expect(deadline == due)
    _ = driver.tick(at: Self.now + (DeviceDriver.pollPeriod - .nanoseconds(1)))
    #expect(link.sent.withLock { $0.controls.count } == asked)
    _ = driver.tick(at: due)
    #expect(link.sent.withLock { $0.controls.count } == asked + 1)
    let before = driver.cycles
    #expect(before == cycles)
    let tag = try #require(link.sent.withLock { $0.controls.last?.1 })
    let events = driver.receive(
      .controlCompleted(tag: tag, bytes: DriverTests.status.encoded(sequence: 0, version: 1)), at: due)
    #expect(events == [.status(DriverTests.status, isReply: false)])
    let after = driver.cycles
    #expect(after == cycles + 1)
    let next = driver.nextDeadline()
    #expect(next == due + DeviceDriver.pollPeriod)
  }

  @Test("S7 a device that answers nothing is given up after its second silence, within the watchdog's two seconds")
  func givenUp() throws {
    let link = ScriptedLink()
    var driver = try DriverTests.identified(link)
    var events: [DriverEvent] = []
    var time = Self.now
    for _ in 0..<100 where events.isEmpty {
      guard let next = driver.nextDeadline() else { break }
      time = max(time, next)
      events = driver.tick(at: time)
    }
    #expect(events == [.unusable(.noAnswer)])
    #expect(time - Self.now < .seconds(2))
    #expect(link.sent.withLock { $0.controls.count } >= 2 + 2, "asked twice before it was given up")
    let silent = driver.quality.silentCommands
    #expect(silent == 2)
    let nothing = driver.nextDeadline()
    #expect(nothing == nil)
  }

  @Test("One silence between answers gives nobody up") func oneSilence() throws {
    let link = ScriptedLink()
    var driver = try DriverTests.identified(link)
    driver.suspend(at: Self.now)
    let silent = driver.tick(at: Self.now + Bounds.replyTimeout)
    #expect(silent == [.answered(.suspend, .silent)])
    let tag = try #require(link.sent.withLock { $0.controls.last?.1 })
    let late = Self.now + Bounds.replyTimeout + .milliseconds(1)
    _ = driver.receive(
      .controlCompleted(tag: tag, bytes: DriverTests.status.encoded(sequence: 0, version: 1)), at: late)
    let events = driver.tick(at: late + Bounds.replyTimeout + Bounds.replyTimeout)
    #expect(!events.contains(.unusable(.noAnswer)))
  }

  @Test("A reply within a control cycle's time is not late; one after it is, and a late renewal is a missed one")
  func late() throws {
    let link = ScriptedLink()
    var driver = try DriverTests.identified(link)
    func renew(answeredAfter delay: Interval) throws {
      driver.renewLease(ProfileDigest(generation: 1, checksum: 2), at: Self.now)
      let frame = try Frame.decode(try #require(link.sent.withLock { $0.outs.last }))
      let reply = DeviceMessage.accepted(DriverTests.status).encoded(sequence: frame.sequence, version: 1)
      _ = driver.receive(.bulkReceived(reply), at: Self.now + delay)
    }
    try renew(answeredAfter: Bounds.leasePeriod)
    let inTime = driver.quality
    #expect(inTime.lateReplies == 0 && inTime.missedRenewals == 0)
    try renew(answeredAfter: Bounds.leasePeriod + .nanoseconds(1))
    let late = driver.quality
    #expect(late.lateReplies == 1 && late.missedRenewals == 1)
  }

  @Test("The alarm comes with the fifth trouble within ten seconds, once, and goes when ten seconds were clean")
  func alarm() throws {
    let link = ScriptedLink()
    var driver = try DriverTests.identified(link)
    func garble(at time: MonotonicTime) -> [DriverEvent] { driver.receive(.bulkReceived([1, 2, 3]), at: time) }
    // Four spread over longer than the window never make an alarm.
    for second in 0..<8 { #expect(garble(at: Self.now + .seconds(Int64(second) * 3)).isEmpty) }
    let spell = Self.now + .seconds(100)
    for count in 0..<(LinkAlarm.count - 1) {
      #expect(garble(at: spell + .milliseconds(Int64(count))).isEmpty)
    }
    let raised = garble(at: spell + .milliseconds(10))
    let quality = driver.quality
    #expect(raised == [.linkAlarm(quality)])
    #expect(quality.isAlarming)
    #expect(garble(at: spell + .milliseconds(11)).isEmpty, "an alarm that stands is not raised again")
    let clean = spell + .milliseconds(11) + LinkAlarm.window
    _ = driver.receive(.outCompleted(tag: TransferTag(number: 1)), at: clean)
    let still = driver.quality.isAlarming
    #expect(still)
    _ = driver.receive(.outCompleted(tag: TransferTag(number: 1)), at: clean + .nanoseconds(1))
    let gone = driver.quality.isAlarming
    #expect(!gone)
  }

  @Test("Spoilt packets count; a link that breaks makes the device one that cannot be driven") func broken() throws {
    let link = ScriptedLink()
    var driver = try DriverTests.identified(link)
    for error: LinkError in [.stalled, .overflowed, .failed] {
      let events = driver.receive(.receiveFailed(error), at: Self.now)
      #expect(events.isEmpty)
    }
    let failures = driver.quality.transferFailures
    #expect(failures == 3)
    let events = driver.receive(.broken, at: Self.now)
    #expect(events == [.unusable(.broken)])
  }
}

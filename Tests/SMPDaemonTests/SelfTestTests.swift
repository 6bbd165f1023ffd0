import SMPDaemon
import SMPLink
import SMPModel
import SMPRecord
import SMPSession
import SMPSimulator
import Synchronization
import Testing

@testable import smpsim

/// The self-test outside of a session, with the whole daemon around it.
@Suite struct SelfTestTests {
  static var site: LimitSet {
    var site = LimitSet()
    site[.speedMaximum] = LimitPair(hard: 120_000)
    return site
  }

  static func station(_ seed: UInt64) -> Station {
    let station = Station(seed: seed)
    #expect(station.turn { station.state == .ready })
    return station
  }

  @Test("S9 S13 refused in a session, for another device, with the pedal down: no entry, nothing turns") func refused()
  {
    let station = Self.station(21)
    let before = station.entries.count
    let other = station.ask(.selfTest(serial: "OTHER", site: Self.site, dryRun: false))
    if case .refused(.otherDevice, _)? = other {} else { Issue.record("\(String(describing: other))") }
    station.device.inject(.pedalStuck)
    #expect(station.turn(limit: 2_000) { station.board.newest?.snapshot.device?.status.pedalPressed == true })
    let pressed = station.ask(.selfTest(serial: nil, site: Self.site, dryRun: false))
    if case .refused(.pedalPressed, _)? = pressed {} else { Issue.record("\(String(describing: pressed))") }
    #expect(station.entries.count == before)
    #expect(station.device.driveSpeed == .zero)

    let working = Station(seed: 22)
    working.begin(Orders.small())
    let inSession = working.ask(.selfTest(serial: nil, site: Self.site, dryRun: false))
    if case .refused(.wrongState, _)? = inSession {} else { Issue.record("\(String(describing: inSession))") }
  }

  @Test("S2 S9 measured, recorded without a session before and after, and the needle never moves", arguments: 31...34)
  func passes(seed: Int) throws {
    let station = Self.station(UInt64(seed))
    let published = try #require(station.test())
    #expect(published.snapshot.state == .ready)
    let latency = try #require(published.snapshot.selfTest?.latency)
    #expect(published.snapshot.selfTest?.passed == true)
    #expect(latency > .zero && latency <= Bounds.stopLatency)
    #expect(station.testKinds == ["profiles_intended", "profiles_loaded", "self_test_intended", "self_test"])
    #expect(station.testEntries.allSatisfy { $0.header.session == nil && $0.header.course == nil })
    #expect(station.testEntries.first?.header.actorUID == 1_000, "who asked for it stands in the record")
    #expect(station.results == [SelfTestEntry(latency: latency, passed: true)])
    #expect(station.device.contactLog.isEmpty)
    #expect(station.device.driveSpeed == .zero)
    // Again, and then a session with a self-test of its own.
    #expect(station.test()?.snapshot.selfTest?.passed == true)
    station.begin(Orders.small(dots: 20))
    #expect(station.results.count == 3)
    #expect(station.turn { station.session?.isComplete == true })
    station.expectAgreement()
  }

  @Test("S9 a motor that is stuck is a fault by name, the test has not passed, and after clearing it passes")
  func stuckMotor() throws {
    let station = Self.station(23)
    station.device.inject(.stuckMotor)
    let published = try #require(station.test())
    #expect(published.snapshot.state == .faulted)
    #expect(published.snapshot.fault == .device(.motorStuck))
    #expect(published.snapshot.selfTest?.outcome == .unanswered)
    #expect(station.results == [SelfTestEntry(latency: nil, passed: false)])
    #expect(station.faults == ["motor_stuck"])
    station.device.clear(.stuckMotor)
    // The device waits for its own brake before it can be cleared.
    let soon = station.pacing.monotonic() + .milliseconds(300)
    station.turn(limit: 20_000) { station.pacing.monotonic() >= soon }
    if case .done? = station.ask(.clearFault) {} else { Issue.record("not cleared") }
    #expect(station.test()?.snapshot.selfTest?.passed == true)
  }

  @Test("S9 a device that hangs in mid-test is a fault by name, and its drive stands by itself") func hang() throws {
    let station = Self.station(24)
    let box = station.beginTest()
    #expect(station.turn(limit: 20_000) { station.device.driveSpeed > .zero })
    station.device.inject(.hang)
    #expect(station.turn(limit: 50_000) { box.take() != nil })
    #expect(station.state == .faulted)
    #expect(Set(station.faults).isSubset(of: ["stop_path_slow", "device_silent"]), "\(station.faults)")
    #expect(station.results == [SelfTestEntry(latency: nil, passed: false)])
  }

  @Test("S7 S9 unplugged in mid-test: no device, no uncertain session; plugged in again it is tested anew")
  func unplug() throws {
    let station = Self.station(25)
    let box = station.beginTest()
    #expect(station.turn(limit: 20_000) { station.device.driveSpeed > .zero })
    station.device.inject(.unplug)
    #expect(station.turn(limit: 20_000) { box.take() != nil })
    guard case .done(let published)? = box.take() else { throw Unanswered() }
    #expect(published.snapshot.state == .noDevice)
    #expect(published.snapshot.selfTest?.outcome == .unanswered)
    #expect(station.results == [SelfTestEntry(latency: nil, passed: false)])
    // The device ends the test by its own dead-man.
    let soon = station.pacing.monotonic() + .seconds(1)
    station.turn(limit: 20_000) { station.pacing.monotonic() >= soon }
    #expect(station.device.driveSpeed == .zero)
  }

  @Test("S6 S9 a protective stop in mid-test cuts; a person clears, and only then is there another test")
  func protectiveStop() throws {
    let station = Self.station(26)
    let box = station.beginTest()
    #expect(station.turn(limit: 20_000) { station.device.driveSpeed > .zero })
    #expect(station.stop.submit() == .submitted)
    station.queue.post(.stopSubmitted(by: 1_000, .submitted))
    #expect(station.turn(limit: 20_000) { box.take() != nil })
    #expect(station.state == .stopped)
    #expect(station.board.newest?.snapshot.selfTest?.outcome == .stopped)
    #expect(station.device.driveSpeed == .zero)
    #expect(station.results == [SelfTestEntry(latency: nil, passed: false)])
    let again = station.ask(.selfTest(serial: nil, site: Self.site, dryRun: false))
    if case .refused(.wrongState, _)? = again {} else { Issue.record("\(String(describing: again))") }
    if case .done? = station.ask(.clearFault) {} else { Issue.record("not cleared") }
    #expect(station.test()?.snapshot.selfTest?.passed == true)
  }

  @Test("S6 S9 a normal stop in mid-test ends it with nothing to clear") func normalStop() throws {
    let station = Self.station(27)
    let box = station.beginTest()
    #expect(station.turn(limit: 20_000) { station.device.driveSpeed > .zero })
    station.queue.post(.halt(by: 1_000))
    #expect(station.turn(limit: 20_000) { box.take() != nil })
    #expect(station.state == .ready)
    #expect(station.board.newest?.snapshot.selfTest?.outcome == .stopped)
    station.comeToRest()
    #expect(station.test()?.snapshot.selfTest?.passed == true)
  }

  @Test("S9 no other device is driven while the drive turns in a self-test") func selectInTest() throws {
    let station = Self.station(29)
    station.queue.post(.attach(Spare(twin: station.device)))
    let box = station.beginTest()
    #expect(station.turn(limit: 20_000) { station.device.driveSpeed > .zero })
    let selected = station.ask(.select("SPARE"))
    guard case .refused(.wrongState(let state, _), _)? = selected else { throw Unanswered() }
    #expect(state == .testing)
    #expect(station.turn(limit: 20_000) { box.take() != nil })
    #expect(station.board.newest?.snapshot.selfTest?.passed == true)
  }

  @Test("S2 without a journal nothing turns") func journal() {
    let station = Self.station(28)
    station.journal.mood.withLock { $0 = .failing }
    let box = station.beginTest()
    var turned = false
    station.turn(limit: 5_000) {
      turned = turned || station.device.driveSpeed > .zero
      return false
    }
    #expect(!turned)
    #expect(station.state == .faulted)
    if case .journalFailed? = box.take() {} else { Issue.record("answered without a journal") }
  }
}

struct Unanswered: Error {}

/// Another device that is plugged in and not driven.
private struct Spare: DevicePort {
  let twin: SimulatedDevice
  let place = "spare"
  let serial: String? = "SPARE"
  let obstacle: PortObstacle? = nil
  func makeLink() -> any DeviceLink { twin.makeLink() }
}

extension Station {
  /// The owner has the command; the box holds its answer once there is one.
  func beginTest() -> AnswerBox {
    let box = AnswerBox()
    let command = OwnerCommand.selfTest(serial: nil, site: SelfTestTests.site, dryRun: false)
    _ = queue.post(call: OwnerCall(command, actor: 1_000) { box.put($0) })
    return box
  }

  /// A whole self-test; nil when it was refused.
  func test() -> Published? {
    guard case .done(let published)? = ask(.selfTest(serial: nil, site: SelfTestTests.site, dryRun: false)) else {
      return nil
    }
    return published
  }

  /// From the newest profiles on.
  var testEntries: [Entry] {
    guard let first = entries.lastIndex(where: { $0.body.kind == .profilesIntended }) else { return [] }
    return Array(entries[first...])
  }
  var testKinds: [String] { testEntries.map(\.body.kind.rawValue) }
  var results: [SelfTestEntry] {
    entries.compactMap { entry in if case .selfTest(let result) = entry.body { result } else { nil } }
  }
}

import SMPLink
import SMPModel
import SMPSimulator
import SMPWire
import Testing

/// One dot through wire and firmware, with the needle's own log as witness.
struct OneDotTests {
  @Test("S1 no answer, no contact")
  func silence() throws {
    let rig = try Rig()
    rig.decide = { _ in .silence }
    try rig.start()
    rig.dot(at: millimetres(10, 10))
    #expect(rig.requests.count == 1)
    #expect(rig.device.contactLog.isEmpty)
    #expect(rig.records.isEmpty)
  }

  @Test("A handpiece lifted from a parked needle leaves it parked: the device can be cleared and armed again")
  func liftedParked() throws {
    let rig = try Rig()
    rig.decide = { _ in .silence }
    try rig.start()
    rig.dot(at: millimetres(10, 10))
    #expect(rig.device.isNeedleParked)
    rig.device.inject(.reset(memoryKept: true))
    rig.run(.seconds(1))
    #expect(rig.device.isNeedleParked && rig.device.isPowered)
  }

  @Test("A handpiece lifted while the needle falls: the needle comes back to its stop") func liftedFalling() throws {
    let rig = try Rig()
    try rig.start()
    rig.device.approach(at: millimetres(10, 10))
    #expect(rig.run { !rig.device.isNeedleParked })
    #expect(!rig.device.isNeedleInSkin)
    rig.device.withdraw()
    #expect(rig.run(within: .milliseconds(500)) { rig.device.isNeedleParked })
    #expect(rig.device.contactLog.isEmpty)
  }

  @Test("S1 a denial, no contact")
  func denial() throws {
    let rig = try Rig()
    rig.decide = { _ in .deny(.moveAway) }
    try rig.start()
    rig.dot(at: millimetres(10, 10))
    #expect(rig.requests.count == 1)
    #expect(rig.device.contactLog.isEmpty)
  }

  @Test("a handpiece lifted without a dot leaves the needle parked, and the device says so after a reset")
  func liftedWithoutDot() throws {
    let rig = try Rig()
    rig.decide = { _ in .silence }
    try rig.start()
    rig.dot(at: millimetres(10, 10))
    #expect(rig.device.isNeedleParked)
    rig.device.inject(.reset(memoryKept: true))
    rig.device.replug()
    rig.device.advance(to: rig.device.now + .seconds(1))
    try rig.plugIn(rig.device.makeLink())
    #expect(rig.readStatus()?.parked == true)
  }

  @Test("a copy without its host keeps needle, log and memory, goes its own way, and nobody hears of it")
  func copied() throws {
    let rig = try Rig()
    try rig.start()
    rig.dot(at: millimetres(10, 10))
    rig.device.approach(at: millimetres(12, 10))
    #expect(rig.run { rig.device.isNeedleInSkin })
    let (heard, now) = (rig.records.count, rig.device.now)
    let copy = SimulatedDevice(withoutHost: rig.device)
    #expect(copy.sightings().last?.sight == .hostLeft && rig.device.sightings().last?.sight != .hostLeft)
    #expect(copy.isNeedleInSkin && copy.contactLog == rig.device.contactLog && copy.now == now)
    copy.advance(to: now + .seconds(1))
    #expect(copy.contactCount == 2 && copy.driveSpeed == .zero, "its lease has ended")
    #expect(rig.device.isNeedleInSkin && rig.device.now == now && rig.records.count == heard)
    rig.device.withdraw()
    rig.run(.milliseconds(100))
    #expect(rig.device.contactCount == 2 && rig.records.count == heard + 1, "the original goes on")
    #expect(throws: LinkError.detached) { try copy.out([], tag: TransferTag(number: 9)) }
    try rig.plugIn(copy.makeLink())
  }

  @Test("S1 pedal up, no request and no contact")
  func pedalUp() throws {
    let rig = try Rig()
    try rig.arm()
    rig.dot(at: millimetres(10, 10))
    #expect(rig.requests.isEmpty)
    #expect(rig.device.contactLog.isEmpty)
  }

  @Test("S1 a grant makes one contact, and the record says of it what the needle saw")
  func one() throws {
    let rig = try Rig()
    try rig.start()
    rig.dot(at: millimetres(10, 10))
    let contact = try #require(rig.device.contactLog.first)
    let record = try #require(rig.records.first)
    #expect(rig.device.contactLog.count == 1)
    #expect(rig.records.count == 1)
    #expect(record.outcome == .used)
    #expect(record.grant == GrantNumber(number: 1))
    // 50 µm of positioning, the step of the depth sensor, half a millisecond of dwell, one per cent of speed.
    #expect(record.position.squaredDistance(to: contact.position) <= 50 * 50)
    #expect(abs((record.depthReported - contact.depth).micrometres) < 10)
    #expect(abs((contact.depth - .micrometres(500)).micrometres) <= 150)
    #expect(contact.depthInSkin <= contact.depth)
    #expect(abs(record.dwellReported.milliseconds * 1_000 - contact.duration.microseconds) <= 500)
    #expect(abs((record.speedReported - contact.speed).millihertz) < 1_000)
    #expect(Int64(record.strokes) == contact.strokes)
    // About 80 ms at about 98 strokes a second.
    #expect((7...10).contains(contact.strokes))
    #expect(rig.device.isNeedleParked)
  }

  @Test("The device retracts at the end of the dwell though the hand stays")
  func dwell() throws {
    let rig = try Rig()
    try rig.start()
    rig.dot(at: millimetres(10, 10), holding: .milliseconds(500))
    let contact = try #require(rig.device.contactLog.first)
    #expect(contact.duration >= .milliseconds(100))
    #expect(contact.duration < .milliseconds(101))
    #expect(rig.records.first?.outcome == .used)
    #expect(rig.records.first?.dwellReported == .milliseconds(100))
  }

  @Test("The pedal released in mid-dot ends it at once, and the drive stands")
  func pedalReleased() throws {
    let rig = try Rig()
    try rig.start()
    rig.device.approach(at: millimetres(10, 10))
    rig.run { rig.device.isNeedleInSkin }
    rig.run(.milliseconds(30))
    rig.device.releasePedal()
    rig.run(.milliseconds(100))
    let contact = try #require(rig.device.contactLog.first)
    #expect(contact.duration < .milliseconds(31))
    #expect(rig.device.driveSpeed == .zero)
    #expect(rig.records.first?.outcome == .used)
    #expect(rig.status?.phase == .armed)
  }

  @Test("S2 with unreleased records in its window the device asks for no further dot")
  func window() throws {
    let rig = try Rig()
    rig.releases = false
    try rig.start()
    for place in 0..<6 { rig.dot(at: millimetres(10 + 2 * Int32(place), 10)) }
    #expect(rig.device.contactLog.count == Int(Bounds.recordWindow))
    #expect(rig.requests.count == Int(Bounds.recordWindow))
  }

  @Test("S6 a prepared stop acts before time passes, and nothing touches the skin after it")
  func protectiveStop() throws {
    let rig = try Rig()
    try rig.start()
    rig.device.approach(at: millimetres(10, 10))
    rig.run { rig.device.isNeedleInSkin }
    rig.run(.milliseconds(20))
    let stoppedAt = rig.device.now
    try rig.stop?.submit()
    try rig.stop?.submit()
    rig.run(.milliseconds(50))
    let contact = try #require(rig.device.contactLog.first)
    #expect(contact.ended - stoppedAt < .milliseconds(1))
    #expect(rig.device.driveSpeed == .zero)
    #expect(rig.status?.phase == .stopped)
    #expect(rig.status?.still == true)
    #expect(rig.controls[Rig.stopTag.number] == .success([]))
    rig.device.withdraw()
    for place in 0..<5 { rig.dot(at: millimetres(20 + 2 * Int32(place), 10)) }
    #expect(rig.device.contactLog.count == 1)
  }

  @Test("S5 no renewal: needle out within 150 ms, drive still after its run-down")
  func lease() throws {
    let rig = try Rig()
    rig.dwell = .milliseconds(300)
    try rig.start()
    rig.device.approach(at: millimetres(10, 10))
    rig.run { rig.device.isNeedleInSkin }
    rig.renewsLease = false
    let silentSince = rig.device.now
    #expect(rig.run(within: .milliseconds(250)) { rig.device.driveSpeed == .zero })
    let contact = try #require(rig.device.contactLog.first)
    // The last renewal was up to 50 ms before; the tip needs half a millisecond; the brake 30 ms from 150 Hz.
    #expect(contact.ended - silentSince <= .microseconds(150_500))
    #expect(rig.device.now - silentSince <= .milliseconds(181))
    #expect(rig.status?.fault == .leaseExpired)
  }

  @Test("S9 the self-test's stop is still within 50 ms")
  func selfTest() throws {
    let rig = try Rig()
    rig.loadProfiles()
    rig.accepted(.startSelfTest)
    rig.run(.milliseconds(150))
    #expect(rig.device.driveSpeed > .millihertz(90_000))
    let stoppedAt = rig.device.now
    try rig.stop?.submit()
    rig.run { rig.status?.still == true }
    #expect(rig.device.now - stoppedAt <= Bounds.stopLatency)
    #expect(rig.device.isNeedleParked)
    #expect(rig.device.contactLog.isEmpty)
  }

  @Test("S11 the capabilities say simulated, whatever the configuration says")
  func simulated() throws {
    let rig = try Rig { configuration in
      let mine = configuration.capabilities
      configuration.capabilities = DeviceCapabilities(
        oldestVersion: mine.oldestVersion, newestVersion: mine.newestVersion, depthMinimum: mine.depthMinimum,
        depthMaximum: mine.depthMaximum, depthStep: mine.depthStep, depthAccuracy: mine.depthAccuracy,
        speedMinimum: mine.speedMinimum, speedMaximum: mine.speedMaximum, positioning: mine.positioning,
        recordWindow: mine.recordWindow, leaseMaximum: mine.leaseMaximum, hasPedal: mine.hasPedal,
        hasStopInput: mine.hasStopInput, indicators: mine.indicators, serial: "REAL-0001", firmware: "1.0",
        isSimulated: false)
    }
    let bytes = try #require(try rig.control(.capabilities)?.get())
    let capabilities = try DeviceCapabilities(Frame.decode(bytes))
    #expect(capabilities.isSimulated)
    #expect(capabilities.serial == "REAL-0001")
  }
}

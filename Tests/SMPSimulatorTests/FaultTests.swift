import SMPLink
import SMPModel
import SMPSimulator
import SMPWire
import Testing

/// Every fault has the physical effect it claims; what firmware and host make of it is seen beside it.
struct FaultTests {
  private func started(seed: UInt64 = 1) throws -> Rig {
    let rig = try Rig(seed: seed)
    try rig.start()
    return rig
  }

  @Test("depth_overshoot: one dot is 0.4 mm too deep, and the device says so", arguments: 1...5 as ClosedRange<UInt64>)
  func depthOvershoot(seed: UInt64) throws {
    let rig = try started(seed: seed)
    rig.dot(at: millimetres(10, 10))
    rig.device.inject(.depthOvershoot)
    rig.dot(at: millimetres(12, 10))
    let log = rig.device.contactLog
    #expect(log[0].depth < .micrometres(650), "seed \(seed)")
    #expect(log[1].depth >= .micrometres(750), "seed \(seed)")
    #expect(try #require(rig.records.last).depthReported >= log[1].depth, "seed \(seed)")
    #expect(rig.status?.fault == .depthExceeded, "seed \(seed)")
    #expect(rig.device.activeFaults.isEmpty)
  }

  @Test("speed_drift: the drive runs a quarter faster than told, until the device cuts")
  func speedDrift() throws {
    let rig = try started()
    rig.device.inject(.speedDrift)
    #expect(rig.run(within: .milliseconds(100)) { rig.device.driveSpeed > .millihertz(110_000) })
    #expect(rig.run(within: .milliseconds(150)) { rig.device.driveSpeed == .zero })
    #expect(rig.status?.fault == .speedDeviated)
    #expect(rig.device.activeFaults == [.speedDrift])
    rig.device.clear(.speedDrift)
    #expect(rig.device.activeFaults.isEmpty)
  }

  @Test("stuck_motor: the rotor stands within 3 ms, and no self-test passes until it is cleared")
  func stuckMotor() throws {
    let rig = try started()
    rig.device.inject(.stuckMotor)
    rig.run(.milliseconds(3))
    #expect(rig.device.driveSpeed == .zero)
    rig.run(.milliseconds(150))
    #expect(rig.status?.fault == .motorStuck)
    rig.device.releasePedal()
    rig.renewsLease = false
    _ = rig.control(.clearFault)
    rig.accepted(.startSelfTest)
    rig.run(.milliseconds(300))
    #expect(rig.status?.fault == .motorStuck)
    #expect(rig.device.driveSpeed == .zero)
    rig.device.clear(.stuckMotor)
    _ = rig.control(.clearFault)
    rig.accepted(.startSelfTest)
    rig.run(.milliseconds(100))
    #expect(rig.device.driveSpeed > .zero)
  }

  @Test("position_jump: the reading leaps 25 mm, the needle does not")
  func positionJump() throws {
    let rig = try started()
    rig.device.inject(.positionJump)
    rig.dot(at: millimetres(10, 10))
    let contact = try #require(rig.device.contactLog.first)
    let record = try #require(rig.records.first)
    #expect(contact.position.squaredDistance(to: millimetres(10, 10)) < 50 * 50)
    #expect(record.position.squaredDistance(to: contact.position) > 24_000 * 24_000)
    #expect(rig.status?.fault == .positionJumped)
    #expect(rig.device.activeFaults.isEmpty)
  }

  @Test("double_dot: one grant, two contacts at one place, the second one unbidden")
  func doubleDot() throws {
    let rig = try started()
    rig.device.inject(.doubleDot)
    rig.dot(at: millimetres(10, 10))
    let log = rig.device.contactLog
    try #require(log.count == 2)
    #expect(log[0].position == log[1].position)
    #expect(rig.records.map(\.outcome) == [.used, .unbidden])
    #expect(rig.status?.fault == .contactWithoutGrant)
  }

  @Test("S1 dot_without_grant: the needle falls without an answer, and the device owns up to it")
  func dotWithoutGrant() throws {
    let rig = try started()
    rig.decide = { _ in .silence }
    rig.device.inject(.dotWithoutGrant)
    #expect(rig.device.contactLog.isEmpty)
    rig.dot(at: millimetres(10, 10))
    #expect(rig.device.contactLog.count == 1)
    #expect(rig.records.map(\.outcome) == [.unbidden])
    #expect(rig.status?.fault == .contactWithoutGrant)
    #expect(rig.status?.contactCount == 1)
  }

  @Test("dot_without_grant at the skin happens at once")
  func dotWithoutGrantNow() throws {
    let rig = try started()
    rig.decide = { _ in .silence }
    rig.device.approach(at: millimetres(10, 10))
    rig.run(.milliseconds(50))
    rig.device.inject(.dotWithoutGrant)
    #expect(rig.device.isNeedleInSkin)
    rig.run(.milliseconds(50))
    #expect(!rig.device.isNeedleInSkin)
    #expect(rig.records.map(\.outcome) == [.unbidden])
  }

  @Test("pedal_stuck: the foot is up, the drive runs on, and nothing arms")
  func pedalStuck() throws {
    let rig = try started()
    rig.device.inject(.pedalStuck)
    rig.device.releasePedal()
    rig.run(.milliseconds(200))
    #expect(rig.status?.pedalPressed == true)
    #expect(rig.device.driveSpeed > .millihertz(90_000))
    rig.accepted(.disarm)
    rig.renewsLease = false
    rig.run(.milliseconds(200))
    guard case .refused(.pedalPressed, _) = rig.call(.arm(rig.digest)) else {
      Issue.record("a pressed pedal arms nothing")
      return
    }
    rig.device.clear(.pedalStuck)
    rig.run(.milliseconds(5))
    rig.accepted(.arm(rig.digest))
  }

  @Test("A fault's word leads back to it; an unknown word to nothing")
  func words() {
    for fault in SimulatedFault.all { #expect(SimulatedFault(word: fault.word) == fault) }
    #expect(Set(SimulatedFault.all.map(\.word)).count == SimulatedFault.all.count)
    #expect(SimulatedFault(word: "gremlin") == nil)
    #expect(SimulatedFault(word: "") == nil)
  }

  @Test("A fault that waits is taken back by clearing it")
  func takenBack() throws {
    let rig = try started()
    for fault in [.depthOvershoot, .positionJump, .doubleDot, .dotWithoutGrant] as [SimulatedFault] {
      rig.device.inject(fault)
      #expect(rig.device.activeFaults == [fault])
      rig.device.clear(fault)
    }
    rig.dot(at: millimetres(10, 10))
    #expect(rig.records.map(\.outcome) == [.used])
    #expect(rig.device.contactLog.count == 1)
    #expect(rig.status?.fault == nil)
  }
}

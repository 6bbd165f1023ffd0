import SMPLink
import SMPModel
import SMPSimulator
import SMPWire
import Testing

/// The auto hand beside the happy path: what it does when it is told no, or nothing.
struct HandTests {
  private let outlines = squares(1, width: 20, height: 20)

  private func working(seed: UInt64 = 1, dots: Int = 100) throws -> Rig {
    let rig = try Rig(seed: seed)
    try rig.arm()
    rig.device.takeUp(HandWork(outlines: outlines, dots: [dots], spacing: 800))
    return rig
  }

  @Test("Without work, or disarmed, it does nothing, and the clock may not jump")
  func idle() throws {
    let rig = try Rig()
    #expect(!rig.device.isHandWorking)
    rig.device.takeUp(HandWork(outlines: outlines, dots: [10], spacing: 800))
    #expect(!rig.device.isHandWorking, "it waits for people to arm")
    rig.run(.seconds(10))
    #expect(rig.device.nextEvent == nil, "no wake-up without a reason")
    #expect(rig.device.contactLog.isEmpty)
  }

  @Test("Denied everywhere it loses patience and ends")
  func denied() throws {
    let rig = try working()
    rig.decide = { _ in .deny(.moveAway) }
    #expect(rig.run(within: .seconds(120)) { !rig.device.isHandWorking })
    rig.run(.milliseconds(100))
    #expect(rig.requests.count > 10)
    #expect(rig.device.contactLog.isEmpty)
    #expect(rig.status?.phase == .armed, "the foot is off the pedal")
  }

  @Test("Told to ask the operator it lets go and waits, then tries again")
  func askOperator() throws {
    let rig = try working()
    rig.decide = { _ in .deny(.askOperator) }
    #expect(rig.run(within: .seconds(20)) { !rig.device.isHandWorking })
    rig.run(.milliseconds(500))
    #expect(rig.status?.phase == .armed)
    rig.decide = { _ in .grant }
    #expect(rig.run(within: .seconds(20)) { rig.device.contactCount > 0 })
    #expect(rig.device.isHandWorking)
  }

  @Test("Answered by silence it tries on for a while, then waits for people")
  func silence() throws {
    let rig = try working()
    rig.decide = { _ in .silence }
    #expect(rig.run(within: .seconds(120)) { !rig.device.isHandWorking })
    #expect(rig.requests.count > 10)
    #expect(rig.device.contactLog.isEmpty)
  }

  @Test("A pause takes the foot off the pedal; resumed, it goes on")
  func pause() throws {
    let rig = try working()
    rig.run { rig.device.contactCount == 10 }
    rig.accepted(.suspend)
    rig.run(.seconds(30))
    #expect(!rig.device.isHandWorking)
    #expect(rig.status?.pedalPressed == false)
    #expect(rig.device.contactCount <= 11)
    rig.accepted(.resume)
    rig.run(within: .seconds(200)) { !rig.device.isHandWorking }
    #expect(rig.device.contactCount == 100)
  }

  @Test("S6 no contact after a protective stop, whenever it comes", arguments: 1...12 as ClosedRange<UInt64>)
  func stopped(seed: UInt64) throws {
    let rig = try working(seed: seed)
    rig.run(.milliseconds(3_000 + Int64(seed) * 137))
    let stoppedAt = rig.device.now
    try rig.stop?.submit()
    rig.run(.seconds(60))
    #expect(rig.device.contactLog.allSatisfy { $0.began < stoppedAt }, "seed \(seed)")
    #expect(rig.device.contactLog.allSatisfy { $0.ended <= stoppedAt + .milliseconds(1) }, "seed \(seed)")
    #expect(rig.device.driveSpeed == .zero, "seed \(seed)")
    #expect(!rig.device.isHandWorking, "seed \(seed)")
  }

  @Test("Laid down, it lets go")
  func laidDown() throws {
    let rig = try working()
    rig.run { rig.device.contactCount == 3 }
    rig.device.layDown()
    rig.run(.seconds(10))
    #expect(!rig.device.isHandWorking)
    #expect(rig.device.contactCount == 3)
    #expect(rig.status?.phase == .armed)
  }

  @Test("Work out of a profile: the stricter spacing, the smaller disc, what is left to do")
  func fromProfile() {
    var plan = LimitSet()
    plan[.spacingMinimum] = LimitPair(soft: 900, hard: 700)
    var site = LimitSet()
    site[.spacingMinimum] = LimitPair(soft: 600, hard: 500)
    site[.discDensityMaximum] = LimitPair(soft: 1_000_000, hard: 1_200_000)
    let zone = SessionZone(
      index: ZoneIndex(number: 0), name: "vertex", outline: outlines[0], depth: .micrometres(500),
      speed: .millihertz(100_000), dwell: .milliseconds(120), needle: "3RL", dots: 300, limits: plan)
    let profile = SessionProfile(course: "C-1", planDigest: [], session: 1, zoneOrder: .strict, zones: [zone])
    let work = HandWork(
      profile: profile, made: [40], living: [], positionError: .micrometres(50), site: site)
    #expect(work.zones[0].spacing == .micrometres(950))
    #expect(work.zones[0].discDensity == .perSquareCentimetre(100))
    #expect(work.zones[0].dots == 260)
    #expect(work.zones[0].dwell == .milliseconds(120))
    #expect(work.edge == .micrometres(50))
  }
}

import SMPModel
import SMPSimulator
import SMPWire
import Testing

/// Whole sessions by the auto hand, under a host that judges places by itself.
struct SessionTests {
  private struct Outcome {
    let rig: Rig
    let judge: PlainJudge
    let dots: Int
    let elapsed: Interval
  }

  private func session(
    seed: UInt64, outlines: [Outline], dots: [Int], spacing: Int64, living: [ChartPosition] = []
  ) throws -> Outcome {
    let rig = try Rig(seed: seed)
    var judge = PlainJudge(outlines: outlines, spacing: spacing, dots: dots, living: living)
    rig.decide = { judge.judge($0.position) }
    try rig.arm()
    let began = rig.device.now
    rig.device.takeUp(HandWork(outlines: outlines, dots: dots, spacing: spacing, living: living))
    #expect(rig.device.isHandWorking)
    rig.run(within: .seconds(20_000)) { !rig.device.isHandWorking }
    // The last dot's record is still on its way.
    rig.run(.milliseconds(100))
    return Outcome(rig: rig, judge: judge, dots: rig.device.contactCount, elapsed: rig.device.now - began)
  }

  @Test("A session of two zones is finished, at a person's pace, mistakes included", arguments: [1, 2, 3] as [UInt64])
  func finished(seed: UInt64) throws {
    let outlines = squares(2, width: 20, height: 20)
    let outcome = try session(seed: seed, outlines: outlines, dots: [150, 150], spacing: 800)
    #expect(outcome.dots == 300, "seed \(seed)")
    #expect(outcome.judge.denials > 0, "a person errs; seed \(seed)")
    #expect(outcome.judge.denials < 60, "seed \(seed): \(outcome.judge.denials)")
    #expect(outcome.rig.records.count == 300, "seed \(seed)")
    #expect(outcome.rig.device.handProgress.map(\.made) == [150, 150], "seed \(seed)")
    let perDot = outcome.elapsed.milliseconds / Int64(outcome.dots)
    #expect((700...1_100).contains(perDot), "seed \(seed): \(perDot) ms")
  }

  @Test("Every contact of the log has its record, at its place and depth, in its order")
  func witnessed() throws {
    let outcome = try session(seed: 9, outlines: squares(1, width: 20, height: 20), dots: [200], spacing: 800)
    let log = outcome.rig.device.contactLog
    let records = outcome.rig.records
    try #require(log.count == records.count)
    for (contact, record) in zip(log, records) {
      #expect(record.outcome == .used)
      #expect(record.position.squaredDistance(to: contact.position) <= 50 * 50)
      #expect(abs((record.depthReported - contact.depth).micrometres) < 10)
    }
  }

  @Test("Three sessions of rising density are finished between each other's dots, with few denials")
  func crowded() throws {
    // Spacing²·density of 0.25, 0.45 and 0.62 at one spacing: the densest the hand is made for.
    let outlines = squares(1, width: 30, height: 30)
    var living: [ChartPosition] = []
    for (seed, target) in zip([1, 2, 3] as [UInt64], [351, 632, 871]) {
      let dots = target - living.count
      let outcome = try session(seed: seed, outlines: outlines, dots: [dots], spacing: 800, living: living)
      #expect(outcome.dots == dots, "seed \(seed)")
      #expect(outcome.judge.denials < dots / 4, "seed \(seed): \(outcome.judge.denials)")
      living = outcome.judge.living
    }
  }

  @Test("The hand keeps areal density: no disc of 1 cm² goes over the sheet's cap")
  func discs() throws {
    let outlines = squares(1, width: 30, height: 30)
    let rig = try Rig(seed: 4)
    try rig.arm()
    rig.device.takeUp(HandWork(outlines: outlines, dots: [270], spacing: 500, cap: .perSquareCentimetre(36)))
    rig.run(within: .seconds(2_000)) { !rig.device.isHandWorking }
    #expect(rig.device.contactCount == 270)
    let log = rig.device.contactLog.map(\.position)
    let fullest = log.map { centre in log.count { $0.squaredDistance(to: centre) <= 5_642 * 5_642 } }.max()
    #expect(try #require(fullest) <= 36)
  }

  @Test("The same seed, the same contacts and the same bytes at the same instants; another seed, others")
  func deterministic() throws {
    let outlines = squares(2, width: 15, height: 15)
    func run(_ seed: UInt64) throws -> ([Contact], [Rig.Heard]) {
      let rig = try session(seed: seed, outlines: outlines, dots: [60, 60], spacing: 800).rig
      return (rig.device.contactLog, rig.transcript)
    }
    let (first, second, other) = (try run(11), try run(11), try run(12))
    #expect(first.0 == second.0)
    #expect(first.1 == second.1)
    #expect(first.0 != other.0)
    #expect(first.1 != other.1)
  }

  @Test("Work with an impossible number of dots ends all the same")
  func impossible() throws {
    let outcome = try session(seed: 5, outlines: squares(1, width: 5, height: 5), dots: [400], spacing: 1_000)
    #expect(outcome.dots < 30)
    #expect(outcome.dots > 10)
  }
}

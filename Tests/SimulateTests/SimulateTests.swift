import SeededLife
import Testing

/// Whole lives of a practice, each from its seed: everything that goes wrong at once (S1, S2, S4, S5, S7, S8, S10, S11).
@Suite struct SimulateTests {
  @Test("S1 S2 S4 S5 S7 S8 whatever goes wrong, log and needle agree, and the course is finished", arguments: 1...12)
  func fewSeeds(seed: Int) throws {
    let report = try Life(seed: UInt64(seed)).run()
    #expect(report.isSound, "\(report.story)")
  }

  @Test("S1 S2 S4 S5 S7 S8 what a seed has once found is not found again")
  func keptSeeds() throws {
    for kept in KeptSeeds.all {
      let report = try Life(seed: kept.seed).run()
      #expect(report.isSound, "\(kept.found)\n\(report.story)")
    }
  }

  @Test("S10 a seed writes the same journal again, byte for byte", arguments: [3, 8] as [UInt64])
  func again(seed: UInt64) throws {
    let first = try Life(seed: seed).run()
    let second = try Life(seed: seed).run()
    #expect(first == second)
    #expect(!first.head.isEmpty)
  }
}

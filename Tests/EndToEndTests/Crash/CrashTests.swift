import Foundation
import Testing

/// The daemon dies by SIGKILL at any moment; the needle is still within its lease, and the next daemon finds out what
/// became of every dot (S7). `make crash KILLS=1000 SEED=1` runs more of them.
@Suite(.ownThread) struct CrashTests {
  /// Deaths in one course.
  static let killsOfCourse = 5
  /// Deaths in all, both kinds together.
  private static let kills = number("SMPD_KILLS") ?? 100
  private static let firstSeed = UInt64(number("SMPD_KILL_SEED") ?? 1)

  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap(Int.init)
  }

  /// Even seeds on the link, odd ones on USB: a seed is one course.
  static func seeds(_ kind: CrashCourse.Kind) -> [UInt64] {
    let courses = (kills + killsOfCourse - 1) / killsOfCourse
    return (0..<UInt64(courses)).map { firstSeed + $0 }.filter { ($0 % 2 == 0) == (kind == .link) }
  }

  @Test(
    "S5 S7 SIGKILL at any moment: still within the lease, uncertain, settled by the device's records, resolved by name",
    arguments: CrashCourse.Kind.allCases)
  func crash(kind: CrashCourse.Kind) throws {
    for seed in Self.seeds(kind) {
      let course = try CrashCourse(kind, seed: seed)
      do { try course.run(kills: Self.killsOfCourse) } catch { Issue.record("\(error), \(course.replay)") }
    }
  }
}

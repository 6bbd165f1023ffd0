import SMPModel
import Testing

@Suite struct TimeTests {
  @Test("S1 device ticks wrap: a span across the wrap is as long as any other")
  func ticksWrap() {
    let before = DeviceTicks(microseconds: UInt32.max - 4_999)
    let after = before.advanced(by: .milliseconds(20))
    #expect(after.microseconds == 15_000)
    #expect(after.since(before) == .milliseconds(20))
    #expect(before.since(after) == .milliseconds(-20), "earlier is negative, not an hour later")
  }

  @Test("S1 a grant's lifetime is measured rightly from every instant near the wrap")
  func lifetimeAcrossTheWrap() {
    for start in [UInt32(0), 1, 19_999, 20_000, UInt32.max, UInt32.max - 1, UInt32.max - 20_000, 1 << 31] {
      let asked = DeviceTicks(microseconds: start)
      let late = asked.advanced(by: Bounds.grantLifetime + .microseconds(1))
      #expect(asked.advanced(by: Bounds.grantLifetime).since(asked) == Bounds.grantLifetime)
      #expect(late.since(asked) > Bounds.grantLifetime)
    }
  }

  @Test("spans up to 35 minutes are told apart from their reverse")
  func longSpans() {
    let start = DeviceTicks(microseconds: 123)
    #expect(start.advanced(by: .seconds(35 * 60)).since(start) == .seconds(35 * 60))
  }

  @Test("monotonic instants give signed spans")
  func monotonic() {
    let start = MonotonicTime(nanoseconds: 1_000)
    let end = start + .seconds(2)
    #expect(end - start == .seconds(2) && start - end == .seconds(-2) && start < end)
    #expect(MonotonicTime.zero < start)
  }

  @Test("wall time differs in whole milliseconds")
  func wall() {
    #expect(WallTime(milliseconds: 1_500) - WallTime(milliseconds: 500) == .seconds(1))
    #expect(WallTime(milliseconds: 1) < WallTime(milliseconds: 2))
  }
}

/// Wall time as text in UTC, to the millisecond, without Foundation: `2025-11-22T22:18:00.123Z`.
package enum UniversalTime {
  package static func text(_ time: WallTime) -> String {
    let milliseconds = CalendarDate.floored(time.milliseconds, by: 86_400_000).remainder
    let clock = [
      (milliseconds / 3_600_000, 2, ":"), (milliseconds / 60_000 % 60, 2, ":"), (milliseconds / 1_000 % 60, 2, "."),
      (milliseconds % 1_000, 3, "Z"),
    ]
    return CalendarDate(time).text + "T" + clock.map { padded($0.0, $0.1) + $0.2 }.joined()
  }

  /// To the minute, for sentences: `2025-11-22 22:18 UTC`. Rounded up, so that nobody comes too early.
  package static func sentence(_ time: WallTime) -> String {
    let minutes = CalendarDate.floored(time.milliseconds + 59_999, by: 60_000).quotient
    let whole = text(WallTime(milliseconds: minutes * 60_000))
    return whole.prefix(10) + " " + whole.dropFirst(11).prefix(5) + " UTC"
  }

  static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

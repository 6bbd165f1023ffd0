/// Wall time as text in UTC, to the millisecond, without Foundation: `2025-11-22T22:18:00.123Z`.
package enum UniversalTime {
  package static func text(_ time: WallTime) -> String {
    let (days, milliseconds) = floored(time.milliseconds, by: 86_400_000)
    let (year, month, day) = date(days)
    let clock = [
      (milliseconds / 3_600_000, 2, ":"), (milliseconds / 60_000 % 60, 2, ":"), (milliseconds / 1_000 % 60, 2, "."),
      (milliseconds % 1_000, 3, "Z"),
    ]
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T"
      + clock.map { padded($0.0, $0.1) + $0.2 }.joined()
  }

  /// To the minute, for sentences: `2025-11-22 22:18 UTC`. Rounded up, so that nobody comes too early.
  package static func sentence(_ time: WallTime) -> String {
    let minutes = floored(time.milliseconds + 59_999, by: 60_000).quotient
    let whole = text(WallTime(milliseconds: minutes * 60_000))
    return whole.prefix(10) + " " + whole.dropFirst(11).prefix(5) + " UTC"
  }

  /// The Gregorian date `days` after 1970-01-01. The year is counted from 1 March, so that the leap day is its last and
  /// every four centuries have 146,097 days.
  private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = floored(days + 719_468, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func floored(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  private static func padded(_ value: Int64, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

/// A day of the Gregorian calendar, as it stands on a label: without a time and without a zone.
package struct CalendarDate: Hashable, Sendable {
  /// Days after 1970-01-01.
  package let days: Int64

  package init(days: Int64) { self.days = days }

  /// The day of this time in UTC.
  package init(_ time: WallTime) { days = CalendarDate.floored(time.milliseconds, by: 86_400_000).quotient }

  /// Nil unless it is a day that exists, written `2027-03-31`.
  package init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map({ $0.utf8.count }) == [4, 2, 2] else { return nil }
    let numbers = parts.compactMap { part in
      part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(part) : nil
    }
    guard numbers.count == 3 else { return nil }
    let (year, month, day) = (numbers[0], numbers[1], numbers[2])
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    let date = CalendarDate(year: year, month: month, day: day)
    // The 31st of a shorter month would be another day.
    guard date.parts == (year, month, day) else { return nil }
    self = date
  }

  /// Counted from 1 March, so that the leap day is the year's last and every four centuries have 146,097 days.
  private init(year: Int64, month: Int64, day: Int64) {
    let shifted = month <= 2 ? year - 1 : year
    let era = CalendarDate.floored(shifted, by: 400).quotient
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  package var parts: (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = CalendarDate.floored(days + 719_468, by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  package var text: String {
    let (year, month, day) = parts
    return "\(UniversalTime.padded(year, 4))-\(UniversalTime.padded(month, 2))-\(UniversalTime.padded(day, 2))"
  }

  static func floored(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

extension CalendarDate: Comparable {
  package static func < (left: CalendarDate, right: CalendarDate) -> Bool { left.days < right.days }
}

import Foundation
import SMPModel
import Testing

@Suite struct CalendarDateTests {
  @Test(
    "what is no day is refused",
    arguments: [
      "", "2027", "2027-3-31", "2027-03-32", "2027-02-29", "2100-02-29", "2027-13-01", "2027-00-10", "2027-03-00",
      "2027-03-31 ", " 2027-03-31", "+027-03-31", "2027-03--1", "2027/03/31", "31-03-2027", "２027-03-31", "2027-03-31Z",
    ])
  func refused(text: String) { #expect(CalendarDate(text) == nil) }

  @Test("every day of eight centuries is read as it is written, and is the day another calendar says")
  func everyDay() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    for days in stride(from: Int64(-146_097), through: 146_097, by: 1) {
      let date = CalendarDate(days: days)
      guard CalendarDate(date.text) == date else {
        Issue.record("\(days) is written \(date.text) and not read as itself")
        return
      }
      // The other calendar is a Julian one before October 1582.
      guard days % 97 == 0, date.parts.year > 1_582 else { continue }
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(days) * 86_400))
      #expect(
        [parts.year, parts.month, parts.day] == [Int(date.parts.year), Int(date.parts.month), Int(date.parts.day)])
    }
  }

  @Test("the day of a time is the day in UTC, to the last millisecond")
  func ofTime() {
    #expect(CalendarDate(WallTime(milliseconds: 86_400_000 - 1)).text == "1970-01-01")
    #expect(CalendarDate(WallTime(milliseconds: 86_400_000)).text == "1970-01-02")
    #expect(CalendarDate(WallTime(milliseconds: -1)).text == "1969-12-31")
  }

  @Test("a lot has what bears its name, however it is copied, and several of it behind a stroke")
  func lots() {
    #expect(Lot.has("L 123", "l123") && Lot.has("K456", "K456/2") && Lot.has("A/1", "a/1/9"))
    #expect(!Lot.has("K45", "K456") && !Lot.has("K456/2", "K456") && !Lot.has("", "K") && !Lot.has("K456", "K456-2"))
  }
}

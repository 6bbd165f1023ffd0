import ArgumentParser
import SMPInterface

struct SessionList: Action {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the sessions.")
  @OptionGroup var options: GlobalOptions

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(SessionInterface.List.self)
    console.document(answer.json)
    console.answer(Wording.sessions(answer.reply.sessions))
    return .done
  }
}

struct SessionShow: Action {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Shows a session.")
  @OptionGroup var options: GlobalOptions
  @Argument(help: "The session, such as C-7F3A2B-1.")
  var session: String

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(SessionInterface.List.self)
    guard let found = answer.reply.sessions.first(where: { $0.session == session }) else {
      throw Complaint(
        status: .notFound, name: "smpctl.NotFound", message: "there is no session \(session)",
        remedy: "smpctl session list names them")
    }
    console.document(found.json)
    console.answer(Wording.session(found))
    return .done
  }
}

extension Wording {
  static func sessions(_ sessions: [SessionInterface.Session]) -> String {
    guard !sessions.isEmpty else { return "no session" }
    var table = TextTable(
      ["SESSION", "STATE", "STARTED", "DOTS", "PRESUMED", "DENIED", "DEVICE", ""], numeric: [3, 4, 5])
    for session in sessions {
      table.append([
        session.session, words(session.state.rawValue),
        CalendarTime.text(milliseconds: session.startedWallMilliseconds),
        "\(count(session.dotsMade)) of \(count(session.dotsPlanned))", count(session.dotsPresumed),
        count(session.denials), session.device, session.simulated ? "simulated" : "",
      ])
    }
    return table.text
  }

  static func session(_ session: SessionInterface.Session) -> String {
    let ended = session.endedWallMilliseconds.map { CalendarTime.text(milliseconds: $0) } ?? "-"
    return """
      session   \(session.session)\(session.simulated ? " (simulated)" : "")
      course    \(session.course), number \(session.number)
      state     \(words(session.state.rawValue))
      started   \(CalendarTime.text(milliseconds: session.startedWallMilliseconds))
      ended     \(ended)
      operator  \(session.operator)
      device    \(session.device)
      pigment   lot \(session.pigmentLot)
      cartridge lot \(session.cartridge)
      dots      \(count(session.dotsMade)) of \(count(session.dotsPlanned)), \(count(session.dotsPresumed)) presumed
      denied    \(count(session.denials))
      entries   \(session.firstEntry) to \(session.lastEntry)
      """
  }
}

/// Wall time as people and other programs both read it: `2026-11-22 22:05:01Z`.
enum CalendarTime {
  static func text(milliseconds: Int64) -> String {
    var seconds = milliseconds / 1000
    if milliseconds % 1000 < 0 { seconds -= 1 }
    var days = seconds / 86_400
    if seconds % 86_400 < 0 { days -= 1 }
    let rest = seconds - days * 86_400
    let (year, month, day) = civil(days: days)
    return "\(year)-\(two(month))-\(two(day)) \(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
  }

  /// Gregorian date of a day counted from 1970-01-01: years begin in March, so that the leap day is the last one, and
  /// 400 of them are an era of 146,097 days.
  private static func civil(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
  }

  private static func two(_ value: Int64) -> String { (value < 10 ? "0" : "") + String(value) }
}

import ArgumentParser
import SMPInterface
import SMPModel
import SMPReport

struct SessionList: Action {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the sessions.")
  @OptionGroup var options: GlobalOptions

  func perform(_ console: Console) throws -> ExitStatus {
    let list = try options.daemon().list(SessionInterface.List.self)
    console.document(list.json)
    console.answer(Wording.sessions(list.rows))
    return .done
  }
}

struct SessionShow: Action {
  static let configuration = CommandConfiguration(commandName: "show", abstract: "Shows a session.")
  @OptionGroup var options: GlobalOptions
  @Argument(help: "The session, such as C-7F3A2B-1.")
  var session: String

  func perform(_ console: Console) throws -> ExitStatus {
    let list = try options.daemon().list(SessionInterface.List.self)
    guard let found = list.rows.first(where: { $0.session == session }) else {
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
  static func time(milliseconds: Int64) -> String { UniversalTime.text(WallTime(milliseconds: milliseconds)) }

  static func sessions(_ sessions: [SessionInterface.Session]) -> String {
    guard !sessions.isEmpty else { return "no session" }
    var table = TextTable(
      ["SESSION", "STATE", "STARTED", "DOTS", "PRESUMED", "DENIED", "DEVICE", "SEAL", ""], numeric: [3, 4, 5])
    for session in sessions {
      table.append([
        session.session, words(session.state.rawValue),
        time(milliseconds: session.startedWallMilliseconds),
        "\(count(session.dotsMade)) of \(count(session.dotsPlanned))", count(session.dotsPresumed),
        count(session.denials), session.device, session.seal.rawValue, session.simulated ? "simulated" : "",
      ])
    }
    return table.text
  }

  private static func loaded(_ loaded: SessionInterface.Loaded) -> String {
    let strokes = loaded.supply == .cartridge ? ", \(count(loaded.strokes)) strokes" : ""
    let name = loaded.supply == .pigment ? "pigment  " : "cartridge"
    return "\(name) lot \(loaded.lot): \(count(loaded.dots)) dots\(strokes)"
  }

  private static func times(_ session: SessionInterface.Session) -> String {
    func time(_ milliseconds: Int64) -> String { duration(seconds: milliseconds / 1_000) }
    return "\(time(session.durationMilliseconds)), working \(time(session.workingMilliseconds)), needle on "
      + time(session.needleOnMilliseconds)
  }

  static func session(_ session: SessionInterface.Session) -> String {
    let ended = session.endedWallMilliseconds.map { time(milliseconds: $0) } ?? "-"
    return """
      session   \(session.session)\(session.simulated ? " (simulated)" : "")
      course    \(session.course), number \(session.number)
      state     \(words(session.state.rawValue))
      started   \(time(milliseconds: session.startedWallMilliseconds))
      ended     \(ended)
      time      \(times(session))
      operator  \(session.operator)
      device    \(session.device)
      \(session.loaded.map(loaded).joined(separator: "\n"))
      dots      \(count(session.dotsMade)) of \(count(session.dotsPlanned)), \(count(session.dotsPresumed)) presumed
      denied    \(count(session.denials))
      entries   \(session.firstEntry) to \(session.lastEntry)
      seal      \(session.seal.rawValue)
      """
  }
}

import ArgumentParser
import SMPInterface
import SMPModel
import SMPRecord
import StrictJSON

struct LogRecall: Action {
  static let configuration = CommandConfiguration(
    commandName: "recall", abstract: "Lists every session and client reference that got a lot.",
    discussion: """
      Pigment and cartridge lots are looked for. Capitals and spaces make no difference: better one too many than one \
      too few. Exits with 2 when no session got it.
      """)
  @OptionGroup var options: GlobalOptions
  @Option(help: ArgumentHelp("The lot, as it stands on the label.", valueName: "lot"))
  var lot: String

  func validate() throws {
    if Lot.comparable(lot).isEmpty { throw ValidationError("--lot is empty: give the lot on the label") }
  }

  func perform(_ console: Console) throws -> ExitStatus {
    let daemon = try options.daemon()
    let found = try daemon.list(SessionInterface.List.self).rows.compactMap { row -> Recalled? in
      let isPigment = row.loaded.contains { $0.supply == .pigment && Lot.has(lot, $0.lot) }
      let isCartridge = row.loaded.contains { $0.supply == .cartridge && Lot.has(lot, $0.lot) }
      return isPigment || isCartridge ? Recalled(row: row, isPigment: isPigment, isCartridge: isCartridge) : nil
    }
    guard !found.isEmpty else {
      throw Complaint.nothingToDo(
        "no session got lot \(lot)", remedy: "see smpctl log list --json for the lots as they were recorded")
    }
    let clients = try LogRecall.clients(of: Set(found.map(\.row.course)), daemon, console)
    console.document([
      "lot": .string(lot), "sessions": .array(found.map { .object($0.json(client: clients[$0.row.course])) }),
    ])
    console.answer(Wording.recalled(found, clients))
    return .done
  }

  /// The client references the journal still holds and this reader may see.
  private static func clients(
    of courses: Set<String>, _ daemon: Daemon, _ console: Console
  ) throws -> [String: String] {
    var clients: [String: String] = [:]
    try CourseJournal.read(daemon, console, isQuiet: true) { stored, disclosed throws(RecordError) in
      // Older journals name a session here as well: whichever was open when the plan was imported.
      guard let course = stored.header.course, courses.contains(course),
        case .planImported(let plan) = try stored.entry().body
      else { return }
      if let client = disclosed[plan.client] { clients[course] = client }
    }
    return clients
  }
}

/// One session that got the lot.
struct Recalled {
  let row: SessionInterface.Session
  let isPigment: Bool
  let isCartridge: Bool

  /// What of the session the lot was.
  var what: String { isPigment ? isCartridge ? "pigment and cartridge" : "pigment" : "cartridge" }

  func json(client: String?) -> JSONObject {
    var object: JSONObject = ["session": .string(row.session), "course": .string(row.course)]
    if let client { object.append("client", .string(client)) }
    object.append("pigment", .bool(isPigment))
    object.append("cartridge", .bool(isCartridge))
    object.append("startedWallMilliseconds", .integer(row.startedWallMilliseconds))
    object.append("operator", .string(row.operator))
    object.append("dotsMade", .integer(row.dotsMade))
    object.append("simulated", .bool(row.simulated))
    return object
  }
}

extension Wording {
  static func recalled(_ found: [Recalled], _ clients: [String: String]) -> String {
    var table = TextTable(["SESSION", "CLIENT", "LOT OF", "STARTED", "DOTS", "OPERATOR", ""], numeric: [4])
    for recalled in found {
      table.append([
        recalled.row.session, clients[recalled.row.course] ?? "(not shown)", recalled.what,
        time(milliseconds: recalled.row.startedWallMilliseconds), count(recalled.row.dotsMade), recalled.row.operator,
        recalled.row.simulated ? "simulated" : "",
      ])
    }
    return table.text
  }
}

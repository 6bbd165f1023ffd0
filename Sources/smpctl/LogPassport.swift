import ArgumentParser
import SMPInterface
import SMPModel
import SMPRecord
import SMPReport
import StrictJSON

struct LogPassport: Action {
  static let configuration = CommandConfiguration(
    commandName: "passport", abstract: "The ink passport: which pigment and lot, where, when and by whom.",
    discussion: "With --output as HTML for the client; otherwise as a table, or as JSON with --json.")
  @OptionGroup var options: GlobalOptions
  @Argument(help: "A session, or a course for all its sessions.")
  var name: String
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Write HTML there; - is standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  func validate() throws {
    if options.json && output == "-" {
      throw ValidationError("with --json, standard output is JSON: give --output a file")
    }
  }

  func perform(_ console: Console) throws -> ExitStatus {
    let daemon = try options.daemon()
    let rows = try daemon.list(SessionInterface.List.self).rows.filter { $0.session == name || $0.course == name }
    guard let course = rows.first?.course else {
      throw Complaint(
        status: .notFound, name: "smpctl.NotFound",
        message: "there is no session, and no course with one, named \(name)",
        remedy: "smpctl log list names the sessions")
    }
    var summaries = rows.map { SessionSummary(session: $0.session) }
    try CourseJournal.read(daemon, console, isQuiet: true) { stored, _ throws(RecordError) in
      guard let place = summaries.firstIndex(where: { $0.session == stored.header.session }) else { return }
      summaries[place].take(try stored.entry())
    }
    let lots = try daemon.list(LotInterface.List.self).rows.filter { $0.supply == .pigment }
    let pigments = try LogPassport.pigments(of: Set(summaries.compactMap(\.opening?.plan)), course, daemon)
    let passport = InkPassport(
      course: course,
      sessions: zip(rows, summaries).map { row, summary in
        LogPassport.session(row, summary, summary.opening.flatMap { pigments[$0.plan] }, lots)
      })
    if let output {
      var sink = try ExportSink(output == "-" ? nil : output)
      try sink.write(passport.html, isRow: false)
      _ = try sink.finish()
    }
    console.document(passport.json)
    if output == nil { console.answer(Wording.passport(passport)) }
    return .done
  }

  /// By the plan that asked for it: an amendment may have changed it between two sessions.
  private static func pigments(
    of plans: Set<Fingerprint>, _ course: String, _ daemon: Daemon
  ) throws -> [Fingerprint: ReportPlan.Pigment] {
    var pigments: [Fingerprint: ReportPlan.Pigment] = [:]
    for plan in plans { pigments[plan] = try ReportPlan.ofCourse(course, plan, daemon)?.pigment }
    return pigments
  }

  private static func session(
    _ row: SessionInterface.Session, _ summary: SessionSummary, _ pigment: ReportPlan.Pigment?,
    _ lots: [LotInterface.Lot]
  ) -> InkPassport.Session {
    InkPassport.Session(
      session: row.session, number: row.number, date: WallTime(milliseconds: row.startedWallMilliseconds),
      practitioner: row.operator, pigment: pigment,
      pigments: row.loaded.filter { $0.supply == .pigment }.map { loaded in
        .init(lot: loaded.lot, expires: Lot.nearest(to: loaded.lot, among: lots, name: \.lot)?.expires)
      }, cartridges: row.loaded.filter { $0.supply == .cartridge }.map(\.lot),
      zones: summary.zones.map { .init(name: $0.name, dots: $0.dots) }, simulated: row.simulated)
  }
}

extension Wording {
  static func passport(_ passport: InkPassport) -> String {
    var table = TextTable([
      "SESSION", "DATE", "PIGMENT", "DILUTION", "PIGMENT LOT", "EXPIRY", "CARTRIDGE", "PRACTITIONER", "ZONES", "",
    ])
    for session in passport.sessions {
      table.append([
        session.session, String(UniversalTime.text(session.date).prefix { $0 != "T" }), session.pigmentName,
        session.dilution, session.pigmentLots, session.expiries, session.cartridgeLots, session.practitioner,
        session.zones.map { "\($0.name) \(count($0.dots))" }.joined(separator: ", "),
        session.simulated ? "simulated" : "",
      ])
    }
    return "course   \(passport.course)\n" + table.text
  }
}

import ArgumentParser
import SMPInterface
import SMPModel
import SMPRecord
import SMPReport
import StrictJSON

struct LogReport: Action {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Writes one session as one HTML file to read, print and keep.",
    discussion: """
      The file needs nothing else: no network, no script. It shows plan, dot map, density, depth, speed, spacing, \
      timeline, denials and events. The hash chain is verified on the way; a journal that does not verify gives no \
      report and 8.
      """)
  @OptionGroup var options: GlobalOptions
  @Argument(help: "The session, such as C-7F3A2B-1.")
  var session: String
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where to; - is standard output.", valueName: "file"), completion: .file())
  var output: String

  func validate() throws {
    if options.json && output == "-" {
      throw ValidationError("with --json, standard output is JSON: give --output a file")
    }
  }

  func perform(_ console: Console) throws -> ExitStatus {
    let daemon = try options.daemon()
    let row = try SessionRows.named(session, daemon)
    var sink = try ExportSink(output == "-" ? nil : output)
    var records = SessionRecords(session: session, course: row.course)
    let areSealsVerified = try CourseJournal.read(daemon, console, isQuiet: output == "-") {
      stored, disclosed throws(RecordError) in try records.take(stored, disclosed: disclosed)
    }
    let input = ReportInput(
      records: records, plan: try ReportPlan.ofCourse(row.course, records.summary.opening?.plan, daemon),
      limits: limits(daemon, console), isChainVerified: true,
      seal: records.sealed.map { ReportSeal(.sealed(at: $0.at, key: $0.key, verified: areSealsVerified)) },
      visits: try visits(after: records.summary.closed, of: row.course, daemon))
    try sink.write(SessionReport.html(input), isRow: false)
    _ = try sink.finish()
    if output != "-" {
      console.document([
        "file": .string(output), "session": .string(session), "dots": .integer(records.summary.dots),
        "simulated": .bool(records.summary.simulated),
      ])
      console.answer("report of \(session) in \(output)")
    }
    return .done
  }

  /// As long as it is this session that the next one follows.
  private func visits(after closed: WallTime?, of course: String, _ daemon: Daemon) throws -> VisitWindow? {
    guard let described = try daemon.callIfThere(CourseInterface.Describe.self, .init(course: course)),
      let visits = described.course.visits, visits.lastWallMilliseconds == closed?.milliseconds
    else { return nil }
    func time(_ milliseconds: Int64) -> WallTime { WallTime(milliseconds: milliseconds) }
    return VisitWindow(
      last: time(visits.lastWallMilliseconds), aftercareUntil: time(visits.aftercareUntilWallMilliseconds),
      earliest: time(visits.earliestWallMilliseconds), recommendedFrom: time(visits.recommendedFromWallMilliseconds),
      recommendedUntil: time(visits.recommendedUntilWallMilliseconds))
  }

  /// Those of software, device and station: the zones' own are the plan's, and `DescribeLimits` knows only the next
  /// session's. Without them the report has no lines for limits; it is still a report.
  private func limits(_ daemon: Daemon, _ console: Console) -> [ReportLimit] {
    do {
      return try daemon.call(DeviceInterface.DescribeLimits.self, .init(course: nil)).reply.limits.compactMap { limit in
        LimitKey(word: limit.key).map { ReportLimit(key: $0, soft: limit.soft, hard: limit.hard) }
      }
    } catch {
      console.note("the report shows no limits: \((error as? Complaint)?.message ?? "\(error)")")
      return []
    }
  }
}

/// The sessions of the daemon, looked up by name.
enum SessionRows {
  static func named(_ session: String, _ daemon: Daemon) throws -> SessionInterface.Session {
    guard let row = try daemon.list(SessionInterface.List.self).rows.first(where: { $0.session == session }) else {
      throw Complaint(
        status: .notFound, name: "smpctl.NotFound", message: "there is no session \(session)",
        remedy: "smpctl log list names the sessions")
    }
    return row
  }
}

/// The whole journal, verified on the way and handed over entry by entry.
enum CourseJournal {
  typealias Taking = (StoredEntry, [Commitment: String]) throws(RecordError) -> Void

  /// - Returns: whether the seals were verified too: a station without a key has none to verify them with.
  /// - Throws: a complaint when the chain does not verify: what is made of an altered journal would pass for the truth.
  @discardableResult
  static func read(_ daemon: Daemon, _ console: Console, isQuiet: Bool = false, each: Taking) throws -> Bool {
    var verification = Verification(key: try LogVerify.key(of: daemon))
    var progress = Progress(console: console, what: "read")
    try JournalReading.all(daemon) { reply, _ in
      verification.take(reply)
      for entry in reply.entries { try take(entry, each) }
      if !isQuiet { progress.show(verification.count, of: reply.head.number) }
    }
    progress.finish()
    if let complaint = verification.complaint { throw complaint }
    return verification.key != nil
  }

  private static func take(_ entry: JournalInterface.Entry, _ each: Taking) throws {
    var disclosed: [Commitment: String] = [:]
    for disclosure in entry.disclosures ?? [] {
      if let hash = Fingerprint(hex: disclosure.commitment) { disclosed[Commitment(hash)] = disclosure.text }
    }
    do throws(RecordError) {
      try each(try JournalReading.stored(entry), disclosed)
    } catch {
      throw Complaint(
        status: .verificationFailed, name: "smpctl.Unreadable",
        message: "journal entry \(entry.number) cannot be read: \(error.description)",
        remedy: "smpctl log verify tells what happened to it")
    }
  }
}

extension ReportPlan {
  /// Nil where the plan is not there: its client was forgotten.
  /// - Parameter version: SHA-256 of the document that was worked on; nil means the newest.
  static func ofCourse(_ course: String, _ version: Fingerprint?, _ daemon: Daemon) throws -> ReportPlan? {
    let wish = PlanInterface.Describe.Parameters(course: course, sha256: version?.hex)
    guard let summary = try daemon.callIfThere(PlanInterface.Describe.self, wish)?.summary,
      let sha256 = Fingerprint(hex: summary.sha256)
    else { return nil }
    return ReportPlan(
      title: summary.title, sha256: sha256,
      pigment: summary.pigment.map { .init(brand: $0.brand, shade: $0.shade, dilution: $0.dilution) },
      zones: summary.zones.map { zone in
        .init(
          name: zone.name, area: .squareMicrometres(zone.areaSquareMicrometres),
          outline: zone.outline?.map(ChartPosition.init) ?? [])
      },
      sessions: summary.sessions.map { session in
        session.zones.map { zone in
          .init(
            zone: zone.zone, dots: zone.dots, density: .perSquareMetre(zone.densityPerSquareMetre),
            spacing: zone.spacingMicrometres.map(Distance.micrometres), needle: zone.needle)
        }
      })
  }
}

extension ChartPosition {
  /// A corner far off any chart is drawn at the edge of what can be said.
  fileprivate init(_ point: PlanInterface.Point) {
    self.init(x: Int32(clamping: point.xMicrometres), y: Int32(clamping: point.yMicrometres))
  }
}

extension Daemon {
  /// The reply; nil where what was asked for is not there.
  fileprivate func callIfThere<Method: InterfaceMethod>(
    _ method: Method.Type, _ parameters: Method.Parameters
  ) throws -> Method.Reply? {
    do {
      return try call(method, parameters).reply
    } catch let complaint as Complaint where complaint.status == .notFound {
      return nil
    }
  }
}

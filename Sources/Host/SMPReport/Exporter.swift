internal import SMPModel
package import SMPRecord

/// Makes one table of journal entries, as they come, in the order of their numbers. It knows no database: the entries
/// come from the daemon or from a bundle.
///
/// Persons stand in it as commitments, never by name. A row of `sessions` depends on all entries of the session, so
/// those are written by `finish`.
package struct Exporter: Sendable {
  private let writer: RowWriter
  // Look-ups by name; the order of rows is that of `order`.
  private var openings: [String: SessionOpenedEntry] = [:]
  private var rows: [String: SessionRow] = [:]
  private var order: [String] = []

  package init(_ table: ExportTable, as format: ExportFormat) {
    writer = RowWriter(table: table, format: format)
  }

  /// What stands before the first row; empty for `jsonl`.
  package var header: [UInt8] {
    var bytes: [UInt8] = []
    writer.writeHeader(into: &bytes)
    return bytes
  }

  /// The rows this entry makes, if any.
  /// - Throws: when the entry cannot be understood: an export with a hole in it would pass for a whole one.
  package mutating func take(_ stored: StoredEntry) throws(RecordError) -> [UInt8] {
    let entry = try stored.entry()
    if case .sessionOpened(let opening) = entry.body, let session = entry.header.session {
      openings[session] = opening
    }
    var bytes: [UInt8] = []
    switch writer.table {
    case .sessions: count(entry)
    case .dots: if case .dot(let dot) = entry.body { writer.write(cells(entry, dot), into: &bytes) }
    case .denials: if case .denial(let denial) = entry.body { writer.write(cells(entry, denial), into: &bytes) }
    case .events: if !entry.body.kind.isAboutOneDot { writer.write(Exporter.cells(stored), into: &bytes) }
    }
    return bytes
  }

  /// The rows that were waiting for the last entry.
  package consuming func finish() -> [UInt8] {
    var bytes: [UInt8] = []
    for session in order { if let row = rows[session] { writer.write(row.cells(session), into: &bytes) } }
    return bytes
  }

  private func cells(_ entry: Entry, _ dot: DotEntry) -> [Cell] {
    let speed = dot.speedReported ?? dot.speedCommanded
    return place(entry, dot.zone) + [
      .integer(Int64(dot.grant.number)), .integer(Int64(dot.position.x)), .integer(Int64(dot.position.y)),
      .integer(dot.depthCommanded.micrometres), .integer(ifAny: dot.depthReported?.micrometres),
      .integer(dot.speedCommanded.millihertz), .integer(speed.millihertz),
      .integer(ifAny: dot.dwell?.milliseconds), .integer(ifAny: dot.strokes.map { Int64($0) }),
      .text(dot.outcome.rawValue),
    ] + Exporter.time(entry)
  }

  private func cells(_ entry: Entry, _ denied: DenialEntry) -> [Cell] {
    var limit: [Cell] = [.none, .none, .none, .none, .none]
    switch denied.denial {
    case .beyondHard(let key, let requested, let allowed, let source),
      .beyondSoft(let key, let requested, let allowed, let source):
      limit = [
        .text(key.word.description), .integer(requested), .integer(allowed), .text(key.unit.description),
        .text(source.word.description),
      ]
    case .outsideOutline, .zoneOutOfOrder, .zoneComplete, .grantOpen, .notRunning, .journalStalled, .tooManyDots: break
    }
    return place(entry, denied.zone) + [
      .integer(ifAny: denied.request.map { Int64($0.number) }),
      .integer(ifAny: denied.position.map { Int64($0.x) }), .integer(ifAny: denied.position.map { Int64($0.y) }),
      .text(denied.denial.word.description),
    ] + limit + Exporter.time(entry)
  }

  /// Session, course, device and zone. A zone whose session's opening was not among the entries goes by its number.
  private func place(_ entry: Entry, _ zone: ZoneIndex?) -> [Cell] {
    let opening = entry.header.session.flatMap { openings[$0] }
    return [
      .text(ifAny: entry.header.session), .text(ifAny: entry.header.course), .text(ifAny: opening?.serial.text),
      zone.map { .text(opening.name(of: $0)) } ?? .none,
    ]
  }

  private static func time(_ entry: Entry) -> [Cell] {
    [.text(UniversalTime.text(entry.header.wall)), .flag(entry.header.simulated), .integer(Int64(entry.number))]
  }

  private static func cells(_ stored: StoredEntry) -> [Cell] {
    [
      .integer(Int64(stored.number)), .text(ifAny: stored.header.session), .text(ifAny: stored.header.course),
      .text(UniversalTime.text(stored.header.wall)), .text(stored.kind),
      .integer(ifAny: stored.header.actorUID.map { Int64($0) }), .flag(stored.header.simulated),
      .object(stored.body),
    ]
  }

  private mutating func count(_ entry: Entry) {
    guard let session = entry.header.session else { return }
    if rows[session] == nil { order.append(session) }
    rows[session, default: SessionRow(first: entry)].count(entry)
  }
}

extension SessionOpenedEntry? {
  /// A zone's name where the session's opening is known, otherwise its number.
  func name(of zone: ZoneIndex) -> String {
    guard let zones = self?.zones, Int(zone.number) < zones.count else { return String(zone.number) }
    return zones[Int(zone.number)].text
  }
}

extension EntryKind {
  /// Grants and what becomes of them; `events` shows everything else.
  var isAboutOneDot: Bool {
    switch self {
    case .grant, .grantEnded, .dot, .denial: true
    case .journalCreated, .daemonStarted, .operatorAction, .tailAccepted, .confidentialErased, .planImported,
      .planAmended, .planAgreed, .planSigned, .courseAssessed, .courseAbandoned, .lotRegistered, .lotWithdrawn,
      .sessionOpened, .zoneOpened, .limitConfirmed, .stepOverridden, .handpieceRegistered, .setPoints, .paused,
      .supplyChanged, .comfortScored, .resumed, .disarmed, .uncertain, .resolved, .sessionClosed, .sessionSealed,
      .deviceAttached,
      .deviceDetached, .deviceRefused, .linkAlarm, .profilesIntended, .profilesLoaded, .selfTestIntended, .selfTest,
      .armIntended, .armed, .resumeIntended, .unbiddenContact, .stop, .fault, .faultCleared, .lockedOut, .unlocked:
      false
    }
  }
}

internal import SMPModel
internal import SMPRecord

/// Denials by reason, and the events of the session, as tables.
struct RecordTables: Sendable {
  let input: ReportInput
  let figures: SessionFigures

  /// A session has some dozens; one with more is read with `smpctl log events`.
  static let mostEvents = 500

  func denials(to page: inout Markup) {
    guard !figures.denials.isEmpty else {
      page.element("p", "No dot was denied.")
      return
    }
    page.element("table", ["class": "denials"]) { page in
      head([("Denied", "n"), ("Why", ""), ("Limit", "n"), ("Farthest beyond", "n"), ("Set by", "")], &page)
      page.element("tbody") { page in
        for denials in figures.denials {
          page.element(
            "tr", ["data-reason": denials.denial, "data-count": String(denials.count)]
          ) { page in
            page.element("td", ["class": "n"], Figures.count(denials.count))
            page.element(
              "td", EventWords.denial(denials) + (denials.denial == "beyond_soft_limit" ? ", not confirmed" : ""))
            page.element("td", ["class": "n"], amount(denials.limit, denials.key))
            page.element("td", ["class": "n"], amount(denials.farthest, denials.key))
            page.element("td", denials.source.map(RecordTables.words) ?? "–")
          }
        }
      }
    }
    page.element(
      "p", ["class": "note"],
      denialNote)
  }

  /// What leave is worth is no sentence for a session in which the needle went in without it.
  private var denialNote: String {
    let count = input.records.unbidden.count
    guard count > 0 else {
      return "A denied dot was not made: the device asks before each contact, and without leave the needle stays out."
    }
    return "A denied dot got no leave. In this session the needle went in without leave all the same, "
      + "\(Figures.count(Int64(count))) times: the events have each of these contacts."
  }

  func events(to page: inout Markup) {
    let words = EventWords(records: input.records)
    let lines = input.records.events.compactMap { entry in words.line(entry).map { (entry, $0) } }
    page.element("table", ["class": "events"]) { page in
      head([("Time, UTC", ""), ("What", ""), ("Facts", ""), ("Who and why", ""), ("Entry", "n")], &page)
      page.element("tbody") { page in
        for (entry, line) in lines.prefix(Self.mostEvents) { row(entry, line, &page) }
      }
    }
    if lines.count > Self.mostEvents {
      page.element(
        "p", ["class": "note"],
        "\(Figures.count(Int64(lines.count - Self.mostEvents))) more are in the record: smpctl log events.")
    }
  }

  private func row(_ entry: Entry, _ line: EventWords.Line, _ page: inout Markup) {
    page.element("tr", ["class": RecordTables.isTrouble(entry.body) ? "trouble" : ""]) { page in
      page.element("td", ["class": "time"], Figures.clock(entry.header.wall))
      page.element("td") { $0.name(line.title) }
      page.element("td") { $0.name(line.facts) }
      page.element("td") { page in
        if let by = line.by { page.name(by) }
        if let reason = line.reason {
          if line.by != nil { page.text(": ") }
          page.name(reason)
        }
      }
      page.element("td", ["class": "n"], Figures.count(Int64(entry.number)))
    }
  }

  private func head(_ columns: [(name: String, style: String)], _ page: inout Markup) {
    page.element("thead") { page in
      page.element("tr") { page in
        for column in columns { page.element("th", ["class": column.style, "scope": "col"], column.name) }
      }
    }
  }

  private func amount(_ value: Int64?, _ key: LimitKey?) -> String {
    guard let value, let key else { return "–" }
    return Figures.amount(value, key)
  }

  private static func words(_ source: LimitSource) -> String {
    switch source {
    case .ceiling: "software"
    case .device: "device"
    case .site: "station"
    case .plan: "plan"
    }
  }

  private static func isTrouble(_ body: EntryBody) -> Bool {
    switch body {
    case .fault, .lockedOut, .uncertain, .unbiddenContact, .deviceRefused, .linkAlarm: true
    case .stop(let stop): stop.style == .protective
    case .selfTest(let test): !test.passed
    default: false
    }
  }
}

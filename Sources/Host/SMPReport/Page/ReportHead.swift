internal import SMPModel
internal import SMPRecord

/// What a session was, in a line, in figures and in facts.
struct ReportHead: Sendable {
  let input: ReportInput
  let figures: SessionFigures

  private var records: SessionRecords { input.records }
  private var summary: SessionSummary { records.summary }

  func write(to page: inout Markup) {
    page.element("header") { page in
      page.element("p", ["class": "kind"]) { page in
        page.text("Session report")
        if let station = records.station {
          page.text(" · ")
          page.name(station.text)
        }
      }
      page.element("h1") { $0.name(title) }
      page.element("p", ["class": "lead"]) { page in
        page.text("Session \(summary.opening.map { String($0.number) } ?? "–")")
        if let plan = input.plan { page.text(" of \(plan.sessions.count)") }
        page.text(" · course ")
        page.name(records.course)
        if let client {
          page.text(" · client ")
          page.name(client)
        }
        if let opened = summary.opened { page.text(" · \(Figures.day(opened))") }
      }
    }
    cards(&page)
    facts(&page)
  }

  private var title: String {
    input.plan?.title ?? records.plan.flatMap { records.text($0.imported.title) } ?? records.session
  }

  private var client: String? { records.plan.flatMap { records.text($0.imported.client) } }

  private func cards(_ page: inout Markup) {
    let planned = summary.opening.map { " of " + Figures.count($0.dotsPlanned) } ?? ""
    let denied = Int64(records.denied.count)
    let stops = summary.normalStops + summary.protectiveStops
    let faults = summary.faults.reduce(0) { $0 + $1.count }
    let cards: [(String, String, String)] = [
      (Figures.count(summary.dots), "dots made" + planned, "dots"),
      (
        summary.closed == nil ? "open" : Figures.duration(summary.times.duration),
        "from opening to close", "duration"
      ),
      (Figures.count(denied), "dots asked for and denied", "denied"),
      (
        Figures.count(stops),
        (stops == 1 ? "stop, " : "stops, ") + Figures.count(summary.protectiveStops) + " of them protective", "stops"
      ),
      (Figures.count(faults), faults == 1 ? "fault" : "faults", "faults"),
    ]
    page.element("div", ["class": "cards"]) { page in
      for (value, words, key) in cards {
        page.element("div", ["class": "card", "data-figure": key]) { page in
          page.element("b", value)
          page.element("span", words)
        }
      }
    }
  }

  private func facts(_ page: inout Markup) {
    page.element("div", ["class": "facts"]) { page in
      list("Session", session, &page)
      list("Materials", materials, &page)
      list("Device and record", device, &page)
      list("Afterwards", afterwards, &page)
    }
  }

  private typealias Fact = (name: String, value: String)

  private func list(_ name: String, _ facts: [Fact], _ page: inout Markup) {
    guard !facts.isEmpty else { return }
    page.element("section", ["class": "fact"]) { page in
      page.element("h2", name)
      page.element("dl") { page in
        for fact in facts {
          page.element("dt", fact.name)
          page.element("dd") { $0.name(fact.value) }
        }
      }
    }
  }

  private var session: [Fact] {
    let words = EventWords(records: records)
    var facts: [Fact] = [("Session", records.session)]
    if let opening = summary.opening {
      facts.append(("Practitioner", words.disclosed(opening.operatorName)))
      facts.append(("Skin check", EventWords.words(opening.skin)))
    }
    if let opened = summary.opened { facts.append(("Opened", Figures.time(opened))) }
    facts.append(("Closed", summary.closed.map(Figures.time) ?? "not yet"))
    facts.append(("Working", Figures.duration(summary.times.working) + ", without preparation and pauses"))
    facts.append(("Needle on", Figures.duration(summary.times.needleOn)))
    if let outcome = summary.outcome { facts.append(("Ended", EventWords.words(outcome))) }
    switch records.clock {
    case .unsynchronised: facts.append(("Clock", "not kept by a time service"))
    case .virtual: facts.append(("Clock", "simulated"))
    case .synchronised, nil: break
    }
    return facts
  }

  private var materials: [Fact] {
    var facts: [Fact] = []
    if let pigment = input.plan?.pigment {
      facts.append(("Pigment", pigment.brand + ", " + pigment.shade))
      facts.append(("Dilution", pigment.dilution))
    }
    if let opening = summary.opening {
      facts.append(("Pigment lot", lots(.pigment, opening.pigmentLot)))
      facts.append(("Cartridge lot", lots(.cartridge, opening.cartridge)))
    }
    var needles: [String] = []
    for zone in figures.zones {
      if let needle = zone.wish?.needle, !needles.contains(needle) { needles.append(needle) }
    }
    if !needles.isEmpty { facts.append(("Needles planned", needles.joined(separator: ", "))) }
    return facts
  }

  /// What was loaded at the opening, and what came in its place.
  private func lots(_ supply: Supply, _ first: Label) -> String {
    let later = records.events.compactMap { event -> String? in
      guard case .supplyChanged(let body) = event.body, body.supply == supply else { return nil }
      return body.lot.text
    }
    return ([first.text] + later).joined(separator: ", ")
  }

  private var device: [Fact] {
    let words = EventWords(records: records)
    var facts: [Fact] = []
    if let opening = summary.opening { facts.append(("Device", opening.serial.text)) }
    if let device = records.device { facts.append(("Firmware", device.firmware.text)) }
    if let version = records.daemonVersion { facts.append(("smpd", version.text)) }
    if let plan = records.plan {
      facts.append(("Plan", "version \(plan.imported.version), SHA-256 \(plan.imported.plan.hex.prefix(16))…"))
      if let agreed = plan.agreed { facts.append(("Client's agreement", "witnessed by " + words.disclosed(agreed))) }
      if let consent = plan.signed?.consent { facts.append(("Consent document", words.disclosed(consent))) }
      if let signed = plan.signed, let at = plan.signedAt {
        facts.append(("Signed by", words.disclosed(signed.by) + ", " + Figures.time(at)))
      }
    }
    if let last = records.last {
      facts.append(("Journal entry", "\(Figures.count(Int64(last.number))), \(last.hash.hex.prefix(16))…"))
    }
    facts.append(("Hash chain", input.isChainVerified ? "verified when this was written" : "not verified"))
    facts.append(("Seal", seal))
    return facts
  }

  private var seal: String {
    switch input.seal?.state {
    case .sealed(let at, let key, let verified):
      "sealed \(Figures.time(at)) by key \(key.hex.prefix(16))…, " + (verified ? "verified" : "not verified")
    case .some(.none), nil: "none"
    }
  }

  private var afterwards: [Fact] {
    guard let visits = input.visits else { return [] }
    return [
      ("Aftercare until", Figures.time(visits.aftercareUntil)), ("Not before", Figures.time(visits.earliest)),
      (
        "Next visit",
        Figures.day(visits.recommendedFrom) + " to " + Figures.day(visits.recommendedUntil) + " (UTC)"
      ),
    ]
  }
}

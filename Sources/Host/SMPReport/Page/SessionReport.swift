internal import SMPModel
internal import SMPRecord

/// One session as one HTML file that needs nothing else: no network, no script, no font or picture from elsewhere. The
/// same input gives the same bytes.
package enum SessionReport {
  package static func html(_ input: ReportInput) -> [UInt8] {
    let figures = SessionFigures(input)
    var page = Markup()
    page.declare()
    page.element("html", ["lang": "en"]) { page in
      head("Session \(input.records.session)", foot: input.records.session, &page)
      page.element("body") { page in
        if input.records.summary.simulated { band(&page) }
        page.element("main") { page in
          ReportHead(input: input, figures: figures).write(to: &page)
          if let warning = warning(input) { page.element("p", ["class": "warning", "role": "note"], warning) }
          sections(input, figures, &page)
          foot(input, &page)
        }
      }
    }
    return page.bytes
  }

  static func head(_ title: String, foot: String, _ page: inout Markup) {
    page.element("head") { page in
      page.void("meta", ["charset": "utf-8"])
      // A browser is told as well: nothing comes from anywhere, whatever somebody smuggled into a name.
      page.void(
        "meta", ["http-equiv": "Content-Security-Policy", "content": "default-src 'none'; style-src 'unsafe-inline'"])
      page.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      page.void("meta", ["name": "color-scheme", "content": "light dark"])
      page.element("title", title)
      page.style(ReportStyle.text(foot: foot))
    }
  }

  static func band(_ page: inout Markup) {
    page.element("div", ["class": "band", "aria-hidden": "true"]) { page in
      page.element("span", "simulated")
    }
    page.element("p", ["class": "simulated", "role": "note"]) { page in
      page.element("b", "Simulated.")
      page.text(" The needle of this session is a simulation; nobody was touched.")
    }
  }

  private static func warning(_ input: ReportInput) -> String? {
    guard let plan = input.plan, let opening = input.records.summary.opening, plan.sha256 != opening.plan else {
      return nil
    }
    return "The plan shown here is not the document this session stood on: zones, targets and spacing are those of the "
      + "newer one."
  }

  private static func sections(_ input: ReportInput, _ figures: SessionFigures, _ page: inout Markup) {
    if let map = DotMap(input, figures) {
      section("Dot map", "", &page) { map.write(to: &$0) }
    }
    section("Density by zone", "", &page) {
      ZoneTable(figures: figures, number: input.records.summary.opening?.number ?? 0).write(to: &$0)
    }
    section("Depth, speed and spacing", "", &page) { Histograms(input: input, figures: figures).write(to: &$0) }
    section("Timeline", "", &page) { Timeline(input: input, figures: figures).write(to: &$0) }
    let tables = RecordTables(input: input, figures: figures)
    section("Denied dots", "", &page) { tables.denials(to: &$0) }
    section("Events", "long", &page) { tables.events(to: &$0) }
  }

  private static func section(
    _ name: String, _ style: String, _ page: inout Markup, _ content: (inout Markup) -> Void
  ) {
    page.element("section", ["class": style]) { page in
      page.element("h2", name)
      content(&page)
    }
  }

  private static func foot(_ input: ReportInput, _ page: inout Markup) {
    page.element("p", ["class": "foot"]) { page in
      page.text(
        "Made from the journal of the station by smpctl log report. Persons are named where the journal still holds "
          + "their names and the reader may see them. Depth is what the device was told and what it reported of itself; "
          + "nothing here measures depth in skin.")
    }
  }
}

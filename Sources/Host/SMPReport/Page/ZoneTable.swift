internal import SMPModel

/// Density reached against the plan's, zone by zone, as a table with a bar in each row.
struct ZoneTable: Sendable {
  let figures: SessionFigures
  let number: Int64

  func write(to page: inout Markup) {
    page.element("table", ["class": "zones"]) { page in
      page.element("thead") { page in
        page.element("tr") { page in
          for (name, style) in [
            ("Zone", ""), ("Area", "n"), ("Dots", "n"), ("Planned", "n"), ("All sessions", "n"), ("Density /cm²", "n"),
            ("Plan /cm²", "n"), ("Reached", ""),
          ] { page.element("th", ["class": style, "scope": "col"], name) }
        }
      }
      page.element("tbody") { page in
        for zone in figures.zones { row(zone, &page) }
        total(&page)
      }
    }
    page.element("p", ["class": "note"]) { page in
      page.text(
        "Density is the zone's dots of this course over its area, cut after the first decimal, without those of the "
          + "client's other courses and without contacts that nobody granted. The bar: pale what earlier sessions"
          + " had reached, full what this one added; the line is what the plan has after session \(number).")
    }
  }

  private func row(_ zone: SessionFigures.Zone, _ page: inout Markup) {
    page.element(
      "tr",
      [
        "data-zone": Markup.cut(zone.name), "data-dots": String(zone.dots),
        "data-all": String(zone.dots + zone.earlierDots),
        "data-density-per-square-metre": zone.density.map { String($0.perSquareMetre) } ?? "",
      ]
    ) { page in
      page.element("th", ["scope": "row"]) { $0.name(zone.name) }
      let cells = [
        zone.area.map(Figures.area) ?? "–", Figures.count(zone.dots), zone.wish.map { Figures.count($0.dots) } ?? "–",
        Figures.count(zone.dots + zone.earlierDots), zone.density.map(Figures.density) ?? "–",
        zone.wish.map { Figures.density($0.density) } ?? "–",
      ]
      for cell in cells { page.element("td", ["class": "n"], cell) }
      page.element("td", ["class": "bar"]) { bar(zone, &$0) }
    }
  }

  private func total(_ page: inout Markup) {
    let dots = figures.zones.reduce(0) { $0 + $1.dots }
    let planned = figures.zones.reduce(0) { $0 + ($1.wish?.dots ?? 0) }
    let all = figures.zones.reduce(0) { $0 + $1.dots + $1.earlierDots }
    let area = figures.zones.reduce(Area.zero) { $0 + ($1.area ?? .zero) }
    page.element("tr", ["class": "total"]) { page in
      page.element("th", ["scope": "row"], "All zones")
      let cells = [
        area == .zero ? "–" : Figures.area(area), Figures.count(dots), planned > 0 ? Figures.count(planned) : "–",
        Figures.count(all), "", "", "",
      ]
      for cell in cells { page.element("td", ["class": "n"], cell) }
    }
  }

  /// As wide as the larger of plan and reached; a drawing and its number in words.
  private func bar(_ zone: SessionFigures.Zone, _ page: inout Markup) {
    guard let density = zone.density?.perSquareMetre, let wish = zone.wish?.density.perSquareMetre, wish > 0 else {
      return
    }
    let earlier = zone.earlierDensity?.perSquareMetre ?? 0
    let scale = max(wish, density) * 100 / 94
    func wide(_ value: Int64) -> Int64 { value * 1_000 / max(1, scale) }
    let percent = Figures.percent(density, of: wish)
    page.element(
      "svg", ["viewBox": "0 0 1000 130", "role": "img", "aria-label": "\(percent) % of the plan", "class": "reached"]
    ) { page in
      page.void("rect", ["class": "ground", "x": "0", "y": "30", "width": "1000", "height": "70"])
      page.void("rect", ["class": "before", "x": "0", "y": "30", "width": String(wide(earlier)), "height": "70"])
      page.void(
        "rect",
        [
          "class": "added", "x": String(wide(earlier)), "y": "30",
          "width": String(max(0, wide(density) - wide(earlier))), "height": "70",
        ])
      page.void("path", ["class": "target", "d": "M\(wide(wish)) 10v110"])
    }
    page.element("span", ["class": "percent"], "\(percent) %")
  }
}

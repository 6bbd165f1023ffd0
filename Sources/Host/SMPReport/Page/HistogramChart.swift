/// One histogram: bars for what was measured, an outline over them for what was commanded, lines for limits.
struct HistogramChart: Sendable {
  struct Mark: Sendable {
    let value: Int64
    let words: String
    /// A soft limit, or the plan's own value, as opposed to one nothing passes.
    let isSoft: Bool
  }

  let title: String
  let unit: String
  /// What the bars count, and what the outline does.
  let series: (bars: String, outline: String?)
  let bars: [Int64]
  let outline: [Int64]
  let marks: [Mark]
  /// No bin is narrower.
  let least: Int64
  /// An amount in the unit, as text.
  let write: @Sendable (Int64) -> String
  /// Said below the chart.
  let remark: String

  private static let (width, height, left, bottom): (Int64, Int64, Int64, Int64) = (600, 250, 8, 34)

  func write(to page: inout Markup) {
    page.element("figure", ["class": "chart", "data-chart": title]) { page in
      page.element("h3", "\(title), \(unit)")
      guard let range = Histogram.range(of: bars + outline, limits: marks.map(\.value), least: least) else {
        page.element("p", ["class": "note"], "No dots, nothing to count.")
        return
      }
      let counted = Histogram(bars, over: range, least: least)
      let drawn = outline.isEmpty ? nil : Histogram(outline, over: range, least: least)
      let highest = max(counted.highest, drawn?.highest ?? 0, 1)
      page.element(
        "svg",
        [
          "viewBox": "0 0 \(Self.width) \(Self.height)", "role": "img",
          "aria-label": "\(title): \(bars.count) values, \(remark)",
        ]
      ) { page in
        draw(counted, highest, &page)
        if let drawn { step(drawn, highest, &page) }
        limits(counted, &page)
        axis(counted, &page)
      }
      caption(&page)
    }
  }

  private func place(_ value: Int64, _ bins: Histogram) -> Int64 {
    Self.left + (value - bins.start) * (Self.width - 2 * Self.left) / max(1, bins.end - bins.start)
  }

  private func rise(_ count: Int64, _ highest: Int64) -> Int64 {
    // What is there is seen, be it one in ten thousand.
    count == 0 ? 0 : max(2, count * (Self.height - Self.bottom - 50) / highest)
  }

  private func draw(_ bins: Histogram, _ highest: Int64, _ page: inout Markup) {
    for (index, count) in bins.counts.enumerated() where count > 0 {
      let from = place(bins.start + Int64(index) * bins.width, bins)
      let to = place(bins.start + Int64(index + 1) * bins.width, bins)
      let tall = rise(count, highest)
      page.void(
        "rect",
        [
          "class": "bars", "x": String(from + 1), "y": String(Self.height - Self.bottom - tall),
          "width": String(max(1, to - from - 2)), "height": String(tall), "data-count": String(count),
          "data-from": String(bins.start + Int64(index) * bins.width),
        ])
    }
  }

  private func step(_ bins: Histogram, _ highest: Int64, _ page: inout Markup) {
    var data = "M\(Self.left) \(Self.height - Self.bottom)"
    for (index, count) in bins.counts.enumerated() {
      data += "V\(Self.height - Self.bottom - rise(count, highest))"
      data += "H\(place(bins.start + Int64(index + 1) * bins.width, bins))"
    }
    page.void("path", ["class": "step", "d": data + "V\(Self.height - Self.bottom)"])
  }

  private func limits(_ bins: Histogram, _ page: inout Markup) {
    for (row, mark) in marks.filter({ (bins.start...bins.end).contains($0.value) }).enumerated() {
      let x = place(mark.value, bins)
      let high = 13 + Int64(row % 3) * 15
      page.void(
        "path", ["class": mark.isSoft ? "soft" : "hard", "d": "M\(x) \(high - 8)V\(Self.height - Self.bottom)"])
      let isLeft = x < Self.width * 2 / 3
      page.element(
        "text",
        [
          "class": "limit", "x": String(isLeft ? x + 4 : x - 4), "y": String(high),
          "text-anchor": isLeft ? "start" : "end",
        ],
        "\(mark.words) \(write(mark.value))")
    }
  }

  private func axis(_ bins: Histogram, _ page: inout Markup) {
    let floor = Self.height - Self.bottom
    page.void("path", ["class": "axis", "d": "M0 \(floor)H\(Self.width)"])
    let every = max(1, bins.counts.count / 6)
    for index in stride(from: 0, through: bins.counts.count, by: every) {
      let value = bins.start + Int64(index) * bins.width
      let x = place(value, bins)
      page.void("path", ["class": "axis", "d": "M\(x) \(floor)v5"])
      let anchor = index == 0 ? "start" : index + every > bins.counts.count ? "end" : "middle"
      page.element(
        "text", ["class": "tick", "x": String(x), "y": String(floor + 20), "text-anchor": anchor], write(value))
    }
  }

  private func caption(_ page: inout Markup) {
    page.element("figcaption") { page in
      if let outline = series.outline {
        page.element("span", ["class": "key"]) { page in
          DotMap.mark("bars", "M4 2h8v12h-8z", width: 0, &page)
          page.text(series.bars)
        }
        page.element("span", ["class": "key"]) { page in
          DotMap.mark("step", "M2 14V4H14V14", width: 2, &page)
          page.text(outline)
        }
      }
      page.element("span", ["class": "note"], remark)
    }
  }
}

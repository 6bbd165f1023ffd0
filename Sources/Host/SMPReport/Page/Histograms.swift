internal import SMPModel

/// The three histograms of a session: depth, speed, spacing.
struct Histograms: Sendable {
  let input: ReportInput
  let figures: SessionFigures

  func write(to page: inout Markup) {
    page.element("div", ["class": "charts"]) { page in
      depth.write(to: &page)
      speed.write(to: &page)
      spacing.write(to: &page)
      guard !input.limits.isEmpty else { return }
      page.element(
        "p", ["class": "note"],
        "Limits are those of software, station and device when this report was written: the full line is never passed, "
          + "the broken one only by a confirmation with name and reason. A zone's own limits, set by the plan, may be "
          + "stricter; every dot was held against all of them before it was made.")
    }
  }

  private var depth: HistogramChart {
    let dots = input.records.dots
    let reported = dots.compactMap { $0.depthReported?.micrometres }
    return HistogramChart(
      title: "Depth", unit: "mm", series: ("as the device reported it", "as it was commanded"), bars: reported,
      outline: dots.map(\.depthCommanded.micrometres), marks: marks([.depthMinimum, .depthMaximum]), least: 10,
      write: Figures.millimetres, remark: remark(reported, "mm", Figures.millimetres, dots.count - reported.count))
  }

  private var speed: HistogramChart {
    let speeds = input.records.dots.map(\.speed.millihertz)
    let write: @Sendable (Int64) -> String = { Figures.decimal($0, digits: 3, shown: 1) }
    return HistogramChart(
      title: "Speed", unit: "Hz", series: ("needle strokes in a second", nil), bars: speeds, outline: [],
      marks: marks([.speedMinimum, .speedMaximum]), least: 500, write: write,
      remark: remark(speeds, "Hz", write, 0))
  }

  private var spacing: HistogramChart {
    let all = figures.spacings.map(\.micrometres)
    // Lone dots would stretch the chart, and how lone they are nobody asks.
    let values = all.filter { $0 < NearestNeighbours.farthest }
    let wishes = Set(figures.zones.filter { $0.dots > 0 }.compactMap { $0.wish?.spacing?.micrometres }).sorted()
    var plan = wishes.prefix(3).map { HistogramChart.Mark(value: $0, words: "plan, at least", isSoft: true) }
    plan += marks([.spacingMinimum])
    var words = remark(values, "mm", Figures.millimetres, 0)
    if all.count > values.count {
      words += " \(Figures.dots(all.count - values.count)) without another one within 10 mm left out."
    }
    if let near = figures.tooNear {
      words += " \(Figures.dots(Int(near))) nearer to another than the plan has it."
    }
    return HistogramChart(
      title: "Spacing", unit: "mm", series: ("distance to the nearest dot, centre to centre", nil), bars: values,
      outline: [], marks: plan, least: 20, write: Figures.millimetres, remark: words)
  }

  private func marks(_ keys: [LimitKey]) -> [HistogramChart.Mark] {
    keys.flatMap { key -> [HistogramChart.Mark] in
      guard let limit = input.limits.first(where: { $0.key == key }) else { return [] }
      let bound = key.isMaximum ? "at most" : "at least"
      let soft = limit.soft.map { HistogramChart.Mark(value: $0, words: "\(bound)", isSoft: true) }
      return [soft, HistogramChart.Mark(value: limit.hard, words: "never past", isSoft: false)].compactMap { $0 }
    }
  }

  private func remark(
    _ values: [Int64], _ unit: String, _ write: @Sendable (Int64) -> String, _ unmeasured: Int
  ) -> String {
    guard let low = values.min(), let high = values.max() else { return "Nothing was measured." }
    let middle = values.sorted()[values.count / 2]
    var words = "From \(write(low)) to \(write(high)) \(unit), median \(write(middle)) \(unit)."
    if unmeasured > 0 { words += " \(Figures.dots(unmeasured)) without a measurement." }
    return words
  }
}

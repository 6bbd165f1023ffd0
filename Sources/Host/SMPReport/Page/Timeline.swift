internal import SMPModel
internal import SMPRecord

/// The session over its time: dots made, dots denied, rests, and what went wrong.
struct Timeline: Sendable {
  let input: ReportInput
  let figures: SessionFigures

  private static let (width, height, floor): (Int64, Int64, Int64) = (1_000, 250, 150)
  private static let bins = 60

  private var from: WallTime? { input.records.summary.opened ?? input.records.events.first?.header.wall }
  private var to: WallTime? {
    [input.records.summary.closed, input.records.events.last?.header.wall, input.records.dots.last?.wall]
      .compactMap { $0 }.max()
  }

  func write(to page: inout Markup) {
    guard let from, let to, from < to else {
      page.element("p", ["class": "note"], "Nothing happened yet.")
      return
    }
    let span = to.milliseconds - from.milliseconds
    func place(_ time: WallTime) -> Int64 {
      min(max(0, (time.milliseconds - from.milliseconds) * Self.width / span), Self.width)
    }
    page.element("figure", ["class": "timeline"]) { page in
      page.element(
        "svg",
        [
          "viewBox": "-4 0 \(Self.width + 8) \(Self.height)", "role": "img",
          "aria-label": "Timeline from \(Figures.time(from)) to \(Figures.time(to))",
        ]
      ) { page in
        Timeline.hatch(&page)
        for rest in figures.rests {
          page.void(
            "rect",
            [
              "class": "rest", "x": String(place(rest.from)), "y": "36",
              "width": String(max(2, place(rest.to) - place(rest.from))), "height": String(Self.floor + 24),
            ])
        }
        bars(input.records.dots.map { place($0.wall) }, isUp: true, &page)
        bars(input.records.denied.map { place($0.wall) }, isUp: false, &page)
        page.void("path", ["class": "axis", "d": "M0 \(Self.floor)H\(Self.width)"])
        events(place, &page)
        axis(from, to, &page)
      }
      legend(&page)
    }
  }

  private func bars(_ places: [Int64], isUp: Bool, _ page: inout Markup) {
    var counts = [Int64](repeating: 0, count: Self.bins)
    for place in places { counts[min(Self.bins - 1, Int(place) * Self.bins / Int(Self.width))] += 1 }
    let highest = max(1, counts.max() ?? 1)
    let room: Int64 = isUp ? 112 : 48
    for (index, count) in counts.enumerated() where count > 0 {
      let tall = max(3, count * room / highest)
      let x = Int64(index) * Self.width / Int64(Self.bins)
      page.void(
        "rect",
        [
          "class": isUp ? "bars" : "denied", "x": String(x + 1),
          "y": String(isUp ? Self.floor - tall : Self.floor), "width": String(Self.width / Int64(Self.bins) - 2),
          "height": String(tall), "data-count": String(count),
        ])
    }
  }

  /// Each with a shape of its own.
  private func events(_ place: (WallTime) -> Int64, _ page: inout Markup) {
    for entry in input.records.events {
      let x = place(entry.header.wall)
      switch entry.body {
      case .stop: page.void("path", ["class": "stop", "d": "M\(x - 6) 20h12v12h-12z"])
      case .fault, .lockedOut: page.void("path", ["class": "fault", "d": "M\(x) 2l8 15h-16z"])
      case .uncertain: page.void("path", ["class": "uncertain", "d": "M\(x) 2l8 8-8 8-8-8z"])
      default: break
      }
    }
  }

  private func axis(_ from: WallTime, _ to: WallTime, _ page: inout Markup) {
    let floor = Self.floor + 62
    page.void("path", ["class": "axis", "d": "M0 \(floor)H\(Self.width)"])
    let span = to.milliseconds - from.milliseconds
    for step: Int64 in 0...4 {
      let x = step * Self.width / 4
      let time = WallTime(milliseconds: from.milliseconds + span * step / 4)
      page.void("path", ["class": "axis", "d": "M\(x) \(floor)v6"])
      let anchor = step == 0 ? "start" : step == 4 ? "end" : "middle"
      page.element(
        "text", ["class": "tick", "x": String(x), "y": String(floor + 24), "text-anchor": anchor], Figures.clock(time))
    }
  }

  private func legend(_ page: inout Markup) {
    page.element("figcaption") { page in
      for (style, data, words) in [
        ("bars", "M3 14V6h4v8zM9 14V2h4v12z", "dots made, upwards"),
        ("denied", "M3 2v8h4V2zM9 2v12h4V2z", "denied, downwards"),
        ("restkey", "M1 2h14v12h-14z", "at rest: paused, disarmed or uncertain"), ("stop", "M3 3h10v10h-10z", "stop"),
        ("fault", "M8 2l7 12h-14z", "fault"), ("uncertain", "M8 1l7 7-7 7-7-7z", "uncertain"),
      ] {
        page.element("span", ["class": "key"]) { page in
          DotMap.mark(style, data, width: 1, &page)
          page.text(words)
        }
      }
      page.element("span", ["class": "key note"], "Times are UTC.")
    }
  }

  private static func hatch(_ page: inout Markup) {
    page.element("defs") { page in
      page.element(
        "pattern",
        [
          "id": "hatch", "width": "8", "height": "8", "patternUnits": "userSpaceOnUse",
          "patternTransform": "rotate(45)",
        ]
      ) { $0.void("path", ["class": "hatching", "d": "M0 0v8"]) }
    }
  }
}

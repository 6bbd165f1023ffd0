internal import SMPModel
internal import SMPRecord

/// The scalp chart with its zones and every dot, seen from above with the face at the top. One path holds all dots of
/// one zone and session: 25,000 elements would be more than a browser likes.
struct DotMap: Sendable {
  /// A hundredth of a millimetre: finer than any device measures a place.
  private static let micrometresPerUnit: Int64 = 10

  private let input: ReportInput
  private let figures: SessionFigures
  private let frame: Frame
  /// A dot is about 0.1 mm (field.md, row "dot diameter"), which nobody would see on a page: as large as it can be
  /// without one covering the next.
  private let dot: Int64

  /// What the drawing spans, in its own units.
  private struct Frame {
    let left: Int64
    let top: Int64
    let width: Int64
    let height: Int64
    var extent: Int64 { max(width, height) }
  }

  init?(_ input: ReportInput, _ figures: SessionFigures) {
    let records = input.records
    let places =
      figures.zones.flatMap(\.outline) + records.dots.map(\.position)
      + records.earlier.flatMap { $0.dots.map(\.position) } + records.unbidden.filter(DotMap.isOnChart)
    guard let frame = DotMap.frame(places.map(DotMap.point)) else { return nil }
    self.input = input
    self.figures = figures
    self.frame = frame
    let dots = records.dots.count + records.earlier.reduce(0) { $0 + $1.dots.count }
    let apart = NearestNeighbours.root(frame.width * frame.height / Int64(max(1, dots)))
    dot = max(12, min(frame.extent / 280, apart * 2 / 5))
  }

  func write(to page: inout Markup) {
    page.element("figure", ["class": "map"]) { page in
      page.element(
        "svg",
        [
          "viewBox": "\(frame.left) \(frame.top) \(frame.width) \(frame.height)", "role": "img",
          "aria-label": "Dot map of the scalp chart by zone",
        ]
      ) { page in
        outlines(&page)
        for (age, session) in input.records.earlier.reversed().enumerated() { earlier(session, age, &page) }
        own(&page)
        labels(&page)
        scale(&page)
      }
      legend(&page)
    }
  }

  private func outlines(_ page: inout Markup) {
    page.element("g", ["class": "outline", "stroke-width": String(thin)]) { page in
      for zone in figures.zones where !zone.outline.isEmpty {
        var data = PathData()
        data.polygon(zone.outline.map(DotMap.point))
        page.path([:], data)
      }
    }
  }

  /// The older, the paler; squares, so that it is not the paleness alone.
  private func earlier(_ session: SessionRecords.Earlier, _ age: Int, _ page: inout Markup) {
    page.element("g", ["class": "earlier age\(min(age, 2))", "stroke-width": String(dot * 7 / 10)]) { page in
      paths(session.dots, session.opening, presumed: nil, &page)
    }
  }

  private func own(_ page: inout Markup) {
    let records = input.records
    page.element("g", ["class": "now", "stroke-width": String(dot)]) { page in
      paths(records.dots, records.summary.opening, presumed: false, &page)
    }
    page.element("g", ["class": "presumed", "stroke-width": String(max(1, dot / 3))]) { page in
      paths(records.dots, records.summary.opening, presumed: true, &page)
    }
    guard !records.unbidden.isEmpty else { return }
    var data = PathData()
    for position in records.unbidden where DotMap.isOnChart(position) {
      let point = DotMap.point(position)
      data.cross(point.x, point.y, arm: dot * 2)
    }
    page.element("g", ["class": "unbidden", "stroke-width": String(max(1, dot / 2))]) { $0.path([:], data) }
  }

  /// - Parameter presumed: those that are, those that are not, or nil for all as plain dots.
  private func paths(
    _ dots: [SessionRecords.Dot], _ opening: SessionOpenedEntry?, presumed: Bool?, _ page: inout Markup
  ) {
    for index in 0..<ZoneProfileBounds.zones {
      var data = PathData()
      for dot in dots where dot.zone.number == index && (presumed == nil || dot.presumed == presumed) {
        let point = DotMap.point(dot.position)
        if presumed == true {
          data.cross(point.x, point.y, arm: self.dot)
        } else {
          data.dot(point.x, point.y)
        }
      }
      guard data.count > 0 else { continue }
      page.path(
        [
          "data-zone": Markup.cut(opening.name(of: ZoneIndex(number: index))), "data-dots": String(data.count),
        ], data)
    }
  }

  private func labels(_ page: inout Markup) {
    let size = max(1, frame.extent / 46)
    page.element("g", ["class": "label", "font-size": String(size), "stroke-width": String(max(1, size / 4))]) { page in
      for zone in figures.zones {
        guard let place = DotMap.inside(zone.outline.map(DotMap.point)) else { continue }
        page.element("text", ["x": String(place.x), "y": String(place.y + size / 3)], DotMap.short(zone.name))
      }
      let middle = String(frame.left + frame.width / 2)
      page.element("text", ["x": middle, "y": String(frame.top + size), "class": "side"], "front")
      page.element("text", ["x": middle, "y": String(frame.top + frame.height - size / 3), "class": "side"], "back")
    }
  }

  /// A line of 10 or 50 mm, with its length.
  private func scale(_ page: inout Markup) {
    let millimetres: Int64 = frame.extent > 15_000 ? 50 : 10
    let length = millimetres * 1_000 / DotMap.micrometresPerUnit
    let size = max(1, frame.extent / 60)
    let (x, y) = (frame.left + size, frame.top + frame.height - size)
    page.element("g", ["class": "scale", "font-size": String(size), "stroke-width": String(thin)]) { page in
      page.void("path", ["d": "M\(x) \(y - size / 3)v\(size / 3)h\(length)v-\(size / 3)"])
      page.element("text", ["x": String(x), "y": String(y - size / 2)], "\(millimetres) mm")
    }
  }

  private func legend(_ page: inout Markup) {
    let records = input.records
    page.element("figcaption") { page in
      page.element("span", ["class": "key"]) { page in
        DotMap.mark("now", "M8 8h0", width: 7, &page)
        page.text("this session, \(Figures.count(Int64(records.dots.count) - records.summary.dotsPresumed)) dots")
      }
      for (age, session) in records.earlier.reversed().enumerated() {
        page.element("span", ["class": "key"]) { page in
          DotMap.mark("earlier age\(min(age, 2))", "M8 8h0", width: 6, &page)
          page.text("session \(session.opening.number), \(Figures.count(Int64(session.dots.count))) dots")
        }
      }
      if records.summary.dotsPresumed > 0 {
        page.element("span", ["class": "key"]) { page in
          DotMap.mark("presumed", "M4 4l8 8m0-8l-8 8", width: 2, &page)
          page.text("presumed, \(Figures.count(records.summary.dotsPresumed)): nobody can know, so they count")
        }
      }
      if !records.unbidden.isEmpty {
        page.element("span", ["class": "key"]) { page in
          DotMap.mark("unbidden", "M4 4l8 8m0-8l-8 8", width: 3, &page)
          page.text("contact without leave, \(Figures.count(Int64(records.unbidden.count)))")
          let lost = records.unbidden.count { !DotMap.isOnChart($0) }
          if lost > 0 { page.text(", of which nobody knows the place of \(Figures.count(Int64(lost)))") }
        }
      }
      page.element(
        "span", ["class": "key note"],
        "Seen from above, face at the top: the client's left is on the left. Dots are drawn larger than they are.")
    }
  }

  static func mark(_ style: String, _ data: String, width: Int64, _ page: inout Markup) {
    page.element("svg", ["class": "mark", "viewBox": "0 0 16 16", "aria-hidden": "true"]) { page in
      page.element("g", ["class": style, "stroke-width": String(width)]) { $0.void("path", ["d": data]) }
    }
  }

  private var thin: Int64 { max(1, frame.extent / 700) }
}

extension DotMap {
  /// The chart's x grows to the client's left, its y to the back: from above with the face at the top, left is left.
  private static func point(_ position: ChartPosition) -> (x: Int64, y: Int64) {
    (-Int64(position.x) / micrometresPerUnit, Int64(position.y) / micrometresPerUnit)
  }

  /// A contact of a device that nobody had registered has no place on the chart.
  private static func isOnChart(_ position: ChartPosition) -> Bool {
    max(Int64(position.x).magnitude, Int64(position.y).magnitude) <= Bounds.chartExtent.micrometres.magnitude
  }

  /// Around everything, with a margin for the words at the edges.
  private static func frame(_ points: [(x: Int64, y: Int64)]) -> Frame? {
    guard let left = points.map(\.x).min(), let right = points.map(\.x).max(), let top = points.map(\.y).min(),
      let bottom = points.map(\.y).max()
    else { return nil }
    let margin = max(100, max(right - left, bottom - top) / 22)
    return Frame(
      left: left - margin, top: top - margin, width: right - left + 2 * margin, height: bottom - top + 2 * margin)
  }

  /// The middle of the widest place of an outline: the middle of its corners may lie outside it.
  static func inside(_ corners: [(x: Int64, y: Int64)]) -> (x: Int64, y: Int64)? {
    guard corners.count >= 3, let top = corners.map(\.y).min(), let bottom = corners.map(\.y).max() else { return nil }
    var best: (width: Int64, x: Int64, y: Int64)?
    for step: Int64 in 1..<20 {
      let y = top + (bottom - top) * step / 20
      let crossings = self.crossings(corners, at: y)
      for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
        let width = crossings[pair + 1] - crossings[pair]
        // The middle rows first: a label is not set at an edge for a hair's breadth.
        let worth = width - abs(step - 10) * (bottom - top) / 40
        if worth > best?.width ?? .min { best = (worth, crossings[pair] + width / 2, y) }
      }
    }
    return best.map { ($0.x, $0.y) }
  }

  private static func crossings(_ corners: [(x: Int64, y: Int64)], at y: Int64) -> [Int64] {
    var found: [Int64] = []
    var previous = corners[corners.count - 1]
    for corner in corners {
      if (corner.y > y) != (previous.y > y) {
        found.append(corner.x + (previous.x - corner.x) * (y - corner.y) / (previous.y - corner.y))
      }
      previous = corner
    }
    return found.sorted()
  }

  private static func short(_ name: String) -> String {
    name.unicodeScalars.count > 20
      ? String(String.UnicodeScalarView(name.unicodeScalars.prefix(18))) + "…" : name
  }
}

/// Zones of a session, as `ZoneIndex` has them.
enum ZoneProfileBounds {
  static let zones: UInt8 = 32
}

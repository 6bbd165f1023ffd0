import SMPInterface

/// What a plan comes to: areas, dots and hours, session by session and for the whole course.
extension Wording {
  static func plan(_ summary: PlanInterface.Summary) -> String {
    var text = "\(summary.title)\nSHA-256 \(summary.sha256)\n"
    text += "\(count(summary.dots)) dots in \(summary.sessions.count) sessions, about \(minutes(summary.minutes))"
    let areas = Dictionary(summary.zones.map { ($0.name, $0.areaSquareMicrometres) }, uniquingKeysWith: { $1 })
    for session in summary.sessions {
      text += "\n\nsession \(session.number): \(count(session.dots)) dots, about \(minutes(session.minutes))\n"
      var table = TextTable(
        ["ZONE", "AREA", "DOTS", "TIME", "DENSITY", "SPACING", "DEPTH", "SPEED", "DWELL", "NEEDLE"],
        numeric: [1, 2, 3, 4, 5, 6, 7, 8])
      for zone in session.zones {
        table.append([
          zone.zone, areas[zone.zone].map { area(squareMicrometres: $0) } ?? "", count(zone.dots),
          zone.minutes.map(hours) ?? "", density(zone), zone.spacingMicrometres.map { length(micrometres: $0) } ?? "-",
          length(micrometres: zone.depthMicrometres), speed(millihertz: zone.speedMillihertz),
          "\(zone.dwellMilliseconds) ms", zone.needle,
        ])
      }
      text += table.text
    }
    return text + "\n\n" + course(summary) + landmarks(summary)
  }

  /// What the needle tip is held to before a session, on a device with a frame of its own.
  private static func landmarks(_ summary: PlanInterface.Summary) -> String {
    guard !summary.landmarks.isEmpty else { return "" }
    var table = TextTable(["LANDMARK", "X", "Y"], numeric: [1, 2])
    for landmark in summary.landmarks {
      table.append([
        landmark.name, length(micrometres: landmark.place.xMicrometres),
        length(micrometres: landmark.place.yMicrometres),
      ])
    }
    return "\n\n" + table.text
  }

  /// Each zone over all sessions, and all of them together.
  private static func course(_ summary: PlanInterface.Summary) -> String {
    var table = TextTable(["WHOLE COURSE", "AREA", "DOTS", "TIME"], numeric: [1, 2, 3])
    for zone in summary.zones {
      table.append([
        zone.name, area(squareMicrometres: zone.areaSquareMicrometres), zone.dots.map(count) ?? "",
        zone.minutes.map(hours) ?? "",
      ])
    }
    table.append([
      "all", area(squareMicrometres: summary.zones.reduce(0) { $0 &+ $1.areaSquareMicrometres }), count(summary.dots),
      hours(summary.minutes),
    ])
    return table.text
  }

  /// `24.8 of 25.0 /cm2`: what the dots up to this session come to, of what is planned to be there after it.
  private static func density(_ zone: PlanInterface.SessionZone) -> String {
    let target = density(perSquareMetre: zone.densityPerSquareMetre)
    return zone.densityReachedPerSquareMetre.map { decimal($0, digits: 4, shown: 1) + " of " + target } ?? target
  }

  /// `1:05`.
  static func hours(_ minutes: Int64) -> String { "\(minutes / 60):\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)" }
}

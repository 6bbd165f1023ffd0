internal import SMPModel

/// Amounts as a report writes them, in whole numbers all the way.
enum Figures {
  /// 14000 is `14,000`.
  static func count(_ value: Int64) -> String {
    var groups: [Substring] = []
    var rest = Substring(String(value.magnitude))
    while rest.utf8.count > 3 {
      groups.append(rest.suffix(3))
      rest = rest.dropLast(3)
    }
    groups.append(rest)
    return (value < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
  }

  static func dots(_ count: Int) -> String { self.count(Int64(count)) + (count == 1 ? " dot" : " dots") }

  /// A fixed-point number with `digits` decimals, cut to `shown` of them and not rounded.
  static func decimal(_ value: Int64, digits: Int, shown: Int) -> String {
    var divisor: Int64 = 1
    for _ in shown..<max(digits, shown) { divisor *= 10 }
    let cut = value / divisor
    var text = String(cut.magnitude)
    while text.utf8.count <= shown { text = "0" + text }
    return (cut < 0 ? "-" : "") + text.dropLast(shown) + (shown == 0 ? "" : "." + text.suffix(shown))
  }

  static func millimetres(_ micrometres: Int64) -> String { decimal(micrometres, digits: 3, shown: 2) }
  static func depth(_ depth: Depth) -> String { millimetres(depth.micrometres) + " mm" }
  static func speed(_ speed: Speed) -> String { decimal(speed.millihertz, digits: 3, shown: 1) + " Hz" }
  static func area(_ area: Area) -> String { decimal(area.squareMicrometres, digits: 8, shown: 1) + " cm²" }
  static func density(_ density: Density) -> String { decimal(density.perSquareMetre, digits: 4, shown: 1) }
  static func latency(_ interval: Interval) -> String { decimal(interval.microseconds, digits: 3, shown: 1) + " ms" }

  /// `2025-11-22 22:18:00 UTC`.
  static func time(_ time: WallTime) -> String { day(time) + " " + clock(time) + " UTC" }
  /// `2025-11-22`.
  static func day(_ time: WallTime) -> String { String(UniversalTime.text(time).prefix { $0 != "T" }) }
  /// `22:18:00`.
  static func clock(_ time: WallTime) -> String {
    String(UniversalTime.text(time).drop { $0 != "T" }.dropFirst().prefix(8))
  }

  /// `1 h 02 min`, or `4 min 09 s`.
  static func duration(_ interval: Interval) -> String {
    let seconds = max(0, interval.seconds)
    func padded(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return seconds < 3_600
      ? "\(seconds / 60) min \(padded(seconds % 60)) s" : "\(seconds / 3_600) h \(padded(seconds / 60 % 60)) min"
  }

  /// Per cent of `whole`, cut.
  static func percent(_ part: Int64, of whole: Int64) -> Int64 { whole > 0 ? part * 100 / whole : 0 }

  /// An amount of a limit, in the unit of its key.
  static func amount(_ value: Int64, _ key: LimitKey) -> String {
    switch key {
    case .depthMinimum, .depthMaximum, .spacingMinimum, .registrationResidualMaximum: millimetres(value) + " mm"
    case .speedMinimum, .speedMaximum: decimal(value, digits: 3, shown: 1) + " Hz"
    case .discDensityMaximum, .zoneDensityMaximum: decimal(value, digits: 4, shown: 1) + " dots/cm²"
    case .zoneDotsMaximum, .sessionDotsMaximum: count(value) + " dots"
    case .dwellMaximum: "\(value) ms"
    case .sessionDurationMaximum: duration(.seconds(value))
    }
  }
}

import SMPInterface
import SMPModel

/// Numbers and facts as a person reads them. Sentences are made here, at the edge, and nowhere else.
enum Wording {
  /// A fixed-point number without trailing zeros: 450 with 3 digits is `0.45`.
  static func decimal(_ value: Int64, digits: Int) -> String {
    var text = String(value.magnitude)
    while text.utf8.count <= digits { text = "0" + text }
    var fraction = String(text.suffix(digits))
    while fraction.hasSuffix("0") { fraction.removeLast() }
    let whole = text.dropLast(digits)
    return (value < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
  }

  /// The same with a fixed number of decimals, cut and not rounded: a density is never shown above what it is.
  static func decimal(_ value: Int64, digits: Int, shown: Int) -> String {
    var divisor: Int64 = 1
    for _ in shown..<max(digits, shown) { divisor *= 10 }
    let cut = value / divisor
    var text = String(cut.magnitude)
    while text.utf8.count <= shown { text = "0" + text }
    return (cut < 0 ? "-" : "") + text.dropLast(shown) + (shown == 0 ? "" : "." + text.suffix(shown))
  }

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

  static func length(micrometres: Int64) -> String { decimal(micrometres, digits: 3) + " mm" }
  static func speed(millihertz: Int64) -> String { decimal(millihertz, digits: 3) + " Hz" }
  static func area(squareMicrometres: Int64) -> String {
    decimal(squareMicrometres, digits: 8, shown: 1) + " cm2"
  }
  static func density(perSquareMetre: Int64) -> String { decimal(perSquareMetre, digits: 4, shown: 1) + " /cm2" }
  static func latency(microseconds: Int64) -> String { decimal(microseconds, digits: 3) + " ms" }

  /// `1:02:03`.
  static func duration(seconds: Int64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60)
    return "\(hours):\(minutes < 10 ? "0" : "")\(minutes):\(rest < 10 ? "0" : "")\(rest)"
  }

  static func minutes(_ minutes: Int64) -> String {
    minutes < 60 ? "\(minutes) min" : "\(minutes / 60) h \(minutes % 60) min"
  }

  /// An amount of a limit, in the unit of its key. A key of a newer daemon is shown as a bare number.
  static func amount(_ value: Int64, key: String) -> String {
    guard let key = LimitKey(word: key) else { return String(value) }
    return amount(value, unit: DeviceInterface.Unit(key))
  }

  static func amount(_ value: Int64, unit: DeviceInterface.Unit) -> String {
    switch unit {
    case .micrometres: length(micrometres: value)
    case .millihertz: speed(millihertz: value)
    case .perSquareMetre: decimal(value, digits: 4) + " /cm2"
    case .dots: count(value) + (value == 1 ? " dot" : " dots")
    case .milliseconds: "\(value) ms"
    case .seconds: duration(seconds: value)
    case .unknown: String(value)
    }
  }

  /// A word of an interface for people: `self_test` is `self test`.
  static func words(_ word: String) -> String {
    String(word.map { $0 == "_" ? " " : $0 })
  }

  /// Text from elsewhere (a zone's name, a serial) must not reach the terminal as a control sequence.
  static func harmless(_ text: String) -> String {
    var clean = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control where scalar != "\n" && scalar != "\t": clean.unicodeScalars.append("?")
      case .format, .surrogate, .lineSeparator, .paragraphSeparator: clean.unicodeScalars.append("?")
      default: clean.unicodeScalars.append(scalar)
      }
    }
    return clean
  }
}

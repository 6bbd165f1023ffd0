/// A unit as documents write it, and how many of our fine units it is.
struct Unit: Hashable, Sendable {
  let symbol: String
  /// Other spellings that are read, never written.
  let alsoRead: [String]
  /// Fine units in one of these: exact, so that nothing is ever rounded.
  let fine: Int64
  let sample: String

  static let millimetres = Unit(symbol: "mm", alsoRead: [], fine: 1_000, sample: "0.5 mm")
  static let hertz = Unit(symbol: "Hz", alsoRead: [], fine: 1_000, sample: "110 Hz")
  static let milliseconds = Unit(symbol: "ms", alsoRead: [], fine: 1, sample: "80 ms")
  static let perSquareCentimetre = Unit(symbol: "/cm2", alsoRead: ["/cm²"], fine: 10_000, sample: "25 /cm2")
  static let hours = Unit(symbol: "h", alsoRead: [], fine: 3_600, sample: "5 h")
  static let days = Unit(symbol: "days", alsoRead: ["day", "d"], fine: 1, sample: "7 days")
  static let count = Unit(symbol: "", alsoRead: [], fine: 1, sample: "400")

  func reads(_ spelling: String) -> Bool { spelling == symbol || alsoRead.contains(spelling) }

  /// The amount as a document writes it, exact and without superfluous zeros.
  func text(_ amount: Int64) -> String {
    let whole = amount / fine
    var rest = abs(amount % fine)
    var digits = whole == 0 && amount < 0 ? "-0" : String(whole)
    if rest != 0 {
      digits += "."
      // Ends for every unit whose fine factor divides a power of ten; hours may not, and stop at six digits.
      var places = 0
      while rest != 0, places < 6 {
        rest *= 10
        digits += String(rest / fine)
        rest %= fine
        places += 1
      }
    }
    return symbol.isEmpty ? digits : "\(digits) \(symbol)"
  }
}

/// Why a text is no measure.
enum MeasureError: Error, Hashable {
  case notANumber
  /// A comma where a point belongs.
  case comma
  case negative
  case tooLong
  /// More digits than the fine unit holds: rounding might go towards danger, so there is none.
  case tooFine
  case unitMissing
  case unitWrong(String)
}

/// Exact decimals: digits, one optional point, one optional unit. No sign, exponent, separator or Double.
enum Measure {
  /// So that no amount can overflow: 12 digits times the largest factor stay below 2⁶³.
  static let maximumDigits = 12

  /// The amount in fine units.
  static func amount(_ text: String, _ unit: Unit) throws(MeasureError) -> Int64 {
    let (number, spelling) = split(text)
    // A number that is none is the better message than a unit that is none.
    let amount = try decimal(number, fine: unit.fine)
    if unit.reads(spelling) { return amount }
    throw spelling.isEmpty ? .unitMissing : .unitWrong(spelling)
  }

  /// A chart coordinate in millimetres: a decimal with an optional minus sign, in micrometres.
  static func coordinate(_ text: String) throws(MeasureError) -> Int64 {
    if text.hasPrefix("-") { return -(try decimal(text.dropFirst(), fine: 1_000)) }
    return try decimal(text[...], fine: 1_000)
  }

  /// The leading number and the trimmed rest.
  private static func split(_ text: String) -> (number: Substring, unit: String) {
    let number = text.prefix { $0.isASCII && ($0.isNumber || "+-.,_".contains($0)) }
    let rest = text[number.endIndex...].drop { $0 == " " }
    return (number, String(rest))
  }

  static func decimal(_ number: Substring, fine: Int64) throws(MeasureError) -> Int64 {
    if number.isEmpty { throw .notANumber }
    if number.hasPrefix("-") { throw .negative }
    if number.contains(",") { throw .comma }
    var mantissa: Int64 = 0
    var scale: Int64 = 1
    var digits = 0
    var afterPoint = 0
    var hasPoint = false
    for byte in number.utf8 {
      if byte == UInt8(ascii: "."), !hasPoint, digits > 0 {
        hasPoint = true
        continue
      }
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { throw .notANumber }
      digits += 1
      guard digits <= maximumDigits else { throw .tooLong }
      mantissa = mantissa * 10 + Int64(byte - UInt8(ascii: "0"))
      if hasPoint {
        afterPoint += 1
        scale *= 10
      }
    }
    if hasPoint && afterPoint == 0 { throw .notANumber }
    let amount = mantissa * fine
    guard amount % scale == 0 else { throw .tooFine }
    return amount / scale
  }
}

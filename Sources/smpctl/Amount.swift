/// A quantity as a person enters it: a decimal number and a unit, `0.45 mm` or `100Hz`.
///
/// Exact: a value finer than the daemon's own unit is refused, not rounded, because nobody would see the rounding.
enum Amount {
  struct Unit: Sendable {
    let names: [String]
    /// How many of the fine unit one of this is: a power of ten, 10^digits.
    let digits: Int
  }

  enum Failure: Error, Hashable {
    case notANumber
    /// The unit is missing or not one of these.
    case unit(allowed: [String])
    /// Finer than the unit the device counts in.
    case tooFine(smallest: String)
    case tooLarge
  }

  static func parse(_ text: String, units: [Unit], smallest: String) throws(Failure) -> Int64 {
    let trimmed = text.utf8.drop { $0 == UInt8(ascii: " ") }
    let number = trimmed.prefix { isDigit($0) || $0 == UInt8(ascii: ".") }
    let rest = trimmed[number.endIndex...].drop { $0 == UInt8(ascii: " ") }
    guard let name = String(rest.reversed().drop { $0 == UInt8(ascii: " ") }.reversed()) else {
      throw .unit(allowed: units.flatMap(\.names))
    }
    let parts = number.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let whole = parts.first, !whole.isEmpty, parts.last?.isEmpty == false else {
      throw .notANumber
    }
    guard let unit = units.first(where: { $0.names.contains(name) }) else {
      throw .unit(allowed: units.flatMap(\.names))
    }
    var fraction = parts.count == 2 ? Array(parts[1]) : []
    while fraction.last == UInt8(ascii: "0") { fraction.removeLast() }
    guard fraction.count <= unit.digits else { throw .tooFine(smallest: smallest) }
    let padding = Array(repeating: UInt8(ascii: "0"), count: unit.digits - fraction.count)
    let digits = Array(whole) + fraction + padding
    guard let text = String(digits), let value = Int64(text), value <= maximum else { throw .tooLarge }
    return value
  }

  /// Far beyond every quantity here, far below where sums overflow.
  static let maximum: Int64 = 1_000_000_000_000

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  static let lengthUnits = [Unit(names: ["mm"], digits: 3), Unit(names: ["um", "\u{B5}m", "\u{3BC}m"], digits: 0)]
  static let speedUnits = [Unit(names: ["Hz"], digits: 3), Unit(names: ["mHz"], digits: 0)]
  static let timeUnits = [Unit(names: ["s"], digits: 3), Unit(names: ["ms"], digits: 0)]
}

extension String {
  /// nil where the bytes are no UTF-8.
  fileprivate init?(_ bytes: some Sequence<UInt8>) {
    guard let text = String(validating: Array(bytes), as: UTF8.self) else { return nil }
    self = text
  }
}

extension Amount.Failure: CustomStringConvertible {
  var description: String {
    switch self {
    case .notANumber: "not a number with a unit"
    case .unit(let allowed): "the unit must be one of \(allowed.joined(separator: ", "))"
    case .tooFine(let smallest): "finer than \(smallest)"
    case .tooLarge: "too large"
    }
  }
}

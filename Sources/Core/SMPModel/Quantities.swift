/// A physical quantity: a whole number of its own fine unit, never mixed with another kind.
///
/// There is no `Double` and no bare integer in the core (house style 1): a depth cannot be passed where a
/// distance is expected, and sums exist only inside one kind. Overflow traps, in release too.
package protocol Quantity: Hashable, Comparable, Sendable {
  /// The amount in the kind's own unit, which the kind's named property repeats.
  var amount: Int64 { get }
  init(amount: Int64)
}

extension Quantity {
  package static func < (left: Self, right: Self) -> Bool { left.amount < right.amount }
  package static func + (left: Self, right: Self) -> Self { Self(amount: left.amount + right.amount) }
  package static func - (left: Self, right: Self) -> Self { Self(amount: left.amount - right.amount) }
  package static var zero: Self { Self(amount: 0) }
}

/// Depth of the needle below the skin surface, in micrometres.
///
/// *Commanded*, *reported* and *estimated* depth are different fields everywhere, because trade sources use
/// "depth" both for protrusion and for depth in skin (field.md, row "depth").
package struct Depth: Quantity {
  package let amount: Int64
  package init(amount: Int64) { self.amount = amount }
  package static func micrometres(_ value: Int64) -> Depth { Depth(amount: value) }
  package var micrometres: Int64 { amount }
}

/// Needle strokes per second, in millihertz (110 Hz is 110,000).
package struct Speed: Quantity {
  package let amount: Int64
  package init(amount: Int64) { self.amount = amount }
  package static func millihertz(_ value: Int64) -> Speed { Speed(amount: value) }
  package var millihertz: Int64 { amount }
}

/// A length on the scalp chart, in micrometres.
package struct Distance: Quantity {
  package let amount: Int64
  package init(amount: Int64) { self.amount = amount }
  package static func micrometres(_ value: Int64) -> Distance { Distance(amount: value) }
  package var micrometres: Int64 { amount }
}

/// An area on the scalp chart, in square micrometres (1 cm² is 10⁸).
package struct Area: Quantity {
  package let amount: Int64
  package init(amount: Int64) { self.amount = amount }
  package static func squareMicrometres(_ value: Int64) -> Area { Area(amount: value) }
  package var squareMicrometres: Int64 { amount }
  /// 1 cm²: the disc in which areal density is held.
  package static let squareCentimetre = Area(amount: 100_000_000)
}

/// Dots per area, in dots per square metre (25 /cm² is 250,000), so that a tenth of a dot per cm² stays whole.
package struct Density: Quantity {
  package let amount: Int64
  package init(amount: Int64) { self.amount = amount }
  package static func perSquareMetre(_ value: Int64) -> Density { Density(amount: value) }
  package static func perSquareCentimetre(_ value: Int64) -> Density { Density(amount: value * 10_000) }
  package var perSquareMetre: Int64 { amount }
  /// Whole dots this density allows in `area`, rounded down: rounding never goes towards danger.
  package func dots(in area: Area) -> Int64 {
    // area is below 10^12 µm² (1 m²) and density below 10^7 /m², so the product needs the wide type.
    let (high, low) = area.amount.multipliedFullWidth(by: amount)
    return Int64(1_000_000_000_000).dividingFullWidth((high, low)).quotient
  }
}

/// How long the needle works in one contact episode, in milliseconds. A dot is an episode of many strokes.
package struct Dwell: Quantity {
  package let amount: Int64
  package init(amount: Int64) { self.amount = amount }
  package static func milliseconds(_ value: Int64) -> Dwell { Dwell(amount: value) }
  package var milliseconds: Int64 { amount }
}

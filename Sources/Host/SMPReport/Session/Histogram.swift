/// How often which amounts came, in bins of one width. The last bin holds its upper end.
package struct Histogram: Hashable, Sendable {
  /// Lower end of the first bin; a whole number of widths.
  package let start: Int64
  /// 1, 2 or 5 times a power of ten, so that ends of bins read well.
  package let width: Int64
  /// One for each bin, in order.
  package let counts: [Int64]

  package var end: Int64 { start + width * Int64(counts.count) }
  package var total: Int64 { counts.reduce(0, +) }
  package var highest: Int64 { counts.max() ?? 0 }

  package static let mostBins: Int64 = 32

  /// - Parameters:
  ///   - range: what the bins must cover at least; amounts outside it go to the first or last bin.
  ///   - least: no bin is narrower, because nothing measures finer.
  package init(_ values: [Int64], over range: ClosedRange<Int64>, least: Int64) {
    precondition(least > 0, "a bin has a width")
    let width = Histogram.width(for: range.upperBound - range.lowerBound, least: least)
    let start = Histogram.floor(range.lowerBound, width)
    let bins = max(1, (range.upperBound - start + width - 1) / width)
    var counts = [Int64](repeating: 0, count: Int(bins))
    for value in values {
      let bin = Histogram.floor(value - start, width) / width
      counts[Int(min(max(0, bin), bins - 1))] += 1
    }
    (self.start, self.width, self.counts) = (start, width, counts)
  }

  /// A range that shows all values with some air, and the limits that are not far away.
  package static func range(of values: [Int64], limits: [Int64], least: Int64) -> ClosedRange<Int64>? {
    guard let low = values.min(), let high = values.max() else { return nil }
    let air = max((high - low) / 4, 2 * least)
    var range = (low - air)...(high + air)
    let reach = max(high - low, 10 * least)
    for limit in limits where limit >= low - reach && limit <= high + reach {
      range = min(range.lowerBound, limit - least)...max(range.upperBound, limit + least)
    }
    // Nothing a needle does is less than nothing.
    return low < 0 ? range : max(0, range.lowerBound)...range.upperBound
  }

  private static func width(for span: Int64, least: Int64) -> Int64 {
    var power: Int64 = 1
    while true {
      for factor: Int64 in [1, 2, 5] where factor * power >= least && span / (factor * power) < mostBins - 1 {
        return factor * power
      }
      power *= 10
    }
  }

  private static func floor(_ value: Int64, _ width: Int64) -> Int64 {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: width)
    return (remainder < 0 ? quotient - 1 : quotient) * width
  }
}

package import SMPModel

/// A turn and a shift from a device's own frame to the chart: no scale, no mirror. Whole numbers throughout, so that
/// every machine maps every place alike.
package struct Motion: Hashable, Sendable {
  /// What cosine and sine count in: 2²⁸. Places lie at most 2³² µm apart, so a turned one fits 61 bits; over the 3 m
  /// that two places of a chart can be apart, the last digit is worth 0.02 µm.
  package static let unit: Int64 = 1 << 28
  /// A mapped place is rounded to whole micrometres in both directions: never further off than this.
  package static let rounding = Distance.micrometres(1)

  package let cosine: Int64
  package let sine: Int64
  /// The place it turns about, in the device's frame, and where that lies on the chart.
  package let pivot: DevicePosition
  package let pivotOnChart: ChartPosition

  /// Nil unless cosine and sine are those of one angle, to a part in 10⁷: as read back from a record.
  package init?(cosine: Int64, sine: Int64, pivot: DevicePosition, pivotOnChart: ChartPosition) {
    let unit = Motion.unit
    guard (-unit...unit).contains(cosine), (-unit...unit).contains(sine) else { return nil }
    let (found, wanted) = (cosine * cosine + sine * sine, unit * unit)
    guard (found - wanted).magnitude <= wanted.magnitude / 10_000_000 else { return nil }
    self.init(turning: (cosine, sine), pivot: pivot, pivotOnChart: pivotOnChart)
  }

  init(turning turn: (cosine: Int64, sine: Int64), pivot: DevicePosition, pivotOnChart: ChartPosition) {
    (cosine, sine) = turn
    self.pivot = pivot
    self.pivotOnChart = pivotOnChart
  }

  /// Where a place of the device's frame lies on the chart; one too far away for 32 bits is taken to their edge, which
  /// is off every chart.
  package func chart(_ place: DevicePosition) -> ChartPosition {
    let x = Int64(place.x) - Int64(pivot.x)
    let y = Int64(place.y) - Int64(pivot.y)
    return ChartPosition(
      x: Int32(clamping: Int64(pivotOnChart.x) + Motion.rounded(cosine * x - sine * y)),
      y: Int32(clamping: Int64(pivotOnChart.y) + Motion.rounded(sine * x + cosine * y)))
  }

  /// To the nearest whole number.
  static func rounded(_ scaled: Int64) -> Int64 { (scaled + unit / 2) >> 28 }
}

package import SMPModel

/// How a device's own frame lies to the chart, as the landmarks told: the motion, and what it leaves over at each.
package struct Registration: Hashable, Sendable {
  /// What is left over at one landmark after the fit.
  package struct Residual: Hashable, Sendable {
    package let reading: LandmarkReading
    /// From the landmark's place on the chart to where the motion puts the reading, rounded up.
    package let distance: Distance
    package init(reading: LandmarkReading, distance: Distance) {
      self.reading = reading
      self.distance = distance
    }
  }

  package let motion: Motion
  /// In the order the readings were given.
  package let residuals: [Residual]
  package var greatestResidual: Distance { residuals.map(\.distance).max() ?? .zero }

  package init(motion: Motion, residuals: [Residual]) {
    self.motion = motion
    self.residuals = residuals
  }

  /// The motion that leaves the least squares over. A frame that is mirrored or has another scale fits no motion: what
  /// it leaves over is as large as that, and the caller judges it.
  ///
  /// Throws when there are too few readings or too many, when a landmark is off the chart or two readings lie further
  /// apart than a chart is wide, and when the readings show no direction.
  package init(fitting readings: [LandmarkReading]) throws(RegistrationError) {
    guard Landmark.counts.contains(readings.count) else { throw .readings(readings.count) }
    let sums = try Sums(readings)
    guard let turn = Registration.turn(along: sums.along, across: sums.across) else { throw .noDirection }
    let motion = sums.motion(turn: turn)
    self.init(
      motion: motion,
      residuals: readings.map { reading in
        let squared = motion.chart(reading.read).squaredDistance(toFar: reading.landmark.place)
        return Residual(reading: reading, distance: .micrometres(Int64(squared.squareRootRoundedUp)))
      })
  }

  /// Cosine and sine of the angle with this adjacent and opposite side. Nil for an angle of nothing.
  private static func turn(along: Int64, across: Int64) -> (cosine: Int64, sine: Int64)? {
    // Both in 30 bits, so that their squares fit, and as large as they can be, so that nothing is lost of the angle.
    let width = Int64(64 - max(along.magnitude, across.magnitude).leadingZeroBitCount)
    let shift = 30 - width
    let (x, y) = shift >= 0 ? (along << shift, across << shift) : (along >> -shift, across >> -shift)
    let length = Int64(UInt64(x * x + y * y).squareRootRoundedDown)
    guard length > 0 else { return nil }
    func share(_ side: Int64) -> Int64 {
      let scaled = side * Motion.unit + (side < 0 ? -length : length) / 2
      return min(max(scaled / length, -Motion.unit), Motion.unit)
    }
    return (share(x), share(y))
  }

  /// The readings about their middles, times their count, so that nothing is rounded.
  private struct Sums {
    /// No two places on the chart are 3 m apart: what lies further apart was never on one.
    static let reach: Int64 = 3_000_000

    let count: Int64
    let origin: LandmarkReading
    var read: (x: Int64, y: Int64) = (0, 0)
    var place: (x: Int64, y: Int64) = (0, 0)
    var along: Int64 = 0
    var across: Int64 = 0

    init(_ readings: [LandmarkReading]) throws(RegistrationError) {
      origin = readings[0]
      count = Int64(readings.count)
      for reading in readings {
        guard reading.landmark.place.isOnChart else { throw .offChart(reading.landmark.name) }
        let (read, place) = (origin.away(read: reading.read), origin.away(place: reading.landmark.place))
        guard max(read.x.magnitude, read.y.magnitude) <= Sums.reach.magnitude else {
          throw .tooFarApart(origin.landmark.name, reading.landmark.name)
        }
        self.read = (self.read.x + read.x, self.read.y + read.y)
        self.place = (self.place.x + place.x, self.place.y + place.y)
      }
      // Times 12 a difference of 3 m is below 2²⁶, about the middle below 2²⁷; 24 products of two stay below 2⁵⁹.
      for reading in readings {
        let (read, place) = (origin.away(read: reading.read), origin.away(place: reading.landmark.place))
        let (fromX, fromY) = (count * read.x - self.read.x, count * read.y - self.read.y)
        let (toX, toY) = (count * place.x - self.place.x, count * place.y - self.place.y)
        along += fromX * toX + fromY * toY
        across += fromX * toY - fromY * toX
      }
    }

    /// Turned about the middle of the readings, which comes to lie in the middle of the landmarks.
    func motion(turn: (cosine: Int64, sine: Int64)) -> Motion {
      func share(_ sum: Int64) -> Int64 { (2 * sum + (sum < 0 ? -count : count)) / (2 * count) }
      let about = (x: share(read.x), y: share(read.y))
      let pivot = DevicePosition(
        x: Int32(clamping: Int64(origin.read.x) + about.x), y: Int32(clamping: Int64(origin.read.y) + about.y))
      let middle = ChartPosition(
        x: Int32(clamping: Int64(origin.landmark.place.x) + share(place.x)),
        y: Int32(clamping: Int64(origin.landmark.place.y) + share(place.y)))
      return Motion(turning: turn, pivot: pivot, pivotOnChart: middle)
    }
  }
}

/// Why readings make no registration.
package enum RegistrationError: Error, Hashable, Sendable {
  /// So many readings, and not `Landmark.counts`.
  case readings(Int)
  /// This landmark is not on the chart.
  case offChart(String)
  /// The device saw its tip further apart at these two than any chart is wide.
  case tooFarApart(String, String)
  /// The readings show no direction, as when all are of one place.
  case noDirection
}

extension LandmarkReading {
  fileprivate func away(read other: DevicePosition) -> (x: Int64, y: Int64) {
    (Int64(other.x) - Int64(read.x), Int64(other.y) - Int64(read.y))
  }
  fileprivate func away(place other: ChartPosition) -> (x: Int64, y: Int64) {
    (Int64(other.x) - Int64(landmark.place.x), Int64(other.y) - Int64(landmark.place.y))
  }
}

extension ChartPosition {
  /// Squared distance in µm², also from places off the chart: 32-bit differences squared and added fit 65 bits, so it
  /// is held at the largest that 64 have.
  fileprivate func squaredDistance(toFar other: ChartPosition) -> UInt64 {
    let dx = (Int64(x) - Int64(other.x)).magnitude
    let dy = (Int64(y) - Int64(other.y)).magnitude
    let (sum, isTooFar) = (dx * dx).addingReportingOverflow(dy * dy)
    return isTooFar ? .max : sum
  }
}

extension UInt64 {
  /// The least whole number whose square is not smaller.
  fileprivate var squareRootRoundedUp: UInt64 {
    let root = squareRootRoundedDown
    let (square, isPast) = root.multipliedReportingOverflow(by: root)
    return isPast || square >= self ? root : root + 1
  }
}

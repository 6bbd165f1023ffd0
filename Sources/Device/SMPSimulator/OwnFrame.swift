internal import SMPModel

/// A frame of the device's own: where its tracker was put down, the head lies turned and moved in it. Drawn once, as a
/// tracker stands still for as long as it is plugged in.
///
/// Its arithmetic is not the host's, so that a mistake in one does not hide in the other: the turn is the one of a right
/// triangle with whole sides, and exact.
struct OwnFrame: Hashable, Sendable {
  /// Legs and hypotenuse, from Euclid's formula.
  private let across: Int64
  private let along: Int64
  private let hypotenuse: Int64
  private let x: Int64
  private let y: Int64

  init(seed: UInt64) {
    var random = SeededRandom(seed: seed, stream: .frame)
    let (m, n) = (random.within(1...1_000), random.within(1...1_000))
    across = (m * m - n * n) * (random.chance(perMille: 500) ? 1 : -1)
    along = 2 * m * n * (random.chance(perMille: 500) ? 1 : -1)
    hypotenuse = m * m + n * n
    // Half a metre each way: an arm's length beside the chair.
    (x, y) = (random.within(-500_000...500_000), random.within(-500_000...500_000))
  }

  func place(of truth: ChartPosition) -> ChartPosition {
    let (u, v) = (Int64(truth.x), Int64(truth.y))
    return ChartPosition(
      x: Int32(clamping: x + (across * u - along * v) / hypotenuse),
      y: Int32(clamping: y + (along * u + across * v) / hypotenuse))
  }
}

internal import SMPModel

/// What the device believes about its place: truth, plus what registration left over, plus noise.
struct PositionSensor: Sendable {
  private let model: PositionModel
  /// Constant until the next registration.
  let registrationX: Int64
  let registrationY: Int64
  /// The position jump fault: every reading of this approach is off by so much.
  var jump: Int64 = 0
  private var random: SeededRandom
  /// Nil where the device speaks the chart.
  private let frame: OwnFrame?

  init(model: PositionModel, seed: UInt64, isOwnFrame: Bool) {
    self.model = model
    frame = isOwnFrame ? OwnFrame(seed: seed) : nil
    random = SeededRandom(seed: seed, stream: .position)
    let range = -model.registrationWorst...model.registrationWorst
    registrationX = random.within(range)
    registrationY = random.within(range)
  }

  mutating func reading(of truth: ChartPosition) -> ChartPosition {
    let noiseX = random.noise(sigma: model.sigma, worst: model.worst)
    let noiseY = random.noise(sigma: model.sigma, worst: model.worst)
    let place = truth.moved(x: registrationX + noiseX + jump, y: registrationY + noiseY)
    return frame?.place(of: place) ?? place
  }

  /// Where the handpiece is by now: nobody holds it perfectly still.
  mutating func wandered(from truth: ChartPosition) -> ChartPosition {
    let x = random.noise(sigma: model.wanderSigma, worst: model.wanderWorst)
    let y = random.noise(sigma: model.wanderSigma, worst: model.wanderWorst)
    return truth.moved(x: x, y: y)
  }

  /// What lies at `marked` on the registered chart lies here in truth; the hand works on the registered chart.
  func truth(of marked: ChartPosition) -> ChartPosition { marked.moved(x: -registrationX, y: -registrationY) }
  func marked(_ truth: ChartPosition) -> ChartPosition { truth.moved(x: registrationX, y: registrationY) }
}

extension ChartPosition {
  /// Held at the edge of the 32-bit chart rather than trapping: a fault may throw a position anywhere.
  func moved(x dx: Int64, y dy: Int64) -> ChartPosition {
    ChartPosition(x: Int32(clamping: Int64(x) + dx), y: Int32(clamping: Int64(y) + dy))
  }
}

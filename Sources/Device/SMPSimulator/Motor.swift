internal import SMPModel

/// The drive: strokes per second over time, with ramps, load, drift and a rotor that can seize.
///
/// Time is nanoseconds of virtual time, speed millihertz. Between changes the speed is a straight ramp to a goal, so
/// speed and strokes at any instant are exact without stepping.
struct Motor: Sendable {
  private let model: MotorModel
  private var commanded: Int64 = 0
  private var loadPerMille: Int64 = 0
  /// The drive runs this much faster than told (speed drift).
  private(set) var driftPerMille: Int64 = 0
  private(set) var isSeized = false
  /// Without power the rotor runs down by friction.
  private(set) var isPowered = true

  private var since: UInt64 = 0
  private var speedThen: Int64 = 0
  private var strokesThen: Int64 = 0
  /// Part of a stroke, in millihertz nanoseconds; a stroke is 10¹² of them.
  private var partThen: Int64 = 0

  private static let stroke: Int64 = 1_000_000_000_000

  init(model: MotorModel, at now: UInt64) {
    self.model = model
    since = now
  }

  private var goal: Int64 {
    if isSeized || !isPowered { return 0 }
    return commanded * (1_000 + driftPerMille) / 1_000 * (1_000 - loadPerMille) / 1_000
  }

  /// Slope of the ramp under way, millihertz per microsecond.
  private var slope: Int64 {
    if isSeized { return model.seizing }
    if !isPowered { return model.coasting }
    if commanded == 0 { return model.braking }
    return goal > speedThen ? model.spinningUp : model.coasting
  }

  /// When the speed reaches its goal.
  var settlesAt: UInt64 {
    let difference = (goal - speedThen).magnitude
    return since + (UInt64(difference) * 1_000 + UInt64(slope) - 1) / UInt64(slope)
  }

  func speed(at now: UInt64) -> Int64 {
    if now >= settlesAt { return goal }
    let change = Int64(now - since) * slope / 1_000
    return goal > speedThen ? speedThen + change : speedThen - change
  }

  func isTurning(at now: UInt64) -> Bool { speed(at: now) > 0 }

  /// Whether anything about the speed is still to come: it turns, or is about to.
  func isAtRest(at now: UInt64) -> Bool { goal == 0 && speed(at: now) == 0 }

  /// Strokes since the beginning, and the part of the next one in millihertz nanoseconds.
  func strokes(at now: UInt64) -> (whole: Int64, part: Int64) {
    let bend = min(max(settlesAt, since), now)
    let ramp = Int64(bend - since)
    // A ramp lasts below a second and speeds stay below 10⁶ mHz, so the product stays below 10¹⁶.
    var travelled = partThen + (speedThen + speed(at: bend)) * ramp / 2
    // 200 Hz for twelve hours still fits 64 bits, and every reading of the sensor cuts the stretch anyway.
    travelled += goal * Int64(now - bend)
    return (strokesThen + travelled / Self.stroke, travelled % Self.stroke)
  }

  private mutating func settle(at now: UInt64) {
    let (whole, part) = strokes(at: now)
    let speed = speed(at: now)
    (strokesThen, partThen, speedThen, since) = (whole, part, speed, now)
  }

  mutating func command(_ speed: Speed, at now: UInt64) {
    settle(at: now)
    commanded = max(0, speed.millihertz)
  }

  mutating func load(perMille: Int64, at now: UInt64) {
    settle(at: now)
    loadPerMille = perMille
  }

  mutating func drift(perMille: Int64, at now: UInt64) {
    settle(at: now)
    driftPerMille = perMille
  }

  mutating func seize(_ seized: Bool, at now: UInt64) {
    settle(at: now)
    isSeized = seized
  }

  mutating func power(_ powered: Bool, at now: UInt64) {
    settle(at: now)
    isPowered = powered
    if !powered { commanded = 0 }
  }
}

package import SMPModel

/// One contact of the needle with skin, as the needle saw it. The witness every other record is held against.
package struct Contact: Hashable, Sendable {
  /// Where the tip truly was on the chart.
  package let position: ChartPosition
  /// Furthest the tip truly stood out beyond the rest line of the skin.
  package let depth: Depth
  /// The same in the skin: less, because skin gives way.
  package let depthInSkin: Depth
  /// Mean speed over the contact.
  package let speed: Speed
  package let strokes: Int64
  package let began: MonotonicTime
  package let ended: MonotonicTime
  package var duration: Interval { ended - began }
}

/// The needle: where it stands, and its own log of contacts. It knows neither firmware nor host.
struct Needle: Sendable {
  enum Place: Hashable, Sendable {
    case parked
    case falling
    /// Out, with no skin before it.
    case inAir
    case inSkin
    case leaving
    case rising
  }

  /// A contact that has not ended yet.
  struct Touch: Sendable {
    let position: ChartPosition
    let depth: Int64
    let give: Int64
    let began: UInt64
    /// The drive's strokes at that instant.
    let strokes: (whole: Int64, part: Int64)
  }

  private(set) var place = Place.parked
  private(set) var touch: Touch?
  private(set) var log: [Contact] = []
  /// Protrusion the actuator will reach on this way down.
  private(set) var protrusion: Int64 = 0

  private let model: ActuatorModel
  private let bias: Int64
  private var random: SeededRandom

  init(model: ActuatorModel, seed: UInt64) {
    self.model = model
    random = SeededRandom(seed: seed, stream: .actuator)
    bias = random.within(-model.biasWorst...model.biasWorst)
  }

  var isParked: Bool { place == .parked }

  /// Starts to fall. `excess` is added beyond every tolerance: the over-shoot fault.
  /// - Returns: nanoseconds until the tip is at the skin.
  mutating func fall(to depth: Depth, excess: Int64) -> UInt64 {
    let scatter = random.noise(sigma: model.sigma, worst: model.worst)
    let error = min(max(bias + scatter, -model.worst), model.worst)
    protrusion = max(0, depth.micrometres + error + excess)
    place = .falling
    return UInt64(random.within(model.falling)) * 1_000
  }

  mutating func reachAir() { place = .inAir }

  mutating func reachSkin(at position: ChartPosition, now: UInt64, strokes: (whole: Int64, part: Int64)) {
    precondition(touch == nil, "a needle in the skin cannot enter it")
    touch = Touch(
      position: position, depth: protrusion, give: min(protrusion, random.within(model.skinGive)), began: now,
      strokes: strokes)
    place = .inSkin
  }

  /// Starts to rise.
  /// - Returns: nanoseconds until the tip has left the skin.
  mutating func rise() -> UInt64 {
    place = touch == nil ? .rising : .leaving
    return touch == nil ? 0 : UInt64(random.within(model.leaving)) * 1_000
  }

  /// The tip has left the skin: the contact is over and written down.
  mutating func leaveSkin(now: UInt64, strokes: (whole: Int64, part: Int64)) -> Contact? {
    // Away from the skin nothing leaves it: a needle that is parked, or on its way, stays so.
    guard let touch else { return nil }
    place = place == .inSkin ? .inAir : .rising
    self.touch = nil
    // 10¹² mHz·ns are one stroke, so the mean speed in mHz is travelled × 10¹² / elapsed.
    let whole = strokes.whole - touch.strokes.whole
    let part = strokes.part - touch.strokes.part
    let elapsed = max(1, Int64(now - touch.began))
    let contact = Contact(
      position: touch.position, depth: .micrometres(touch.depth), depthInSkin: .micrometres(touch.depth - touch.give),
      // Contacts last seconds at most: some hundred strokes keep this below 2⁶³.
      speed: .millihertz((whole * 1_000_000_000_000 + part) / elapsed),
      // The fall itself is the first stroke.
      strokes: 1 + max(0, (whole * 1_000_000_000_000 + part) / 1_000_000_000_000),
      began: MonotonicTime(nanoseconds: touch.began), ended: MonotonicTime(nanoseconds: now))
    log.append(contact)
    return contact
  }

  /// Nanoseconds from leaving the skin to the park stop.
  mutating func parkingTime() -> UInt64 { UInt64(random.within(model.parking)) * 1_000 }

  mutating func park() { place = .parked }
}

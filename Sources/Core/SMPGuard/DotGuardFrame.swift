import SMPModel

/// In which frame a device measures, and what is known of it.
enum DeviceFrame: Hashable, Sendable {
  /// The device speaks the chart, or has no places at all.
  case chart
  /// A frame of its own, and nobody knows how it lies to the chart (S12).
  case unregistered
  case registered(Registration)

  var registration: Registration? {
    switch self {
    case .chart, .unregistered: nil
    case .registered(let registration): registration
    }
  }

  /// How far one reading may be off another of the same place: the device's accuracy, and where each was mapped to the
  /// chart by itself, the rounding of that.
  func readingError(_ accuracy: Distance?) -> Distance? {
    switch self {
    case .chart: accuracy
    case .unregistered, .registered: accuracy.map { $0 + Motion.rounding }
    }
  }
}

/// Registration of a device's own frame to the chart (S12).
extension DotGuard {
  /// Nothing stands between the device's places and the chart.
  package var isRegistered: Bool {
    switch frame {
    case .chart, .registered: true
    case .unregistered: false
    }
  }

  /// From here on places of the device are those that `registration` maps, each as wrong as its worst landmark.
  ///
  /// The greatest residual of the session stays: dots that were made under it are where they are. Refuses while a grant is
  /// open, beyond the hard limit on the residual, and when too little would be known of any place (`worstAccuracy`).
  package mutating func register(_ registration: Registration) throws(GuardRefusal) {
    guard openGrant == nil else { throw .grantOpen }
    guard let accuracy, let error = positionError, frame != .chart else { throw .deviceImplausible }
    let residual = registration.greatestResidual
    // Session-wide: of all zones the same.
    if case .beyondHard(let bound) = rules[0].envelope.judge(.registrationResidualMaximum, residual.micrometres) {
      throw .beyondHard(
        zone: rules[0].zone.index, key: .registrationResidualMaximum, requested: residual.micrometres,
        limit: bound.value, source: bound.source)
    }
    let wider = max(error, accuracy + residual + Motion.rounding)
    guard wider <= DotGuard.worstAccuracy else { throw .deviceImplausible }
    frame = .registered(registration)
    guard wider > error else { return }
    positionError = wider
    field = field.relaid(
      reach: Self.widestReach(of: rules, error: wider + wider),
      discReach: DotGuard.discRadius + wider + wider)
  }

  /// The device was away or began anew: its frame may lie elsewhere by now, and nothing moves before it is registered
  /// again. What was found of its places stays.
  package mutating func unregister() {
    switch frame {
    case .chart, .unregistered: break
    case .registered: frame = .unregistered
    }
  }
}

package import SMPModel

/// How a device record goes beyond its grant. Each is a reason for a protective stop.
package enum RecordExcess: Hashable, Sendable {
  /// The record is not of this grant: another request or another zone.
  case otherGrant
  /// The device says no dot was made and reports depth, strokes or dwell.
  case contactDenied
  case depth(reported: Depth, allowed: Depth)
  case speed(reported: Speed, allowed: Speed)
  case dwell(reported: Dwell, allowed: Dwell)
  /// The dot is farther from its granted place than error and tremor explain.
  case place(reported: ChartPosition, granted: ChartPosition, allowed: Distance)
}

extension RecordExcess {
  /// What in `record` goes beyond `grant` on this device; nil when nothing does. For a grant that no guard holds any more.
  package init?(of record: DotRecord, beyond grant: Grant, on device: DeviceCapabilities) {
    let frame: DeviceFrame = device.positioning.isOwnFrame ? .unregistered : .chart
    self.init(
      of: record, beyond: grant, depthAccuracy: device.depthAccuracy,
      accuracy: frame.readingError(device.positioning.accuracy))
  }

  /// Depth may exceed by the device's depth accuracy, place by the accuracy of two position readings and the tolerance
  /// below. Both were mapped by one motion, so what a registration left over moves both alike. Without positioning (`accuracy` nil) the place is not known and not judged.
  init?(of record: DotRecord, beyond grant: Grant, depthAccuracy: Depth, accuracy: Distance?) {
    guard let excess = Self.excess(record, grant, depthAccuracy, accuracy) else { return nil }
    self = excess
  }

  private static func excess(
    _ record: DotRecord, _ grant: Grant, _ depthAccuracy: Depth, _ accuracy: Distance?
  ) -> RecordExcess? {
    guard record.request == grant.request, record.zone == grant.zone else { return .otherGrant }
    switch record.outcome {
    case .expired, .cancelled:
      let isClean = record.depthReported <= .zero && record.strokes == 0 && record.dwellReported <= .zero
      return isClean ? nil : .contactDenied
    case .unbidden: return .otherGrant
    case .used: break
    }
    let deepest = grant.depth + depthAccuracy
    if record.depthReported > deepest { return .depth(reported: record.depthReported, allowed: deepest) }
    let fastest = Speed.millihertz(
      grant.speed.millihertz * DotGuard.speedTolerance.numerator / DotGuard.speedTolerance.denominator)
    if record.speedReported > fastest { return .speed(reported: record.speedReported, allowed: fastest) }
    let longest = grant.dwell + DotGuard.dwellTolerance
    if record.dwellReported > longest { return .dwell(reported: record.dwellReported, allowed: longest) }
    guard let accuracy else { return nil }
    let allowed = accuracy + accuracy + DotGuard.placeTolerance
    let squaredAllowed = allowed.micrometres * allowed.micrometres
    guard record.position.isOnChart, record.position.squaredDistance(to: grant.position) <= squaredAllowed else {
      return .place(reported: record.position, granted: grant.position, allowed: allowed)
    }
    return nil
  }
}

extension DotGuard {
  /// The speed may pass the granted one by a tenth: where the device itself calls it a fault (`DeviceFault.speedDeviated`).
  static let speedTolerance = (numerator: Int64(11), denominator: Int64(10))
  /// The needle leaves at the end of a stroke, and may finish the one under way and need another to rise: two strokes at
  /// the 100 Hz of field.md, row "speed".
  package static let dwellTolerance = Dwell.milliseconds(20)
  /// Half the usual spacing of 1 mm (field.md, row "spacing"): beyond it a dot is nearer to its neighbour's place than to
  /// its own.
  package static let placeTolerance = Distance.micrometres(500)

  /// What in `record` goes beyond `grant` and the device's accuracy; nil when nothing does.
  package func check(_ record: DotRecord, against grant: Grant) -> RecordExcess? {
    RecordExcess(of: record, beyond: grant, depthAccuracy: depthAccuracy, accuracy: frame.readingError(accuracy))
  }
}

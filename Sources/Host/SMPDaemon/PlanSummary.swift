internal import SMPInterface
internal import SMPModel
internal import SMPRecord
internal import SMPTreatment

extension Library {
  /// What a plan comes to. Times are rounded up to whole minutes, each by itself.
  static func summary(_ plan: Plan, _ bytes: [UInt8]) -> PlanInterface.Summary {
    let estimate = PlanEstimate(plan)
    return PlanInterface.Summary(
      title: plan.title, sha256: Fingerprint(of: bytes).hex,
      zones: zip(plan.zones, estimate.zones).map { zone, work in
        .init(
          name: zone.name, areaSquareMicrometres: zone.area.squareMicrometres,
          outline: zone.outline.corners.map { .init(xMicrometres: Int64($0.x), yMicrometres: Int64($0.y)) },
          dots: work.dots, minutes: minutes(PlanBounds.workingSeconds(dots: work.dots)))
      },
      sessions: zip(plan.sessions, estimate.sessions).map { session, work in
        .init(
          number: Int64(session.number), dots: work.dots, minutes: minutes(work.seconds),
          zones: zip(session.zones, work.zones).map(row))
      }, dots: estimate.dots, minutes: minutes(estimate.seconds),
      pigment: .init(brand: plan.pigment.brand, shade: plan.pigment.shade, dilution: plan.pigment.dilution),
      landmarks: plan.landmarks.map {
        .init(name: $0.name, place: .init(xMicrometres: Int64($0.place.x), yMicrometres: Int64($0.place.y)))
      })
  }

  private static func row(_ zone: PlannedZone, _ work: PlanEstimate.Work) -> PlanInterface.SessionZone {
    PlanInterface.SessionZone(
      zone: zone.name, dots: zone.dots, depthMicrometres: zone.depth.micrometres,
      speedMillihertz: zone.speed.millihertz, dwellMilliseconds: zone.dwell.milliseconds,
      spacingMicrometres: zone.spacing.micrometres, densityPerSquareMetre: zone.density.perSquareMetre,
      needle: zone.needle, minutes: minutes(work.seconds),
      densityReachedPerSquareMetre: work.densityReached.perSquareMetre)
  }

  private static func minutes(_ seconds: Int64) -> Int64 { (seconds + 59) / 60 }
}

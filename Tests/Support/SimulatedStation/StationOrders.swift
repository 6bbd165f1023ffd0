package import SMPModel
internal import SMPRecord
package import SMPSession
package import SMPSimulator

/// Sessions of one course on one skin.
package enum StationOrders {
  package static let course = "C-CRASH"
  /// Between any two dots, micrometres.
  package static let spacing: Int64 = 1_200
  /// In any disc of 1 cm².
  package static let dotsInDisc: Int64 = 45

  /// One zone of 30 × 30 mm.
  package static func order(dots: Int64, session: Int, history: [LivingDot]) -> StartOrder {
    var limits = LimitSet()
    limits[.depthMinimum] = LimitPair(hard: 300)
    limits[.depthMaximum] = LimitPair(hard: 600)
    limits[.spacingMinimum] = LimitPair(hard: spacing)
    limits[.discDensityMaximum] = LimitPair(hard: dotsInDisc * 10_000)
    limits[.dwellMaximum] = LimitPair(hard: 120)
    limits[.zoneDotsMaximum] = LimitPair(hard: dots)
    let corners = [(0, 0), (30_000, 0), (30_000, 30_000), (0, 30_000)].map {
      ChartPosition(x: Int32($0.0), y: Int32($0.1))
    }
    let zone = SessionZone(
      index: ZoneIndex(number: 0), name: "vertex", outline: Outline(corners: corners), depth: .micrometres(500),
      speed: .millihertz(110_000), dwell: .milliseconds(80), needle: "1RL 0.25", dots: dots, limits: limits)
    let digest = [UInt8](repeating: 7, count: Fingerprint.byteCount)
    var site = LimitSet()
    site[.depthMaximum] = LimitPair(soft: 1_000, hard: 1_500)
    return StartOrder(
      session: "\(course)-\(session)",
      profile: SessionProfile(course: course, planDigest: digest, session: session, zoneOrder: .free, zones: [zone]),
      signature: PlanSignature(planDigest: digest, by: "N"), site: site, history: history, sessionsDone: session - 1,
      deviceSerial: nil, operatorName: "N", pigmentLot: "L1", cartridge: "K\(session)", skin: .clear, earlier: .none,
      wall: WallTime(milliseconds: 0))
  }
}

extension HandWork {
  /// What the order asks for, with what is in the skin already.
  package init(_ order: StartOrder, _ device: DeviceCapabilities) {
    let error = HandWork.positionError(on: device.positioning)
    self.init(
      profile: order.profile, made: [], living: order.history.map(\.position), positionError: error,
      site: order.site ?? LimitSet())
  }
}

internal import SMPModel
internal import SMPSession
internal import SimulatedStation

/// One small course on one patch of skin, drawn from the seed: so small that its sessions get into each other's way.
struct LifePlan {
  static let course = "C-LIFE"
  static let spacing: Int64 = 1_200
  static let deepest: Int64 = 600
  static let shallowest: Int64 = 300
  static let longest: Int64 = 120

  /// Millimetres across, for each zone.
  private let side: Int32
  let dotsInDisc: Int64
  /// Of each zone, session by session; later sessions take the last.
  let dots: [Int64]
  let zones: Int
  /// Milliseconds from dot to dot.
  let pace: Int64

  init(_ chance: inout Chance) {
    zones = 1 + chance.below(2)
    side = Int32(chance.within(9...16)) * 1_000
    dotsInDisc = chance.within(25...45)
    var drawn: [Int64] = []
    for _ in 0..<3 { drawn.append(chance.within(10...25) / Int64(zones)) }
    dots = drawn
    pace = chance.within(300...770)
  }

  func zoneDots(session: Int) -> Int64 { dots[min(max(session, 1), dots.count) - 1] }

  /// What a practitioner may write into an order, and what a tired one does.
  enum Slip: CaseIterable {
    case laterSession, earlierSession, otherDevice, noOperator, blankLot, noCartridge, unsigned, altered, noSite
    case redSkin
  }

  func order(session: Int, name: String, history: [LivingDot], done: Int, slip: Slip? = nil) -> StartOrder {
    let digest = [UInt8](repeating: 7, count: 32)
    var number = session
    if slip == .laterSession { number += 1 }
    if slip == .earlierSession { number -= 1 }
    var site = LimitSet()
    site[.depthMaximum] = LimitPair(soft: 1_000, hard: 1_500)
    return StartOrder(
      session: name,
      profile: SessionProfile(
        course: Self.course, planDigest: digest, session: number, zoneOrder: zones == 1 ? .free : .strict,
        zones: (0..<zones).map { zone($0, dots: zoneDots(session: session)) }),
      signature: slip == .unsigned
        ? nil : PlanSignature(planDigest: slip == .altered ? Array(digest.dropLast()) + [8] : digest, by: "N"),
      site: slip == .noSite ? nil : site, history: history, sessionsDone: done,
      deviceSerial: slip == .otherDevice ? "SIM-0002" : nil, operatorName: slip == .noOperator ? "" : "N",
      pigmentLot: slip == .blankLot ? "  " : "L1", cartridge: slip == .noCartridge ? " " : "K\(session)",
      skin: slip == .redSkin ? .redness : .clear, earlier: .none, wall: WallTime(milliseconds: 0))
  }

  private func zone(_ index: Int, dots: Int64) -> SessionZone {
    var limits = LimitSet()
    limits[.depthMinimum] = LimitPair(hard: Self.shallowest)
    limits[.depthMaximum] = LimitPair(hard: Self.deepest)
    limits[.spacingMinimum] = LimitPair(hard: Self.spacing)
    limits[.discDensityMaximum] = LimitPair(hard: dotsInDisc * 10_000)
    limits[.dwellMaximum] = LimitPair(hard: Self.longest)
    limits[.zoneDotsMaximum] = LimitPair(hard: dots)
    let left = Int32(index) * side
    let corners = [(left, 0), (left + side, 0), (left + side, side), (left, side)].map {
      ChartPosition(x: $0.0, y: $0.1)
    }
    return SessionZone(
      index: ZoneIndex(number: UInt8(index)), name: "zone-\(index)", outline: Outline(corners: corners),
      depth: .micrometres(500), speed: .millihertz(110_000), dwell: .milliseconds(80), needle: "1RL 0.25", dots: dots,
      limits: limits)
  }
}

extension LifePlan {
  /// Whether the dots in a zone take a third of the places that the spacing, or a half of what the discs, would leave.
  func isCrowded(zone: ZoneIndex, by places: [ChartPosition]) -> Bool {
    let left = Int32(zone.number) * side
    let inside = Int64(
      places.count { $0.x >= left - 1_000 && $0.x <= left + side + 1_000 && $0.y >= -1_000 && $0.y <= side + 1_000 })
    // What is left within the device's error and a hand's distance from the outline.
    let across = Int64(side) - 700
    let lattice = across * across * 115 / 100 / (Self.spacing * Self.spacing)
    let discs = dotsInDisc * across * across / 100_000_000
    return inside * 3 >= lattice || inside * 2 >= discs
  }
}

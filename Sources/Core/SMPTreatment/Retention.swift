package import SMPModel

/// How much of what was placed in a zone is still held, in whole percent.
///
/// It is read by eye at the next visit (field.md, row "fading"); who reads it rounds down, towards more work and never
/// towards a promise.
package struct Retention: Hashable, Comparable, Sendable {
  /// 0 to 100.
  package let percent: Int

  /// nil outside 0 to 100.
  package init?(percent: Int) {
    guard (0...100).contains(percent) else { return nil }
    self.percent = percent
  }

  private init(within percent: Int) { self.percent = min(max(percent, 0), 100) }

  /// What a plan assumes where nothing was measured: its densities are those to be held.
  package static let whole = Retention(within: 100)
  /// Usual after half a year: the score fell by 0.9 of 8.7, about a tenth (field.md, row "fading": Liu 2025).
  package static let usual = Retention(within: 90)
  /// On scars: by 1.6 of 8.7, about 18 in 100 (same row).
  package static let usualOnScar = Retention(within: 82)
  /// How far off a reading by eye may be, in points: one step of ten. Ours.
  package static let margin = 10

  /// Dots that are still there, rounded down.
  package func held(of placed: Int64) -> Int64 { placed * Int64(percent) / 100 }

  /// Dots to place so that as many are held, rounded up; nil where nothing is held.
  package func placing(_ held: Int64) -> Int64? {
    percent > 0 ? (held * 100 + Int64(percent) - 1) / Int64(percent) : nil
  }

  package func moved(by points: Int) -> Retention { Retention(within: percent + points) }

  package static func < (left: Retention, right: Retention) -> Bool { left.percent < right.percent }
}

/// Where one zone stands, from the journal.
package struct ZoneStanding: Hashable, Sendable {
  /// Every dot of the client in the zone, of all courses, presumed ones included: a faded dot is still in the skin.
  package let placed: Int64
  /// Those of them that other courses made.
  package let earlier: Int64
  /// Of everything placed so far, as last assessed; nil before.
  package let retention: Retention?
  package init(placed: Int64, earlier: Int64 = 0, retention: Retention? = nil) {
    self.placed = placed
    self.earlier = earlier
    self.retention = retention
  }
}

/// Where a course stands.
package struct CourseStanding: Hashable, Sendable {
  /// Sessions that are over and made dots.
  package let sessionsDone: Int
  /// In the plan's order of zones.
  package let zones: [ZoneStanding]
  package init(sessionsDone: Int, zones: [ZoneStanding]) {
    self.sessionsDone = sessionsDone
    self.zones = zones
  }

  /// Every zone's retention as `change` has it.
  func assuming(_ change: (Int, ZoneStanding) -> Retention) -> CourseStanding {
    CourseStanding(
      sessionsDone: sessionsDone,
      zones: zones.enumerated().map { index, zone in
        ZoneStanding(placed: zone.placed, earlier: zone.earlier, retention: change(index, zone))
      })
  }
}

extension PlanZone {
  /// How many of these lie in the zone; one on its border counts.
  package func count(of positions: [ChartPosition]) -> Int64 {
    let polygon = Polygon(outline.corners)
    return Int64(positions.count { polygon.place(of: .init(x: Int64($0.x) * 2, y: Int64($0.y) * 2)) != .outside })
  }
}

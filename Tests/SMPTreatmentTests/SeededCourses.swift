import SMPModel
import Testing

@testable import SMPTreatment

/// Plans of one to four zones and one to five sessions, sound within the site's limits, and where their courses stand.
struct SeededCourse: CustomTestStringConvertible {
  let seed: UInt64
  let plan: Plan
  let standing: CourseStanding
  let site: LimitSet

  var testDescription: String { "seed \(seed)" }

  init(_ seed: UInt64) throws {
    var random = Seeded(seed)
    func pick(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &random) }
    self.seed = seed
    var site = Drafts.site
    let closest = pick(600...1_100)
    site[.spacingMinimum] = LimitPair(soft: closest, hard: 500)
    site[.discDensityMaximum] = LimitPair(soft: pick(800_000...1_200_000), hard: 1_200_000)
    site[.zoneDensityMaximum] = LimitPair(soft: pick(600_000...1_000_000), hard: 1_200_000)
    let zones = Int(pick(1...4))
    let sessions = Int(pick(1...5))
    var draft = Drafts.sound
    draft.naturalDensity = .value(.perSquareCentimetre(100))
    draft.zones = .value(
      (0..<zones).map { Drafts.zone("zone-\($0)", Drafts.square(Int32($0) * 90_000, 0, Int32(pick(10_000...80_000)))) })
    var densities = Array(repeating: Int64(0), count: zones)
    draft.sessions = .value(
      (1...sessions).map { number in
        var listings: [SessionZoneDraft] = []
        // Every zone in the first session, since a zone that is never worked is no plan's.
        for zone in 0..<zones where number == 1 || pick(0...4) > 0 {
          densities[zone] += pick(20_000...190_000)
          var listing = Drafts.listing("zone-\(zone)", spacing: closest + pick(0...100), density: 1, dots: 1)
          listing.density = .value(.perSquareMetre(densities[zone]))
          listing.dots = .nothing
          if pick(0...3) == 0 { listing.localDensity = .value(.perSquareMetre(densities[zone] + pick(0...100_000))) }
          listings.append(listing)
        }
        if listings.isEmpty {
          densities[0] += 20_000
          var listing = Drafts.listing("zone-0", spacing: closest, density: 1, dots: 1)
          listing.density = .value(.perSquareMetre(densities[0]))
          listing.dots = .nothing
          listings.append(listing)
        }
        return Drafts.session(Int64(number), listings)
      })
    let compilation = draft.compile(site: site)
    let plan = try #require(compilation.plan, "seed \(seed): \(compilation.findings)")
    self.plan = plan
    Self.tighten(&site, plan, pick)
    self.site = site
    let done = Int(pick(0...Int64(sessions)))
    let missed = pick(0...2) == 0
    standing = CourseStanding(
      sessionsDone: done,
      zones: (0..<zones).map { zone in
        let planned = plan.planned(inZone: zone, before: done)
        return ZoneStanding(
          placed: missed ? planned * pick(50...100) / 100 : planned,
          retention: done > 0 ? Retention(percent: Int(pick(0...100))) : nil)
      })
  }

  /// Now and then a session may hold little more than what the plan has in it.
  private static func tighten(_ site: inout LimitSet, _ plan: Plan, _ pick: (ClosedRange<Int64>) -> Int64) {
    let longest = plan.sessions.map(\.dots).max() ?? 0
    if pick(0...1) == 0 {
      site[.sessionDotsMaximum] = LimitPair(soft: longest + pick(0...longest), hard: 25_000)
    }
    if pick(0...3) == 0 {
      let widest = plan.sessions.flatMap(\.zones).map(\.dots).max() ?? 0
      site[.zoneDotsMaximum] = LimitPair(soft: widest + pick(0...200), hard: 30_000)
    }
  }
}

extension SeededCourse {
  /// What a zone may have for life without a confirmation the plan did not ask for already.
  func lifetime(ofZone zone: Int) -> Density {
    let own = plan.sessions.flatMap(\.zones).filter { $0.zone == zone }.map(\.density).max() ?? .zero
    return max(own, .perSquareMetre(site[.zoneDensityMaximum].soft ?? 0))
  }
}

extension Plan {
  func planned(inZone zone: Int, before session: Int) -> Int64 {
    sessions.prefix(session).flatMap(\.zones).filter { $0.zone == zone }.reduce(0) { $0 + $1.dots }
  }
}

extension CourseStanding {
  func with(_ retention: (Int) -> Int) -> CourseStanding {
    assuming { index, _ in Retention(percent: retention(index)) ?? .whole }
  }
}

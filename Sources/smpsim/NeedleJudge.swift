import SMPModel
import SMPSimulator
import SMPTreatment

/// Holds the needle's own log against the plan and the limits of the site that `treat` uses, knowing nothing of guard or
/// journal: the figures are written here once more, so that a mistake in the others cannot hide.
struct NeedleJudge {
  /// field.md, row "centre spacing", lower soft: nobody confirms anything here.
  private static let leastSpacing: Int64 = 600
  /// The same, row "cumulative density", upper soft.
  private static let densest = Density.perSquareCentimetre(100)
  /// The same, row "depth", upper soft.
  private static let deepest: Int64 = 1_000
  /// The same, row "dots per session", upper soft.
  private static let mostDots = 18_000

  private(set) var complaints: [String] = []
  private var made: [ChartPosition] = []
  private var sessions = 0
  var contacts: Int { made.count }

  /// What came to the log in one session.
  mutating func take(_ log: [Contact], of session: PlannedSession, zones: [PlanZone]) {
    sessions += 1
    let new = log.dropFirst(made.count)
    if new.count > Self.mostDots { complain("\(new.count) dots") }
    let ownSpacings = zones.indices.map { index in
      session.zones.first { $0.zone == index }?.spacing.micrometres ?? Self.leastSpacing
    }
    var perZone = zones.map { _ in 0 }
    for contact in new {
      if contact.depth.micrometres > Self.deepest { complain("a dot of \(contact.depth.micrometres) um") }
      guard let zone = zones.indices.first(where: { zones[$0].count(of: [contact.position]) > 0 }) else {
        complain("a dot outside every zone at \(contact.position)")
        made.append(contact.position)
        continue
      }
      perZone[zone] += 1
      let spacing = max(ownSpacings[zone], Self.leastSpacing)
      if let near = made.first(where: { $0.squaredDistance(to: contact.position) < spacing * spacing }) {
        complain("dots at \(contact.position) and \(near) are closer than \(spacing) um")
      }
      made.append(contact.position)
    }
    for (index, zone) in zones.enumerated() { judge(zone, index, perZone[index], session) }
  }

  private mutating func judge(_ zone: PlanZone, _ index: Int, _ new: Int, _ session: PlannedSession) {
    let all = zone.count(of: made)
    if all > Self.densest.dots(in: zone.area) { complain("\(zone.name) has \(all) dots in its life") }
    guard let planned = session.zones.first(where: { $0.zone == index }) else {
      if new > 0 { complain("\(new) dots in \(zone.name), which this session leaves alone") }
      return
    }
    if new > planned.dots { complain("\(new) of \(planned.dots) dots in \(zone.name)") }
    if all > planned.density.dots(in: zone.area), new > 0 {
      complain("\(zone.name) has \(all) dots in its life, past the plan's density")
    }
  }

  private mutating func complain(_ what: String) {
    if complaints.count < 20 { complaints.append("session \(sessions): \(what)") }
  }
}

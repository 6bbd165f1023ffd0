package import SMPModel
package import SMPRecord
package import SMPSimulator

/// The journal against the needle's own contact log.
package struct Agreement {
  private struct Mark {
    let position: ChartPosition
    /// Nil where nothing was measured.
    let depth: Depth?
    let grant: GrantNumber?
  }
  private var made: [Mark] = []
  private var presumed: [Mark] = []
  private var grants: Set<GrantNumber> = []
  private var ends: [GrantNumber: Int] = [:]
  /// Grants presumed made.
  package var presumedGrants: Set<GrantNumber> { Set(presumed.compactMap(\.grant)) }
  /// Grants without an end.
  package var openGrants: Set<GrantNumber> { grants.filter { ends[$0] == nil } }
  /// Everything in the skin, as the journal has it.
  package var living: Int { made.count + presumed.count }

  /// Position error of the device; and of a place that was only granted, which the handpiece may leave before contact.
  private static let measuredWithin: Int64 = 50
  private static let grantedWithin: Int64 = 100
  private static let depthWithin: Int64 = 20

  package init(_ entries: [StoredEntry]) throws(RecordError) {
    for stored in entries where ["grant", "dot", "grant_ended", "unbidden_contact"].contains(stored.kind) {
      let entry = try stored.entry()
      switch entry.body {
      case .grant: grants.insert(GrantNumber(number: entry.number))
      case .grantEnded(let end): ends[end.grant, default: 0] += 1
      case .unbiddenContact(let contact):
        made.append(Mark(position: contact.position, depth: contact.depthReported, grant: nil))
      case .dot(let dot):
        ends[dot.grant, default: 0] += 1
        let isMeasured = dot.outcome == .made && dot.strokes != 0
        let mark = Mark(position: dot.position, depth: isMeasured ? dot.depthReported : nil, grant: dot.grant)
        if dot.outcome == .made { made.append(mark) } else { presumed.append(mark) }
      default: break
      }
    }
  }

  /// What is wrong when every grant should have ended.
  package func complaints(contacts: [Contact]) -> [String] {
    var complaints: [String] = []
    for (grant, count) in ends where count != 1 { complaints.append("grant \(grant.number) ended \(count) times") }
    for grant in ends.keys where !grants.contains(grant) { complaints.append("end of unknown grant \(grant.number)") }
    for grant in openGrants { complaints.append("grant \(grant.number) has no end") }
    var next = 0
    var unmatched = presumed
    for (place, contact) in contacts.enumerated() {
      if next < made.count, Self.fits(made[next], contact) {
        next += 1
      } else if let index = unmatched.firstIndex(where: { Self.isNear($0, contact, within: Self.grantedWithin) }) {
        unmatched.remove(at: index)
      } else {
        complaints.append("contact \(place + 1) of \(contacts.count) at \(contact.position) stands nowhere")
      }
    }
    if next < made.count { complaints.append("\(made.count - next) dots stand as made that the needle never made") }
    return complaints
  }

  private static func fits(_ mark: Mark, _ contact: Contact) -> Bool {
    guard let depth = mark.depth else { return isNear(mark, contact, within: grantedWithin) }
    return isNear(mark, contact, within: measuredWithin)
      && (depth.micrometres - contact.depth.micrometres).magnitude <= UInt64(depthWithin)
  }

  private static func isNear(_ mark: Mark, _ contact: Contact, within: Int64) -> Bool {
    mark.position.squaredDistance(to: contact.position) <= within * within
  }
}

extension StationOrders {
  /// Contacts nearer to each other than the plan allows, or too many in one disc.
  package static func crowding(_ contacts: [Contact]) -> [String] {
    var complaints: [String] = []
    // A disc of 1 cm² has this squared radius in µm²: 10⁸ / π, rounded down.
    let disc: Int64 = 31_830_988
    for (place, contact) in contacts.enumerated() {
      var inDisc: Int64 = 0
      for (other, neighbour) in contacts.enumerated() {
        let distance = contact.position.squaredDistance(to: neighbour.position)
        if distance <= disc { inDisc += 1 }
        if other < place, distance < spacing * spacing { complaints.append("contacts \(other) and \(place) too near") }
      }
      if inDisc > dotsInDisc { complaints.append("\(inDisc) contacts in a disc around contact \(place)") }
    }
    return complaints
  }
}

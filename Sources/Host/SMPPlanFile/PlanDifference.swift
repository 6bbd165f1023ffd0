internal import SMPModel
package import SMPTreatment

/// One thing that an amendment changes, in the plan's own words.
package struct PlanChange: Hashable, Sendable {
  /// Where it stands, such as `session 2, vertex: density`.
  package let place: String
  /// nil where it is new.
  package let before: String?
  /// nil where it is gone.
  package let after: String?
  package init(place: String, before: String?, after: String?) {
    self.place = place
    self.before = before
    self.after = after
  }
}

/// What lies between two versions of a plan.
package struct PlanDifference: Hashable, Sendable {
  /// In the order of the new plan; what is gone stands at the end.
  package let changes: [PlanChange]
  /// Those of them that would rewrite what is done already: no amendment may (S12).
  package let rewriting: [PlanChange]

  /// - Parameter sessionsDone: sessions of the course that are over.
  package init(from old: Plan, to new: Plan, sessionsDone: Int) {
    let (before, after) = (PlanPart.parts(of: old), PlanPart.parts(of: new))
    let known = Dictionary(before.map { ($0.place, $0) }, uniquingKeysWith: { first, _ in first })
    let left = Set(after.map(\.place))
    let worked = Set(old.sessions.prefix(sessionsDone).flatMap(\.zones).map(\.name))
    var changes: [PlanChange] = []
    var rewriting: [PlanChange] = []
    func note(_ part: PlanPart, before: String?, after: String?) {
      guard before != after else { return }
      let change = PlanChange(place: part.place, before: before, after: after)
      changes.append(change)
      if part.isDone(sessionsDone: sessionsDone, worked: worked) { rewriting.append(change) }
    }
    for part in after { note(part, before: known[part.place]?.value, after: part.value) }
    for part in before where !left.contains(part.place) { note(part, before: part.value, after: nil) }
    self.changes = changes
    self.rewriting = rewriting
  }
}

/// One value of a plan with its place, as a document would write it.
private struct PlanPart {
  enum Owner {
    case plan
    /// Another client is another course.
    case client
    case zone(String)
    case session(Int)
  }
  let owner: Owner
  let place: String
  let value: String

  func isDone(sessionsDone: Int, worked: Set<String>) -> Bool {
    switch owner {
    case .plan: false
    case .client: true
    case .zone(let name): worked.contains(name)
    case .session(let number): number <= sessionsDone
    }
  }

  static func parts(of plan: Plan) -> [PlanPart] {
    var parts = PlanWriter.head(of: plan).map { key, value in
      PlanPart(owner: key == PlanField.client.key ? .client : .plan, place: key, value: value)
    }
    for zone in plan.zones {
      parts += PlanWriter.values(of: zone).map { key, value in
        PlanPart(owner: .zone(zone.name), place: "zone \(zone.name): \(key)", value: value)
      }
    }
    parts += plan.landmarks.map { landmark in
      PlanPart(owner: .plan, place: "landmark \(landmark.name): place", value: PlanWriter.place(landmark.place))
    }
    for session in plan.sessions {
      let owner = Owner.session(session.number)
      let zones = session.zones.map(\.name).joined(separator: ", ")
      parts.append(
        PlanPart(
          owner: owner, place: "session \(session.number): zone-order",
          value: PlanWriter.word(of: session.zoneOrder) + " (\(zones))"))
      for zone in session.zones {
        parts += PlanWriter.values(of: zone).map { key, value in
          PlanPart(owner: owner, place: "session \(session.number), \(zone.name): \(key)", value: value)
        }
      }
    }
    return parts
  }
}

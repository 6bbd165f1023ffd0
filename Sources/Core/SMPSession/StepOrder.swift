package import SMPModel

/// A step whose refusal a person may override by name and reason; all other steps nobody can (S12).
package enum SoftStep: UInt8, CaseIterable, Sendable {
  /// Earlier than the recommended interval, and not before the least one.
  case interval
  /// Redness or scabs.
  case skin

  package var word: StaticString {
    switch self {
    case .interval: "interval"
    case .skin: "skin"
    }
  }
}

/// A named word that some steps need not be in order for this one session.
package struct StepOverride: Hashable, Sendable {
  package let steps: Set<SoftStep>
  package let by: String
  package let reason: String
  package init(steps: Set<SoftStep>, by: String, reason: String) {
    self.steps = steps
    self.by = by
    self.reason = reason
  }
}

/// What the records say of the client and of the things that are to be used, gathered from the journal by the daemon.
package struct EarlierUse: Hashable, Sendable {
  /// nil before the client's first session, and on practice skin, which has nothing to heal.
  package let visits: VisitWindow?
  /// A session in which this very cartridge was used on another client.
  package let cartridgeUsedIn: String?
  /// The lots that are named; good on practice skin, where nobody is treated.
  package let lots: [Supply: LotStanding]
  package init(visits: VisitWindow?, cartridgeUsedIn: String?, lots: [Supply: LotStanding]) {
    self.visits = visits
    self.cartridgeUsedIn = cartridgeUsedIn
    self.lots = lots
  }

  /// A new client, a new cartridge, and lots to which nobody objects.
  package static let none = EarlierUse(
    visits: nil, cartridgeUsedIn: nil, lots: [.pigment: .good, .cartridge: .good])

  /// Why these supplies may not be used. One of which nothing was asked is not known to be good.
  func refusal(of supplies: [Supply]) -> SessionRefusal? {
    for supply in supplies {
      let standing = lots[supply] ?? .unknown
      if standing != .good { return .lotUnfit(supply, standing) }
    }
    if supplies.contains(.cartridge), let session = cartridgeUsedIn { return .cartridgeUsed(session: session) }
    return nil
  }
}

/// Why the time is not there yet.
package enum WaitingRule: UInt8, CaseIterable, Sendable {
  /// What the client was asked to leave alone for some days still holds.
  case aftercare
  /// The least interval between two sessions.
  case leastInterval
  /// The recommended interval; may be overridden.
  case recommendedInterval
}

extension StartOrder {
  /// What the clock says of the client's last session. A clock that stands before it is no clock to go by.
  func waiting(overriding: Set<SoftStep>) -> SessionRefusal? {
    guard let visits = earlier.visits else { return nil }
    guard wall >= visits.last else { return .clockBehind(lastSession: visits.last) }
    if wall < visits.aftercareUntil { return .tooEarly(.aftercare, until: visits.aftercareUntil) }
    if wall < visits.earliest { return .tooEarly(.leastInterval, until: visits.earliest) }
    if wall < visits.recommendedFrom, !overriding.contains(.interval) {
      return .tooEarly(.recommendedInterval, until: visits.recommendedFrom)
    }
    return nil
  }

  /// Those soft steps that are out of order, and stand only because somebody said so by name: each goes on record.
  package var overriddenSteps: [SoftStep] {
    guard let given = override?.steps else { return [] }
    return SoftStep.allCases.filter { step in
      guard given.contains(step) else { return false }
      return switch step {
      case .interval: waiting(overriding: []) != nil
      case .skin: skin != .clear
      }
    }
  }
}

import SMPInterface
import SMPModel

extension Wording {
  /// A denial in words: what was wrong and, where a person can do something, what.
  static func denial(_ denial: SessionInterface.Denial) -> String {
    let place = denial.zone.map { " in \($0)" } ?? ""
    switch denial.reason {
    case .beyondHardLimit:
      return limit(denial) + place + ": " + advice(key: denial.key)
    case .beyondSoftLimit:
      let key = denial.key ?? "KEY"
      return limit(denial) + place + ": smpctl session confirm \(key) --by NAME --reason TEXT"
    case .outsideOutline: return "outside every zone by the device's accuracy: move inside"
    case .zoneOutOfOrder:
      let zone = denial.zone ?? "NAME"
      return "\(denial.zone ?? "this zone") comes later: finish the zones before it, or smpctl session zone \(zone)"
    case .zoneComplete: return "\(denial.zone ?? "this zone") has its dots: go to the next zone"
    case .grantOpen: return "the dot before is not finished: wait"
    case .notRunning: return "the session is not running"
    case .journalStalled: return "the journal did not answer in time: wait"
    case .tooManyDots: return "more dots of this client than can be counted: no more can be made"
    case .unknown: return "for a reason this smpctl does not know: use the one of the daemon's version"
    }
  }

  /// `spacing-minimum: 0.62 mm, at least 0.7 mm (plan)`.
  private static func limit(_ denial: SessionInterface.Denial) -> String {
    guard let word = denial.key else { return "a limit" }
    var text = word
    if let requested = denial.requested { text += ": " + amount(requested, key: word) }
    if let limit = denial.limit {
      let bound = LimitKey(word: word).map { $0.isMaximum ? "at most" : "at least" } ?? "limit"
      text += ", \(bound) " + amount(limit, key: word)
    }
    if let source = denial.source { text += " (\(source))" }
    return text
  }

  private static func advice(key word: String?) -> String {
    guard let key = word.flatMap({ LimitKey(word: $0) }) else { return "it cannot be confirmed away" }
    switch key {
    case .spacingMinimum, .discDensityMaximum: return "move away"
    case .zoneDensityMaximum, .zoneDotsMaximum: return "go to the next zone"
    case .depthMinimum, .depthMaximum, .speedMinimum, .speedMaximum, .dwellMaximum:
      return "change it with smpctl session set"
    case .sessionDotsMaximum, .sessionDurationMaximum: return "end the session"
    case .registrationResidualMaximum: return "stop, and register the handpiece anew"
    }
  }
}

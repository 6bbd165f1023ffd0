internal import SMPGuard
internal import SMPInterface
internal import SMPModel
internal import SMPPlanFile
internal import SMPSession

/// What keeps a handpiece from being registered, or a session from its dots without it (S12).
extension SessionRefusal {
  var registrationFailure: Failure {
    func refused(_ rule: String, _ reason: String, _ remedy: String) -> Failure {
      .refused(Failure.Refusal(rule: rule, reason: reason, remedy: remedy))
    }
    let anew = "hold the tip still at the landmark, the needle parked, and read it again"
    switch self {
    case .landmarksMissing(let serial):
      return refused(
        "landmarks_missing", "the device \(serial) measures in a frame of its own, and the plan has no landmarks",
        "add `landmarks:` to the plan (smpctl plan amend COURSE FILE), or use a device that speaks the chart")
    case .registrationMissing(let names): return .refused(.unregistered(missing: names))
    case .registrationNotNeeded(let serial):
      return .nothingToDo(state: "registered", remedy: "the device \(serial) needs no registration: go on")
    case .tipBeingRead:
      return refused("tip_read", "the tip is being read already", "try again in a moment")
    case .unknownLandmark(let name, let known):
      let likely = Nearest.word(to: name, among: known).map { "did you mean \($0)? " } ?? ""
      return .notFound(
        what: "landmark", name: name, remedy: likely + "the plan's landmarks are: " + known.joined(separator: ", "))
    case .tipUnsteady:
      return refused("tip_steady", "the device sees its tip move, or does not see it at all", anew)
    case .tipNotRead:
      return refused(
        "tip_read", "the device did not tell where its tip is", anew + "; if it never does, have the device serviced")
    case .registrationImpossible:
      return refused(
        "registration_possible", "what was read at the landmarks is no place of a head",
        "read each landmark again, and mind its name")
    case .residualTooLarge(let landmark, let left, let limit, let source):
      return .refused(
        Failure.Refusal(
          rule: "registration_residual", reason: "the registration leaves too much over, most at \(landmark)",
          remedy: "read \(landmark) again, then the others; a frame that is mirrored or of another scale never fits",
          key: LimitKey.registrationResidualMaximum.word.description, limit: limit.micrometres,
          requested: left.micrometres, source: DeviceInterface.Source(source).rawValue))
    default: return refused("registration", "the session refuses", "see smpctl status")
    }
  }
}

extension Failure.Refusal {
  /// - Parameter missing: names of the landmarks that are still to be read.
  static func unregistered(missing: [String]) -> Failure.Refusal {
    Failure.Refusal(
      rule: "registration_missing",
      reason: "the handpiece is not registered to the plan's landmarks"
        + (missing.isEmpty ? "" : "; still to be read: " + missing.joined(separator: ", ")),
      remedy: "hold the tip to each landmark, the needle parked, and read it: "
        + "smpctl session register COURSE \(missing.first ?? "LANDMARK")")
  }
}

internal import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPRecord
internal import SMPSession
internal import SMPTreatment

/// What the journal says of a client and of things, for the steps that must be in order (S12).
extension Library {
  /// The courses of the same client, this one among them. Reads every plan there is.
  func courses(ofClientOf course: Course) throws(Failure) -> [String] {
    var names: [String] = []
    for name in try courses() {
      if name == course.course {
        names.append(name)
      } else if try self.course(name).plan.isOfSameClient(as: course.plan) {
        names.append(name)
      }
    }
    return names
  }

  /// When the client's next session may be; nil before the first, on practice skin, and without a limits file, which
  /// refuses by itself (S3).
  /// - Parameter own: the courses of the same client.
  func visits(of course: Course, among own: [String], _ interval: VisitInterval?) throws(Failure) -> VisitWindow? {
    guard course.plan.skin != .practice, let interval else { return nil }
    var last: WallTime?
    for name in own {
      let sessions = try read { (store) throws(JournalError) in try store.sessions(course: name) }
      for session in sessions where session.wasInSkin { last = max(last ?? session.over, session.over) }
    }
    return last.map(interval.window)
  }

  /// A session in which this cartridge was in the skin of a client other than that of these courses.
  func otherUse(of cartridge: String, than own: [String]) throws(Failure) -> String? {
    let uses = try read { (store) throws(JournalError) in try store.sessions(cartridge: cartridge) }
    return uses.first { $0.wasInSkin && !own.contains($0.course) }?.session
  }

  /// Practice skin waits for nothing and takes whatever is at hand, so nothing of a client may pass for it: a reference
  /// stands for the one or the other.
  /// - Parameter course: left out; nil while it is none yet.
  func checkPractice(_ plan: Plan, of course: String? = nil) throws(Failure) {
    for name in try courses() where name != course {
      let other = try self.course(name).plan
      guard other.isOfSameClient(as: plan), (other.skin == .practice) != (plan.skin == .practice) else { continue }
      let (here, there) = plan.skin == .practice ? ("practice skin", "a client") : ("a client", "practice skin")
      throw .refused(
        Failure.Refusal(
          rule: "practice_skin",
          reason: "this plan is for \(here), and \(name) has the same reference \(other.client) for \(there)",
          remedy: "give practice skin a reference of its own under client:, such as PRACTICE-1"))
    }
  }

  static func override(_ wish: SessionInterface.Override) throws(Failure) -> StepOverride {
    try Texts.check(wish.by, "override.by")
    try Texts.check(wish.reason, "override.reason")
    var steps: Set<SoftStep> = []
    for step in wish.steps {
      switch step {
      case .interval: steps.insert(.interval)
      case .skin: steps.insert(.skin)
      case .unknown:
        throw .notFound(
          what: "step that may be overridden", name: step.rawValue,
          remedy: "these may: " + SoftStep.allCases.map(\.word.description).joined(separator: ", "))
      }
    }
    return StepOverride(steps: steps, by: wish.by, reason: wish.reason)
  }
}

extension Plan {
  /// References are copied by hand: capitals make no difference.
  fileprivate func isOfSameClient(as other: Plan) -> Bool { client.lowercased() == other.client.lowercased() }
}

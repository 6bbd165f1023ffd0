package import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPPlanFile
internal import SMPRecord
internal import SMPTreatment

/// What is still to come of a course, and what the plan should say about it.
extension Library {
  package func projectCourse(_ name: String) throws(Failure) -> CourseInterface.Project.Reply {
    let course = try course(name)
    let (standing, newest) = try standing(of: course)
    let projection = Projection(course.plan, standing: standing, site: try neededLimits())
    var seen: CourseInterface.Assessment?
    if let newest { seen = try assessment(newest) }
    func range(_ value: (Projection.Amount) -> Int64) -> CourseInterface.Range {
      .init(
        low: value(projection.toCome.low), expected: value(projection.toCome.expected),
        high: value(projection.toCome.high))
    }
    return CourseInterface.Project.Reply(
      assessment: seen, sessions: range { Int64($0.sessions) }, dots: range(\.dots),
      minutes: range { Self.minutes($0.seconds) }, cartridges: range { Int64($0.cartridges) },
      sessionsToCome: projection.visits.map {
        .init(session: Int64($0.number), dots: $0.dots, minutes: Self.minutes($0.seconds))
      },
      visits: try nextVisit(of: course).map(CourseInterface.Visits.init), zones: projection.zones.map(Self.zone),
      reachable: projection.reachesTarget, drivers: ProjectionWords(course.plan, standing, projection).drivers)
  }

  package func proposeCourse(_ name: String) throws(Failure) -> CourseInterface.Propose.Reply {
    let course = try course(name)
    try refuseOpen(name)
    let (standing, _) = try standing(of: course)
    let site = try neededLimits()
    let remarks = Projection(course.plan, standing: standing, site: site).zones.compactMap { zone in
      zone.obstacle.map { "\(zone.name): \(ProjectionWords.sentence($0))" }
    }
    let proposal = Proposal.make(course.plan, standing: standing, site: site)
    // The text is what will be taken in, so the text is what is compared.
    let text = proposal.plan.map(PlanDocument.proposal)
    guard let text, let plan = PlanDocument.parse(Array(text.utf8), site: site).plan else {
      throw .refused(
        Failure.Refusal(
          rule: "plan_within_limits", reason: "the plan itself no longer fits the limits of this site",
          remedy: "smpctl plan check tells what; amend it by hand"))
    }
    let difference = PlanDifference(from: course.plan, to: plan, sessionsDone: standing.sessionsDone)
    guard !difference.changes.isEmpty else {
      return .init(text: String(decoding: course.stored.text, as: UTF8.self), changes: [], remarks: remarks)
    }
    return .init(
      text: text, changes: difference.changes.map { .init(place: $0.place, before: $0.before, after: $0.after) },
      remarks: remarks)
  }

  /// Without the clinic's limits nothing is armed (S3), and nothing is projected either.
  private func neededLimits() throws(Failure) -> LimitSet {
    let site = siteLimits()
    guard let limits = site.limits else {
      throw .refused(
        Failure.Refusal(
          rule: "limits_readable", reason: site.problem ?? "the limits of this site cannot be read",
          remedy: "mend the file: smpctl doctor tells what is wrong"))
    }
    return limits
  }

  private static func minutes(_ seconds: Int64) -> Int64 { (seconds + 59) / 60 }

  private static func zone(_ zone: Projection.Zone) -> CourseInterface.ZoneToCome {
    .init(
      name: zone.name, dotsTarget: zone.target, dotsPlaced: zone.placed, dotsHeld: zone.held,
      retentionPercent: Int64(zone.retention.percent), assessed: zone.isMeasured, dotsToCome: zone.toCome,
      dotsForFading: zone.forFading, reachable: zone.obstacle == nil,
      obstacle: zone.obstacle.map(ProjectionWords.sentence))
  }
}

/// What drives a projection, in sentences made of its data.
struct ProjectionWords {
  let drivers: [String]

  init(_ plan: Plan, _ standing: CourseStanding, _ projection: Projection) {
    var drivers: [String] = []
    let planned = max(0, plan.sessions.count - standing.sessionsDone)
    drivers.append(
      planned > 0
        ? "the plan has \(planned) \(planned == 1 ? "session" : "sessions") to come"
        : "every session of the plan is done")
    if standing.sessionsDone > 0, !projection.zones.contains(where: \.isMeasured) {
      drivers.append("nothing was assessed yet: all that was placed is taken for held")
    }
    for zone in projection.zones {
      if zone.forFading > 0 {
        drivers.append(
          "\(zone.name) holds \(zone.retention.percent) %: \(zone.forFading) dots more than without fading")
      }
      if zone.unmade > 0 {
        drivers.append("\(zone.name): \(zone.unmade) dots of sessions that are over were planned and not made")
      }
      if let obstacle = zone.obstacle {
        drivers.append("\(zone.name) cannot reach its target: \(Self.sentence(obstacle))")
      }
    }
    let added = projection.visits.count - planned
    if added > 0 { drivers.append("\(added) \(added == 1 ? "session is" : "sessions are") added to the plan's") }
    for visit in projection.visits where visit.isFull {
      drivers.append("session \(visit.number) is full with \(visit.dots) dots")
    }
    self.drivers = drivers
  }

  static func sentence(_ obstacle: Obstacle) -> String {
    func perSquareCentimetre(_ density: Density) -> String {
      let (whole, tenth) = (density.perSquareMetre / 10_000, density.perSquareMetre % 10_000 / 1_000)
      return tenth == 0 ? "\(whole) /cm2" : "\(whole).\(tenth) /cm2"
    }
    switch obstacle {
    case .holdsNothing: return "it holds nothing of what was placed"
    case .zoneDensity(let density, let source):
      return "over its life it may have \(perSquareCentimetre(density)), held or faded (\(source.word))"
    case .localDensity(let density, let source):
      return "a disc of 1 cm2 may have \(perSquareCentimetre(density)), held or faded (\(source.word))"
    case .jam(let density, let spacing):
      return "dots \(spacing.micrometres) um apart jam at \(perSquareCentimetre(density))"
    case .sessions(let count): return "a plan may have \(count) sessions"
    }
  }
}

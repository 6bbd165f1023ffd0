package import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPRecord
internal import SMPTreatment

/// io.smpd.course
package struct CourseHandler: InterfaceHandler {
  package static let interface: any Interface.Type = CourseInterface.self
  package static let looking: Set<String> = ["List", "Describe", "Project", "Propose"]
  package init() {}

  package func handle(_ call: ControlCall) throws(Failure) {
    switch call.method {
    case "List":
      try call.list(CourseInterface.List.self) { (library, wish) throws(Failure) in
        try Batches.cut(try library.courses(), wish, of: "course") { (name) throws(Failure) in
          let course = try library.describeCourse(name)
          return CourseInterface.CourseRow(
            course: name, title: course.title, state: course.state, sessionsDone: course.sessionsDone,
            sessionsPlanned: course.sessionsPlanned, dotsMade: course.dotsMade, dotsPlanned: course.dotsPlanned)
        }
      }
    case "Describe":
      let wish = try call.parameters(CourseInterface.Describe.Parameters.self)
      call.onLibrarian { (library) throws(Failure) in
        CourseInterface.Describe.Reply(course: try library.describeCourse(wish.course, withVisits: true))
      }
    case "Assess": try assess(call)
    case "Project":
      let wish = try call.parameters(CourseInterface.Project.Parameters.self)
      call.onLibrarian { (library) throws(Failure) in try library.projectCourse(wish.course) }
    case "Propose":
      let wish = try call.parameters(CourseInterface.Propose.Parameters.self)
      call.onLibrarian { (library) throws(Failure) in try library.proposeCourse(wish.course) }
    case "Abandon": try abandon(call)
    case "Forget": try forget(call)
    default: call.failAsUnknown()
    }
  }

  private func assess(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(CourseInterface.Assess.Parameters.self)
    try Texts.check(wish.by, "by")
    if let remarks = wish.remarks { try Texts.check(remarks, "remarks") }
    call.judge(isTrial: wish.dryRun) { (library) throws(Failure) in try library.assessCourse(wish) }
  }

  private func abandon(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(CourseInterface.Abandon.Parameters.self)
    try Texts.check(wish.by, "by")
    try Texts.check(wish.reason, "reason")
    call.judge(isTrial: wish.dryRun) { (library) throws(Failure) in try library.abandonCourse(wish) }
  }

  private func forget(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(CourseInterface.Forget.Parameters.self)
    try Texts.check(wish.by, "by")
    try Texts.check(wish.reason, "reason")
    let store = call.context.library.store
    call.judge(
      isTrial: wish.dryRun, completing: { $0.completed(isPending: store.isErasurePending) },
      { (library) throws(Failure) in try library.forgetClient(wish) })
  }
}

extension Library {
  /// - Parameter withVisits: reads every plan there is, for the client's other courses, and the newest assessment; a
  ///   list does not.
  func describeCourse(_ name: String, withVisits: Bool = false) throws(Failure) -> CourseInterface.Course {
    let course = try course(name)
    let sessions = try read { (store) throws(JournalError) in try store.sessions(course: name) }
    let dots = try read { (store) throws(JournalError) in try store.livingDots(course: name) }
    let done = sessions.count { $0.closed != nil && $0.dotsMade > 0 }
    let open = sessions.last { $0.closed == nil }
    let estimate = PlanEstimate(course.plan)
    var assessment: CourseInterface.Assessment?
    if withVisits, let newest = try newestAssessment(of: name) { assessment = try self.assessment(newest) }
    let planned = course.plan.sessions.count
    return CourseInterface.Course(
      course: name, title: course.plan.title,
      state: Self.state(course.papers, done: done, planned: planned, open: open != nil),
      agreedBy: course.papers.agreement?.by, signed: course.signature != nil, signedBy: course.signature?.by,
      consent: course.signature?.consent,
      abandoned: course.papers.abandonment.map { .init(by: $0.by, reason: $0.reason) }, sessionsDone: Int64(done),
      sessionsPlanned: Int64(planned),
      nextSession: done < planned && course.papers.abandonment == nil ? Int64(done + 1) : nil,
      visits: withVisits ? try nextVisit(of: course).map(CourseInterface.Visits.init) : nil,
      assessment: assessment, openSession: open?.session, hours: try hours(sessions, estimate),
      zones: Self.zones(course.plan, estimate, dots),
      dotsMade: Int64(dots.count), dotsPlanned: estimate.dots)
  }

  private func hours(
    _ sessions: [SessionRecord], _ estimate: PlanEstimate
  ) throws(Failure) -> CourseInterface.Hours {
    var times = SessionTimes()
    for session in sessions {
      times = times + (try read { (store) throws(JournalError) in try store.times(session: session.session) })
    }
    // Which number the plan's next session gets is told by those with dots; so is what was planned so far.
    let done = sessions.count { $0.closed != nil && $0.dotsMade > 0 }
    let soFar = estimate.sessions.prefix(done).reduce(0) { $0 + $1.seconds }
    return CourseInterface.Hours(
      plannedMilliseconds: estimate.seconds * 1_000, plannedSoFarMilliseconds: soFar * 1_000,
      workingMilliseconds: times.working.milliseconds, durationMilliseconds: times.duration.milliseconds,
      needleOnMilliseconds: times.needleOn.milliseconds)
  }

  func nextVisit(of course: Course) throws(Failure) -> VisitWindow? {
    try visits(of: course, among: courses(ofClientOf: course), siteLimits().interval)
  }

  private static func state(_ papers: CoursePapers, done: Int, planned: Int, open: Bool) -> CourseInterface.State {
    if papers.abandonment != nil { return .abandoned }
    if open, papers.isUncertain { return .uncertain }
    if done >= planned { return .complete }
    if done > 0 || open { return .inTreatment }
    if papers.signature != nil { return .signed }
    return papers.agreement == nil ? .draft : .agreed
  }

  private static func zones(
    _ plan: Plan, _ estimate: PlanEstimate, _ dots: [LivingDot]
  ) -> [CourseInterface.Zone] {
    plan.zones.indices.map { index in
      let zone = plan.zones[index]
      let made = Int64(dots.count { zone.outline.encloses($0.position) })
      let target = plan.sessions.flatMap(\.zones).last { $0.zone == index }?.density ?? .zero
      return CourseInterface.Zone(
        name: zone.name, dotsMade: made, dotsPlanned: estimate.zones[index].dots,
        densityPerSquareMetre: Self.density(made, zone.area), densityPlannedPerSquareMetre: target.perSquareMetre)
    }
  }

  private static func density(_ dots: Int64, _ area: Area) -> Int64 {
    let (high, low) = dots.multipliedFullWidth(by: 1_000_000_000_000)
    return area.squareMicrometres > 0 ? area.squareMicrometres.dividingFullWidth((high, low)).quotient : 0
  }
}

extension CourseInterface.Visits {
  init(_ window: VisitWindow) {
    self.init(
      lastWallMilliseconds: window.last.milliseconds,
      aftercareUntilWallMilliseconds: window.aftercareUntil.milliseconds,
      earliestWallMilliseconds: window.earliest.milliseconds,
      recommendedFromWallMilliseconds: window.recommendedFrom.milliseconds,
      recommendedUntilWallMilliseconds: window.recommendedUntil.milliseconds)
  }
}

extension Outline {
  /// For display: whether the position lies inside, by the crossing number; the guard has its own, exact check.
  fileprivate func encloses(_ position: ChartPosition) -> Bool {
    var inside = false
    var previous = corners[corners.count - 1]
    for corner in corners {
      if (corner.y > position.y) != (previous.y > position.y) {
        let dy = Int64(previous.y) - Int64(corner.y)
        let cross =
          (Int64(position.x) - Int64(corner.x)) * dy
          - (Int64(previous.x) - Int64(corner.x)) * (Int64(position.y) - Int64(corner.y))
        if (cross < 0) == (dy > 0) { inside.toggle() }
      }
      previous = corner
    }
    return inside
  }
}

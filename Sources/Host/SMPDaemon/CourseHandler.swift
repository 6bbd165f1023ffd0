package import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPTreatment

/// io.smpd.course
package struct CourseHandler: InterfaceHandler {
  package static let interface: any Interface.Type = CourseInterface.self
  package static let looking: Set<String> = ["List", "Describe"]
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
        CourseInterface.Describe.Reply(course: try library.describeCourse(wish.course))
      }
    default: call.failAsUnknown()
    }
  }
}

extension Library {
  func describeCourse(_ name: String) throws(Failure) -> CourseInterface.Course {
    let course = try course(name)
    let sessions = try read { (store) throws(JournalError) in try store.sessions(course: name) }
    let dots = try read { (store) throws(JournalError) in try store.livingDots(course: name) }
    let done = sessions.count { $0.closed != nil && $0.dotsMade > 0 }
    let open = sessions.last { $0.closed == nil }
    let estimate = PlanEstimate(course.plan)
    let planned = course.plan.sessions.count
    return CourseInterface.Course(
      course: name, title: course.plan.title,
      state: Self.state(signed: course.signature != nil, done: done, planned: planned, open: open != nil),
      signed: course.signature != nil, signedBy: course.signature?.by, sessionsDone: Int64(done),
      sessionsPlanned: Int64(planned), nextSession: done < planned ? Int64(done + 1) : nil,
      visits: try visits(of: course, siteLimits().interval).map(CourseInterface.Visits.init),
      openSession: open?.session,
      zones: Self.zones(course.plan, estimate, dots),
      dotsMade: Int64(dots.count), dotsPlanned: estimate.dots)
  }

  private static func state(signed: Bool, done: Int, planned: Int, open: Bool) -> CourseInterface.State {
    if done >= planned { return .complete }
    if done > 0 || open { return .inProgress }
    return signed ? .signed : .draft
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

package import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPPlanFile
internal import SMPRecord
internal import SMPTreatment

/// Assessments: what a person sees of a course at a visit.
extension Library {
  /// The reply, and what must be durable before it is given.
  package func assessCourse(
    _ wish: CourseInterface.Assess.Parameters
  ) throws(Failure) -> (CourseInterface.Assess.Reply, EntryDraft) {
    let course = try course(wish.course)
    let (standing, _) = try standing(of: course)
    try refuseOpen(wish.course)
    guard standing.sessionsDone > 0 else {
      throw .refused(
        Failure.Refusal(
          rule: "session_done", reason: "no session of this course is done, so there is nothing to assess",
          remedy: "carry the first session out, and assess at the next visit"))
    }
    guard let skin = Self.word(wish.skin) else {
      throw .notFound(what: "skin", name: wish.skin.rawValue, remedy: "it is clear, redness or scabs")
    }
    var visit = Int64(standing.sessionsDone)
    // A correction is of the visit that it corrects.
    if let corrects = wish.corrects { visit = try corrected(corrects, in: course).visit }
    let zones = try Self.zones(wish.zones, of: course, standing)
    let by = salts.salted(wish.by)
    let remarks = wish.remarks.map { salts.salted($0) }
    let entry = CourseAssessedEntry(
      plan: course.stored.sha256, visit: visit,
      zones: zones.map { .init(name: Label(cleaning: $0.zone), retentionPercent: $0.retentionPercent) }, skin: skin,
      remarks: remarks?.commitment, by: by.commitment, corrects: wish.corrects.map(UInt64.init))
    return (
      CourseInterface.Assess.Reply(visit: entry.visit, zones: zones),
      EntryDraft(
        body: .courseAssessed(entry), course: wish.course, confidential: [by] + (remarks.map { [$0] } ?? []))
    )
  }

  func refuseOpen(_ course: String) throws(Failure) {
    let sessions = try read { (store) throws(JournalError) in try store.sessions(course: course) }
    guard let open = sessions.first(where: { $0.closed == nil }) else { return }
    throw .refused(
      Failure.Refusal(
        rule: "session_closed", reason: "session \(open.session) of this course is open",
        remedy: "end it first: smpctl session stop"))
  }

  /// Each zone that holds dots once, in the order of the plan.
  private static func zones(
    _ given: [CourseInterface.Retention], of course: Course, _ standing: CourseStanding
  ) throws(Failure) -> [CourseInterface.Retention] {
    let names = course.plan.zones.map(\.name)
    for zone in given {
      guard names.contains(zone.zone) else {
        let likely = Nearest.word(to: zone.zone, among: names).map { "did you mean \($0)? " } ?? ""
        throw .notFound(
          what: "zone", name: zone.zone, remedy: likely + "the plan has " + names.joined(separator: ", "))
      }
      guard (0...100).contains(zone.retentionPercent) else {
        throw .outOfRange(
          parameter: "zones", minimum: 0, maximum: 100,
          remedy: "say for \(zone.zone) how many of 100 dots are still held")
      }
    }
    var zones: [CourseInterface.Retention] = []
    for (index, name) in names.enumerated() {
      let said = given.filter { $0.zone == name }
      let isWorked = standing.zones[index].placed > 0
      switch (said.count, isWorked) {
      case (0, false): break
      case (1, true): zones.append(said[0])
      case (0, true):
        throw refusal("zone_missing", "\(name) has dots and is not assessed", "add it: --zone \(name)=PERCENT")
      case (1, false):
        throw refusal("zone_unworked", "\(name) has no dots yet", "leave it out")
      default:
        throw refusal("zone_once", "\(name) is assessed \(said.count) times", "say it once")
      }
    }
    return zones
  }

  private static func refusal(_ rule: String, _ reason: String, _ remedy: String) -> Failure {
    .refused(Failure.Refusal(rule: rule, reason: reason, remedy: remedy))
  }

  /// The assessment with this number, if nothing stands in its place yet.
  private func corrected(_ number: Int64, in course: Course) throws(Failure) -> CourseAssessedEntry {
    let all = try assessments(of: course.course)
    guard let found = all.first(where: { Int64($0.entry.number) == number }) else {
      throw .notFound(
        what: "assessment", name: String(number), remedy: "see smpctl course status \(course.course)")
    }
    if let later = all.first(where: { $0.body.corrects.map(Int64.init) == number }) {
      throw Self.refusal(
        "corrected_once", "entry \(later.entry.number) stands in place of \(number) already",
        "correct that one: --correct \(later.entry.number)")
    }
    return found.body
  }

  private func assessments(of course: String) throws(Failure) -> [(entry: Entry, body: CourseAssessedEntry)] {
    let entries = try read { (store) throws(JournalError) in try store.papers(course: course) }
    return entries.compactMap { entry in
      if case .courseAssessed(let body) = entry.body { (entry, body) } else { nil }
    }
  }

  /// Of the newest visit that was assessed, the newest one that nothing stands in place of.
  func newestAssessment(of course: String) throws(Failure) -> (entry: Entry, body: CourseAssessedEntry)? {
    let all = try assessments(of: course)
    let corrected = Set(all.compactMap(\.body.corrects))
    return all.filter { !corrected.contains($0.entry.number) }
      .max { ($0.body.visit, $0.entry.number) < ($1.body.visit, $1.entry.number) }
  }

  /// As the interface shows it.
  func assessment(_ found: (entry: Entry, body: CourseAssessedEntry)) throws(Failure) -> CourseInterface.Assessment {
    let body = found.body
    var remarks: String?
    if let commitment = body.remarks { remarks = try text(behind: commitment) }
    return CourseInterface.Assessment(
      entry: Int64(clamping: found.entry.number), visit: body.visit,
      wallMilliseconds: found.entry.header.wall.milliseconds, sha256: body.plan.hex,
      zones: body.zones.map { .init(zone: $0.name.text, retentionPercent: $0.retentionPercent) },
      skin: CourseInterface.Skin(rawValue: body.skin.text) ?? .unknown,
      remarks: remarks,
      by: try text(behind: body.by) ?? "(erased)", corrects: body.corrects.map { Int64(clamping: $0) })
  }

  private static func word(_ skin: CourseInterface.Skin) -> Word? {
    switch skin {
    case .clear: "clear"
    case .redness: "redness"
    case .scabs: "scabs"
    case .unknown: nil
    }
  }

  /// Where a course stands, and the assessment that says so.
  func standing(
    of course: Course
  ) throws(Failure) -> (CourseStanding, assessment: (entry: Entry, body: CourseAssessedEntry)?) {
    let sessions = try read { (store) throws(JournalError) in try store.sessions(course: course.course) }
    let assessment = try newestAssessment(of: course.course)
    let own = try read { (store) throws(JournalError) in try store.livingDots(course: course.course) }.map(\.position)
    var others: [ChartPosition] = []
    for name in try courses(ofClientOf: course) where name != course.course {
      others += try read { (store) throws(JournalError) in try store.livingDots(course: name) }.map(\.position)
    }
    let zones = course.plan.zones.map { zone in
      let earlier = zone.count(of: others)
      let percent = assessment?.body.zones.first { $0.name.text == zone.name }?.retentionPercent
      return ZoneStanding(
        placed: zone.count(of: own) + earlier, earlier: earlier,
        retention: percent.flatMap { Retention(percent: Int($0)) })
    }
    let done = sessions.count { $0.closed != nil && $0.dotsMade > 0 }
    return (CourseStanding(sessionsDone: done, zones: zones), assessment)
  }
}

package import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPPlanFile
internal import SMPRecord
internal import SMPTreatment

/// New versions of a course's plan.
extension Library {
  /// The reply, and what must be durable before it is given.
  package func amendPlan(
    _ wish: PlanInterface.Amend.Parameters
  ) throws(Failure) -> (PlanInterface.Amend.Reply, EntryDraft) {
    let course = try course(wish.course)
    guard course.papers.abandonment == nil else { throw .refused(.abandoned) }
    let reading = read(wish.text)
    let bytes = reading.text
    let problems = reading.problems.map(PlanInterface.Problem.init)
    guard let plan = reading.plan else {
      throw .invalidPlan(problems: problems, remedy: "mend the plan, then: smpctl plan check FILE")
    }
    let sessions = try read { (store) throws(JournalError) in try store.sessions(course: wish.course) }
    if let open = sessions.first(where: { $0.closed == nil }) {
      throw .refused(.sessionOpen(open.session))
    }
    // What is asked of a client's plan, from the agreement to the aftercare, is not to be slipped by changing a word.
    guard (plan.skin == .practice) == (course.plan.skin == .practice) else {
      throw .refused(
        Failure.Refusal(
          rule: "practice_stays", reason: "a plan for a client and one for practice skin do not become each other",
          remedy: "import it as a course of its own: smpctl plan import FILE"))
    }
    let difference = PlanDifference(
      from: course.plan, to: plan, sessionsDone: sessions.count { $0.closed != nil && $0.dotsMade > 0 })
    if let first = difference.rewriting.first {
      throw .refused(
        Failure.Refusal(
          rule: "done_stays", reason: "\(first.place) belongs to what was done, and would change",
          remedy: "leave it as it is: \(first.before ?? "without it")"))
    }
    guard !difference.changes.isEmpty else {
      throw .nothingToDo(state: "unchanged", remedy: "the new version says what the old one says")
    }
    let version = course.stored.version + 1
    let (by, reason) = (salts.salted(wish.by), salts.salted(wish.reason))
    let fingerprint = Fingerprint(of: bytes)
    let entry = PlanAmendedEntry(
      plan: fingerprint, version: version, schema: PlanBounds.schema, by: by.commitment, reason: reason.commitment)
    return (
      PlanInterface.Amend.Reply(
        version: version,
        changes: difference.changes.map { .init(place: $0.place, before: $0.before, after: $0.after) },
        problems: problems),
      EntryDraft(
        body: .planAmended(entry), course: wish.course, confidential: [by, reason],
        plan: .init(course: wish.course, version: version, sha256: fingerprint, text: bytes))
    )
  }
}

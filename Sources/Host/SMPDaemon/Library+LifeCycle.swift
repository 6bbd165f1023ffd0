package import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPRecord
internal import SMPTreatment

/// A plan's way from draft to agreed to signed, and a course's early end (S12). Each gives the reply and what must be
/// durable before it is given.
extension Library {
  package func agreePlan(_ name: String, by: String) throws(Failure) -> (PlanInterface.Agree.Reply, EntryDraft) {
    let course = try course(name)
    let fingerprint = try open(course)
    guard !course.isPractice else {
      throw .nothingToDo(
        state: "practice", remedy: "practice skin agrees to nothing: smpctl plan sign \(name) --by NAME")
    }
    if let agreement = course.papers.agreement {
      throw .nothingToDo(
        state: "agreed",
        remedy: "\(agreement.by) witnessed it already; "
          + (course.nextStep.map { "next: \($0)" } ?? "the plan is signed"))
    }
    let witness = salts.salted(by)
    return (
      PlanInterface.Agree.Reply(sha256: fingerprint.hex),
      EntryDraft(
        body: .planAgreed(PlanAgreedEntry(plan: fingerprint, by: witness.commitment)), course: name,
        confidential: [witness])
    )
  }

  /// - Parameter consent: the reference of the client's consent document; nil on practice skin.
  package func signPlan(
    _ name: String, by: String, consent: String?
  ) throws(Failure) -> (PlanInterface.Sign.Reply, EntryDraft) {
    let course = try course(name)
    let fingerprint = try open(course)
    if let signature = course.signature {
      throw .nothingToDo(
        state: "signed", remedy: "the plan was signed by \(signature.by) already; see smpctl plan show \(name)")
    }
    try checkPractice(course.plan, of: name)
    try checkConsent(course, consent)
    let signer = salts.salted(by)
    let document = consent.map(salts.salted)
    return (
      PlanInterface.Sign.Reply(sha256: fingerprint.hex),
      EntryDraft(
        body: .planSigned(PlanSignedEntry(plan: fingerprint, by: signer.commitment, consent: document?.commitment)),
        course: name, confidential: [signer] + (document.map { [$0] } ?? []))
    )
  }

  /// A client has agreed to this very version and signed a consent; practice skin has done neither.
  private func checkConsent(_ course: Course, _ consent: String?) throws(Failure) {
    func refused(_ rule: String, _ reason: String, _ remedy: String) -> Failure {
      .refused(Failure.Refusal(rule: rule, reason: reason, remedy: remedy))
    }
    if course.isPractice {
      guard consent == nil else {
        throw refused("practice_skin", "practice skin gives no consent", "leave --consent out")
      }
      return
    }
    guard course.papers.agreement != nil else {
      throw refused(
        "plan_agreed", "nobody has witnessed that the client agreed to version \(course.stored.version) of this plan",
        "smpctl plan agree \(course.course) --by NAME")
    }
    guard consent != nil else {
      throw refused(
        "consent", "a client's plan is signed with the reference of the consent document",
        "smpctl plan sign \(course.course) --by NAME --consent REFERENCE")
    }
  }

  package func abandonCourse(
    _ wish: CourseInterface.Abandon.Parameters
  ) throws(Failure) -> (CourseInterface.Abandon.Reply, EntryDraft) {
    let course = try course(wish.course)
    if let abandonment = course.papers.abandonment {
      throw .nothingToDo(
        state: "abandoned",
        remedy: "\(abandonment.by) abandoned it already: \(abandonment.reason); see smpctl course status \(wish.course)"
      )
    }
    let sessions = try read { (store) throws(JournalError) in try store.sessions(course: wish.course) }
    if let open = sessions.first(where: { $0.closed == nil }) { throw .refused(.sessionOpen(open.session)) }
    let done = sessions.count { $0.closed != nil && $0.dotsMade > 0 }
    guard done < course.plan.sessions.count else {
      throw .nothingToDo(state: "complete", remedy: "all its sessions are done: there is nothing left to give up")
    }
    let (by, reason) = (salts.salted(wish.by), salts.salted(wish.reason))
    return (
      CourseInterface.Abandon.Reply(sessionsDone: Int64(done)),
      EntryDraft(
        body: .courseAbandoned(CourseAbandonedEntry(by: by.commitment, reason: reason.commitment)), course: wish.course,
        confidential: [by, reason])
    )
  }

  /// The stored document's fingerprint; refused when it is not what was taken in, or the course was given up.
  private func open(_ course: Course) throws(Failure) -> Fingerprint {
    guard course.papers.abandonment == nil else { throw .refused(.abandoned) }
    let fingerprint = Fingerprint(of: course.stored.text)
    guard fingerprint == course.stored.sha256 else {
      throw .refused(
        Failure.Refusal(
          rule: "plan_unaltered", reason: "the stored plan is not the document that was imported",
          remedy: "smpctl log verify tells what was altered; import the right document again"))
    }
    return fingerprint
  }
}

extension Library.Course {
  var isPractice: Bool { plan.skin == .practice }

  /// The command that brings the plan nearer to its first session; nil when it is signed, or given up.
  var nextStep: String? {
    guard signature == nil, papers.abandonment == nil else { return nil }
    if isPractice { return "smpctl plan sign \(course) --by NAME" }
    return papers.agreement == nil
      ? "smpctl plan agree \(course) --by NAME" : "smpctl plan sign \(course) --by NAME --consent REFERENCE"
  }
}

extension Failure.Refusal {
  static func sessionOpen(_ session: String) -> Failure.Refusal {
    Failure.Refusal(
      rule: "session_closed", reason: "session \(session) of this course is open",
      remedy: "end it first: smpctl session stop")
  }
}

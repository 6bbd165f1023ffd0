package import SMPInterface
internal import SMPJournal
internal import SMPRecord
internal import SMPTreatment

/// Forgetting a client where the law asks for it.
extension Library {
  /// The reply, and what must be durable before it is given: for each of the client's courses an entry that says so.
  package func forgetClient(
    _ wish: CourseInterface.Forget.Parameters
  ) throws(Failure) -> (CourseInterface.Forget.Reply, [EntryDraft]) {
    let own = try courses(ofClientOf: try course(wish.course))
    // The database's log is written out wholly, which is nothing to do beside a needle.
    if let open = try read({ (store) throws(JournalError) in try store.openSessionName() }) {
      throw .refused(.sessionOpen(open))
    }
    for name in own { try checkIsOver(name) }
    var drafts: [EntryDraft] = []
    var texts = 0
    for name in own {
      let commitments = try read { (store) throws(JournalError) in try store.clientTexts(course: name) }
      let (by, reason) = (salts.salted(wish.by), salts.salted(wish.reason))
      let entry = ConfidentialErasedEntry(
        count: Int64(commitments.count), by: by.commitment, reason: reason.commitment)
      drafts.append(
        EntryDraft(
          body: .confidentialErased(entry), course: name, confidential: [by, reason],
          erasing: Erasure(commitments: commitments, courses: [name])))
      texts += commitments.count
    }
    return (CourseInterface.Forget.Reply(courses: own, texts: Int64(texts)), drafts)
  }

  /// Without its plan nothing of a course could be gone on with.
  private func checkIsOver(_ name: String) throws(Failure) {
    let course = try course(name)
    let sessions = try read { (store) throws(JournalError) in try store.sessions(course: name) }
    let done = sessions.count { $0.closed != nil && $0.dotsMade > 0 }
    guard course.papers.abandonment != nil || done >= course.plan.sessions.count else {
      throw .refused(
        Failure.Refusal(
          rule: "course_over", reason: "course \(name) of this client is not over",
          remedy: "give it up first: smpctl course abandon \(name) --by NAME --reason REASON"))
    }
  }
}

extension CourseInterface.Forget.Reply {
  /// - Parameter isPending: whether the journal's files still have what was erased.
  func completed(isPending: Bool) -> Self { Self(courses: courses, texts: texts, pending: isPending) }
}

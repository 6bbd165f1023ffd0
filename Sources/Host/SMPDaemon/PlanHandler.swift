package import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPPlanFile
internal import SMPRecord
internal import SMPTreatment

/// io.smpd.plan
package struct PlanHandler: InterfaceHandler {
  package static let interface: any Interface.Type = PlanInterface.self
  package static let looking: Set<String> = ["Example", "Check", "ListPresets", "List", "Describe"]
  package init() {}

  package func handle(_ call: ControlCall) throws(Failure) {
    switch call.method {
    case "Example":
      let wish = try call.parameters(PlanInterface.Example.Parameters.self)
      call.finish(
        PlanInterface.Example.Reply(
          text: wish.practice == true ? PlanDocument.smallExampleText : PlanDocument.exampleText))
    case "Check":
      let wish = try call.parameters(PlanInterface.Check.Parameters.self)
      call.onLibrarian { library in library.checkPlan(wish.text) }
    case "ListPresets": call.onLibrarian { library in library.listPresets() }
    case "List":
      try call.list(PlanInterface.List.self) { (library, wish) throws(Failure) in
        try Batches.cut(try library.courses(), wish, of: "course") { (name) throws(Failure) in try library.planRow(name)
        }
      }
    case "Describe":
      let wish = try call.parameters(PlanInterface.Describe.Parameters.self)
      call.onLibrarian { (library) throws(Failure) in try library.describePlan(wish.course, sha256: wish.sha256) }
    case "Import": try importPlan(call)
    case "Amend": try amend(call)
    case "Agree": try agree(call)
    case "Sign": try sign(call)
    default: call.failAsUnknown()
    }
  }

  private func importPlan(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(PlanInterface.Import.Parameters.self)
    call.queueForLibrarian {
      do throws(Failure) {
        let (reply, step) = try call.context.library.importPlan(wish.text, dryRun: wish.dryRun == true)
        switch step {
        case .none: call.finish(reply)
        case .await: call.askOwner(.barrier) { _ in reply }
        case .write(let draft):
          let library = call.context.library
          call.askOwner(.record([draft], basedOn: nil), whenOver: { draft.course.map(library.endsImport) }) { _ in reply
          }
        }
      } catch {
        call.fail(error)
      }
    }
  }

  private func amend(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(PlanInterface.Amend.Parameters.self)
    try Texts.check(wish.by, "by")
    try Texts.check(wish.reason, "reason")
    call.judge(isTrial: wish.dryRun) { (library) throws(Failure) in try library.amendPlan(wish) }
  }

  private func agree(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(PlanInterface.Agree.Parameters.self)
    try Texts.check(wish.by, "by")
    call.judge(isTrial: wish.dryRun) { (library) throws(Failure) in try library.agreePlan(wish.course, by: wish.by) }
  }

  private func sign(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(PlanInterface.Sign.Parameters.self)
    try Texts.check(wish.by, "by")
    if let consent = wish.consent { _ = try Texts.label(consent, "consent") }
    call.judge(isTrial: wish.dryRun) { (library) throws(Failure) in
      try library.signPlan(wish.course, by: wish.by, consent: wish.consent)
    }
  }
}

extension Library {
  func checkPlan(_ text: String) -> PlanInterface.Check.Reply {
    let reading = read(text)
    return PlanInterface.Check.Reply(
      valid: !reading.hasErrors, problems: reading.problems.map(PlanInterface.Problem.init),
      summary: reading.plan.map { Self.summary($0, reading.text) })
  }

  /// What is left to do before an import is answered.
  package enum ImportStep: Sendable {
    case none
    /// Another import of the same document is on its way: it is known once that is durable.
    case await
    case write(EntryDraft)
  }

  /// The reply, and what must be durable before it is given. Who is told to write ends the import (`endsImport`).
  package func importPlan(_ text: String, dryRun: Bool = false) throws(Failure) -> (
    PlanInterface.Import.Reply, ImportStep
  ) {
    let reading = read(text)
    let bytes = reading.text
    let problems = reading.problems.map(PlanInterface.Problem.init)
    guard let plan = reading.plan else {
      throw .invalidPlan(problems: problems, remedy: "mend the plan, then: smpctl plan check FILE")
    }
    let fingerprint = Fingerprint(of: bytes)
    let (course, standing) = try reference(for: fingerprint)
    let known = standing != .new
    if !known { try checkPractice(plan) }
    let reply = PlanInterface.Import.Reply(course: course, known: known, problems: problems)
    if dryRun || standing == .stored { return (reply, .none) }
    if known { return (reply, .await) }
    beginsImport(course, fingerprint)
    let title = salts.salted(plan.title)
    let client = salts.salted(plan.client)
    let entry = PlanImportedEntry(
      plan: fingerprint, version: 1, schema: PlanBounds.schema, title: title.commitment, client: client.commitment)
    let draft = EntryDraft(
      body: .planImported(entry), course: course, confidential: [title, client],
      plan: .init(course: course, version: 1, sha256: fingerprint, text: bytes))
    return (reply, .write(draft))
  }

  func planRow(_ name: String) throws(Failure) -> PlanInterface.PlanRow {
    let course = try course(name)
    return PlanInterface.PlanRow(
      course: name, version: course.stored.version, title: course.plan.title, sha256: course.stored.sha256.hex,
      agreedBy: course.papers.agreement?.by, signedBy: course.signature?.by,
      signedWallMilliseconds: course.signature?.at.milliseconds, sessions: Int64(course.plan.sessions.count),
      dots: PlanEstimate(course.plan).dots)
  }

  /// - Parameter sha256: of the version that is meant; nil means the newest.
  func describePlan(_ name: String, sha256: String? = nil) throws(Failure) -> PlanInterface.Describe.Reply {
    let course = if let sha256 { try course(name, sha256: sha256) } else { try course(name) }
    return PlanInterface.Describe.Reply(
      summary: Self.summary(course.plan, course.stored.text), agreedBy: course.papers.agreement?.by,
      signedBy: course.signature?.by, signedWallMilliseconds: course.signature?.at.milliseconds,
      consent: course.signature?.consent,
      text: String(decoding: course.stored.text, as: UTF8.self))
  }
}

extension PlanInterface.Problem {
  init(_ problem: PlanProblem) {
    self.init(
      line: Int64(problem.line), column: Int64(problem.column),
      severity: problem.severity == .error ? .error : .warning, message: problem.message, allowed: problem.allowed,
      remedy: problem.remedy)
  }
}

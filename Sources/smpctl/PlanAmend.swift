import ArgumentParser
import SMPInterface

struct PlanAmend: Action {
  static let configuration = CommandConfiguration(
    commandName: "amend", abstract: "Takes a new version of a course's plan in, and shows what it changes.",
    discussion: """
      What was done stays: sessions that are over, the zones they worked in, and the client. The new version is neither \
      agreed to nor signed; the next session waits for that.
      """)
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @OptionGroup var answerable: NamedAct
  @Argument(help: "Its course.")
  var course: String
  @Argument(help: "The new version, whole; - reads standard input.", completion: .file())
  var file: String

  func perform(_ console: Console) throws -> ExitStatus {
    let text = try PlanFile.read(file)
    let answer: Daemon.Answer<PlanInterface.Amend.Reply>
    do {
      answer = try options.daemon().call(
        PlanInterface.Amend.self,
        .init(course: course, text: text, by: answerable.by, reason: answerable.reason, dryRun: trial.flag))
    } catch let complaint as Complaint {
      throw complaint.about(file)
    }
    console.document(answer.json)
    for problem in answer.reply.problems { console.note(Wording.problem(problem, file: file)) }
    console.answer(answer.reply.changes.map(Wording.change).joined(separator: "\n"))
    console.answer(trial.mark("version \(answer.reply.version) of \(course), not signed"))
    if !trial.dryRun {
      console.note("next: smpctl plan agree \(course) --by NAME, then plan sign; on practice skin plan sign alone")
    }
    return .done
  }
}

extension Wording {
  static func change(_ change: PlanInterface.Change) -> String {
    switch (change.before, change.after) {
    case (let before?, let after?): "\(change.place): \(before) becomes \(after)"
    case (nil, let after?): "\(change.place): new, \(after)"
    case (let before?, nil): "\(change.place): gone, was \(before)"
    case (nil, nil): change.place
    }
  }
}

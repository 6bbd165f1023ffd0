import ArgumentParser
import SMPInterface

struct PlanAgree: Action {
  static let configuration = CommandConfiguration(
    commandName: "agree", abstract: "Records that the client agrees to a plan, as a witness says by name.",
    discussion: """
      The agreement is to this version: an amended plan is agreed to again. A plan on practice skin needs none.
      """)
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @Argument(help: "Its course.")
  var course: String
  @Option(help: ArgumentHelp("Who witnessed it; never the client's own name.", valueName: "name"))
  var by: String

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(PlanInterface.Agree.self, .init(course: course, by: by, dryRun: trial.flag))
    console.document(answer.json)
    console.answer(trial.mark("agreed to \(course), SHA-256 \(answer.reply.sha256)"))
    if !trial.dryRun { console.note("next: smpctl plan sign \(course) --by NAME --consent REFERENCE") }
    return .done
  }
}

struct PlanSign: Action {
  static let configuration = CommandConfiguration(
    commandName: "sign", abstract: "Signs a plan by name. A signed plan is never changed.",
    discussion: """
      A client's plan was agreed to before, and is signed with the reference of the consent document. Practice skin has \
      neither.
      """)
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @Argument(help: "Its course.")
  var course: String
  @Option(help: ArgumentHelp("Who signs.", valueName: "name"))
  var by: String
  @Option(
    help: ArgumentHelp("Reference of the client's consent document, such as its number.", valueName: "reference"))
  var consent: String?

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(
      PlanInterface.Sign.self, .init(course: course, by: by, consent: consent, dryRun: trial.flag))
    console.document(answer.json)
    console.answer(trial.mark("signed \(course), SHA-256 \(answer.reply.sha256)"))
    return .done
  }
}

extension Wording {
  /// How far a plan's papers are, in one line.
  static func papers(agreedBy: String?, signedBy: String?, consent: String?) -> String {
    var words: [String] = []
    if let agreedBy { words.append("agreed, witnessed by \(agreedBy)") }
    words.append(signedBy.map { "signed by \($0)" } ?? "not signed")
    if let consent { words.append("consent \(consent)") }
    return words.joined(separator: ", ")
  }
}

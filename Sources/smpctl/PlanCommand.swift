import ArgumentParser
import SMPInterface

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Treatment plans.",
    subcommands: [
      Example.self, Presets.self, Check.self, Import.self, List.self, Show.self, PlanAmend.self, PlanAgree.self,
      PlanSign.self,
    ])

  struct Example: Action {
    static let configuration = CommandConfiguration(abstract: "Prints a plan to start from.")
    @OptionGroup var options: GlobalOptions
    @Flag(help: "The small one for practice and training.")
    var practice = false

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(PlanInterface.Example.self, .init(practice: practice ? true : nil))
      console.document(answer.json)
      console.verbatim(answer.reply.text)
      return .done
    }
  }

  struct Presets: Action {
    static let configuration = CommandConfiguration(
      abstract: "Lists the presets that a plan's zones may name.")
    @OptionGroup var options: GlobalOptions

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(PlanInterface.ListPresets.self, .init())
      console.document(answer.json)
      console.answer(Wording.presets(answer.reply.presets))
      return .done
    }
  }

  struct Check: Action {
    static let configuration = CommandConfiguration(
      abstract: "Says everything that is wrong with a plan. Changes nothing.")
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The plan; - reads standard input.", completion: .file())
    var file: String

    func perform(_ console: Console) throws -> ExitStatus {
      let text = try PlanFile.read(file)
      let answer = try options.daemon().call(PlanInterface.Check.self, .init(text: text))
      console.document(answer.json)
      for problem in answer.reply.problems { console.note(Wording.problem(problem, file: file)) }
      if let summary = answer.reply.summary { console.answer(Wording.plan(summary)) }
      return answer.reply.valid ? .done : .invalidInput
    }
  }

  struct Import: Action {
    static let configuration = CommandConfiguration(
      abstract: "Takes a plan in and prints its course.")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var trial: TrialOption
    @Argument(help: "The plan; - reads standard input.", completion: .file())
    var file: String

    func perform(_ console: Console) throws -> ExitStatus {
      let text = try PlanFile.read(file)
      let answer: Daemon.Answer<PlanInterface.Import.Reply>
      do {
        answer = try options.daemon().call(PlanInterface.Import.self, .init(text: text, dryRun: trial.flag))
      } catch let complaint as Complaint {
        throw complaint.about(file)
      }
      console.document(answer.json)
      for problem in answer.reply.problems { console.note(Wording.problem(problem, file: file)) }
      guard let course = answer.reply.course else {
        console.answer(trial.mark("the plan would be taken in"))
        return .done
      }
      if answer.reply.known { console.note("this very plan was already there") }
      console.answer(course)
      return .done
    }
  }

  struct List: Action {
    static let configuration = CommandConfiguration(abstract: "Lists the plans.")
    @OptionGroup var options: GlobalOptions

    func perform(_ console: Console) throws -> ExitStatus {
      let list = try options.daemon().list(PlanInterface.List.self)
      console.document(list.json)
      console.answer(Wording.plans(list.rows))
      return .done
    }
  }

  struct Show: Action {
    static let configuration = CommandConfiguration(abstract: "Shows what a plan comes to.")
    @OptionGroup var options: GlobalOptions
    @Flag(help: "Print its text, byte for byte as it was taken in.")
    var text = false
    @Argument(help: "Its course.")
    var course: String

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(PlanInterface.Describe.self, .init(course: course))
      console.document(answer.json)
      if text {
        console.verbatim(answer.reply.text)
      } else {
        let papers = Wording.papers(
          agreedBy: answer.reply.agreedBy, signedBy: answer.reply.signedBy, consent: answer.reply.consent)
        console.answer(Wording.plan(answer.reply.summary) + "\n" + papers)
      }
      return .done
    }
  }
}

extension Complaint {
  /// The problems of a plan with the file's own name, so that editors find the place.
  func about(_ file: String) -> Complaint {
    guard let failure = try? Failure(name: name, parameters: facts),
      case .invalidPlan(let problems, _) = failure
    else { return self }
    let lines = problems.map { "\n" + Wording.problem($0, file: file) }.joined()
    return Complaint(
      status: status, name: name, message: "\(file) cannot be used" + lines, remedy: remedy, facts: facts)
  }
}

extension Wording {
  static func presets(_ presets: [PlanInterface.Preset]) -> String {
    guard !presets.isEmpty else { return "no preset; where they belong, the Treatment plan article says" }
    var table = TextTable(["PRESET", "SESSIONS", "ABOUT"], numeric: [1])
    for preset in presets {
      table.append([
        preset.name, count(preset.sessions), preset.problem.map { "cannot be used: \($0)" } ?? preset.about ?? "",
      ])
    }
    return table.text
  }

  static func plans(_ plans: [PlanInterface.PlanRow]) -> String {
    guard !plans.isEmpty else { return "no plan; start from smpctl plan example" }
    var table = TextTable(
      ["COURSE", "VERSION", "AGREED BY", "SIGNED BY", "SESSIONS", "DOTS", "SHA-256", "TITLE"], numeric: [1, 4, 5])
    for plan in plans {
      table.append([
        plan.course, count(plan.version), plan.agreedBy ?? "-", plan.signedBy ?? "-", count(plan.sessions),
        count(plan.dots), String(plan.sha256.prefix(12)), plan.title,
      ])
    }
    return table.text
  }
}

import ArgumentParser
import SMPInterface

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Treatment plans.",
    subcommands: [Example.self, Check.self, Import.self, List.self, Show.self, Sign.self])

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
        let signature = answer.reply.signedBy.map { "signed by \($0)" } ?? "not signed"
        console.answer(Wording.plan(answer.reply.summary) + "\n" + signature)
      }
      return .done
    }
  }

  struct Sign: Action {
    static let configuration = CommandConfiguration(
      abstract: "Signs a plan by name. A signed plan is never changed.")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var trial: TrialOption
    @Argument(help: "Its course.")
    var course: String
    @Option(help: ArgumentHelp("Who signs.", valueName: "name"))
    var by: String

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(
        PlanInterface.Sign.self, .init(course: course, by: by, dryRun: trial.flag))
      console.document(answer.json)
      console.answer(trial.mark("signed \(course), SHA-256 \(answer.reply.sha256)"))
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
  static func plans(_ plans: [PlanInterface.PlanRow]) -> String {
    guard !plans.isEmpty else { return "no plan; start from smpctl plan example" }
    var table = TextTable(["COURSE", "SIGNED BY", "SESSIONS", "DOTS", "SHA-256", "TITLE"], numeric: [2, 3])
    for plan in plans {
      table.append([
        plan.course, plan.signedBy ?? "-", count(plan.sessions), count(plan.dots), String(plan.sha256.prefix(12)),
        plan.title,
      ])
    }
    return table.text
  }

  static func plan(_ summary: PlanInterface.Summary) -> String {
    var text = "\(summary.title)\nSHA-256 \(summary.sha256)\n"
    text += "\(count(summary.dots)) dots in \(summary.sessions.count) sessions, about \(minutes(summary.minutes))"
    let areas = Dictionary(summary.zones.map { ($0.name, $0.areaSquareMicrometres) }, uniquingKeysWith: { $1 })
    for session in summary.sessions {
      text += "\n\nsession \(session.number): \(count(session.dots)) dots, about \(minutes(session.minutes))\n"
      var table = TextTable(
        ["ZONE", "AREA", "DOTS", "DENSITY", "SPACING", "DEPTH", "SPEED", "DWELL", "NEEDLE"],
        numeric: [1, 2, 3, 4, 5, 6, 7])
      for zone in session.zones {
        table.append([
          zone.zone, areas[zone.zone].map { area(squareMicrometres: $0) } ?? "", count(zone.dots),
          density(perSquareMetre: zone.densityPerSquareMetre),
          zone.spacingMicrometres.map { length(micrometres: $0) } ?? "-",
          length(micrometres: zone.depthMicrometres), speed(millihertz: zone.speedMillihertz),
          "\(zone.dwellMilliseconds) ms", zone.needle,
        ])
      }
      text += table.text
    }
    return text
  }
}

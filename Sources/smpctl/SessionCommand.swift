import ArgumentParser
import SMPInterface

struct SessionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "session", abstract: "Sessions: preparing, working, ending.",
    subcommands: [
      SessionStart.self, SessionWatch.self, SessionPause.self, SessionResume.self, SessionRegister.self,
      SessionLoad.self,
      SessionComfort.self,
      SessionZone.self, SessionSet.self, SessionConfirm.self, SessionResolve.self, SessionStop.self, SessionList.self,
      SessionShow.self,
    ])
}

struct SessionStart: Action {
  static let configuration = CommandConfiguration(
    commandName: "start", abstract: "Opens the next session of a course and arms the device.",
    discussion: "Arming moves nothing: dots are made only while the pedal is held down.")
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @Argument(help: "The course, such as C-7F3A2B; its plan must be signed.")
  var course: String
  @Option(help: "Serial of the device to treat with; left out, the one that is driven.")
  var device: String?
  @Option(name: .customLong("operator"), help: ArgumentHelp("Who holds the handpiece.", valueName: "name"))
  var operatorName: String
  @Option(help: ArgumentHelp("Lot of the pigment that is loaded.", valueName: "lot"))
  var pigmentLot: String
  @Option(
    help: ArgumentHelp(
      "The cartridge: its lot, and where several of a lot are in use a mark of its own, such as K456/2.",
      valueName: "lot"))
  var cartridge: String
  @Option(help: "The skin of the client: clear, redness or scabs.")
  var skin: SkinArgument
  @Option(
    name: .customLong("override"),
    help: ArgumentHelp(
      "A step that is not in order and that you answer for: interval, skin, or both with a comma.", valueName: "step"))
  var override: StepsArgument?
  @Option(help: ArgumentHelp("Who answers for it.", valueName: "name"))
  var by: String?
  @Option(help: "Why, with --override.")
  var reason: String?
  @Flag(help: "Stay and show the session until it ends.")
  var watch = false

  func validate() throws {
    if watch && trial.dryRun { throw ValidationError("--watch and --dry-run do not go together") }
    let isNamed = by != nil && reason != nil
    if override == nil ? by != nil || reason != nil : !isNamed {
      throw ValidationError("--override, --by and --reason go together")
    }
  }

  private var word: SessionInterface.Override? {
    guard let override, let by, let reason else { return nil }
    return SessionInterface.Override(steps: override.steps, by: by, reason: reason)
  }

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(
      SessionInterface.Start.self,
      .init(
        course: course, device: device, operator: operatorName, pigmentLot: pigmentLot, cartridge: cartridge,
        skin: skin.word, override: word, dryRun: trial.flag))
    console.document(answer.json)
    guard let session = answer.reply.session else {
      console.answer(trial.mark("session \(answer.reply.number) of \(course)"))
      return .done
    }
    if let landmarks = answer.reply.landmarks {
      console.answer("session \(session) is open and waits: number \(answer.reply.number) of \(course)")
      console.note(
        "next: register the handpiece to \(landmarks.joined(separator: ", ")), one after the other: "
          + "smpctl session register \(course) LANDMARK")
      return .done
    }
    console.answer("session \(session) is armed: number \(answer.reply.number) of \(course)")
    guard watch else {
      console.note("next: press the pedal; watch with smpctl session watch, end with smpctl session stop")
      return .done
    }
    return try Watcher(console: console, awaiting: session).run(try options.daemon())
  }
}

/// One or more steps, with commas between them.
struct StepsArgument: ExpressibleByArgument {
  let steps: [SessionInterface.Step]

  init?(argument: String) {
    var steps: [SessionInterface.Step] = []
    for word in argument.split(separator: ",", omittingEmptySubsequences: false) {
      switch word {
      case "interval": steps.append(.interval)
      case "skin": steps.append(.skin)
      default: return nil
      }
    }
    self.steps = steps
  }
}

enum SkinArgument: String, ExpressibleByArgument, CaseIterable {
  case clear, redness, scabs
  var word: SessionInterface.Skin {
    switch self {
    case .clear: .clear
    case .redness: .redness
    case .scabs: .scabs
    }
  }
}

struct SessionWatch: Action {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Shows the open session until it ends.",
    discussion:
      "Ends with 0 when all planned dots are made or the session is closed, 7 after a fault, 9 when uncertain.")
  @OptionGroup var options: GlobalOptions

  func perform(_ console: Console) throws -> ExitStatus {
    try Watcher(console: console, awaiting: nil).run(try options.daemon())
  }
}

struct SessionResolve: Action {
  static let configuration = CommandConfiguration(
    commandName: "resolve", abstract: "Answers for an uncertain session, after a look at device and client.")
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @OptionGroup var answerable: NamedAct

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(
      SessionInterface.Resolve.self, .init(by: answerable.by, reason: answerable.reason, dryRun: trial.flag))
    console.document(answer.json)
    console.answer(
      trial.mark(
        "resolved; \(answer.reply.dotsPresumed) dots are presumed made and count; the state is "
          + Wording.words(answer.reply.state.rawValue)))
    return .done
  }
}

struct SessionStop: Action {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Ends the session: finishes the dot, retracts, disarms, closes.",
    discussion: "To stop the needle at once, let go of the pedal, or use smpctl stop --protective.")
  @OptionGroup var options: GlobalOptions

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(SessionInterface.Stop.self)
    console.document(answer.json)
    let status = StopCommand.report(answer.reply.outcome, nil, console)
    if status == .done { console.answer("the state is " + Wording.words(answer.reply.state.rawValue)) }
    return status
  }
}

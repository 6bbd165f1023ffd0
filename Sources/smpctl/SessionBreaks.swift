import ArgumentParser
import SMPInterface

struct SessionPause: Action {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Pauses: the needle retracts and the pedal has no effect.")
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @Option(help: "Why.")
  var reason: PauseReasonArgument?
  @Option(help: ArgumentHelp("More about it, for the record.", valueName: "text"))
  var remarks: String?

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(
      SessionInterface.Pause.self, .init(reason: reason?.word, remarks: remarks, dryRun: trial.flag))
    console.document(answer.json)
    console.answer(trial.mark(Wording.words(answer.reply.state.rawValue)))
    return .done
  }
}

struct SessionResume: Action {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Takes a pause back. The pedal must be released first.")
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(SessionInterface.Resume.self, .init(dryRun: trial.flag))
    console.document(answer.json)
    console.answer(trial.mark(Wording.words(answer.reply.state.rawValue)))
    return .done
  }
}

struct SessionLoad: Action {
  static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Takes down that another cartridge or more pigment was put into the handpiece.",
    discussion: "In a pause: nobody's hands are at a needle that can move. It is refused as a start with it would be.")
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @Option(help: ArgumentHelp("Lot of the pigment that was put in.", valueName: "lot"))
  var pigmentLot: String?
  @Option(help: ArgumentHelp("The cartridge that was put in.", valueName: "lot"))
  var cartridge: String?

  func validate() throws {
    if pigmentLot == nil, cartridge == nil { throw ValidationError("give --pigment-lot, --cartridge, or both") }
  }

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(
      SessionInterface.Load.self, .init(pigmentLot: pigmentLot, cartridge: cartridge, dryRun: trial.flag))
    console.document(answer.json)
    let loaded = [pigmentLot.map { "pigment \($0)" }, cartridge.map { "cartridge \($0)" }].compactMap(\.self)
    console.answer(trial.mark("loaded: " + loaded.joined(separator: ", ")))
    return .done
  }
}

struct SessionComfort: Action {
  static let configuration = CommandConfiguration(
    commandName: "comfort", abstract: "Takes down how uncomfortable it is, as the client says: 0 to 10.",
    discussion: "0 is not at all, 10 is the worst there can be. It pauses nothing.")
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @Argument(help: "What the client says, from 0 to 10.")
  var score: Int64
  @Option(help: ArgumentHelp("More about it, for the record.", valueName: "text"))
  var remarks: String?

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(
      SessionInterface.Comfort.self, .init(score: score, remarks: remarks, dryRun: trial.flag))
    console.document(answer.json)
    console.answer(trial.mark("\(answer.reply.score) of 10"))
    return .done
  }
}

enum PauseReasonArgument: String, ExpressibleByArgument, CaseIterable {
  case client, cartridge, ink, `break`

  var word: SessionInterface.PauseReason {
    switch self {
    case .client: .client
    case .cartridge: .cartridge
    case .ink: .ink
    case .break: .break
    }
  }
}

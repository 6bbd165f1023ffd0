import ArgumentParser
import SMPInterface

struct SessionZone: Action {
  static let configuration = CommandConfiguration(
    commandName: "zone", abstract: "Opens a zone by name.")
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @Argument(help: "The zone, as the plan names it.")
  var name: String

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(
      SessionInterface.SelectZone.self, .init(zone: name, dryRun: trial.flag))
    console.document(answer.json)
    console.answer(trial.mark("zone \(answer.reply.zone) is open"))
    return .done
  }
}

struct SessionSet: Action {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Changes set-points within the limits, all or nothing.",
    discussion: "Quantities carry their unit: --depth \"0.45 mm\" --speed \"100 Hz\" --dwell \"60 ms\".")
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @Option(help: "The zone; without it every zone of the session.")
  var zone: String?
  @Option(help: "Commanded depth, in mm or um.", transform: QuantityOptions.length)
  var depth: Int64?
  @Option(help: "Commanded speed, in Hz.", transform: QuantityOptions.speed)
  var speed: Int64?
  @Option(help: "Longest contact of one dot, in ms or s.", transform: QuantityOptions.time)
  var dwell: Int64?

  func validate() throws {
    if depth == nil && speed == nil && dwell == nil {
      throw ValidationError("give at least one of --depth, --speed and --dwell")
    }
  }

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(
      SessionInterface.Set.self,
      .init(
        zone: zone, depthMicrometres: depth, speedMillihertz: speed, dwellMilliseconds: dwell, dryRun: trial.flag))
    console.document(answer.json)
    for points in answer.reply.zones { console.answer(trial.mark(Wording.setPoints(points))) }
    return .done
  }
}

struct SessionConfirm: Action {
  static let configuration = CommandConfiguration(
    commandName: "confirm", abstract: "Confirms a soft limit by name, for the rest of the session.")
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @OptionGroup var answerable: NamedAct
  @Argument(help: "The limit, such as depth-maximum.")
  var key: String

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(
      SessionInterface.Confirm.self,
      .init(key: key, by: answerable.by, reason: answerable.reason, dryRun: trial.flag))
    console.document(answer.json)
    console.answer(trial.mark("confirmed in this session: " + answer.reply.confirmed.joined(separator: ", ")))
    return .done
  }
}

extension Wording {
  static func setPoints(_ points: SessionInterface.SetPoints) -> String {
    "\(points.zone): depth \(length(micrometres: points.depthMicrometres)), "
      + "speed \(speed(millihertz: points.speedMillihertz)), dwell \(points.dwellMilliseconds) ms"
  }
}

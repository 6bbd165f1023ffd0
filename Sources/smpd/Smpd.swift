import ArgumentParser
import Glibc
import SMPDaemon
import SMPModel
import SMPPlanFile

/// `smpd`: the daemon in front of a needle device on USB.
@main
struct Smpd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "smpd", abstract: "Drives a micropigmentation needle device from a treatment plan.",
    discussion: """
      Started by the service manager as a rule. Serves the control socket and, beside it, the stop socket; ends on \
      SIGTERM and SIGINT with the needle stopped. Exit statuses: 0 ended as told, 1 could not start, 64 usage, \
      65 configuration invalid.
      """,
    version: "smpd \(Release.version)")

  @Option(help: ArgumentHelp("Configuration file.", valueName: "file"), completion: .file())
  var config: String?
  @Option(
    help: ArgumentHelp("Directory of the journal, instead of the configuration's.", valueName: "dir"),
    completion: .directory)
  var state: String?
  @Option(
    help: ArgumentHelp("Control socket, instead of the configuration's.", valueName: "path"),
    completion: .file())
  var socket: String?
  @Option(
    help: ArgumentHelp("The clinic's limits file, instead of the configuration's.", valueName: "file"),
    completion: .file())
  var limits: String?
  @Flag(help: "Take simulated devices only, and record them as simulated, in a journal of their own.")
  var training = false
  @Option(
    help: ArgumentHelp(
      "Accept that the journal has lost its end, for this reason: recorded, and the program ends.", valueName: "reason")
  )
  var acceptLoss: String?
  @Option(help: ArgumentHelp("Who accepts it.", valueName: "name"))
  var by: String?

  func validate() throws {
    guard (acceptLoss == nil) == (by == nil) else {
      throw ValidationError("a loss is accepted by name and for a reason: --accept-loss REASON --by NAME")
    }
    for text in [acceptLoss, by].compactMap(\.self) where text.allSatisfy(\.isWhitespace) || text.count > 1_000 {
      throw ValidationError("a name and a reason have 1 to 1000 characters, and not blanks alone")
    }
  }

  func run() throws {
    do {
      try serve()
    } catch let error as DaemonError {
      Terminal.complain("smpd: " + error.sentence)
      throw ExitCode(1)
    } catch let failure as Failed {
      Terminal.complain("smpd: " + failure.description)
      throw ExitCode(failure.status)
    }
  }

  private func configuration(_ file: DaemonFile) -> DaemonConfiguration {
    var configuration = DaemonConfiguration(
      stateDirectory: state ?? file.statePath, limitsPath: limits ?? file.limitsPath,
      socketPath: socket ?? file.socketPath, simulated: training || file.training)
    configuration.presetsPath = file.presetsPath
    return configuration
  }

  private func serve() throws {
    // A client that hangs up must not end the daemon.
    signal(SIGPIPE, SIG_IGN)
    let notifier = ServiceNotifier.inherited()
    let passed = try PassedSockets.inherited()
    let ending = try EndSignals()
    let file = try Settings.read(config)
    var configuration = configuration(file)
    if let acceptLoss, let by {
      let accepted = try LostEnd.accept(
        in: configuration, by: by, reason: acceptLoss, pacing: RealPacing { false }, actor: getuid())
      return Terminal.say("smpd: \(accepted)")
    }
    configuration.station = file.station
    configuration.realtimePriority = file.realtimePriority
    configuration.operatorGID = Settings.group(file.operatorsGroup, may: "command")
    configuration.observerGID = file.observersGroup.flatMap { Settings.group($0, may: "look") }
    configuration.preferredDevice = file.preferredSerial
    configuration.passed = passed
    let heart = notifier.beatInterval.map { ServiceHeart(notifier: notifier, period: $0) }
    configuration.heart = heart
    try StateDirectory.prepare(configuration.stateDirectory, limitsPath: nil)
    let wish = Surroundings.Wish(
      statePath: configuration.stateDirectory, realtimePriority: file.realtimePriority, needsUSB: true,
      passed: passed, isService: notifier.isHeard)
    configuration.surroundings = { Surroundings.probed(wish).findings.compactMap(Finding.init) }
    Settings.tell(Surroundings.probed(wish))
    let pacing = RealPacing { Surroundings.isClockKept(wish) }
    let daemon = try Daemon(configuration, pacing: pacing, handlers: [])
    let bus: RunningBus
    do {
      bus = try RunningBus(daemon, products: file.devices, realtimePriority: file.realtimePriority)
    } catch {
      daemon.end()
      throw error
    }
    heart?.watch(bus.bus)
    notifier.ready()
    Terminal.say("smpd: serving at \(configuration.socketPath)")
    ending.wait()
    notifier.stopping()
    Terminal.say("smpd: ending")
    // The needle stops and the link closes first; the bus ends when its last transfer has.
    daemon.end()
    bus.end()
  }
}

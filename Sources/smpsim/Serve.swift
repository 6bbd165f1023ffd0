import ArgumentParser
import Glibc
import SMPDaemon

/// `smpsim serve`: the whole daemon in front of a simulated device, in this process or behind a link.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves the control and stop sockets in front of a simulated device.",
    discussion: """
      The device lives in this process, or with --link in that of smpsim device, which outlives the daemon: then a \
      daemon that dies is to the device a pulled cable, and the next one finds what it left.
      """)

  enum Hand: String, ExpressibleByArgument, CaseIterable {
    /// Works each session by itself, mistakes included.
    case auto
    /// Nobody touches the device.
    case none
  }

  @Option(
    help: ArgumentHelp("Directory of journal and limits; made if it is not there.", valueName: "dir"),
    completion: .directory)
  var state: String
  @Option(help: ArgumentHelp("Control socket; the stop socket is the same with .stop.", valueName: "path"))
  var socket: String?
  @Option(help: ArgumentHelp("The clinic's limits file.", valueName: "file"), completion: .file())
  var limits: String?
  @Option(help: "Who holds the handpiece: auto or none.")
  var hand: Hand = .none
  @Option(help: ArgumentHelp("Socket of a running smpsim device, whose device this daemon drives.", valueName: "path"))
  var link: String?
  @Flag(help: "Lets time jump while the hand works. Not with --link.")
  var fast = false
  @Option(help: ArgumentHelp("Group whose members may command; root and your own user always may.", valueName: "name"))
  var operatorsGroup: String?
  @Option(
    help: ArgumentHelp(
      "Group the control socket belongs to, whose members may look; without it: the operators'.", valueName: "name"))
  var observersGroup: String?
  @Option(help: "Seed of device and hand. Not with --link. (default: 1)")
  var seed: UInt64?
  @Option(help: "Serial of the device. Not with --link. (default: SIM-0001)")
  var serial: String?

  @Flag(
    help:
      "Gives the device a frame of its own, turned and moved by the seed: sessions register it first. Not with --link.")
  var ownFrame = false

  func validate() throws {
    guard link != nil else { return }
    if fast {
      throw ValidationError(
        "--fast needs the device in this process: behind a link it lives in real time. Leave one out.")
    }
    if seed != nil || serial != nil || ownFrame {
      throw ValidationError("--seed, --serial and --own-frame belong to the device: give them to smpsim device.")
    }
  }

  func run() throws {
    try reporting {
      // A client that hangs up must not end the daemon.
      signal(SIGPIPE, SIG_IGN)
      let limitsPath = limits ?? state + "/limits.yaml"
      let groups = (operators: try Self.group(operatorsGroup), observers: try Self.group(observersGroup))
      do throws(DaemonError) {
        let ending = try EndSignals()
        try StateDirectory.prepare(state, limitsPath: limits == nil ? limitsPath : nil)
        let station = try self.station
        var configuration = DaemonConfiguration(
          stateDirectory: state, limitsPath: limitsPath, socketPath: socket ?? state + "/io.smpd", simulated: true)
        configuration.virtualClock = station.hasVirtualClock
        configuration.operatorGID = groups.operators
        configuration.observerGID = groups.observers
        if !station.hasVirtualClock { configuration.realtimePriority = LinkRank.priority }
        let daemon = try Daemon(configuration, pacing: station.pacing, handlers: [SimulatorHandler(desk: station.desk)])
        if hand == .auto { AutoHand.follow(daemon, station.desk) }
        try station.begin(daemon)
        Terminal.say("smpsim: serving at \(configuration.socketPath) (\(station.description))")
        ending.wait()
        Terminal.say("smpsim: ending")
        daemon.end()
      } catch {
        throw Failed(error.sentence)
      }
    }
  }

  private var station: any Station {
    get throws(DaemonError) {
      if let link { return try LinkedStation(path: link, statePath: state) }
      return try LocalStation(
        seed: seed ?? 1, serial: serial ?? "SIM-0001", ownFrame: ownFrame, automaticHand: hand == .auto, fast: fast)
    }
  }

  private static func group(_ name: String?) throws -> UInt32? {
    guard let name else { return nil }
    guard let number = SystemGroup.number(of: name) else {
      throw Failed("there is no group \(name). Remedy: `getent group` lists those there are")
    }
    return number
  }
}

import ArgumentParser
import Glibc
import SMPDaemon
import SMPModel
import SMPSimulator

/// `smpsim serve`: the whole daemon, its device simulated in the same process.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serves the control and stop sockets in front of a simulated device.")

  enum Hand: String, ExpressibleByArgument, CaseIterable {
    /// Works each session by itself, mistakes included.
    case auto
    /// Nobody touches the device.
    case none
  }

  @Option(help: ArgumentHelp("Directory of journal and limits; made if it is not there.", valueName: "dir"))
  var state: String
  @Option(help: ArgumentHelp("Control socket; the stop socket is the same with .stop.", valueName: "path"))
  var socket: String?
  @Option(help: ArgumentHelp("The clinic's limits file.", valueName: "file"))
  var limits: String?
  @Option(help: "Who holds the handpiece: auto or none.")
  var hand: Hand = .none
  @Flag(help: "Lets time jump while the hand works.")
  var fast = false
  @Option(help: ArgumentHelp("Group whose members may command; root and your own user always may.", valueName: "name"))
  var operatorsGroup: String?
  @Option(
    help: ArgumentHelp(
      "Group the control socket belongs to, whose members may look; without it: the operators'.", valueName: "name"))
  var observersGroup: String?
  @Option(help: "Seed of device and hand.")
  var seed: UInt64 = 1
  @Option(help: "Serial of the device.")
  var serial = "SIM-0001"

  func run() throws {
    try reporting {
      // A client that hangs up must not end the daemon.
      signal(SIGPIPE, SIG_IGN)
      let ending: EndSignals
      let limitsPath = limits ?? state + "/limits.yaml"
      do throws(DaemonError) {
        ending = try EndSignals()
        try StateDirectory.prepare(state, limitsPath: limits == nil ? limitsPath : nil)
      } catch {
        throw Failed(error.sentence)
      }
      var configuration = DaemonConfiguration(
        stateDirectory: state, limitsPath: limitsPath, socketPath: socket ?? state + "/io.smpd", simulated: true)
      configuration.virtualClock = true
      configuration.operatorGID = try Self.group(operatorsGroup)
      configuration.observerGID = try Self.group(observersGroup)
      let device = SimulatedDevice(
        SimulatedDeviceConfiguration(seed: seed, serial: serial), startingAt: HostClock.monotonic())
      let pacing = SimulatedPacing(
        device: device, pace: fast ? .whileHandWorks : .never, wallNow: HostClock.wall())
      let desk = SimulatorDesk(device: device, seed: seed, automaticHand: hand == .auto, fast: fast)
      let daemon: Daemon
      do throws(DaemonError) {
        daemon = try Daemon(configuration, pacing: pacing, handlers: [SimulatorHandler(desk: desk)])
      } catch {
        throw Failed(error.sentence)
      }
      desk.take(daemon)
      if hand == .auto { AutoHand.follow(daemon, device) }
      daemon.attach(device)
      Terminal.say("smpsim: serving at \(configuration.socketPath) (simulated device \(serial), seed \(seed))")
      ending.wait()
      Terminal.say("smpsim: ending")
      daemon.end()
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

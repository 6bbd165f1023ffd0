import ArgumentParser
import Glibc
import SMPDaemon
import SMPModel
import SMPPlanFile
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
  @Option(help: "Seed of device and hand.")
  var seed: UInt64 = 1
  @Option(help: "Serial of the device.")
  var serial = "SIM-0001"

  func run() throws {
    try reporting {
      // A client that hangs up must not end the daemon.
      signal(SIGPIPE, SIG_IGN)
      let ending = try EndSignals()
      let limitsPath = limits ?? state + "/limits.yaml"
      try StateDirectory.prepare(state, limitsPath: limits == nil ? limitsPath : nil)
      var configuration = DaemonConfiguration(
        stateDirectory: state, limitsPath: limitsPath, socketPath: socket ?? state + "/io.smpd", simulated: true)
      configuration.realtimePriority = nil
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
}

/// A directory of one daemon's files.
enum StateDirectory {
  /// Makes the directory if it is not there, and in a new one the default limits. A directory that has a journal and
  /// no limits is left so: nothing arms until a person has looked (S3).
  static func prepare(_ path: String, limitsPath: String?) throws {
    // Paths are lent for the length of each call.
    if unsafe mkdir(path, 0o750) == 0 {
      guard let limitsPath else { return }
      guard FileBytes.create(limitsPath, Array(LimitsFile.defaultText.utf8), mode: 0o640) else {
        throw Failed("\(limitsPath) cannot be written. Remedy: choose another --state directory")
      }
      return
    }
    let reason = errno
    var status = stat()
    guard reason == EEXIST, unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw Failed(
        "the state directory \(path) cannot be made (errno \(reason)). Remedy: choose another --state directory")
    }
  }
}

/// SIGTERM and SIGINT, waited for by the main thread; blocked in every other one.
struct EndSignals {
  private var set = sigset_t()

  init() throws {
    // The set is ours for the length of each call.
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGTERM)
    unsafe sigaddset(&set, SIGINT)
    guard unsafe pthread_sigmask(SIG_BLOCK, &set, nil) == 0 else { throw Failed("signals cannot be blocked") }
  }

  func wait() {
    var set = set
    var signal: Int32 = 0
    unsafe sigwait(&set, &signal)
  }
}

import ArgumentParser
import Glibc
import SMPDaemon
import SMPSimulator
import VarlinkServer

/// `smpsim device`: the simulated device alone.
struct DeviceProcess: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "device",
    abstract: "Runs the simulated device alone, in real time, behind a socket.",
    discussion: """
      smpsim serve --link SOCKET is the daemon in front of it. The device keeps its counters, its records and the \
      needle's own log over any number of daemons; a daemon that goes is a pulled cable, and one drives it at a time. \
      The person and the faults belong to the device: io.smpd.simulator is served at SOCKET.bench, where smpsim inject \
      finds it too.
      """)

  @Argument(help: ArgumentHelp("Socket to listen at; the bench is the same with .bench.", valueName: "socket"))
  var path: String
  @OptionGroup var options: DeviceOptions

  func run() throws {
    try serving {
      let device = options.makeDevice(onUSB: false)
      let running = try RunningDevice(path: path, device: device, seed: options.seed)
      return (running, "\(path) (\(options.description))")
    }
  }
}

extension RunningDevice {
  /// Behind a link's socket, with the bench beside it.
  init(path: String, device: SimulatedDevice, seed: UInt64) throws(DaemonError) {
    // For the same user alone: the link moves a needle, if a simulated one.
    let listener: ListeningSocket
    do throws(ListeningSocketError) { listener = try .listening(at: path, permissions: 0o600) } catch {
      throw .socket(error)
    }
    do throws(DaemonError) {
      try self.init(device, seed: seed, benchPath: RemoteBench.path(besides: path)) {
        DeviceServer(device: device, listener: listener)
      }
    } catch {
      listener.removeFile()
      throw error
    }
  }
}

extension ParsableCommand {
  /// Starts a device, says where it is served, and ends it when a signal says so.
  ///
  /// - Parameter start: gives the device and what is said of it.
  func serving(_ start: () throws -> (RunningDevice, String)) throws {
    try reporting {
      signal(SIGPIPE, SIG_IGN)
      do {
        let ending = try EndSignals()
        let (device, place) = try start()
        // The first word, before any that the front end has.
        Terminal.say("smpsim: serving at \(place)")
        try device.begin()
        ending.wait()
        Terminal.say("smpsim: ending")
        device.end()
      } catch let error as DaemonError {
        throw Failed(error.sentence)
      }
    }
  }
}

import ArgumentParser
import Glibc
import SMPDaemon
import SMPModel
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
  @Option(help: "Seed of device and hand.")
  var seed: UInt64 = 1
  @Option(help: "Serial of the device.")
  var serial = "SIM-0001"
  @Option(help: ArgumentHelp("Milliseconds from dot to dot of the hand.", valueName: "ms"))
  var pace: Int64 = HandModel().pace

  func validate() throws {
    guard (50...60_000).contains(pace) else { throw ValidationError("--pace is 50 to 60000 milliseconds.") }
    guard (1...32).contains(serial.utf8.count), serial.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw ValidationError("--serial has 1 to 32 printable characters and no space.")
    }
  }

  func run() throws {
    try reporting {
      signal(SIGPIPE, SIG_IGN)
      do throws(DaemonError) {
        let ending = try EndSignals()
        let device = try RunningDevice(path: path, device: makeDevice(), seed: seed)
        Terminal.say("smpsim: serving at \(path) (simulated device \(serial), seed \(seed))")
        ending.wait()
        Terminal.say("smpsim: ending")
        device.end()
      } catch {
        throw Failed(error.sentence)
      }
    }
  }

  private func makeDevice() -> SimulatedDevice {
    var configuration = SimulatedDeviceConfiguration(seed: seed, serial: serial)
    // The cable is the socket: its latencies are real, and none is added.
    configuration.transport.control = 0...0
    configuration.transport.bulk = 0...0
    configuration.transport.interrupt = 0...0
    configuration.hand.pace = pace
    return SimulatedDevice(configuration, startingAt: HostClock.monotonic())
  }
}

/// A simulated device in real time behind its two sockets, until `end`.
struct RunningDevice {
  private let bell: Bell
  private let bench: VarlinkServer

  init(path: String, device: SimulatedDevice, seed: UInt64) throws(DaemonError) {
    let bell = try Bell()
    self.bell = bell
    let desk = try BenchDesk(
      LocalBench(
        device: device, facts: LocalBench.Facts(seed: seed, automaticHand: false, fast: false),
        catchUp: { device.advance(to: HostClock.monotonic()) },
        wake: {
          device.advance(to: HostClock.monotonic())
          bell.ring()
        }, cableMoved: { bell.tell(isPlugged: $0) }))
    // Both for the same user: the link moves a needle, if a simulated one, and the bench moves the hand.
    let listener: ListeningSocket
    do throws(ListeningSocketError) { listener = try .listening(at: path, permissions: 0o600) } catch {
      throw .socket(error)
    }
    do throws(ListeningSocketError) {
      bench = try VarlinkServer.start(
        path: RemoteBench.path(besides: path), permissions: 0o600, service: BenchService(desk))
    } catch {
      listener.removeFile()
      throw .socket(error)
    }
    try PosixThread.start(name: "sim-device") {
      LinkRank.ask()
      DeviceServer(device: device, listener: listener, bell: bell).run()
    }
  }

  /// Every cable is out when it returns, and both sockets are gone.
  func end() {
    bench.close()
    bell.end()
  }
}

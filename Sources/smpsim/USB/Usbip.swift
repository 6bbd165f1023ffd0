import ArgumentParser
import Glibc
import SMPDaemon
import SMPSimulator

/// `smpsim usbip`: the simulated device as a USB device of this machine, or of one that reaches its loopback.
struct Usbip: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hands the simulated device out over USB/IP, in real time, on the loopback interface.",
    discussion: """
      On Linux it is then plugged in with modprobe vhci-hcd; usbip attach -r 127.0.0.1 -b 1-1, by root. One host has it \
      at a time. The device keeps its counters, its records and the needle's own log over any number of hosts. The \
      person and the faults belong to the device: io.smpd.simulator is served at the bench's socket, where smpsim inject \
      finds it.
      """)

  @Option(help: "TCP port on 127.0.0.1; 0 takes a free one and says which.")
  var port: UInt16 = 3240
  @Option(
    help: ArgumentHelp(
      "Socket of the bench; without it a private one, which is said at the start.", valueName: "path"))
  var bench: String?
  @OptionGroup var options: USBDeviceOptions

  func run() throws {
    try serving {
      let listener = try LoopbackListener(port: port)
      do {
        let bench = try self.bench ?? PrivatePlace.path("usbip-\(listener.port).bench")
        let (device, descriptors) = (options.makeDevice(), options.descriptors)
        let running = try RunningDevice(device, seed: options.device.seed, benchPath: bench) {
          USBIPServer(device: device, descriptors: descriptors, listener: listener)
        }
        return (
          running,
          "127.0.0.1:\(listener.port) (\(options.description), USB/IP bus id \(USBIPExport.busID); bench at \(bench))"
        )
      } catch {
        listener.close()
        throw error
      }
    }
  }
}

/// Where a socket of this user's lies when nobody named a place.
enum PrivatePlace {
  /// In the session's own directory, or in one of ours under /tmp that nobody else may enter.
  static func path(_ name: String) throws(DaemonError) -> String {
    if let session = Environment.value("XDG_RUNTIME_DIR"), session.hasPrefix("/") {
      return "\(session)/smpsim-\(name)"
    }
    let directory = "/tmp/smpsim-\(getuid())"
    var status = stat()
    // The path is read, and `status` written, for the length of each call. A link is not followed.
    guard unsafe mkdir(directory, 0o700) == 0 || errno == EEXIST, unsafe lstat(directory, &status) == 0,
      status.st_mode & S_IFMT == S_IFDIR, status.st_uid == getuid(), status.st_mode & 0o077 == 0
    else {
      throw .stateDirectory(
        path: directory, reason: "it is not a directory of yours alone", remedy: "name a socket with --bench")
    }
    return "\(directory)/\(name)"
  }
}

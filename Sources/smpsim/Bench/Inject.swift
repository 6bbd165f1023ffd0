import ArgumentParser
import Glibc
import SMPDaemon
import SMPInterface
import Varlink

/// `smpsim inject`: something goes wrong in a running simulated device.
struct Inject: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Puts a fault into a running simulated device, or takes it out again.",
    discussion: "Faults: "
      + SimulatorInterface.Fault.allCases.filter { $0 != .unknown }.map(\.rawValue).joined(separator: ", ")
      + ". Clearing unplug or a reset plugs the device in again.")

  @Option(
    help: ArgumentHelp("The daemon's control socket, or the device's with .bench (or SMPD_SOCKET).", valueName: "path"))
  var socket: String?
  @Flag(help: "Take the fault out again.")
  var clear = false
  @Argument(help: "The fault.")
  var fault: String

  func run() throws {
    try reporting {
      guard let known = SimulatorInterface.Fault(rawValue: fault), known != .unknown else {
        throw Failed("there is no fault \(fault). Remedy: smpsim inject --help names them", status: 65)
      }
      guard let path = socket ?? Environment.value("SMPD_SOCKET") else {
        throw Failed("no socket is named. Remedy: give --socket or set SMPD_SOCKET", status: 64)
      }
      do {
        let client = try VarlinkClient(path: path)
        let reply = try SimulatorInterface.Inject.Reply(
          client.call(
            SimulatorInterface.Inject.name,
            SimulatorInterface.Inject.Parameters(fault: known, clear: clear ? true : nil, dryRun: nil).json))
        Terminal.say(
          "active: " + (reply.active.isEmpty ? "none" : reply.active.map(\.rawValue).joined(separator: ", ")))
      } catch VarlinkClientError.refused(let refusal) {
        throw Failed("\(refusal)", status: Self.status(refusal))
      } catch let error as VarlinkClientError {
        throw Failed("\(error)", status: 6)
      }
    }
  }
}

extension Inject {
  /// As `smpctl` has them (design, section 6).
  fileprivate static func status(_ refusal: VarlinkError) -> Int32 {
    switch Failure.word(of: refusal.name) {
    case .nothingToDo: 2
    case .notPermitted: 5
    case .noDevice: 6
    case .outOfRange: 65
    case .notFound, .wrongState, .refused, .invalidPlan, .deviceFault, .lockedOut, .uncertain, .journalFailed, nil: 1
    }
  }
}

enum Environment {
  static func value(_ name: String) -> String? {
    // The environment is not changed while smpsim runs; the text is copied at once.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}

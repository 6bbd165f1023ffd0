import ArgumentParser
import SMPDaemon
import SMPInterface

/// `smpsim inject`: something goes wrong in a running simulated device.
struct Inject: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Puts a fault into a running simulated device, or takes it out again.",
    discussion: "Faults: "
      + SimulatorInterface.Fault.allCases.filter { $0 != .unknown }.map(\.rawValue).joined(separator: ", ")
      + ". Clearing unplug or a reset plugs the device in again.")

  @OptionGroup var bench: BenchSocket
  @Flag(help: "Take the fault out again.")
  var clear = false
  @Argument(help: "The fault.")
  var fault: String

  func run() throws {
    try reporting {
      guard let known = SimulatorInterface.Fault(rawValue: fault), known != .unknown else {
        throw Failed("there is no fault \(fault). Remedy: smpsim inject --help names them", status: 65)
      }
      let wish = SimulatorInterface.Inject.Parameters(fault: known, clear: clear ? true : nil, dryRun: nil)
      let active = try bench.ask(SimulatorInterface.Inject.self, wish).active
      Terminal.say("active: " + (active.isEmpty ? "none" : active.map(\.rawValue).joined(separator: ", ")))
    }
  }
}

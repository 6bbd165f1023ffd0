import ArgumentParser
import SMPDaemon
import SMPModel

/// The daemon in front of a simulated device. It contains no USB host code, and everything it records says that it was
/// simulated (S11).
@main struct Smpsim: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "smpsim",
    abstract: "The micropigmentation daemon in front of a simulated needle device.",
    discussion: "Everything it records says that it was simulated. There is no needle here.",
    version: "smpsim \(Release.version)",
    subcommands: [
      Serve.self, DeviceProcess.self, Usbredir.self, Usbip.self, Treat.self, HandCommand.self, Inject.self,
    ])
}

/// A failure told on standard error, with its exit status.
struct Failed: Error, CustomStringConvertible {
  let description: String
  /// As `smpctl` has them (design, section 6).
  let status: Int32
  init(_ description: String, status: Int32 = 1) {
    self.description = description
    self.status = status
  }
}

extension ParsableCommand {
  /// Runs `body`; a failure is said once, on standard error, with what to do about it.
  func reporting(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let failure as Failed {
      Terminal.complain("smpsim: " + failure.description)
      throw ExitCode(failure.status)
    }
  }
}

import ArgumentParser
import SMPInterface
import Varlink

struct StopCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stops the needle. Works in every state, for everybody.",
    discussion: """
      A normal stop finishes the dot in hand and retracts; --protective cuts at once. Done (0) means that the device \
      confirmed that it stands still. It is a stop over software: the device's own switch and the pedal come first.
      """)
  @OptionGroup var options: GlobalOptions
  @Flag(help: "Cut at once instead of finishing the dot in hand.")
  var protective = false
  @Option(help: "Why. This version of the daemon does not record it.")
  var reason: String?

  /// A stop that has no answer by then counts as unconfirmed; the device's lease has long cut.
  static let timeoutMilliseconds = 2_000

  /// Only the stop socket: nothing else may stand in front of a stop (S6).
  func perform(_ console: Console) throws -> ExitStatus {
    let parameters = StopInterface.Stop.Parameters(protective: protective ? true : nil, reason: reason)
    let path = SocketPath.stop(beside: options.controlPath)
    do {
      let client = try VarlinkClient(path: path, timeoutMilliseconds: StopCommand.timeoutMilliseconds)
      let json = try client.call(StopInterface.Stop.name, parameters.json)
      let reply = try Daemon.read(StopInterface.Stop.self, json)
      console.document(json)
      return StopCommand.report(reply.outcome, reply.latencyMicroseconds, console)
    } catch let error as VarlinkClientError {
      throw StopCommand.complaint(error)
    }
  }

  static func report(
    _ outcome: SessionInterface.Outcome, _ latency: Int64?, _ console: Console
  ) -> ExitStatus {
    switch outcome {
    case .still:
      let time = latency.map { ", confirmed in " + Wording.latency(microseconds: $0) } ?? ""
      console.answer("still" + time)
      return .done
    case .submitted:
      console.note("smpctl: the stop is submitted, the device has not confirmed it\n  what to do: \(Self.byHand)")
      return .uncertain
    case .absent:
      console.note(
        "smpctl: no device answers; one that is energised out of reach is cut by its own lease\n"
          + "  what to do: \(Self.byHand)")
      return .uncertain
    case .unknown:
      console.note("smpctl: the daemon answered with a word this smpctl does not know\n  what to do: \(Self.byHand)")
      return .uncertain
    }
  }

  private static let byHand = "let go of the pedal, look at the needle, and switch the device off if it moves"

  /// A stop without an answer is not a failure to be retried later: the needle may move.
  static func complaint(_ error: VarlinkClientError) -> Complaint {
    let usual = Complaint(error)
    switch error {
    case .timedOut, .disconnected, .failed, .closed, .malformed:
      return Complaint(status: .uncertain, name: usual.name, message: usual.message, remedy: byHand)
    case .unreachable, .unusablePath, .tooLong, .refused:
      return Complaint(
        status: usual.status, name: usual.name, message: usual.message,
        remedy: byHand + "; then: " + (usual.remedy ?? "try again"), facts: usual.facts)
    }
  }
}

import SMPInterface
import StrictJSON
import Varlink

/// What is done at the simulated device, by people and by accident: `io.smpd.simulator`, wherever the device is.
protocol SimulatorBench: Sendable {
  /// Carries out one call whose method exists and whose parameters fit it. May wait; never on an event loop.
  /// - Parameter method: without its interface.
  func answer(_ method: String, _ parameters: JSONObject) throws(VarlinkError) -> JSONObject
}

extension SimulatorBench {
  func ask<Method: InterfaceMethod>(
    _ method: Method.Type, _ parameters: Method.Parameters
  ) throws(VarlinkError) -> Method.Reply {
    let word = String(method.name.dropFirst(SimulatorInterface.name.count + 1))
    let reply = try answer(word, parameters.json)
    do throws(InterfaceError) { return try Method.Reply(reply) } catch {
      throw Failure.noDevice(remedy: "the device process speaks another version: start it anew").onBench
    }
  }
}

extension Failure {
  var onBench: VarlinkError { VarlinkError(name(in: SimulatorInterface.self), parameters) }
}

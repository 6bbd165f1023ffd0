import SMPInterface
import StrictJSON
import Varlink

/// The bench of a device process: each call is carried there and back.
struct RemoteBench: SimulatorBench {
  let path: String
  /// Planning thousands of places for the hand is what takes longest there.
  static let patienceMilliseconds = 20_000

  /// Beside the link's socket.
  static func path(besides link: String) -> String { link + ".bench" }

  func answer(_ method: String, _ parameters: JSONObject) throws(VarlinkError) -> JSONObject {
    do throws(VarlinkClientError) {
      let client = try VarlinkClient(path: path, timeoutMilliseconds: Self.patienceMilliseconds)
      return try client.call(SimulatorInterface.name + "." + method, parameters)
    } catch {
      if case .refused(let refusal) = error { throw refusal }
      throw Failure.noDevice(remedy: "\(error). Start the device: smpsim device SOCKET").onBench
    }
  }
}

import Glibc
import SMPDaemon
import SMPInterface
import SMPModel
import StrictJSON
import Varlink
import VarlinkServer

/// `io.smpd.simulator` in front of a bench: for the daemon's control socket, and for the device process's own.
///
/// Calls are carried out on a thread of their own: planning the hand's places, or asking another process, takes longer
/// than an event loop may wait.
struct BenchDesk: Sendable {
  let bench: any SimulatorBench
  private let worker: Worker

  init(_ bench: any SimulatorBench) throws(DaemonError) {
    self.bench = bench
    worker = try Worker(name: "sim-bench")
  }

  /// - Parameter method: without its interface.
  func carryOut(_ method: String, _ parameters: JSONObject, _ responder: VarlinkResponder) {
    let bench = bench
    let taken = worker.post {
      do throws(VarlinkError) { responder.finish(try bench.answer(method, parameters)) } catch { responder.fail(error) }
    }
    if !taken { responder.fail(Self.busy) }
  }

  /// Does `job` in turn with the calls.
  func post(_ job: @escaping @Sendable (any SimulatorBench) -> Void) {
    let bench = bench
    // Too many calls wait: the person at the chair does it again.
    _ = worker.post { job(bench) }
  }

  private static let busy = Failure.noDevice(remedy: "too many calls wait already: try again in a moment").onBench
}

/// On a daemon's control socket: in `smpsim` only (S11).
struct SimulatorHandler: InterfaceHandler {
  static let interface: any Interface.Type = SimulatorInterface.self
  static let looking: Set<String> = ["Contacts", "Describe", "Witness"]
  let desk: BenchDesk

  func handle(_ call: ControlCall) throws(Failure) {
    desk.carryOut(call.method, call.call.parameters, call.responder)
  }
}

/// Beside a device process's link.
struct BenchService: VarlinkService {
  let desk: BenchDesk
  let identity = VarlinkIdentity(
    vendor: "smpd", product: "smpsim", version: Release.version, url: "https://github.com/smpd/smpd")
  let interfaces: [VarlinkInterface]

  init(_ desk: BenchDesk) {
    self.desk = desk
    do {
      interfaces = [try VarlinkInterface.parse(SimulatorInterface.text)]
    } catch {
      preconditionFailure("our own interface \(SimulatorInterface.name) does not parse: \(error)")
    }
  }

  /// The socket's file keeps everybody else out already; a file can be changed.
  private func isOwn(_ peer: VarlinkPeer) -> Bool { peer.uid == 0 || peer.uid == getuid() }

  func precedence(of peer: VarlinkPeer) -> VarlinkPrecedence { isOwn(peer) ? .high : .low }
  func refusal(of method: String, to peer: VarlinkPeer) -> VarlinkError? { isOwn(peer) ? nil : .permissionDenied }

  func handle(_ call: VarlinkCall, _ reply: VarlinkResponder) {
    desk.carryOut(String(call.method.dropFirst(SimulatorInterface.name.count + 1)), call.parameters, reply)
  }
}

import ArgumentParser
import Glibc
import SMPDaemon
import SMPInterface
import Varlink

/// Where the bench of a running simulated device is, and how a command asks it something.
struct BenchSocket: ParsableArguments {
  @Option(
    help: ArgumentHelp("The daemon's control socket, or the device's with .bench (or SMPD_SOCKET).", valueName: "path"))
  var socket: String?

  /// - Throws: `Failed`, with the exit status `smpctl` would give it (design, section 6).
  func ask<Method: InterfaceMethod>(_ method: Method.Type, _ parameters: Method.Parameters) throws -> Method.Reply {
    guard let path = socket ?? Environment.value("SMPD_SOCKET") else {
      throw Failed("no socket is named. Remedy: give --socket or set SMPD_SOCKET", status: 64)
    }
    do {
      let client = try VarlinkClient(path: path, timeoutMilliseconds: RemoteBench.patienceMilliseconds)
      return try Method.Reply(client.call(method.name, parameters.json))
    } catch VarlinkClientError.refused(let refusal) {
      throw Failed("\(refusal)", status: Self.status(refusal))
    } catch let error as VarlinkClientError {
      throw Failed("\(error)", status: 6)
    }
  }

  private static func status(_ refusal: VarlinkError) -> Int32 {
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

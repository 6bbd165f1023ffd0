import Foundation
import Glibc
import SMPDaemon
import SMPSimulator
import StrictJSON
import Testing
import Varlink
import VarlinkServer

@testable import smpsim

/// A private directory that ends with the test.
final class Folder {
  let path: String

  init() throws {
    // Socket paths are short: 108 bytes in all.
    path = "/tmp/smpd-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
}

@Suite struct PassedSocketsTests {
  /// As the service manager passes a socket it goes on holding itself.
  private static func passed(_ name: String, _ socket: ListeningSocket) throws -> ListeningSocket.Inherited {
    let descriptor = dup(socket.descriptor)
    // The service manager hands sockets over blocking.
    _ = fcntl(descriptor, F_SETFL, 0)
    let inherited = try ListeningSocket.inherited(
      processID: String(getpid()), count: "1", names: name, ownProcessID: getpid(), firstDescriptor: descriptor)
    return try #require(inherited.first)
  }

  private static func refusal(_ sockets: [ListeningSocket.Inherited]) -> String? {
    do {
      _ = try PassedSockets(sockets)
      return nil
    } catch {
      return error.sentence
    }
  }

  @Test(
    "a socket of another name, of none, or twice is refused with the remedy", arguments: ["smpd.socket", "", "Stop"])
  func strangers(_ name: String) throws {
    let folder = try Folder()
    let socket = try ListeningSocket.listening(at: folder.path + "/s", permissions: 0o600)
    let passed = try Self.passed(name, socket)
    #expect(Self.refusal([passed])?.contains("FileDescriptorName=control") == true)
    let stop = try Self.passed("stop", socket)
    #expect(Self.refusal([stop, stop])?.contains("twice") == true)
    #expect(Self.refusal([stop]) == nil)
    for descriptor in [passed.socket.descriptor, stop.socket.descriptor, socket.descriptor] { close(descriptor) }
  }

  /// A simulated daemon in `folder`, its device attached.
  private func daemon(_ folder: Folder, _ passed: PassedSockets) throws -> Daemon {
    var configuration = DaemonConfiguration(
      stateDirectory: folder.path, limitsPath: folder.path + "/limits.yaml", socketPath: folder.path + "/own",
      simulated: true)
    configuration.realtimePriority = nil
    configuration.passed = passed
    let device = SimulatedDevice(SimulatedDeviceConfiguration(seed: 1), startingAt: HostClock.monotonic())
    let daemon = try Daemon(
      configuration, pacing: SimulatedPacing(device: device, pace: .never, wallNow: HostClock.wall()), handlers: [])
    daemon.attach(device)
    return daemon
  }

  private func expectServed(_ path: String) throws {
    let reply = try VarlinkClient(path: path).call("org.varlink.service.GetInfo", [:])
    #expect(reply["product"] == .string("smpd"))
  }

  @Test(
    "S6 both sockets may be passed, either, or none; what was not passed is made at its own path",
    arguments: [(true, true), (true, false), (false, true), (false, false)])
  func fallBack(control: Bool, stop: Bool) throws {
    let folder = try Folder()
    let managed = try ["control", "stop"].map {
      try ListeningSocket.listening(at: folder.path + "/" + $0, permissions: 0o600)
    }
    var sockets: [ListeningSocket.Inherited] = []
    if control { sockets.append(try Self.passed("control", managed[0])) }
    if stop { sockets.append(try Self.passed("stop", managed[1])) }
    let daemon = try daemon(folder, try PassedSockets(sockets))
    #expect(folder.has("own") == !control)
    #expect(folder.has("own.stop") == !stop)
    try expectServed(folder.path + (control ? "/control" : "/own"))
    // Twice: a stop thread that waits in `accept` would serve the first client only when the second comes.
    for _ in 0..<2 { try expectServed(folder.path + (stop ? "/stop" : "/own.stop")) }
    daemon.end()
    // Its own files are gone; what was passed is the service manager's.
    #expect(folder.has("control") && folder.has("stop") && !folder.has("own") && !folder.has("own.stop"))
    for socket in managed { close(socket.descriptor) }
  }
}

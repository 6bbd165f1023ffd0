import Foundation
import StrictJSON
import Testing
import Varlink

/// A simulated device whose cable is in a guest, and the hand that works with it.
protocol GuestDevice: Bench {
  /// Gives the hand its job: a plan in the home directory of somebody at the guest.
  func takeUp(_ plan: String, of user: String) throws
}

/// Outside, in real time, plugged into the USB host controller of a `small` guest.
final class OutsideDevice: GuestDevice {
  /// Milliseconds from dot to dot: an emulated workstation takes its time.
  private static let pace = 250
  private let guest: Guest
  private let process: BenchProcess
  private let bench: String

  /// Starting it is plugging it in.
  init(_ guest: Guest, seed: UInt64) throws {
    self.guest = guest
    bench = guest.usbSocket + ".bench"
    process = try BenchProcess(
      ["usbredir", guest.usbSocket, "--seed", "\(seed)", "--pace", "\(Self.pace)"], bench: bench)
  }

  func call(_ method: String, _ parameters: JSONObject) throws -> JSONObject { try process.call(method, parameters) }

  func takeUp(_ plan: String, of user: String) throws {
    let path = guest.directory.appendingPathComponent("plan.yaml").path
    try Data(guest.run("cat ~\(user)/\(plan)").output.utf8).write(to: URL(fileURLWithPath: path))
    let told = try Programs.run("smpsim", ["hand", path, "--socket", bench])
    #expect(told.status == 0, "\(told)")
  }
}

/// Inside a `debian` guest, plugged into its kernel over USB/IP: its time is the guest's.
final class InsideDevice: GuestDevice {
  /// Milliseconds from dot to dot. Where nothing happens the guest's time leaps: the plan must not be at its end before
  /// the test has typed what it does to a session.
  private static let pace = 1_500
  private static let bench = "/run/bench"
  private let guest: Guest
  private let client: VarlinkClient

  init(_ guest: Guest, seed: UInt64) throws {
    self.guest = guest
    let device = "smpsim usbip --bench \(Self.bench) --seed \(seed) --pace \(Self.pace)"
    try guest.run("setsid \(device) >/run/smpsim.said 2>&1 &")
    try guest.wait("test -S \(Self.bench)")
    // From the socket out here to the one in the guest; a port that nobody holds out here ends at once.
    client = try VarlinkClient(path: guest.benchSocket, timeoutMilliseconds: 120_000)
    try guest.run("setsid socat /dev/virtio-ports/bench UNIX-CONNECT:\(Self.bench) >/run/socat.said 2>&1 &")
    let attached = try guest.run("usbip attach -r 127.0.0.1 -b 1-1")
    #expect(attached.status == 0, "\(attached)")
  }

  func call(_ method: String, _ parameters: JSONObject) throws -> JSONObject {
    try client.call("io.smpd.simulator." + method, parameters)
  }

  func takeUp(_ plan: String, of user: String) throws {
    let told = try guest.run("smpsim hand ~\(user)/\(plan) --socket \(Self.bench)")
    #expect(told.status == 0, "\(told)")
  }
}

import SMPDaemon
import SMPModel
import SMPSimulator

/// Where a daemon's simulated device is: in its own process, or behind a link.
protocol Station: Sendable {
  var pacing: any Pacing { get }
  var hasVirtualClock: Bool { get }
  var desk: BenchDesk { get }
  /// One line's end: what is served.
  var description: String { get }
  /// Tells the daemon of the device, now and from now on.
  func begin(_ daemon: Daemon) throws(DaemonError)
}

/// Device and daemon in one process, on one virtual clock.
final class LocalStation: Station {
  let pacing: any Pacing
  let hasVirtualClock = true
  let desk: BenchDesk
  let description: String
  private let device: SimulatedDevice
  private let daemon: Monitor<Daemon?>

  init(seed: UInt64, serial: String, ownFrame: Bool, automaticHand: Bool, fast: Bool) throws(DaemonError) {
    let device = SimulatedDevice(
      SimulatedDeviceConfiguration(seed: seed, serial: serial, ownFrame: ownFrame),
      startingAt: HostClock.monotonic())
    let daemon = Monitor<Daemon?>(nil)
    (self.device, self.daemon) = (device, daemon)
    pacing = SimulatedPacing(device: device, pace: fast ? .whileHandWorks : .never, wallNow: HostClock.wall())
    description = "simulated device \(serial), seed \(seed)"
    desk = try BenchDesk(
      LocalBench(
        device: device, facts: LocalBench.Facts(seed: seed, automaticHand: automaticHand, fast: fast),
        // The daemon's pacing alone lets time pass.
        catchUp: {},
        wake: { daemon.withLock { $0 }?.queue.post(.wake) },
        cableMoved: { isPlugged in
          guard let daemon = daemon.withLock({ $0 }) else { return }
          if isPlugged { daemon.attach(device) } else { daemon.detach(place: device.place) }
        }))
  }

  func begin(_ daemon: Daemon) {
    self.daemon.update { $0 = daemon }
    daemon.attach(device)
  }
}

/// The device is a process of its own: real time, and it outlives the daemon.
final class LinkedStation: Station {
  let pacing: any Pacing
  let hasVirtualClock = false
  let desk: BenchDesk
  var description: String { "the device behind \(path)" }
  private let path: String

  init(path: String, statePath: String) throws(DaemonError) {
    self.path = path
    let wish = Surroundings.Wish(
      statePath: statePath, realtimePriority: nil, needsUSB: false, passed: PassedSockets(), isService: false)
    pacing = RealPacing { Surroundings.isClockKept(wish) }
    desk = try BenchDesk(RemoteBench(path: RemoteBench.path(besides: path)))
  }

  func begin(_ daemon: Daemon) throws(DaemonError) { try RemoteWatch(path: path, daemon: daemon).begin() }
}

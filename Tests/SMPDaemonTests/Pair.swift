import SMPDaemon
import SMPLink
import SMPModel
import SMPRecord
import SMPSession
import SMPSimulator
import Synchronization

@testable import smpsim

/// A place for a simulated device: several can be there at once.
struct Socketed: DevicePort {
  let device: SimulatedDevice
  let place: String
  var serial: String? { device.serial }
  var obstacle: PortObstacle? { nil }
  func makeLink() -> any DeviceLink { device.makeLink() }
}

/// Something that is plugged in and cannot be driven, as its bus tells it.
struct Stranger: DevicePort {
  let place: String
  let serial: String?
  let obstacle: PortObstacle?
  func makeLink() -> any DeviceLink { preconditionFailure("nobody opens what its bus calls undrivable") }
}

/// One virtual clock for two devices.
final class PairPacing: Pacing, Sendable {
  private let devices: [SimulatedDevice]
  private let now: Mutex<MonotonicTime>

  init(_ devices: [SimulatedDevice]) {
    self.devices = devices
    now = Mutex(devices[0].now)
  }

  func monotonic() -> MonotonicTime { now.withLock { $0 } }
  func wall() -> WallTime {
    WallTime(milliseconds: 1_800_000_000_000 + Int64(monotonic().nanoseconds / 1_000_000))
  }
  func clock() -> ClockQuality { .virtual }
  func watchTime() -> MonotonicTime { monotonic() }
  var watchPeriod: Interval { .seconds(2) }

  func wait(for queue: OwnerQueue, until deadline: MonotonicTime?, awaitsCommit: Bool) {
    while queue.isEmpty {
      guard let next = (devices.compactMap(\.nextEvent) + [deadline].compactMap(\.self)).min() else { return }
      let time = now.withLock { now in
        now = max(now, next)
        return now
      }
      for device in devices { device.advance(to: time) }
      if let deadline, time >= deadline { return }
    }
  }
}

/// A station with two devices, `SIM-A` at place `a` and `SIM-B` at place `b`, driven turn by turn.
final class Pair {
  let queue = OwnerQueue()
  let board = Board()
  let first: SimulatedDevice
  let second: SimulatedDevice
  let journal: MemoryJournal
  let pacing: PairPacing
  let owner: Owner

  init(preferred: String? = nil, second isThere: Bool = true) {
    let start = MonotonicTime(nanoseconds: 1_000_000_000)
    first = SimulatedDevice(SimulatedDeviceConfiguration(seed: 1, serial: "SIM-A"), startingAt: start)
    second = SimulatedDevice(SimulatedDeviceConfiguration(seed: 2, serial: "SIM-B"), startingAt: start)
    pacing = PairPacing([first, second])
    journal = MemoryJournal(queue: queue)
    owner = Owner(
      OwnerParts(
        queue: queue, pacing: pacing, journal: journal, board: board, stopHandle: StopHandle(),
        salts: Salts(simulatedSeed: 1), station: StationFacts(bootID: "boot", simulated: true),
        lastEntry: 0, inheritance: .nothing, preferred: preferred))
    plugIn(first, at: "a")
    if isThere { plugIn(second, at: "b") }
  }

  func plugIn(_ device: SimulatedDevice, at place: String) {
    queue.post(.attach(Socketed(device: device, place: place)))
  }

  /// The cable is pulled, and the bus tells of it.
  func unplug(_ device: SimulatedDevice, at place: String) {
    device.inject(.unplug)
    queue.post(.detach(place: place))
  }

  var state: StateWord { board.newest?.snapshot.state ?? .noDevice }
  /// The serial of the driven device that has said who it is.
  var driven: String? { board.newest?.snapshot.device?.capabilities.serial }

  @discardableResult
  func turn(limit: Int = 20_000, until condition: () -> Bool) -> Bool {
    for _ in 0..<limit {
      if condition() { return true }
      owner.turn()
    }
    return condition()
  }

  func ask(_ command: OwnerCommand) -> OwnerReply? {
    let box = AnswerBox()
    _ = queue.post(call: OwnerCall(command, actor: 1_000) { box.put($0) })
    turn { box.take() != nil }
    return box.take()
  }
}

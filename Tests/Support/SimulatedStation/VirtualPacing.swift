package import SMPDaemon
package import SMPModel
package import SMPRecord
package import SMPSimulator
internal import Synchronization

/// One virtual clock for owner, device and disk: jumps to whatever happens next.
package final class VirtualPacing: Pacing {
  private let device: SimulatedDevice
  private let time: VirtualTime
  private let journal: StationJournal
  /// Wall time at virtual time zero.
  private let zero: Mutex<WallTime>
  private let limit = Mutex<MonotonicTime?>(nil)

  package init(device: SimulatedDevice, journal: StationJournal, time: VirtualTime, wallAtZero: WallTime) {
    self.device = device
    self.journal = journal
    self.time = time
    zero = Mutex(wallAtZero)
  }

  package func monotonic() -> MonotonicTime { time.now }
  package func wall() -> WallTime {
    WallTime(milliseconds: wallAtZero.milliseconds + Int64(time.now.nanoseconds / 1_000_000))
  }
  package func clock() -> ClockQuality { .virtual }

  /// Wall time at virtual time zero: somebody sets the clock, back or forth.
  package var wallAtZero: WallTime {
    get { zero.withLock { $0 } }
    set { zero.withLock { $0 = newValue } }
  }
  package func watchTime() -> MonotonicTime { time.now }
  package var watchPeriod: Interval { .milliseconds(500) }

  package func wait(for queue: OwnerQueue, until deadline: MonotonicTime?, awaitsCommit: Bool) {
    let latest = [deadline, horizon].compactMap(\.self).min()
    while queue.isEmpty {
      guard let next = [device.nextEvent, latest, journal.due].compactMap(\.self).min() else { return }
      jump(to: next)
      if let latest, time.now >= latest { return }
    }
  }

  /// Nobody waits beyond it: a device may go on for ever without a word to its host.
  package var horizon: MonotonicTime? {
    get { limit.withLock { $0 } }
    set { limit.withLock { $0 = newValue } }
  }

  /// Lets virtual time pass: device first, then the disk.
  package func jump(to next: MonotonicTime) {
    time.pass(to: next)
    device.advance(to: time.now)
    journal.completeDue()
  }
}

/// The instant it is, for everybody in one station.
package final class VirtualTime: Sendable {
  private let instant: Mutex<MonotonicTime>
  package init(_ now: MonotonicTime) { instant = Mutex(now) }
  package var now: MonotonicTime { instant.withLock { $0 } }
  func pass(to next: MonotonicTime) { instant.withLock { $0 = max($0, next) } }
}

internal import CLinux
internal import Glibc
package import SMPModel
package import SMPRecord
internal import Synchronization

/// How the owner learns the time and waits: the real clocks here, the simulator's virtual clock in `smpsim`.
///
/// One conformance drives one owner. The machine, the driver and the journal's entries take their times from it
/// alone, so a run on a virtual clock is a function of its seed.
package protocol Pacing: Sendable {
  func monotonic() -> MonotonicTime
  func wall() -> WallTime
  /// How far `wall` can be trusted; stands in every entry.
  func clock() -> ClockQuality
  /// The clock by which watchers are kept up to date: people's time, even where the daemon's runs faster.
  func watchTime() -> MonotonicTime
  /// The longest a watcher waits for a snapshot while things happen.
  var watchPeriod: Interval { get }
  /// Returns when `queue` holds something, when `deadline` has come, or earlier; the owner looks and comes back.
  /// - Parameter awaitsCommit: an entry is on its way to the disk. A virtual clock must not move meanwhile.
  func wait(for queue: OwnerQueue, until deadline: MonotonicTime?, awaitsCommit: Bool)
}

/// The host's own clocks.
package final class RealPacing: Pacing {
  private struct Look: Sendable {
    var quality: ClockQuality?
    var at = MonotonicTime.zero
  }
  private let isKept: @Sendable () -> Bool
  private let look = Mutex(Look())

  /// Asked this often whether a time service keeps the clock: it may begin to, or fail, while the daemon runs.
  private static let lookPeriod = Interval.seconds(60)

  /// - Parameter isKept: whether a time service keeps the wall clock. Called on the owner thread; must not wait.
  package init(isKept: @escaping @Sendable () -> Bool) { self.isKept = isKept }

  package func clock() -> ClockQuality {
    let now = monotonic()
    return look.withLock { look in
      if let quality = look.quality, now - look.at < Self.lookPeriod { return quality }
      let quality: ClockQuality = isKept() ? .synchronised : .unsynchronised
      look = Look(quality: quality, at: now)
      return quality
    }
  }

  package func monotonic() -> MonotonicTime { HostClock.monotonic() }
  package func wall() -> WallTime { HostClock.wall() }

  package func watchTime() -> MonotonicTime { HostClock.monotonic() }
  /// Four times a second: as fast as a person reads.
  package var watchPeriod: Interval { .milliseconds(250) }

  package func wait(for queue: OwnerQueue, until deadline: MonotonicTime?, awaitsCommit: Bool) {
    queue.wait(until: deadline)
  }
}

/// The one place that reads the host's clocks.
package enum HostClock {
  package static func monotonic() -> MonotonicTime {
    MonotonicTime(nanoseconds: UInt64(clinux_boottime_nanoseconds()))
  }

  package static func wall() -> WallTime {
    var now = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &now)
    return WallTime(milliseconds: Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000)
  }
}

import SMPDaemon
import SMPModel
import SMPRecord
import SMPSimulator
import Synchronization

/// When virtual time may jump to the next thing that happens.
enum Pace: Sendable {
  /// Always: nobody watches (`treat`).
  case always
  /// While the hand works; when it waits for people, time passes as people know it (`serve --fast`).
  case whileHandWorks
  /// Never.
  case never
}

/// One clock for daemon and device in one process. It jumps only when every queue is empty and no commit is pending,
/// and only to the next instant at which something happens; no timer is scaled (design, section 2).
final class SimulatedPacing: Pacing, Sendable {
  private let device: SimulatedDevice
  private let pace: Pace
  /// Wall time at virtual time zero.
  private let wallAtZero: WallTime
  private let state: Mutex<State>

  private struct State {
    var now: MonotonicTime
    /// Virtual less real time, in nanoseconds.
    var lead: Int64
  }

  init(device: SimulatedDevice, pace: Pace, wallNow: WallTime) {
    self.device = device
    self.pace = pace
    let now = device.now
    wallAtZero = WallTime(milliseconds: wallNow.milliseconds - Int64(now.nanoseconds / 1_000_000))
    state = Mutex(State(now: now, lead: Int64(now.nanoseconds) - Int64(HostClock.monotonic().nanoseconds)))
  }

  func monotonic() -> MonotonicTime { state.withLock { $0.now } }

  func wall() -> WallTime {
    WallTime(milliseconds: wallAtZero.milliseconds + Int64(monotonic().nanoseconds / 1_000_000))
  }

  func clock() -> ClockQuality { .virtual }

  func watchTime() -> MonotonicTime {
    switch pace {
    // Nobody watches, and the run must be a function of its seed.
    case .always: monotonic()
    case .whileHandWorks, .never: HostClock.monotonic()
    }
  }

  var watchPeriod: Interval {
    switch pace {
    case .always: .seconds(2)
    case .whileHandWorks, .never: .milliseconds(250)
    }
  }

  func wait(for queue: OwnerQueue, until deadline: MonotonicTime?, awaitsCommit: Bool) {
    while queue.isEmpty {
      let next = [device.nextEvent, deadline].compactMap(\.self).min()
      if mayJump {
        if awaitsCommit {
          queue.wait(until: nil)
          return
        }
        guard let next else {
          if case .always = pace { return }
          queue.wait(until: nil)
          return
        }
        jump(to: next)
      } else {
        pass(until: next, queue)
      }
      if let deadline, monotonic() >= deadline { return }
    }
  }

  private var mayJump: Bool {
    switch pace {
    case .always: true
    case .whileHandWorks: device.isHandWorking
    case .never: false
    }
  }

  fileprivate func jump(to next: MonotonicTime) {
    let now = state.withLock { state in
      state.now = max(state.now, next)
      state.lead = Int64(state.now.nanoseconds) - Int64(HostClock.monotonic().nanoseconds)
      return state.now
    }
    device.advance(to: now)
  }

  /// Lets real time pass, at most until `next`, and virtual time no further: on a machine too busy to keep up, the
  /// simulated world is late as a whole instead of the daemon being late in it.
  private func pass(until next: MonotonicTime?, _ queue: OwnerQueue) {
    let lead = state.withLock { $0.lead }
    queue.wait(until: next.map { MonotonicTime(nanoseconds: UInt64(max(0, Int64($0.nanoseconds) - lead))) })
    let now = state.withLock { state in
      let live = MonotonicTime(nanoseconds: UInt64(max(0, Int64(HostClock.monotonic().nanoseconds) + state.lead)))
      state.now = max(state.now, min(live, next ?? live))
      return state.now
    }
    device.advance(to: now)
  }
}

extension SimulatedPacing {
  /// Lets virtual time pass with nobody at the device: the days between two sessions.
  func skip(_ interval: Interval) { jump(to: monotonic() + interval) }
}

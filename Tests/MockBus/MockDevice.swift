import CLinux
import Dispatch
import Foundation
import SMPLink
import SMPModel
import SMPSimulator
import Synchronization

/// A simulated device in real time: one thread lets its time pass, and ends with the program.
final class MockDevice: Sendable {
  let device: SimulatedDevice
  let serial: String
  /// Signalled when something may have become due sooner.
  private let woken = DispatchSemaphore(value: 0)
  /// When the thread will look again by itself; `.max` is never.
  private let looksAgain = Mutex(UInt64.max)
  /// Somebody waits for the device's clock to reach an instant.
  private let waiting = Mutex<(until: MonotonicTime, reached: DispatchSemaphore)?>(nil)

  init(serial: String, seed: UInt64, realtimePriority: Int32?) {
    self.serial = serial
    var configuration = SimulatedDeviceConfiguration(seed: seed, serial: serial)
    // The bus is umockdev's: its latencies are real, and none is added. A device that hangs answers never.
    configuration.transport.control = 0...0
    configuration.transport.bulk = 0...0
    configuration.transport.interrupt = 0...0
    configuration.transport.timeout = nil
    device = SimulatedDevice(configuration, startingAt: Self.now())
    Thread.detachNewThread { [self] in
      _ = unsafe clinux_name_thread("device")  // lent for the length of the call
      if let realtimePriority { Realtime.ask(realtimePriority, for: "device \(serial)") }
      run()
    }
  }

  static func now() -> MonotonicTime { MonotonicTime(nanoseconds: UInt64(clinux_boottime_nanoseconds())) }

  private func run() -> Never {
    while true {
      catchUp()
      waiting.withLock { waiting in
        guard let (until, reached) = waiting, device.now >= until else { return }
        reached.signal()
        waiting = nil
      }
      let wanted = waiting.withLock { $0?.until }
      let next = [device.nextEvent, wanted].compactMap(\.self).min()
      // Said before anybody can make something due: who comes later looks at it and wakes this thread.
      let isNew = looksAgain.withLock { looksAgain in
        looksAgain = next?.nanoseconds ?? .max
        return isSooner(than: looksAgain)
      }
      if isNew { continue }
      guard let next else {
        woken.wait()
        continue
      }
      let left = (next - Self.now()).nanoseconds
      if left > 0 { _ = woken.wait(timeout: .now() + .nanoseconds(Int(left))) }
    }
  }

  private func isSooner(than planned: UInt64) -> Bool { (device.nextEvent?.nanoseconds ?? .max) < planned }

  /// The device's time comes up to now; whatever is due happens in the caller.
  func catchUp() { device.advance(to: Self.now()) }

  /// After anything was done to the device: what is due at once happens in the caller, the rest on the thread.
  func wake() {
    catchUp()
    if looksAgain.withLock({ isSooner(than: $0) }) { woken.signal() }
  }

  /// Returns when so much of the device's time has passed.
  func pass(_ interval: Interval) {
    let reached = DispatchSemaphore(value: 0)
    waiting.withLock { $0 = (Self.now() + interval, reached) }
    woken.signal()
    reached.wait()
  }
}

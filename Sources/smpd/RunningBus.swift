import SMPDaemon
import SMPLink
import SMPModel
import SMPPlanFile
import SMPUSB
import Synchronization

/// The USB bus on its thread, with what comes and goes told to the daemon.
struct RunningBus {
  let bus: USBBus
  private let hasEnded = Monitor(false)

  init(_ daemon: Daemon, products: [SMPPlanFile.USBProduct], realtimePriority: Int32) throws {
    do throws(USBBusError) {
      bus = try USBBus(
        products: products.map { USBBus.Product(vendor: $0.vendor, product: $0.product) },
        listener: Usher(daemon: daemon))
    } catch {
      throw Failed(error.sentence)
    }
    let (bus, hasEnded) = (bus, hasEnded)
    try PosixThread.start(name: "smp-usb") {
      // Every reply passes here: without the owner's rank the lease would wait behind any busy program.
      let rights = PosixThread.becomeRealtime(priority: realtimePriority)
      if !rights.scheduled {
        Terminal.complain("smpd: warning: the USB thread has no real-time priority. Remedy: see smpctl doctor")
      }
      bus.run()
      hasEnded.update { $0 = true }
    }
  }

  /// Returns when no transfer is under way and the thread has ended.
  func end() {
    bus.end()
    hasEnded.wait { $0 }
  }
}

private struct Usher: BusListener {
  let daemon: Daemon
  func arrived(_ port: any DevicePort) { daemon.attach(port) }
  func left(place: String) { daemon.detach(place: place) }
}

/// The service manager's watchdog. Without a device to prove it, the bus's thread is asked whether it still turns: dead,
/// it would never hear of a device again.
final class ServiceHeart: Heart {
  let period: Interval
  private let notifier: ServiceNotifier
  private let bus = Mutex<(bus: USBBus, asked: UInt64)?>(nil)

  init(notifier: ServiceNotifier, period: Interval) {
    self.notifier = notifier
    self.period = period
  }

  func watch(_ bus: USBBus) { self.bus.withLock { $0 = (bus, 0) } }

  func beat(isDriving: Bool) {
    let isWell = bus.withLock { state in
      guard !isDriving, let (bus, asked) = state else { return true }
      guard bus.isTurning(asked: asked) else { return false }
      state = (bus, asked + 1)
      return true
    }
    if isWell { notifier.beat() }
  }
}

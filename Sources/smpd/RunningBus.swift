import SMPDaemon
import SMPLink
import SMPModel
import SMPPlanFile
import SMPUSB

/// The USB bus on its thread, with what comes and goes told to the daemon.
struct RunningBus {
  private let bus: USBBus
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
      _ = PosixThread.becomeRealtime(priority: realtimePriority)
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

/// The service manager's watchdog.
struct ServiceHeart: Heart {
  let notifier: ServiceNotifier
  let period: Interval
  func beat() { notifier.beat() }
}

import SMPDaemon
import SMPLink
import SMPModel
import SMPSimulator

/// Plugs a device into whoever listens at a path and speaks usb-redir, again and again.
final class RedirectionClient: FrontEnd {
  private let path: String
  private let device: SimulatedDevice
  private let descriptors: DescriptorSet
  private var connection: PeerConnection<RedirectedDevice>?
  /// Not before then.
  private var nextTry = MonotonicTime.zero
  /// What was said last of where the device is; not said again.
  private var lastWord = ""

  /// A machine that is started by a person is found as fast as a person looks up.
  private static let retry = Interval.milliseconds(250)
  /// A listener that lives takes a connection at once; the device's time does not wait for another one.
  private static let patience = Interval.milliseconds(1)

  init(path: String, device: SimulatedDevice, descriptors: DescriptorSet) {
    self.path = path
    self.device = device
    self.descriptors = descriptors
    if device.isOnBus() { connect() }
  }

  var waits: [DeviceThread.Wait] { connection.map { [$0.wait] } ?? [] }
  var looksAgain: MonotonicTime? { connection == nil && device.isOnBus() ? nextTry : nil }

  func serve(_ ready: [Bool], cable: [Bool]) {
    if connection == nil, device.isOnBus(), HostClock.monotonic() >= nextTry { connect() }
    guard ready.first == true, let end = connection?.serve(device) else { return }
    leave(end)
  }

  func settle() {
    if let end = connection?.settle() { leave(end) }
    if connection?.talk.isPlugged == true { say("plugged in at \(path)") }
  }

  func end() {
    connection?.end()
    connection = nil
  }

  private func connect() {
    do throws(LinkError) {
      let socket = try LinkSocket.connected(to: path, patience: Self.patience)
      connection = PeerConnection(socket, RedirectedDevice(device: device, descriptors: descriptors))
    } catch {
      nextTry = HostClock.monotonic() + Self.retry
      say(error == .notPermitted ? "not allowed to connect to \(path)" : "waiting for QEMU at \(path)")
    }
  }

  private func leave(_ end: PeerConnection<RedirectedDevice>.End) {
    connection?.end()
    connection = nil
    switch end {
    case .isOver: say("unplugged from \(path)")
    case .hungUp:
      nextTry = HostClock.monotonic() + Self.retry
      say("waiting for QEMU at \(path)")
    case .fault(let fault):
      nextTry = HostClock.monotonic() + Self.retry
      say("refused \(path): \(fault)")
    }
  }

  private func say(_ word: String) {
    guard word != lastWord else { return }
    lastWord = word
    Terminal.say("smpsim: " + word)
  }
}

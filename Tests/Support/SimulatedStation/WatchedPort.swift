package import SMPLink
package import SMPModel
package import SMPSimulator
internal import SMPWire
internal import Synchronization

/// What is sent over the link.
package enum LinkOperation: Hashable, Sendable {
  case control(request: UInt8)
  case out
  case preparedStop
}

/// The simulated device's place, with somebody looking at each send, before and after.
package final class WatchedPort: DevicePort {
  package let device: SimulatedDevice
  private struct State: Sendable {
    var moment: (@Sendable (LinkOperation, _ done: Bool) -> Void)?
    var mayTurnUntil = MonotonicTime.zero
    var sends: UInt64 = 0
  }
  private let state = Mutex(State())

  package init(_ device: SimulatedDevice) { self.device = device }

  package var moment: (@Sendable (LinkOperation, _ done: Bool) -> Void)? {
    get { state.withLock { $0.moment } }
    set { state.withLock { $0.moment = newValue } }
  }

  /// Until when the device may be energised by what it was sent: a lease from an arming or a renewal, a self-test for as
  /// long as the protocol lets one turn.
  package var mayTurnUntil: MonotonicTime { state.withLock { $0.mayTurnUntil } }
  package var sends: UInt64 { state.withLock { $0.sends } }

  package var place: String { device.place }
  package var serial: String? { device.serial }
  package var obstacle: PortObstacle? { device.obstacle }
  package func makeLink() -> any DeviceLink { WatchedLink(port: self, link: device.makeLink()) }

  fileprivate func send(_ operation: LinkOperation, _ body: () throws(LinkError) -> Void) throws(LinkError) {
    moment?(operation, false)
    defer {
      state.withLock { $0.sends += 1 }
      moment?(operation, true)
    }
    try body()
  }

  fileprivate func energised(for interval: Interval) {
    let end = device.now + interval
    state.withLock { $0.mayTurnUntil = max($0.mayTurnUntil, end) }
  }
}

private struct WatchedLink: DeviceLink {
  let port: WatchedPort
  let link: any DeviceLink

  func open(sink: any LinkSink) throws(LinkError) { try link.open(sink: sink) }

  func control(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) {
    try port.send(.control(request: setup.request)) { () throws(LinkError) in try link.control(setup, tag: tag) }
  }

  func out(_ bytes: [UInt8], tag: TransferTag) throws(LinkError) {
    if let interval = HostCommand.energises(bytes) { port.energised(for: interval) }
    try port.send(.out) { () throws(LinkError) in try link.out(bytes, tag: tag) }
  }

  func prepare(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) -> any PreparedControl {
    WatchedControl(port: port, control: try link.prepare(setup, tag: tag))
  }

  func close() { link.close() }
}

private struct WatchedControl: PreparedControl {
  let port: WatchedPort
  let control: any PreparedControl
  func submit() throws(LinkError) { try port.send(.preparedStop) { () throws(LinkError) in try control.submit() } }
}

extension HostCommand {
  /// For how long the device may turn by it; nil: not at all.
  fileprivate static func energises(_ bytes: [UInt8]) -> Interval? {
    do throws(WireError) {
      switch try HostCommand(Frame.decode(bytes)) {
      case .arm, .renewLease: return Bounds.leaseLifetime
      // With the needle parked (DeviceProtocol.md).
      case .startSelfTest: return .milliseconds(200)
      case .hello, .beginProfiles, .profile, .commitProfiles, .suspend, .resume, .disarm, .grant, .deny, .release,
        .readRecords, .readTip:
        return nil
      }
    } catch {
      return nil
    }
  }
}

import CLibUSB
import SMPLink
import Synchronization

/// A needle device over libusb: asynchronous transfers on four endpoints, nothing that waits.
///
/// Submitting happens on the owner's and the stop listener's threads, completing on the bus's event thread; `state`
/// is their only meeting place and is held for a submit at most. Its end, whoever asks for it: no new transfer → cancel
/// all but a stop under way → every callback has run → `detached` or `broken` to the sink → halts cleared, interface
/// released and handle closed, outside any callback.
final class USBLink: DeviceLink, Sendable {
  /// Packets that may wait in the host controller, so that none is lost while one is handled.
  private static let listeners: [(endpoint: UInt8, isInterrupt: Bool, count: Int)] = [
    (NeedleInterface.bulkIn, false, 8), (NeedleInterface.interruptIn, true, 4),
  ]
  /// A device that takes nothing for so long has hung; the driver has given its commands up long before. Milliseconds.
  private static let timeout: UInt32 = 1_000
  /// Spoilt packets of one endpoint in a row before the link gives up: a cable that fails this often is no cable.
  private static let failuresAtMost = 8

  private enum Phase { case fresh, open, ending(LinkEvent), ended }

  private struct State: Sendable {
    var phase = Phase.fresh
    var handle: USBHandle?
    var sink: (any LinkSink)?
    /// Every transfer whose callback has not run.
    var flying: [ObjectIdentifier: USBTransfer] = [:]
    var stops: [USBTransfer] = []
    /// Spoilt or empty packets in a row, by endpoint.
    var failures: [UInt8: Int] = [:]
    /// Endpoints that have halted: cleared when nothing flies any more.
    var halted: Set<UInt8> = []
  }

  private let bus: USBBus
  private let id: USBBus.DeviceID
  private let place: String
  private let interface: UInt8
  private let state = Mutex(State())

  init(bus: USBBus, id: USBBus.DeviceID, place: String, interface: UInt8) {
    self.bus = bus
    self.id = id
    self.place = place
    self.interface = interface
  }

  // MARK: DeviceLink

  func open(sink: any LinkSink) throws(LinkError) {
    let handle = try openHandle()
    state.withLock { state in
      guard case .fresh = state.phase else { preconditionFailure("a link is opened once") }
      state.handle = handle
      state.sink = sink
      state.phase = .open
    }
    bus.opened(self, id)
    do throws(LinkError) { try listen(handle) } catch {
      end(with: .detached)
      throw error
    }
  }

  private func listen(_ handle: USBHandle) throws(LinkError) {
    try state.withLock { state throws(LinkError) in
      for listener in Self.listeners {
        for _ in 0..<listener.count {
          guard case .open = state.phase else { throw .detached }
          let transfer = try USBTransfer(
            .listen(endpoint: listener.endpoint), link: self, capacity: NeedleInterface.packetBytes)
          transfer.fillListen(handle, endpoint: listener.endpoint, isInterrupt: listener.isInterrupt)
          try transfer.submit()
          state.flying[ObjectIdentifier(transfer)] = transfer
        }
      }
    }
  }

  /// Opened and claimed: a few system calls, no traffic on the bus.
  private func openHandle() throws(LinkError) -> USBHandle {
    var handle: OpaquePointer?
    let code = unsafe bus.withDevice(id) { unsafe libusb_open($0, &handle) }
    guard let code else { throw .detached }
    guard code == 0, let handle = unsafe handle else {
      // A sandbox that keeps the node from us is told as any other failure.
      throw USBNode(place: place)?.isForbidden == true ? .notPermitted : USBCode.error(code)
    }
    // A kernel driver that has taken the interface gives way while we hold it.
    unsafe libusb_set_auto_detach_kernel_driver(handle, 1)
    let claimed = unsafe libusb_claim_interface(handle, Int32(interface))
    guard claimed == 0 else {
      unsafe libusb_close(handle)
      throw USBCode.error(claimed)
    }
    return unsafe USBHandle(pointer: handle)
  }

  func control(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) {
    try submit(.control(tag), capacity: USBTransfer.controlSetupBytes + Int(setup.length)) { transfer, handle in
      transfer.fillControl(handle, setup, interface: interface, timeout: Self.timeout)
    }
  }

  func out(_ bytes: [UInt8], tag: TransferTag) throws(LinkError) {
    try submit(.out(tag), capacity: max(1, bytes.count)) { transfer, handle in
      transfer.fillOut(handle, endpoint: NeedleInterface.bulkOut, bytes, timeout: Self.timeout)
    }
  }

  func prepare(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) -> any PreparedControl {
    let transfer = try USBTransfer(
      .stop(tag), link: self, capacity: USBTransfer.controlSetupBytes + Int(setup.length))
    try state.withLock { state throws(LinkError) in
      guard case .open = state.phase, let handle = state.handle else { throw .detached }
      transfer.fillControl(handle, setup, interface: interface, timeout: Self.timeout)
      state.stops.append(transfer)
    }
    return USBStop(link: self, transfer: transfer)
  }

  func close() { end(with: .detached) }

  fileprivate func submitStop(_ transfer: USBTransfer) throws(LinkError) {
    try state.withLock { state throws(LinkError) in
      guard case .open = state.phase else { throw .detached }
      if transfer.isFlying { return }
      try transfer.submit()
    }
  }

  private func submit(
    _ purpose: USBTransfer.Purpose, capacity: Int, fill: (USBTransfer, USBHandle) -> Void
  ) throws(LinkError) {
    let transfer = try USBTransfer(purpose, link: self, capacity: capacity)
    try state.withLock { state throws(LinkError) in
      guard case .open = state.phase, let handle = state.handle else { throw .detached }
      fill(transfer, handle)
      try transfer.submit()
      state.flying[ObjectIdentifier(transfer)] = transfer
    }
  }

  // MARK: The event thread

  /// A transfer's callback: what it brought goes to the sink, and a listener goes out again.
  func ended(_ transfer: USBTransfer, bytes: [UInt8], error: LinkError?) {
    let (sink, isOpen) = state.withLock { state -> ((any LinkSink)?, Bool) in
      transfer.isFlying = false
      state.flying[ObjectIdentifier(transfer)] = nil
      if case .open = state.phase { return (state.sink, true) }
      return (state.sink, false)
    }
    switch transfer.purpose {
    case .control(let tag), .stop(let tag):
      sink?.receive(error.map { .controlFailed(tag: tag, error: $0) } ?? .controlCompleted(tag: tag, bytes: bytes))
    case .out(let tag):
      sink?.receive(error.map { .outFailed(tag: tag, error: $0) } ?? .outCompleted(tag: tag))
      if error == .stalled { halt(NeedleInterface.bulkOut) }
    case .listen(let endpoint):
      if isOpen { heard(transfer, on: endpoint, bytes, error, sink) }
    }
    // A flight that ends with no device behind it is the first to know.
    if error == .detached, isOpen { end(with: .detached) }
    finishIfLanded()
  }

  private func heard(
    _ transfer: USBTransfer, on endpoint: UInt8, _ bytes: [UInt8], _ error: LinkError?, _ sink: (any LinkSink)?
  ) {
    if error == .detached { return }
    if let error {
      sink?.receive(.receiveFailed(error))
    } else if !bytes.isEmpty {
      sink?.receive(endpoint == NeedleInterface.bulkIn ? .bulkReceived(bytes) : .interruptReceived(bytes))
    }
    let isBroken = state.withLock { state -> Bool in
      guard case .open = state.phase else { return false }
      let failures = error != nil || bytes.isEmpty ? state.failures[endpoint, default: 0] + 1 : 0
      state.failures[endpoint] = failures
      if failures >= Self.failuresAtMost || error == .stalled { return true }
      do throws(LinkError) {
        try transfer.submit()
        state.flying[ObjectIdentifier(transfer)] = transfer
        return false
      } catch {
        return error != .detached
      }
    }
    if error == .stalled {
      halt(endpoint)
    } else if isBroken {
      end(with: .broken)
    }
  }

  /// A halted endpoint is at its end for this link: to clear it takes a request that waits for the device and keeps
  /// every other one from it, the stop included, so it is done when nothing flies and nothing can be armed.
  private func halt(_ endpoint: UInt8) {
    state.withLock { state in _ = state.halted.insert(endpoint) }
    end(with: .broken)
  }

  // MARK: The end

  /// Any thread. No new transfer flies from here on; the first reason given is the one the sink hears.
  func end(with event: LinkEvent) {
    state.withLock { state in
      switch state.phase {
      case .fresh, .ending, .ended: return
      case .open: break
      }
      // A device that is there and can no longer be heard is stopped first; its lease cuts what hears no stop either.
      if event == .broken { for stop in state.stops where !stop.isFlying { try? stop.submit() } }
      state.phase = .ending(event)
      // A stop under way is let through: it ends by itself within its time-out.
      for transfer in state.flying.values { transfer.cancel() }
    }
    bus.post(.finish(self))
  }

  private var hasLanded: Bool {
    state.withLock { state in
      guard case .ending = state.phase else { return false }
      return state.flying.isEmpty && !state.stops.contains(where: \.isFlying)
    }
  }

  private func finishIfLanded() { if hasLanded { bus.post(.finish(self)) } }

  /// On the event thread, outside callbacks. Does nothing while transfers still fly.
  func finish() {
    guard hasLanded else { return }
    let (handle, sink, event, halted) = state.withLock { state in
      defer {
        state.handle = nil
        state.sink = nil
        state.stops = []
        state.phase = .ended
      }
      let event: LinkEvent? = if case .ending(let event) = state.phase { event } else { nil }
      return (state.handle, state.sink, event, state.halted)
    }
    // The owner hears of it before anything here waits for the device.
    if let event { sink?.receive(event) }
    if let handle {
      for endpoint in halted { unsafe libusb_clear_halt(handle.pointer, endpoint) }
      // A device that has gone answers none of these; that is no news.
      unsafe libusb_release_interface(handle.pointer, Int32(interface))
      unsafe libusb_close(handle.pointer)
    }
    bus.closed(self, id)
  }
}

/// The stop transfer with its own reference on the link (S6).
private struct USBStop: PreparedControl {
  let link: USBLink
  let transfer: USBTransfer
  func submit() throws(LinkError) { try link.submitStop(transfer) }
}

import CUmockdev
import Glibc
import SMPLink
import SMPModel
import SMPSimulator
import Synchronization

/// usbfs for one plug: ioctls of the clients in, URBs of the port out, and completions back for reaping.
///
/// Ioctls come on umockdev's worker thread, one at a time; completions on any thread. Every ioctl is answered at once,
/// except a blocking REAPURB: umockdev's client holds one lock over all ioctls of its process.
final class MockUsbfs: PortSink, Sendable {
  struct ClientURB: Sendable {
    let memory: ClientMemory
    let buffer: ClientMemory?
    let isControl: Bool
    let isIn: Bool
    let flags: UInt32
    let length: Int
  }

  /// One `open` of the node.
  struct OpenFile: Sendable {
    var isBlockedInReap = false
    var underWay: [URBID: ClientURB] = [:]
    var done: [(urb: ClientURB, completion: URBCompletion)] = []
    var hasClaimed = false
  }

  struct State: Sendable {
    var files: [UInt: OpenFile] = [:]
    var owners: [URBID: UInt] = [:]
    var urbs: UInt64 = 0
    var port: SimulatedPort?
    var isGone = false
    /// A kernel driver that holds the interface.
    var driver: String?
    var detachedDriver: String?
    var isBusy = false
    var counters = Counters()
    /// When the ioctl that is being handled came.
    var cameAt = MonotonicTime.zero
    var log = URBLog()
  }

  struct Counters: Sendable {
    var submitted: Int64 = 0
    var completed: Int64 = 0
    var discarded: Int64 = 0
    var claims: Int64 = 0
    /// Reaps that found nothing: a client that spins has many.
    var emptyReaps: Int64 = 0
  }

  private let node: ReadyNode
  private let device: MockDevice
  let state = Mutex(State())

  init(node: ReadyNode, device: MockDevice) {
    self.node = node
    self.device = device
  }

  func take(_ port: SimulatedPort) { state.withLock { $0.port = port } }
  var port: SimulatedPort? { state.withLock { $0.port } }
  var isGone: Bool { state.withLock { $0.isGone } }

  // MARK: PortSink

  func complete(_ completion: URBCompletion) {
    state.withLock { state in
      guard let owner = state.owners.removeValue(forKey: completion.id),
        let urb = state.files[owner]?.underWay.removeValue(forKey: completion.id)
      else { return }
      state.counters.completed += 1
      state.log.complete(completion, at: MockDevice.now())
      state.files[owner]?.done.append((urb, completion))
      node.show(ready: true)
    }
    wakeBlocked()
  }

  func detached() {
    state.withLock { state in
      state.isGone = true
      node.show(ready: true)
    }
    wakeBlocked()
  }

  // MARK: Reaping

  /// Clients blocked in REAPURB, by address; only what umockdev keeps alive until it is answered.
  private func wakeBlocked() {
    let awake = state.withLock { state -> [UInt] in
      state.files.keys.filter { key in
        guard let file = state.files[key], file.isBlockedInReap, !file.done.isEmpty || state.isGone else {
          return false
        }
        state.files[key]?.isBlockedInReap = false
        return true
      }
    }
    for key in awake {
      // A client lives at least until its ioctl is answered, and completing is allowed on any thread.
      guard let client = unsafe UnsafeMutablePointer<UMockdevIoctlClient>(bitPattern: key) else { continue }
      unsafe reap(client, blocking: true)
    }
  }

  /// Answers with the oldest completed URB.
  func reap(_ client: UnsafeMutablePointer<UMockdevIoctlClient>, blocking: Bool) {
    let key = UInt(bitPattern: client)
    enum Found {
      case urb(ClientURB, URBCompletion)
      case gone, none, wait
    }
    let found = state.withLock { state -> Found in
      if state.files[key]?.done.isEmpty == false, let first = state.files[key]?.done.removeFirst() {
        if state.files.values.allSatisfy({ $0.done.isEmpty }), !state.isGone { node.show(ready: false) }
        return .urb(first.urb, first.completion)
      }
      if state.files.values.allSatisfy({ $0.done.isEmpty }) { node.show(ready: false) }
      if state.isGone { return .gone }
      if blocking { state.files[key]?.isBlockedInReap = true } else { state.counters.emptyReaps += 1 }
      return blocking ? .wait : .none
    }
    switch found {
    case .urb(let urb, let completion):
      guard let place = unsafe ClientMemory.argument(of: client)?.follow(at: 0, count: 8) else {
        return unsafe answer(client, failing: EFAULT)
      }
      urb.finish(completion)
      place.point(at: 0, to: urb.memory)
      unsafe answer(client, 0)
    case .gone: unsafe answer(client, failing: ENODEV)
    case .none: unsafe answer(client, failing: EAGAIN)
    case .wait: break
    }
  }

  // MARK: Clients

  func opened(_ client: UInt) { state.withLock { $0.files[client] = OpenFile() } }

  /// The file was closed: the kernel takes everything back.
  func closed(_ client: UInt) {
    let (left, port) = state.withLock { state -> ([URBID], SimulatedPort?) in
      let left = state.files.removeValue(forKey: client)?.underWay.keys.map(\.self) ?? []
      for id in left { state.owners[id] = nil }
      if state.files.values.allSatisfy({ $0.done.isEmpty }) { node.show(ready: false) }
      return (left, state.port)
    }
    for id in left.sorted(by: { $0.number < $1.number }) { _ = port?.cancel(id) }
  }

  func answer(_ client: UnsafeMutablePointer<UMockdevIoctlClient>, _ result: Int) {
    unsafe umockdev_ioctl_client_complete(client, glong(result), 0)
  }

  func answer(_ client: UnsafeMutablePointer<UMockdevIoctlClient>, failing code: Int32) {
    unsafe umockdev_ioctl_client_complete(client, -1, code)
  }

  func handle(_ client: UnsafeMutablePointer<UMockdevIoctlClient>) {
    let cameAt = MockDevice.now()
    device.catchUp()
    defer { device.wake() }
    let request = unsafe UInt(umockdev_ioctl_client_get_request(client))
    let key = UInt(bitPattern: client)
    state.withLock { state in
      state.cameAt = cameAt
      if state.files[key] == nil { state.files[key] = OpenFile() }
    }
    if request == Usbfs.reapNoDelay || request == Usbfs.reap {
      return unsafe reap(client, blocking: request == Usbfs.reap)
    }
    guard let argument = unsafe ClientMemory.argument(of: client) else {
      return unsafe answer(client, failing: EFAULT)
    }
    do throws(Errno) {
      unsafe answer(client, try perform(request, argument, key))
    } catch {
      unsafe answer(client, failing: error.code)
    }
  }

  struct Errno: Error {
    let code: Int32
  }
}

extension MockUsbfs.ClientURB {
  /// Writes the result into the client's own block. On umockdev's worker only, or with its client blocked.
  func finish(_ completion: URBCompletion) {
    var status = completion.status
    if isIn, status == .done, flags & Usbfs.flagShortNotOK != 0, completion.actualLength < length { status = .remoteIO }
    memory.store(status.rawValue, at: Usbfs.URBLayout.status)
    memory.store(Int32(completion.actualLength), at: Usbfs.URBLayout.actualLength)
    if isIn { buffer?.put(completion.bytes, at: isControl ? 8 : 0) }
  }
}

import CLibUSB
import Glibc
package import SMPLink
import Synchronization

/// Hears of needle devices that come and go. Called on the event thread; takes note and returns.
package protocol BusListener: Sendable {
  func arrived(_ port: any DevicePort)
  func left(place: String)
}

/// Why there is no bus.
package struct USBBusError: Error, Sendable {
  package let sentence: String
}

/// libusb, its event thread and hot-plug. One for a process.
///
/// Everything that talks to libusb without being asked happens in `run`, on one thread that its owner provides; whatever
/// may wait for a device or a file happens there too, outside callbacks.
package final class USBBus: Sendable {
  typealias DeviceID = UInt64

  /// A vendor and product that are looked at.
  package struct Product: Hashable, Sendable {
    package let vendor: UInt16
    package let product: UInt16
    package init(vendor: UInt16, product: UInt16) {
      self.vendor = vendor
      self.product = product
    }
    /// pid.codes' test number, which the protocol gives to prototypes; others use it too, so the interface decides.
    package static let standard = Product(vendor: 0x1209, product: 0x0001)
  }

  enum Chore: Sendable {
    case end(USBLink)
    case finish(USBLink)
    /// Proof that this thread still turns.
    case echo
  }

  /// Sendable because libusb counts references to its context and devices with its own locks; each pointer here is one
  /// reference, given back by this class once.
  @safe private struct Reference: @unchecked Sendable {
    let pointer: OpaquePointer
    func isSame(as other: Reference) -> Bool { unsafe pointer == other.pointer }
  }

  private struct Known: Sendable {
    let id: DeviceID
    let device: Reference
    let place: String
    var link: USBLink?
  }

  private struct State: Sendable {
    /// Hot-plug news in their order, devices referenced.
    var news: [(isArrival: Bool, device: Reference)] = []
    var known: [Known] = []
    var chores: [Chore] = []
    /// Links that have been opened and not yet closed.
    var openLinks = 0
    var nextID: DeviceID = 1
    var isEnding = false
    /// The context is gone.
    var isClosed = false
  }

  private let context: Reference
  private let products: [Product]
  private let listener: any BusListener
  private let state = Mutex(State())
  private let echoes = Atomic<UInt64>(0)

  /// Succeeds on a machine without any USB.
  /// - Parameter products: further products to look at, beside `Product.standard`.
  package init(products: [Product] = [], listener: any BusListener) throws(USBBusError) {
    var context: OpaquePointer?
    let code = unsafe libusb_init(&context)
    guard code == 0, let context = unsafe context else {
      throw USBBusError(
        sentence: "libusb cannot be used (\(Self.name(code))). "
          + "Remedy: let the daemon have sockets of the family AF_NETLINK (RestrictAddressFamilies of its unit)")
    }
    unsafe self.context = Reference(pointer: context)
    self.products = [.standard] + products
    self.listener = listener
  }

  static func name(_ code: Int32) -> String {
    guard let name = unsafe libusb_error_name(code) else { return "error \(code)" }
    // A constant of libusb's.
    return unsafe String(cString: name)
  }

  private static var pauseMilliseconds: Int32 { 20 }

  // MARK: The event thread

  /// Handles events until `end`. Devices plugged before it starts are found like those that come later.
  package func run() {
    var hotplug: libusb_hotplug_callback_handle = 0
    // The registration's own reference, given back when it has ended.
    let me = unsafe Unmanaged.passRetained(self)
    let events = Int32(LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED.rawValue | LIBUSB_HOTPLUG_EVENT_DEVICE_LEFT.rawValue)
    let code = unsafe libusb_hotplug_register_callback(
      context.pointer, events, Int32(LIBUSB_HOTPLUG_ENUMERATE.rawValue), LIBUSB_HOTPLUG_MATCH_ANY,
      LIBUSB_HOTPLUG_MATCH_ANY, LIBUSB_HOTPLUG_MATCH_ANY, usbDeviceMoved, me.toOpaque(), &hotplug)
    // Our own arguments are sound and memory is there: nothing else is documented to fail.
    precondition(code == 0, "hot-plug cannot be registered: \(Self.name(code))")
    while !isOver {
      takeNews()
      doChores()
      var patience = timeval(tv_sec: 60, tv_usec: 0)
      let code = unsafe libusb_handle_events_timeout_completed(context.pointer, &patience, nil)
      // Nothing but an interruption is expected; whatever else it is, it must not spin at real-time priority.
      if code != 0, code != LIBUSB_ERROR_INTERRUPTED.rawValue { _ = poll(nil, 0, Self.pauseMilliseconds) }
    }
    unsafe libusb_hotplug_deregister_callback(context.pointer, hotplug)
    unsafe me.release()
    letGoOfEverything()
  }

  /// Returns at once; `run` returns when every link has ended.
  package func end() {
    let links = state.withLock { state -> [USBLink] in
      state.isEnding = true
      return state.known.compactMap(\.link)
    }
    for link in links { link.end(with: .detached) }
    wake()
  }

  private var isOver: Bool {
    state.withLock { $0.isEnding && $0.openLinks == 0 && $0.chores.isEmpty }
  }

  /// Asks the event thread for a sign of life. Any thread; at most one is under way.
  /// - Returns: whether it has answered every question so far.
  package func isTurning(asked: UInt64) -> Bool {
    guard echoes.load(ordering: .acquiring) >= asked else { return false }
    post(.echo)
    return true
  }

  /// Under the lock, so that the context is not freed meanwhile.
  private func wake() {
    state.withLock { state in
      if !state.isClosed { unsafe libusb_interrupt_event_handler(context.pointer) }
    }
  }

  func post(_ chore: Chore) {
    state.withLock { $0.chores.append(chore) }
    wake()
  }

  private func doChores() {
    while true {
      let chores = state.withLock { state in
        defer { state.chores = [] }
        return state.chores
      }
      if chores.isEmpty { return }
      for chore in chores {
        switch chore {
        case .end(let link): link.end(with: .detached)
        case .finish(let link): link.finish()
        case .echo: echoes.add(1, ordering: .releasing)
        }
      }
    }
  }

  // MARK: Coming and going

  /// In the hot-plug callback: takes a reference and hands over.
  fileprivate func note(_ device: OpaquePointer, isArrival: Bool) {
    let reference = unsafe Reference(pointer: libusb_ref_device(device))
    state.withLock { $0.news.append((isArrival, reference)) }
  }

  private func takeNews() {
    let news = state.withLock { state in
      defer { state.news = [] }
      return state.news
    }
    for (isArrival, device) in news {
      if isArrival { arrive(device) } else { leave(device) }
    }
  }

  private func arrive(_ device: Reference) {
    // One that comes while the callback is registered is told of twice.
    let isKnown = state.withLock { state in state.known.contains { $0.device.isSame(as: device) } }
    guard isLookedAt(device), !isKnown else {
      unsafe libusb_unref_device(device.pointer)
      return
    }
    let place = Self.place(of: device)
    let id = state.withLock { state -> DeviceID in
      defer { state.nextID += 1 }
      state.known.append(Known(id: state.nextID, device: device, place: place, link: nil))
      return state.nextID
    }
    let node = USBNode(place: place)
    let found = unsafe NeedleInterface.find(in: device.pointer)
    listener.arrived(USBPort(bus: self, id: id, place: place, node: node, found: found))
  }

  private func isLookedAt(_ device: Reference) -> Bool {
    var descriptor = libusb_device_descriptor()
    // From the kernel's copy; lent for the length of the call.
    guard unsafe libusb_get_device_descriptor(device.pointer, &descriptor) == 0 else { return false }
    return products.contains(Product(vendor: descriptor.idVendor, product: descriptor.idProduct))
  }

  private func leave(_ device: Reference) {
    // This reference is the news's own.
    defer { unsafe libusb_unref_device(device.pointer) }
    let gone = state.withLock { state -> Known? in
      guard let index = state.known.firstIndex(where: { $0.device.isSame(as: device) }) else { return nil }
      return state.known.remove(at: index)
    }
    guard let gone else { return }
    gone.link?.end(with: .detached)
    unsafe libusb_unref_device(gone.device.pointer)
    listener.left(place: gone.place)
  }

  private static func place(of device: Reference) -> String {
    // Seven is the deepest nesting of hubs USB allows.
    var ports = [UInt8](repeating: 0, count: 7)
    let depth = unsafe libusb_get_port_numbers(device.pointer, &ports, Int32(ports.count))
    let path = ports.prefix(max(0, Int(depth))).map(String.init).joined(separator: ".")
    return unsafe "\(libusb_get_bus_number(device.pointer))-\(path)"
  }

  private func letGoOfEverything() {
    let (known, news) = state.withLock { state in
      defer {
        state.known = []
        state.news = []
        state.isClosed = true
      }
      return (state.known, state.news)
    }
    for entry in known { unsafe libusb_unref_device(entry.device.pointer) }
    for entry in news { unsafe libusb_unref_device(entry.device.pointer) }
    unsafe libusb_exit(context.pointer)
  }

  // MARK: For the links

  /// Nil when the device has gone. `body` runs outside our lock: libusb takes its own in it, and holds those while it
  /// calls us.
  func withDevice<Value>(_ id: DeviceID, _ body: (OpaquePointer) -> Value) -> Value? {
    let device = state.withLock { state -> Reference? in
      guard !state.isEnding, let known = state.known.first(where: { $0.id == id }) else { return nil }
      return unsafe Reference(pointer: libusb_ref_device(known.device.pointer))
    }
    guard let device else { return nil }
    defer { unsafe libusb_unref_device(device.pointer) }
    return unsafe body(device.pointer)
  }

  /// A link has a handle: from here on the bus waits for its end. Before any of its transfers flies.
  func opened(_ link: USBLink, _ id: DeviceID) {
    let isGone = state.withLock { state -> Bool in
      state.openLinks += 1
      guard !state.isEnding, let index = state.known.firstIndex(where: { $0.id == id }) else { return true }
      state.known[index].link = link
      return false
    }
    // It left, or the end came, while it was being opened.
    if isGone { post(.end(link)) }
  }

  func closed(_ link: USBLink, _ id: DeviceID) {
    state.withLock { state in
      state.openLinks -= 1
      guard let index = state.known.firstIndex(where: { $0.id == id && $0.link === link }) else { return }
      state.known[index].link = nil
    }
  }
}

/// libusb calls back into a free function: on the event thread, or inside the registration.
private func usbDeviceMoved(
  _ context: OpaquePointer?, _ device: OpaquePointer?, _ event: libusb_hotplug_event,
  _ user: UnsafeMutableRawPointer?
) -> Int32 {
  guard let device = unsafe device, let user = unsafe user else { return 0 }
  // The registration holds a reference.
  let bus = unsafe Unmanaged<USBBus>.fromOpaque(user).takeUnretainedValue()
  unsafe bus.note(device, isArrival: event == LIBUSB_HOTPLUG_EVENT_DEVICE_ARRIVED)
  return 0
}

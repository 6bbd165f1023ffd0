import Glibc
import SMPLink
import SMPModel
import SMPSimulator

/// A command that was not carried out, and why.
struct Refused: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}

/// How a device is to be plugged in.
struct PlugWish {
  var variant = DescriptorVariant.good
  var speed = PortSpeed.high
  var hasRule = true
}

/// The buses, what is plugged in where, and the devices that were seen so far. Main thread only.
final class MockBus {
  struct Plug {
    let device: MockDevice
    let usbfs: MockUsbfs
    let port: SimulatedPort
    let text: SysfsText
    let node: ReadyNode
    let wish: PlugWish
  }

  private let bed: Testbed
  private let realtimePriority: Int32?
  private var devices: [String: MockDevice] = [:]
  private(set) var plugs: [PortName: Plug] = [:]
  /// The last address given on each bus; the hub has 1. A new plug has a new one.
  private var addresses: [Int: Int] = [:]
  /// Hubs stay where they were first needed.
  private var hubs: Set<PortName> = []
  private var hubAddresses: [Int: Set<Int>] = [:]
  /// Nodes whose device has left, oldest first.
  private var retired: [String] = []

  init(bed: Testbed, realtimePriority: Int32?) throws {
    self.bed = bed
    self.realtimePriority = realtimePriority
    for bus in 1...2 { try addBus(bus) }
  }

  private func addBus(_ bus: Int) throws {
    addresses[bus] = 1
    try bed.add(SysfsText.rootHub(bus: bus))
  }

  /// Every hub on the way to a port.
  private func addHub(_ name: PortName?) throws {
    guard let name, !hubs.contains(name) else { return }
    try addHub(name.hub)
    guard plugs[name] == nil else { throw Refused("a needle device is at \(name.text), and no hub") }
    let address = try takeAddress(on: name.bus)
    try bed.add(SysfsText.hub(at: name, address: address))
    hubAddresses[name.bus, default: []].insert(address)
    hubs.insert(name)
  }

  private func takeAddress(on bus: Int) throws -> Int {
    if addresses[bus] == nil { try addBus(bus) }
    // Like a kernel: the next one that is free, and after the last the first again.
    let taken = Set(plugs.filter { $0.key.bus == bus }.map(\.value.text.address)).union(hubAddresses[bus] ?? [])
    var address = addresses[bus] ?? 1
    repeat { address = address == 127 ? 2 : address + 1 } while taken.contains(address)
    addresses[bus] = address
    return address
  }

  subscript(port: PortName) -> Plug {
    get throws {
      guard let plug = plugs[port] else { throw Refused("nothing is plugged in at \(port.text)") }
      return plug
    }
  }

  func known(_ serial: String) -> MockDevice? { devices[serial] }

  /// The device of this serial: the one seen before, or a new one.
  func device(_ serial: String) -> MockDevice {
    if let known = devices[serial] { return known }
    let device = MockDevice(
      serial: serial, seed: UInt64(devices.count + 1), realtimePriority: realtimePriority)
    devices[serial] = device
    return device
  }

  /// - Parameter prepare: scripts faults before any client can see the device.
  func plug(
    _ device: MockDevice, at name: PortName, _ wish: PlugWish,
    prepare: (SimulatedPort, MockUsbfs) throws -> Void = { _, _ in }
  ) throws -> Plug {
    guard plugs[name] == nil, !hubs.contains(name) else { throw Refused("\(name.text) is taken") }
    guard !plugs.values.contains(where: { $0.device === device }) else {
      throw Refused("\(device.serial) is plugged in elsewhere")
    }
    try addHub(name.hub)
    let address = try takeAddress(on: name.bus)
    let descriptors = DescriptorSet(speed: wish.speed, variant: wish.variant, serial: device.serial)
    let text = SysfsText(port: name, address: address, descriptors: descriptors, hasRule: wish.hasRule)
    let node = try ReadyNode(path: bed.prepare(text.node))
    let usbfs = MockUsbfs(node: node, device: device)
    device.catchUp()
    let port: SimulatedPort
    do throws(LinkError) {
      port = try SimulatedPort(device: device.device, descriptors: descriptors, sink: usbfs)
    } catch {
      throw Refused("the device is not there: \(error)")
    }
    port.configure(1)
    usbfs.take(port)
    try prepare(port, usbfs)
    // First the handler, then the device: a client may open it as soon as it hears of it.
    try bed.attach(usbfs, to: text.node)
    try bed.add(text.device)
    try bed.add(text.interface)
    device.wake()
    let plug = Plug(device: device, usbfs: usbfs, port: port, text: text, node: node, wish: wish)
    plugs[name] = plug
    return plug
  }

  /// Ends what is pending, then tells udev, then takes the node away.
  func unplug(_ name: PortName) throws {
    let plug = try self[name]
    plug.device.catchUp()
    plug.port.unplug()
    plug.device.wake()
    bed.remove(plug.text.interfacePath)
    bed.remove(plug.text.path, number: plug.text.number)
    plug.node.remove()
    plugs[name] = nil
    retire(plug.text.node)
  }

  /// umockdev aborts a client whose connection ends within an ioctl. So a handler goes on saying that its device has
  /// gone until nobody can be asking any more: many plugs later, and long before its address is given out again.
  private func retire(_ node: String) {
    retired.append(node)
    if retired.count > 32 { bed.detach(retired.removeFirst()) }
  }

  /// Devices that left the bus by themselves are unplugged for udev too.
  func sweep() throws {
    for (name, plug) in plugs where plug.usbfs.isGone { try unplug(name) }
  }

  /// Pulls every cable and removes the testbed.
  func end() {
    for name in plugs.keys {
      // Nothing is left to do about a device that is not there.
      try? unplug(name)
    }
    bed.end()
  }
}

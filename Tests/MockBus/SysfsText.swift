import SMPSimulator

/// Where a device is plugged in: `1-2` is bus 1, port 2; `1-2.4` is port 4 of the hub there.
struct PortName: Hashable {
  let text: String
  let bus: Int
  /// From the root hub outwards.
  let ports: [Int]

  /// Six hubs in a row at most, the root hub included (USB 2.0, section 4.1.1).
  init(_ text: String) throws {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let ports = parts.last?.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) } ?? []
    guard parts.count == 2, let bus = Int(parts[0]), (1...9).contains(bus), (1...6).contains(ports.count),
      ports.allSatisfy({ $0.map { (1...9).contains($0) } ?? false })
    else { throw Refused("\(text) is no port; write bus and ports, such as 1-2 or 1-2.4") }
    self.init(bus: bus, ports: ports.compactMap(\.self))
  }

  private init(bus: Int, ports: [Int]) {
    (self.bus, self.ports) = (bus, ports)
    text = "\(bus)-" + ports.map(String.init).joined(separator: ".")
  }

  /// The hub it is a port of; nil: the bus's own.
  var hub: PortName? { ports.count > 1 ? PortName(bus: bus, ports: ports.dropLast()) : nil }

  /// From /devices on.
  var path: String {
    let above = hub?.path ?? "/devices/pci0000:00/0000:00:14.0/usb\(bus)"
    return above + "/" + text
  }

  /// `2.4`
  var chain: String { ports.map(String.init).joined(separator: ".") }
}

/// One plug as sysfs and udev describe it, in umockdev's own words.
struct SysfsText {
  let port: PortName
  let address: Int
  let descriptors: DescriptorSet
  /// Whether the project's udev rule ran.
  let hasRule: Bool

  var path: String { port.path }
  var interfacePath: String { path + "/\(port.text):1.0" }
  /// `/dev/bus/usb/001/002`
  var node: String { "/dev/bus/usb/\(Self.padded(port.bus))/\(Self.padded(address))" }

  var number: String { "189:\(minor)" }
  private var minor: Int { (port.bus - 1) * 128 + address - 1 }

  private static func padded(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 3 - String(number).count)) + String(number)
  }

  private static func hex(_ value: some FixedWidthInteger, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private static func hex(_ bytes: [UInt8]) -> String { bytes.map { hex($0, 2) }.joined().uppercased() }

  private static func lines(_ tag: String, _ pairs: [(String, String)]) -> String {
    // The kernel ends each attribute with a line break.
    pairs.map { "\(tag): \($0.0)=\($0.1)" + (tag == "A" ? "\\n" : "") + "\n" }.joined()
  }

  var device: String {
    let vendor = Self.hex(descriptors.vendorID, 4)
    let product = Self.hex(descriptors.productID, 4)
    var properties = [
      ("DEVTYPE", "usb_device"), ("SUBSYSTEM", "usb"), ("DRIVER", "usb"), ("MAJOR", "189"), ("MINOR", "\(minor)"),
      ("BUSNUM", Self.padded(port.bus)), ("DEVNUM", Self.padded(address)), ("DEVNAME", node),
      ("PRODUCT", "\(String(descriptors.vendorID, radix: 16))/\(String(descriptors.productID, radix: 16))/100"),
      ("TYPE", "0/0/0"), ("ID_BUS", "usb"), ("ID_VENDOR_ID", vendor), ("ID_MODEL_ID", product),
      ("ID_SERIAL_SHORT", descriptors.serial), ("ID_PATH", "pci-0000:00:14.0-usb-0:\(port.chain)"),
      ("ID_USB_INTERFACES", ":" + interfaceNumbers + ":"),
    ]
    if hasRule { properties += [("SMPD_RULE", "1"), ("TAGS", ":systemd:"), ("SYSTEMD_WANTS", "smpd.service")] }
    let attributes = [
      ("dev", "189:\(minor)"), ("busnum", "\(port.bus)"), ("devnum", "\(address)"), ("devpath", port.chain),
      ("speed", "\(descriptors.speed.megabits)"), ("version", " 2.00"), ("maxchild", "0"), ("authorized", "1"),
      ("removable", "removable"), ("idVendor", vendor), ("idProduct", product), ("bcdDevice", "0100"),
      ("bDeviceClass", "00"), ("bDeviceSubClass", "00"), ("bDeviceProtocol", "00"), ("bMaxPacketSize0", "64"),
      ("bNumConfigurations", "1"), ("bConfigurationValue", "1"), ("bNumInterfaces", " 1"), ("bmAttributes", "c0"),
      ("bMaxPower", "100mA"), ("manufacturer", DescriptorSet.manufacturerText),
      ("product", DescriptorSet.productText), ("serial", descriptors.serial), ("power/control", "on"),
      ("power/runtime_status", "active"),
    ]
    return "P: \(path)\n" + Self.lines("E", properties) + Self.lines("A", attributes)
      + "H: descriptors=" + Self.hex(descriptors.device + descriptors.configuration) + "\n"
  }

  private var interfaceNumbers: String {
    Self.hex(descriptors.interfaceClass, 2) + Self.hex(descriptors.interfaceSubclass, 2)
      + Self.hex(descriptors.interfaceProtocol, 2)
  }

  var interface: String {
    "P: \(interfacePath)\n"
      + Self.lines(
        "E",
        [
          ("DEVTYPE", "usb_interface"), ("SUBSYSTEM", "usb"), ("TYPE", "0/0/0"),
          (
            "INTERFACE",
            "\(descriptors.interfaceClass)/\(descriptors.interfaceSubclass)/\(descriptors.interfaceProtocol)"
          ),
        ])
      + Self.lines(
        "A",
        [
          ("bInterfaceNumber", "00"), ("bAlternateSetting", " 0"),
          ("bNumEndpoints", Self.hex(descriptors.endpointCount, 2)),
          ("bInterfaceClass", Self.hex(descriptors.interfaceClass, 2)),
          ("bInterfaceSubClass", Self.hex(descriptors.interfaceSubclass, 2)),
          ("bInterfaceProtocol", Self.hex(descriptors.interfaceProtocol, 2)),
        ])
  }

  // MARK: Hubs

  /// The hub every bus begins with.
  static func rootHub(bus: Int) -> String {
    hub(
      "/devices/pci0000:00/0000:00:14.0/usb\(bus)", bus: bus, address: 1, chain: "0", vendor: 0x1D6B, product: 2,
      name: "xHCI Host Controller")
  }

  /// A hub plugged in at a port.
  static func hub(at port: PortName, address: Int) -> String {
    hub(
      port.path, bus: port.bus, address: address, chain: port.chain, vendor: 0x05E3, product: 0x0610, name: "USB2.0 Hub"
    )
  }

  private static func hub(
    _ path: String, bus: Int, address: Int, chain: String, vendor: UInt16, product: UInt16, name: String
  ) -> String {
    let bytes: [UInt8] =
      [18, 1, 0, 2, 9, 0, 1, 64, UInt8(vendor & 0xFF), UInt8(vendor >> 8), UInt8(product & 0xFF), UInt8(product >> 8)]
      + [1, 6, 0, 2, 0, 1, 9, 2, 25, 0, 1, 1, 0, 0xE0, 0, 9, 4, 0, 0, 1, 9, 0, 0, 0, 7, 5, 0x81, 3, 4, 0, 12]
    let minor = (bus - 1) * 128 + address - 1
    return "P: \(path)\n"
      + lines(
        "E",
        [
          ("DEVTYPE", "usb_device"), ("SUBSYSTEM", "usb"), ("DRIVER", "usb"), ("MAJOR", "189"), ("MINOR", "\(minor)"),
          ("BUSNUM", padded(bus)), ("DEVNUM", padded(address)),
          ("DEVNAME", "/dev/bus/usb/\(padded(bus))/\(padded(address))"),
          ("PRODUCT", "\(String(vendor, radix: 16))/\(String(product, radix: 16))/601"), ("TYPE", "9/0/1"),
        ])
      + lines(
        "A",
        [
          ("dev", "189:\(minor)"), ("busnum", "\(bus)"), ("devnum", "\(address)"), ("devpath", chain), ("speed", "480"),
          ("idVendor", hex(vendor, 4)), ("idProduct", hex(product, 4)), ("bDeviceClass", "09"),
          ("bConfigurationValue", "1"), ("bNumConfigurations", "1"), ("maxchild", "9"), ("product", name),
        ]) + "H: descriptors=" + hex(bytes) + "\n"
  }
}

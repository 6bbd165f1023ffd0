import SMPInterface

/// What the files of the kernel and of udev show of needle machines, without opening one.
struct USBSight {
  /// One device of ours on the bus.
  struct Device: Hashable {
    /// Bus and ports, as the daemon's list names it.
    let place: String
    let serial: String?
    /// Its node, such as `/dev/bus/usb/001/002`.
    let node: String?
    var name: String { serial.map { "\($0) at \(place)" } ?? place }
  }

  static let rule = "60-smpd.rules"
  static let ruleFolders = [
    "/etc/udev/rules.d", "/run/udev/rules.d", "/usr/local/lib/udev/rules.d", "/usr/lib/udev/rules.d",
    "/lib/udev/rules.d",
  ]
  /// Lets udev look again at devices that are there already.
  static let trigger = "udevadm control --reload && udevadm trigger --attr-match=idVendor=1209 --action=add"
  /// The daemon's place for a device of the mind.
  private static let simulatedPlace = "simulated"

  let machine: Machine
  let devices: [Device]

  init(_ machine: Machine) {
    self.machine = machine
    let folder = "/sys/bus/usb/devices"
    let names = machine.names(in: folder)
    devices = names.filter { !$0.contains(":") }.compactMap { place -> Device? in
      func word(_ name: String) -> String? { machine.word("\(folder)/\(place)/\(name)") }
      guard word("idVendor") == "1209", word("idProduct") == "0001" else { return nil }
      // The id is everybody's for tests: the interface tells ours. One that is not configured yet shows none.
      let interfaces = names.filter { $0.hasPrefix(place + ":") }
      let isOurs = interfaces.contains { interface in
        ["bInterfaceClass", "bInterfaceSubClass", "bInterfaceProtocol"].map {
          machine.word("\(folder)/\(interface)/\($0)")
        } == ["ff", "53", "01"]
      }
      guard interfaces.isEmpty || isOurs else { return nil }
      let numbers = ["busnum", "devnum"].compactMap { word($0).flatMap { Int($0) } }
      let node = numbers.count == 2 ? "/dev/bus/usb/\(Self.padded(numbers[0]))/\(Self.padded(numbers[1]))" : nil
      return Device(place: place, serial: word("serial"), node: node)
    }
  }

  private static func padded(_ number: Int) -> String {
    String(repeating: "0", count: max(0, 3 - String(number).count)) + String(number)
  }

  /// - Parameters:
  ///   - listed: what the daemon says is there; nil when it could not be asked.
  ///   - isConnected: the daemon is there at all.
  func rows(listed: [DeviceInterface.DeviceSummary]?, isConnected: Bool) -> [DoctorRow] {
    var rows: [DoctorRow] = []
    if let listed {
      rows += listed.map(Self.row)
      rows += unseen(by: listed)
      if listed.isEmpty, rows.isEmpty {
        rows.append(
          DoctorRow(
            "device", .problem, "no device is there", remedy: "switch it on and plug it in, then: smpctl device list"))
      }
    } else if !isConnected {
      rows += devices.map { DoctorRow("device", .good, "\($0.name) is plugged in") }
      if devices.isEmpty {
        rows.append(
          DoctorRow("device", .unknown, "no needle machine is on the bus", remedy: "plug it in, then: smpctl doctor"))
      }
    }
    let refused = Set((listed ?? []).filter { $0.problem == "not_permitted" }.map(\.place))
    rows += devices.filter { !refused.contains($0.place) }.compactMap(permission)
    rows.append(ruleRow)
    return rows
  }

  /// A device of the daemon's list. The daemon has made sentence and remedy.
  private static func row(_ device: DeviceInterface.DeviceSummary) -> DoctorRow {
    let name = device.serial.map { "\($0) at \(device.place)" } ?? device.place
    guard let problem = device.problem else {
      guard device.driven else { return DoctorRow("device", .good, "\(name) " + (device.reason ?? "waits")) }
      guard let phase = device.phase else {
        return DoctorRow(
          "device", .warning, "\(name) has not said yet what it is", remedy: "look again: smpctl device list")
      }
      return DoctorRow("device", .good, "\(name) is driven and \(Wording.words(phase.rawValue))")
    }
    return DoctorRow(
      problem == "not_permitted" ? "device_permission" : "device", .problem,
      "\(name): " + (device.reason ?? Wording.words(problem)), remedy: device.remedy ?? "smpctl device list")
  }

  /// On the bus, and not in the daemon's list: its eyes are shut. A daemon with a simulated device looks at no bus.
  private func unseen(by listed: [DeviceInterface.DeviceSummary]) -> [DoctorRow] {
    guard !listed.contains(where: { $0.place == Self.simulatedPlace }) else { return [] }
    return devices.filter { device in !listed.contains { $0.place == device.place } }.map {
      DoctorRow(
        "device", .problem, "\($0.name) is plugged in, and the daemon does not see it",
        remedy: "systemctl restart smpd")
    }
  }

  /// The node belongs to the daemon alone: whoever else can open it moves the needle past every limit.
  private func permission(_ device: Device) -> DoctorRow? {
    guard let node = device.node, let facts = machine.facts(node) else { return nil }
    if facts.uid == 0 {
      return DoctorRow(
        "device_permission", .problem, "\(device.name): the rule \(Self.rule) has not touched \(node)",
        remedy: Self.trigger)
    }
    guard facts.mode & 0o077 == 0 else {
      return DoctorRow(
        "device_permission", .problem, "\(device.name): others than the daemon may open \(node)",
        remedy: Self.trigger)
    }
    return DoctorRow("device_permission", .good, "\(node) is \(machine.userName(facts.uid))'s alone")
  }

  /// Missing, it is a problem only where a device needs it.
  private var ruleRow: DoctorRow {
    let severity: DoctorRow.Severity = devices.isEmpty ? .warning : .problem
    let remedy = "install the package again (from source: make install), then: \(Self.trigger)"
    guard let folder = Self.ruleFolders.first(where: { machine.facts("\($0)/\(Self.rule)") != nil }) else {
      return DoctorRow(
        "udev_rule", severity, "\(Self.rule) is missing: no device would be opened", remedy: remedy)
    }
    let path = "\(folder)/\(Self.rule)"
    // An empty file, or a link to nothing, switches the rule of a lower folder off.
    guard machine.facts(path)?.size ?? 0 > 0 else {
      return DoctorRow("udev_rule", severity, "\(path) is empty and switches the rule off", remedy: "rm \(path)")
    }
    return DoctorRow("udev_rule", .good, "\(path) is there")
  }
}

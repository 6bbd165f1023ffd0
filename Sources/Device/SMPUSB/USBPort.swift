import SMPLink

/// A USB port with something in it that may be a needle device.
struct USBPort: DevicePort {
  let place: String
  let serial: String?
  /// What the descriptors say; they do not change while it is plugged in.
  private let fault: PortObstacle?
  private let bus: USBBus
  private let id: USBBus.DeviceID
  private let interface: UInt8

  init(
    bus: USBBus, id: USBBus.DeviceID, place: String, node: USBNode?,
    found: Result<UInt8, NeedleInterface.NotFound>
  ) {
    self.bus = bus
    self.id = id
    self.place = place
    serial = node?.serial
    switch found {
    case .failure(let reason):
      fault = reason.obstacle
      interface = 0
    case .success(let number):
      fault = serial == nil ? .noSerial : nil
      interface = number
    }
  }

  /// Looked at anew each time: a rule that is installed later gives the node to the daemon without a re-plug.
  var obstacle: PortObstacle? {
    if let fault { return fault }
    let node = USBNode(place: place)
    if node?.isOpenable == true { return nil }
    return .notPermitted(node: node?.path ?? "", ruleRan: node?.ruleRan ?? false)
  }

  func makeLink() -> any DeviceLink { USBLink(bus: bus, id: id, place: place, interface: interface) }
}

import SMPLink

/// A USB port with something in it that may be a needle device.
struct USBPort: DevicePort {
  let place: String
  let serial: String?
  let obstacle: PortObstacle?
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
      obstacle = reason.obstacle
      interface = 0
    case .success(let number):
      interface = number
      if node?.isOpenable != true {
        obstacle = .notPermitted(node: node?.path ?? "", ruleRan: node?.ruleRan ?? false)
      } else {
        obstacle = serial == nil ? .noSerial : nil
      }
    }
  }

  func makeLink() -> any DeviceLink { USBLink(bus: bus, id: id, interface: interface) }
}

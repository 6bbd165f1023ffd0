import CLibUSB
import SMPLink

/// The needle device's interface as the Device protocol article (SMPWire) has it, and the search for it in what a
/// device says of itself. Descriptors are read from the kernel's copy: nothing here talks to the device.
enum NeedleInterface {
  static let interfaceClass: UInt8 = 0xFF
  static let interfaceSubclass: UInt8 = 0x53
  static let interfaceProtocol: UInt8 = 0x01
  static let bulkOut: UInt8 = 0x01
  static let bulkIn: UInt8 = 0x81
  static let interruptIn: UInt8 = 0x82
  /// A packet of any of the three endpoints holds at least this much, at full speed already.
  static let packetLeast: UInt16 = 64
  /// No packet of the protocol is longer.
  static let packetBytes = 512

  /// The number of the needle interface, or why there is none.
  static func find(in device: OpaquePointer) -> Result<UInt8, NotFound> {
    var configuration: UnsafeMutablePointer<libusb_config_descriptor>?
    // Ours until it is freed below; `device` is held by the caller.
    let code = unsafe libusb_get_config_descriptor(device, 0, &configuration)
    guard code == 0, let found = unsafe configuration else { return .failure(NotFound(.malformedDescriptors)) }
    defer { unsafe libusb_free_config_descriptor(found) }
    // libusb has checked the counts against what it read before it made these arrays.
    return unsafe find(
      among: UnsafeBufferPointer(start: found.pointee.interface, count: Int(found.pointee.bNumInterfaces)))
  }

  /// The same in interfaces whose arrays are as long as they say.
  static func find(among interfaces: UnsafeBufferPointer<libusb_interface>) -> Result<UInt8, NotFound> {
    for index in 0..<interfaces.count where unsafe interfaces[index].num_altsetting > 0 {
      guard let setting = unsafe interfaces[index].altsetting?.pointee else { continue }
      guard unsafe setting.bInterfaceClass == interfaceClass, unsafe setting.bInterfaceSubClass == interfaceSubclass,
        unsafe setting.bInterfaceProtocol == interfaceProtocol
      else { continue }
      guard unsafe hasEndpoints(setting) else { return .failure(NotFound(.wrongEndpoints)) }
      return .success(unsafe setting.bInterfaceNumber)
    }
    return .failure(NotFound(.noNeedleInterface))
  }

  struct NotFound: Error {
    let obstacle: PortObstacle
    init(_ obstacle: PortObstacle) { self.obstacle = obstacle }
  }

  private static func hasEndpoints(_ setting: libusb_interface_descriptor) -> Bool {
    let endpoints = unsafe UnsafeBufferPointer(start: setting.endpoint, count: Int(setting.bNumEndpoints))
    func has(_ address: UInt8, _ type: UInt8) -> Bool {
      unsafe endpoints.contains {
        unsafe $0.bEndpointAddress == address && $0.bmAttributes & 0x03 == type
          && $0.wMaxPacketSize & 0x07FF >= packetLeast
      }
    }
    let (bulk, interrupt): (UInt8, UInt8) = (2, 3)
    return has(bulkOut, bulk) && has(bulkIn, bulk) && has(interruptIn, interrupt)
  }
}

import CLibUSB
import SMPLink

@testable import SMPUSB

/// A configuration's bytes, taken apart into libusb's structures as libusb does it, and the search for the needle
/// interface in them held against a second, plain reading of the same bytes.
enum ConfigurationBytes {
  private struct Endpoint: Hashable {
    let address: UInt8
    let attributes: UInt8
    let packet: UInt16
  }

  private struct Setting: Hashable {
    let number: UInt8
    let kind: [UInt8]
    var endpoints: [Endpoint] = []
  }

  static func judge(_ bytes: [UInt8]) throws(BrokenPromise) {
    let settings = settings(bytes)
    let expected = expectation(settings)
    let found = search(settings)
    try hold(found == expected, "S13 the search for the needle interface says \(found), the bytes say \(expected)")
  }

  static func isNeedle(_ bytes: [UInt8]) -> Bool {
    if case .found = search(settings(bytes)) { true } else { false }
  }

  private enum Answer: Hashable {
    case found(UInt8)
    case obstacle(PortObstacle)
  }

  /// The plain reading: the first setting of each interface, in order; the first of our class decides.
  private static func expectation(_ settings: [Setting]) -> Answer {
    var seen: Set<UInt8> = []
    for setting in settings where seen.insert(setting.number).inserted {
      guard setting.kind == [0xFF, 0x53, 0x01] else { continue }
      let wanted: [(UInt8, UInt8)] = [(0x01, 2), (0x81, 2), (0x82, 3)]
      let isWhole = wanted.allSatisfy { address, type in
        setting.endpoints.contains { $0.address == address && $0.attributes % 4 == type && $0.packet % 2_048 >= 64 }
      }
      return isWhole ? .found(setting.number) : .obstacle(.wrongEndpoints)
    }
    return .obstacle(.noNeedleInterface)
  }

  /// Descriptor by descriptor; one that is shorter than it says, or than its type, ends the reading.
  private static func settings(_ bytes: [UInt8]) -> [Setting] {
    var settings: [Setting] = []
    var place = 0
    while place + 2 <= bytes.count, bytes[place] >= 2, place + Int(bytes[place]) <= bytes.count {
      let length = Int(bytes[place])
      let descriptor = Array(bytes[place..<place + length])
      place += length
      switch (descriptor[1], length) {
      case (4, 9...): settings.append(Setting(number: descriptor[2], kind: Array(descriptor[5...7])))
      case (5, 7...):
        guard let last = settings.indices.last, settings[last].endpoints.count < 32 else { continue }
        settings[last].endpoints.append(
          Endpoint(
            address: descriptor[2], attributes: descriptor[3],
            packet: UInt16(descriptor[4]) | UInt16(descriptor[5]) << 8))
      case (4, _), (5, _): return settings
      default: break
      }
    }
    return settings
  }

  /// Lays the settings out as libusb does and asks the production code.
  private static func search(_ settings: [Setting]) -> Answer {
    var numbers: [UInt8] = []
    for setting in settings where !numbers.contains(setting.number) { numbers.append(setting.number) }
    var answer = Answer.obstacle(.malformedDescriptors)
    let groups = numbers.map { number in settings.filter { $0.number == number } }
    unsafe withSettings(groups[...], []) { interfaces in
      unsafe interfaces.withUnsafeBufferPointer { pointer in
        switch unsafe NeedleInterface.find(among: pointer) {
        case .success(let number): answer = .found(number)
        case .failure(let missing): answer = .obstacle(missing.obstacle)
        }
      }
    }
    return answer
  }

  /// One interface after the other, so that every array lives while the last one is asked.
  private static func withSettings(
    _ groups: ArraySlice<[Setting]>, _ done: [libusb_interface], _ body: ([libusb_interface]) -> Void
  ) {
    guard let group = groups.first else { return unsafe body(done) }
    unsafe withEndpoints(group[...], []) { settings in
      unsafe settings.withUnsafeBufferPointer { pointer in
        var interface = unsafe libusb_interface()
        unsafe interface.altsetting = pointer.baseAddress
        unsafe interface.num_altsetting = Int32(pointer.count)
        unsafe withSettings(groups.dropFirst(), done + [interface], body)
      }
    }
  }

  private static func withEndpoints(
    _ settings: ArraySlice<Setting>, _ done: [libusb_interface_descriptor],
    _ body: ([libusb_interface_descriptor]) -> Void
  ) {
    guard let setting = settings.first else { return unsafe body(done) }
    let endpoints = unsafe setting.endpoints.map { endpoint in
      var descriptor = unsafe libusb_endpoint_descriptor()
      unsafe descriptor.bEndpointAddress = endpoint.address
      unsafe descriptor.bmAttributes = endpoint.attributes
      unsafe descriptor.wMaxPacketSize = endpoint.packet
      return unsafe descriptor
    }
    unsafe endpoints.withUnsafeBufferPointer { pointer in
      var descriptor = unsafe libusb_interface_descriptor()
      unsafe descriptor.bInterfaceNumber = setting.number
      unsafe descriptor.bInterfaceClass = setting.kind[0]
      unsafe descriptor.bInterfaceSubClass = setting.kind[1]
      unsafe descriptor.bInterfaceProtocol = setting.kind[2]
      unsafe descriptor.bNumEndpoints = UInt8(pointer.count)
      unsafe descriptor.endpoint = pointer.baseAddress
      unsafe withEndpoints(settings.dropFirst(), done + [descriptor], body)
    }
  }
}

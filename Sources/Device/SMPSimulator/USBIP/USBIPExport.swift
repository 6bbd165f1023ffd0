internal import SMPLink

/// The one device a USB/IP server hands out, and whether somebody has it. Belongs to the server's thread.
package final class USBIPExport {
  package static let busID = "1-1"
  private static let bus: UInt32 = 1
  private static let address: UInt32 = 2
  /// How commands name the device.
  package static let deviceNumber = bus << 16 | address

  private let device: SimulatedDevice
  private let descriptors: DescriptorSet
  package private(set) var isImported = false

  package init(device: SimulatedDevice, descriptors: DescriptorSet) {
    self.device = device
    self.descriptors = descriptors
  }

  /// The answer to a request for a list.
  func list() -> [UInt8] {
    var writer = USBIPPacket.operation(USBIPPacket.listReply, .done)
    guard device.isOnBus() else {
      writer.integer(UInt32(0))
      return writer.bytes
    }
    writer.integer(UInt32(1))
    writer.append(record)
    writer.append(
      [descriptors.interfaceClass, descriptors.interfaceSubclass, descriptors.interfaceProtocol, 0])
    return writer.bytes
  }

  /// The answer to a request for the device, and the device's plug where the host gets it.
  func hand(out busID: ArraySlice<UInt8>, to mailbox: PortMailbox) -> (answer: [UInt8], SimulatedPort?) {
    guard Array(busID.prefix { $0 != 0 }) == Array(Self.busID.utf8), device.isOnBus() else {
      return (USBIPPacket.operation(USBIPPacket.importReply, .noDevice).bytes, nil)
    }
    guard !isImported else { return (USBIPPacket.operation(USBIPPacket.importReply, .busy).bytes, nil) }
    do throws(LinkError) {
      let port = try SimulatedPort(pluggedIn: device, descriptors: descriptors, sink: mailbox)
      isImported = true
      var writer = USBIPPacket.operation(USBIPPacket.importReply, .done)
      writer.append(record)
      return (writer.bytes, port)
    } catch {
      // The cable was pulled a moment ago.
      return (USBIPPacket.operation(USBIPPacket.importReply, .noDevice).bytes, nil)
    }
  }

  func takeBack(_ port: SimulatedPort) {
    port.unplug()
    isImported = false
  }

  private var record: [UInt8] {
    var writer = PeerWriter(.big)
    writer.text("/sys/devices/platform/smpsim/usb\(Self.bus)/\(Self.busID)", room: USBIPPacket.pathBytes)
    writer.text(Self.busID, room: USBIPPacket.busIDBytes)
    for value in [Self.bus, Self.address, descriptors.speed == .full ? 2 : 3] { writer.integer(value) }
    for value in [descriptors.vendorID, descriptors.productID, DescriptorSet.release] { writer.integer(value) }
    // Class, subclass and protocol are the interface's affair; one configuration, in force, of one interface.
    writer.append([0, 0, 0, 1, 1, 1])
    return writer.bytes
  }
}

import SMPDaemon
import SMPSimulator

/// Hands a device out over USB/IP to one host at a time. Others may ask for the list, and are refused the device.
final class USBIPServer: FrontEnd {
  /// One host, and a few that ask.
  private static let connectionsAtMost = 8

  private let device: SimulatedDevice
  private let listener: LoopbackListener
  private let export: USBIPExport
  private var connections: [PeerConnection<USBIPConversation>] = []
  private var wasImported = false

  init(device: SimulatedDevice, descriptors: DescriptorSet, listener: LoopbackListener) {
    self.device = device
    self.listener = listener
    export = USBIPExport(device: device, descriptors: descriptors)
  }

  var waits: [DeviceThread.Wait] {
    [DeviceThread.Wait(descriptor: listener.descriptor)] + connections.map(\.wait)
  }

  func serve(_ ready: [Bool], cable: [Bool]) {
    var left: [Int] = []
    for index in connections.indices where ready[index + 1] {
      if let end = connections[index].serve(device) { leave(index, end, &left) }
    }
    remove(left)
    // After those that were there, so that who has gone has given the device back.
    if ready[0], let socket = listener.accept(), connections.count < Self.connectionsAtMost {
      connections.append(PeerConnection(socket, USBIPConversation(export)))
    }
  }

  func settle() {
    // One that a reset took off the bus comes back by itself.
    _ = device.isOnBus()
    var left: [Int] = []
    for index in connections.indices {
      if let end = connections[index].settle() { leave(index, end, &left) }
    }
    remove(left)
    if export.isImported != wasImported {
      wasImported = export.isImported
      Terminal.say("smpsim: \(USBIPExport.busID) is " + (wasImported ? "imported" : "not imported any more"))
    }
  }

  func end() {
    for index in connections.indices { connections[index].end() }
    connections.removeAll()
    listener.close()
  }

  private func leave(_ index: Int, _ end: PeerConnection<USBIPConversation>.End, _ left: inout [Int]) {
    if case .fault(let fault) = end { Terminal.complain("smpsim: a connection is closed: \(fault)") }
    connections[index].end()
    left.append(index)
  }

  private func remove(_ left: [Int]) { for index in left.reversed() { connections.remove(at: index) } }
}

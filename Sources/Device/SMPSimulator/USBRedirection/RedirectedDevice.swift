internal import SMPLink

/// The device's side of usb-redir, towards QEMU's `-device usb-redir`: one connection, which is one plug.
///
/// Standard requests that the protocol has packets of its own for are put to the port as what they are, so that there is
/// one device to all of them.
package struct RedirectedDevice: Conversation {
  /// What an answer repeats of its request.
  private enum Request: Sendable {
    case control(endpoint: UInt8, SetupPacket)
    case bulk(endpoint: UInt8, stream: UInt32)
    case interruptOut(endpoint: UInt8)
    case setConfiguration(UInt8)
    case getConfiguration
    case setAlternate(interface: UInt8, setting: UInt8)
    case getAlternate(interface: UInt8)
  }

  private struct Wish: Sendable {
    let request: Request
    var isCancelled = false
  }

  /// An interrupt IN endpoint whose packets are passed on as they come.
  private struct Listening: Sendable {
    let endpoint: PortEndpoint
    var urb: URBID?
    var packets: UInt64 = 0
    /// The peer has been told of a stall; it lasts until the halt is cleared.
    var isHalted = false
  }

  private enum Phase {
    case greeting
    case plugged(SimulatedPort)
    case over
  }

  private let device: SimulatedDevice
  private let descriptors: DescriptorSet
  private let mailbox = PortMailbox()
  private var phase = Phase.greeting
  private var shared: RedirectionCapabilities = []
  private var input = PeerInput()
  private var transfers = PeerTransfers<Wish>()
  private var listening: [Listening] = []
  package var output = PeerOutput()

  /// Says hello. The device is plugged in when the peer has said it too.
  package init(device: SimulatedDevice, descriptors: DescriptorSet) {
    self.device = device
    self.descriptors = descriptors
    say(.hello, RedirectionAnswer.hello)
  }

  /// The device has left the bus.
  package var isOver: Bool { if case .over = phase { true } else { false } }
  /// Both sides have said hello, and the device is with the peer.
  package var isPlugged: Bool { if case .plugged = phase { true } else { false } }
  package var held: Int { input.held }
  package var underWay: Int { transfers.count }
  /// The simulated cable, for tests that script what goes wrong on it.
  package var port: SimulatedPort? { if case .plugged(let port) = phase { port } else { nil } }

  package mutating func end() {
    if case .plugged(let port) = phase { port.unplug() }
    phase = .over
  }

  // MARK: Packets in

  package mutating func take(_ bytes: [UInt8]) throws(PeerFault) {
    input.take(bytes)
    while !isOver, let (number, request) = try next() {
      try perform(request, number)
      try settle()
    }
  }

  private mutating func next() throws(PeerFault) -> (number: UInt64, RedirectionRequest)? {
    let headerBytes = shared.contains(.longNumbers) ? 16 : 12
    guard let header = input.look(at: headerBytes) else { return nil }
    var reader = PeerReader(header, .little)
    let (type, length) = (reader.u32(), reader.u32())
    let number = headerBytes == 16 ? reader.integer(UInt64.self) : UInt64(reader.u32())
    guard let lengths = RedirectionRequest.lengths(type, shared) else { throw .unknownType(type) }
    // The first packet is the hello, and no other one is.
    guard (type == RedirectionType.hello.rawValue) == !isPlugged else { throw .outOfOrder(type: type) }
    guard lengths.contains(length) else { throw .length(type: type, bytes: UInt64(length)) }
    guard let body = input.look(at: Int(length), from: headerBytes) else { return nil }
    let request = try RedirectionRequest(type, body, shared)
    input.drop(headerBytes + Int(length))
    return (number, request)
  }

  private mutating func perform(_ request: RedirectionRequest, _ number: UInt64) throws(PeerFault) {
    if case .hello(let capabilities) = request { return plugIn(RedirectionCapabilities(rawValue: capabilities)) }
    guard case .plugged(let port) = phase else { return }
    switch request {
    case .hello: break
    case .reset: port.reset()
    case .cancel: cancel(number, port)
    case .startInterrupt(let endpoint): startInterrupt(endpoint, number)
    case .stopInterrupt(let endpoint):
      stopInterrupt(endpoint, port)
      say(.interruptStatus, [RedirectionStatus.success.rawValue, endpoint], number)
    case .setConfiguration(let value):
      listening.removeAll()
      try ask(0x00, 9, value: UInt16(value), as: .setConfiguration(value), number, port)
    case .getConfiguration: try ask(0x80, 8, length: 1, as: .getConfiguration, number, port)
    case .setAlternate(let interface, let setting):
      try ask(
        0x01, 11, value: UInt16(setting), index: UInt16(interface),
        as: .setAlternate(interface: interface, setting: setting), number, port)
    case .getAlternate(let interface):
      try ask(0x81, 10, index: UInt16(interface), length: 1, as: .getAlternate(interface: interface), number, port)
    case .control(let endpoint, let setup, let bytes):
      port.submit(.control(try begin(.control(endpoint: endpoint, setup), number), setup, bytes: bytes))
    case .bulkIn(let endpoint, let length, let stream):
      port.submit(.in(try begin(.bulk(endpoint: endpoint, stream: stream), number), endpoint: endpoint, length: length))
    case .bulkOut(let endpoint, let bytes, let stream):
      port.submit(.out(try begin(.bulk(endpoint: endpoint, stream: stream), number), endpoint: endpoint, bytes))
    case .interruptOut(let endpoint, let bytes):
      port.submit(.out(try begin(.interruptOut(endpoint: endpoint), number), endpoint: endpoint, bytes))
    }
  }

  private mutating func plugIn(_ theirs: RedirectionCapabilities) {
    let port: SimulatedPort
    do throws(LinkError) {
      port = try SimulatedPort(pluggedIn: device, descriptors: descriptors, sink: mailbox)
    } catch {
      phase = .over
      return
    }
    shared = theirs.intersection(.ours)
    phase = .plugged(port)
    describe()
    say(.deviceConnect, RedirectionAnswer.deviceConnect(descriptors, shared))
  }

  /// Before the connect, and again with each configuration.
  private mutating func describe() {
    say(.interfaceInfo, RedirectionAnswer.interfaceInfo(descriptors))
    say(.endpointInfo, RedirectionAnswer.endpointInfo(descriptors, shared))
  }

  private mutating func ask(
    _ type: UInt8, _ request: UInt8, value: UInt16 = 0, index: UInt16 = 0, length: UInt16 = 0, as wish: Request,
    _ number: UInt64, _ port: SimulatedPort
  ) throws(PeerFault) {
    let setup = SetupPacket(requestType: type, request: request, value: value, index: index, length: length)
    port.submit(.control(try begin(wish, number), setup))
  }

  private mutating func begin(_ request: Request, _ number: UInt64) throws(PeerFault) -> URBID {
    try transfers.begin(Wish(request: request), number)
  }

  /// Every transfer is answered once: what ended before the cancel came keeps its answer.
  private mutating func cancel(_ number: UInt64, _ port: SimulatedPort) {
    if let id = transfers.change(number, { $0.isCancelled = true }) { _ = port.cancel(id) }
  }

  // MARK: Interrupt IN

  private mutating func startInterrupt(_ endpoint: UInt8, _ number: UInt64) {
    guard let known = PortEndpoint(rawValue: endpoint), known.isIn, descriptors.endpoints.contains(known),
      descriptors.shape(known).attributes == 3
    else { return say(.interruptStatus, [RedirectionStatus.invalid.rawValue, endpoint], number) }
    if !listening.contains(where: { $0.endpoint == known }) { listening.append(Listening(endpoint: known)) }
    say(.interruptStatus, [RedirectionStatus.success.rawValue, endpoint], number)
  }

  private mutating func stopInterrupt(_ endpoint: UInt8, _ port: SimulatedPort) {
    guard let index = listening.firstIndex(where: { $0.endpoint.rawValue == endpoint }) else { return }
    // Its last report finds nobody listening.
    if let urb = listening.remove(at: index).urb { _ = port.cancel(urb) }
  }

  /// Asks the device for its next packets.
  private mutating func listen(_ port: SimulatedPort) {
    guard output.held < PeerBounds.unasked else { return }
    for index in listening.indices where listening[index].urb == nil {
      let endpoint = listening[index].endpoint
      if listening[index].isHalted, port.isHalted(endpoint) { continue }
      let id = transfers.newID()
      listening[index].isHalted = false
      listening[index].urb = id
      port.submit(.in(id, endpoint: endpoint.rawValue, length: descriptors.shape(endpoint).packet))
    }
  }

  /// - Returns: false when it is no interrupt IN that was listened to.
  private mutating func heard(_ end: URBCompletion) -> Bool {
    guard let index = listening.firstIndex(where: { $0.urb == end.id }) else { return false }
    listening[index].urb = nil
    let (endpoint, number) = (listening[index].endpoint, listening[index].packets)
    switch end.status {
    // The configuration it belonged to is gone.
    case .shutdown, .noEntry: listening.remove(at: index)
    default:
      // A stall too is a packet: QEMU wakes a transfer that waits for packets alone, and not for a status.
      listening[index].isHalted = end.status == .pipe
      listening[index].packets += 1
      say(.interrupt, RedirectionAnswer.interrupt(endpoint.rawValue, end, RedirectionStatus(end.status)), number)
    }
    return true
  }

  // MARK: Packets out

  package mutating func settle() throws(PeerFault) {
    guard case .plugged(let port) = phase else { return }
    try checkOutput()
    port.noteStalls()
    listen(port)
    while true {
      let reports = mailbox.take()
      if reports.isEmpty { return }
      for report in reports {
        switch report {
        case .completed(let end): answer(end, port)
        case .detached: phase = .over
        }
      }
      try checkOutput()
      listen(port)
    }
  }

  private mutating func answer(_ end: URBCompletion, _ port: SimulatedPort) {
    // What an unplug ends is ended by the closed connection: an answer would be a failure before the unplug.
    if end.status == .shutdown, !port.isAttached { return }
    if heard(end) { return }
    guard let transfer = transfers.end(end.id) else { return }
    let isCancelled = transfer.wish.isCancelled && end.status == .noEntry
    let status = isCancelled ? RedirectionStatus.cancelled : RedirectionStatus(end.status)
    switch transfer.wish.request {
    case .control(let endpoint, let setup):
      say(.control, RedirectionAnswer.control(endpoint, setup, end, status), transfer.number)
    case .bulk(let endpoint, let stream):
      say(.bulk, RedirectionAnswer.bulk(endpoint, stream: stream, end, status, shared), transfer.number)
    case .interruptOut(let endpoint):
      say(.interrupt, RedirectionAnswer.interrupt(endpoint, end, status), transfer.number)
    case .setConfiguration(let value):
      if status == .success { describe() }
      say(.configurationStatus, [status.rawValue, value], transfer.number)
    case .getConfiguration:
      say(.configurationStatus, [status.rawValue, end.bytes.first ?? 0], transfer.number)
    case .setAlternate(let interface, let setting):
      say(.alternateStatus, [status.rawValue, interface, setting], transfer.number)
    case .getAlternate(let interface):
      say(.alternateStatus, [status.rawValue, interface, end.bytes.first ?? 0], transfer.number)
    }
  }

  private mutating func say(_ type: RedirectionType, _ members: [UInt8], _ number: UInt64 = 0) {
    var writer = PeerWriter(.little)
    writer.integer(type.rawValue)
    writer.integer(UInt32(members.count))
    // The hello has the short number, because nobody knows yet what the other side can do.
    if shared.contains(.longNumbers) {
      writer.integer(number)
    } else {
      writer.integer(UInt32(truncatingIfNeeded: number))
    }
    writer.append(members)
    output.append(writer.bytes)
  }

  private func checkOutput() throws(PeerFault) {
    guard output.held <= PeerBounds.output else { throw .doesNotRead }
  }
}

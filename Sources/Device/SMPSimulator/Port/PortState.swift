internal import SMPLink

/// A port at one instant: URBs and link events in, effects out. The class around it carries them out.
struct PortState: Sendable {
  enum Effect: Sendable {
    case control(ControlSetup, TransferTag)
    case out([UInt8], TransferTag)
    case takeBack(TransferTag)
  }

  enum Report: Sendable {
    case completed(URBCompletion)
    case detached
  }

  /// With the device, until the link says how it ended.
  struct UnderWay: Sendable {
    let urb: URB
    let tag: TransferTag
    let endpoint: PortEndpoint
    let fault: BusFault?
  }

  /// The device's packet buffers of one IN endpoint; what comes beyond is lost, as on the bus.
  static let packetBuffers = 64

  let descriptors: DescriptorSet
  /// 0 until the host sets one: then only EP0 answers, and only standard requests.
  var configuration: UInt8 = 0
  private(set) var isAttached = true
  private var queues = [PortQueue](repeating: PortQueue(), count: PortEndpoint.allCases.count)
  private var underWay: [UnderWay] = []
  private var tags: UInt64 = 0
  var effects: [Effect] = []
  var reports: [Report] = []

  init(descriptors: DescriptorSet) { self.descriptors = descriptors }

  subscript(endpoint: PortEndpoint) -> PortQueue {
    get { queues[Self.place(endpoint)] }
    set { queues[Self.place(endpoint)] = newValue }
  }

  private static func place(_ endpoint: PortEndpoint) -> Int {
    switch endpoint {
    case .control: 0
    case .bulkOut: 1
    case .bulkIn: 2
    case .interruptIn: 3
    }
  }

  func has(_ address: UInt8) -> PortEndpoint? {
    guard let endpoint = PortEndpoint(rawValue: address) else { return nil }
    if endpoint == .control { return endpoint }
    return configuration != 0 && descriptors.endpoints.contains(endpoint) ? endpoint : nil
  }

  // MARK: Host side

  mutating func submit(_ urb: URB) {
    guard isAttached else { return report(urb, .shutdown) }
    guard let endpoint = has(urb.endpoint), (endpoint == .control) == (urb.setup != nil) else {
      return report(urb, .noEntry)
    }
    self[endpoint].waiting.append(urb)
    settle(endpoint)
  }

  /// Takes a URB back. False when it was completed before.
  mutating func cancel(_ id: URBID) -> Bool {
    if let index = underWay.firstIndex(where: { $0.urb.id == id }) {
      let found = underWay.remove(at: index)
      effects.append(.takeBack(found.tag))
      report(found.urb, .noEntry)
      return true
    }
    for endpoint in PortEndpoint.allCases {
      if let index = self[endpoint].waiting.firstIndex(where: { $0.id == id }) {
        report(self[endpoint].waiting.remove(at: index), .noEntry)
        return true
      }
      if let index = self[endpoint].heldBack.firstIndex(where: { $0.urb.id == id }) {
        report(self[endpoint].heldBack.remove(at: index).urb, .noEntry)
        return true
      }
    }
    return false
  }

  // MARK: The bus

  mutating func release(_ endpoint: PortEndpoint) {
    self[endpoint].isWithheld = false
    reports += self[endpoint].heldBack.map { .completed($0.completion) }
    self[endpoint].heldBack.removeAll()
    settle(endpoint)
  }

  /// Another configuration, or the same anew: halts and packets are gone, what waits ends.
  mutating func configure(_ value: UInt8) {
    configuration = value
    for endpoint in PortEndpoint.allCases where endpoint != .control {
      let waiting = self[endpoint].waiting
      self[endpoint].waiting.removeAll()
      self[endpoint].packets.removeAll()
      self[endpoint].isHalted = false
      for urb in waiting { report(urb, .shutdown) }
    }
  }

  /// Passes on what can pass, in order.
  mutating func settle(_ endpoint: PortEndpoint) {
    while isAttached, !self[endpoint].isWithheld, let urb = self[endpoint].waiting.first, pass(urb, on: endpoint) {}
  }

  /// False when the URB has to wait for the device to say something.
  private mutating func pass(_ urb: URB, on endpoint: PortEndpoint) -> Bool {
    let next = self[endpoint].scripts.first?.fault
    let isIn = urb.setup?.isIn ?? endpoint.isIn
    switch next {
    case .fails(let status):
      end(urb, on: endpoint, status)
      return true
    case .babbles where isIn:
      end(urb, on: endpoint, .overflow, bytes: [UInt8](repeating: 0x5A, count: urb.length))
      return true
    case .failsAfter, .babbles, .short, nil: break
    }
    if self[endpoint].isHalted {
      self[endpoint].waiting.removeFirst()
      report(urb, .pipe)
      return true
    }
    if endpoint.isIn { return receive(urb, on: endpoint) }
    let fault = self[endpoint].takeScript()
    self[endpoint].waiting.removeFirst()
    guard let setup = urb.setup else {
      var bytes = urb.bytes
      if case .short(let count) = fault { bytes = Array(bytes.prefix(count)) }
      effects.append(.out(bytes, begin(urb, on: endpoint, fault)))
      return true
    }
    control(urb, setup, fault)
    return true
  }

  /// Ends the first waiting URB as the script says.
  private mutating func end(_ urb: URB, on endpoint: PortEndpoint, _ status: URBStatus, bytes: [UInt8] = []) {
    _ = self[endpoint].takeScript()
    self[endpoint].waiting.removeFirst()
    reports.append(.completed(URBCompletion(urb, status, bytes: bytes)))
  }

  private mutating func begin(_ urb: URB, on endpoint: PortEndpoint, _ fault: BusFault?) -> TransferTag {
    tags += 1
    let tag = TransferTag(number: tags)
    underWay.append(UnderWay(urb: urb, tag: tag, endpoint: endpoint, fault: fault))
    return tag
  }

  private mutating func receive(_ urb: URB, on endpoint: PortEndpoint) -> Bool {
    guard let packet = self[endpoint].packets.first else { return false }
    self[endpoint].packets.removeFirst()
    self[endpoint].waiting.removeFirst()
    switch self[endpoint].takeScript() {
    case .failsAfter(let status): report(urb, status)
    case .short(let count): report(urb, .done, bytes: Array(packet.prefix(min(count, urb.length))))
    case .fails, .babbles, nil:
      if packet.count <= urb.length {
        report(urb, .done, bytes: packet)
      } else if urb.length > 0, urb.length % packetSize(endpoint) == 0 {
        // Whole packets fit; the rest belongs to the next URB.
        self[endpoint].packets.insert(Array(packet[urb.length...]), at: 0)
        report(urb, .done, bytes: Array(packet[..<urb.length]))
      } else {
        report(urb, .overflow, bytes: Array(packet.prefix(urb.length)))
      }
    }
    return true
  }

  private func packetSize(_ endpoint: PortEndpoint) -> Int {
    endpoint == .interruptIn ? 64 : descriptors.speed.bulkPacket
  }

  // MARK: EP0

  private mutating func control(_ urb: URB, _ setup: SetupPacket, _ fault: BusFault?) {
    switch setup.requestType & 0x60 {
    case 0x00:
      let answer = standard(setup)
      finish(UnderWay(urb: urb, tag: TransferTag(number: 0), endpoint: .control, fault: fault), answer)
    case 0x40 where configuration != 0 && setup.requestType & 0x1F == 1 && setup.index == 0:
      // The world checks lengths as a link does; the bus cuts an answer to what was asked for.
      let vendor = ControlSetup(request: setup.request, value: setup.value, length: 512)
      effects.append(.control(vendor, begin(urb, on: .control, fault)))
    default: report(urb, .pipe)
    }
  }

  // MARK: Device side

  mutating func take(_ event: LinkEvent) {
    switch event {
    case .controlCompleted(let tag, let bytes): finish(tag, .success(bytes))
    case .outCompleted(let tag): finish(tag, .success([]))
    case .controlFailed(let tag, let error), .outFailed(let tag, let error): finish(tag, .failure(error))
    case .bulkReceived(let bytes): keep(bytes, on: .bulkIn)
    case .interruptReceived(let bytes): keep(bytes, on: .interruptIn)
    case .receiveFailed: break
    case .broken, .detached: detach()
    }
  }

  private mutating func keep(_ bytes: [UInt8], on endpoint: PortEndpoint) {
    guard has(endpoint.rawValue) != nil else { return }
    guard self[endpoint].packets.count < Self.packetBuffers else {
      self[endpoint].dropped += 1
      return
    }
    self[endpoint].packets.append(bytes)
    settle(endpoint)
  }

  private mutating func finish(_ tag: TransferTag, _ result: Result<[UInt8], LinkError>) {
    guard let index = underWay.firstIndex(where: { $0.tag == tag }) else { return }
    // A device that does not answer keeps the bus waiting for ever: the host takes the URB back.
    if result == .failure(.timedOut) { return }
    finish(underWay.remove(at: index), result)
  }

  private mutating func finish(_ transfer: UnderWay, _ result: Result<[UInt8], LinkError>) {
    let urb = transfer.urb
    let completion: URBCompletion
    switch (transfer.fault, result) {
    case (.failsAfter(let status), _): completion = URBCompletion(urb, status)
    case (_, .failure(let error)): completion = URBCompletion(urb, URBStatus(error))
    case (.short(let count), .success(let bytes)):
      completion = ended(urb, bytes: Array(bytes.prefix(count)), sent: min(count, urb.bytes.count))
    case (_, .success(let bytes)): completion = ended(urb, bytes: bytes, sent: urb.bytes.count)
    }
    if self[transfer.endpoint].isWithheld {
      self[transfer.endpoint].heldBack.append((urb, completion))
    } else {
      reports.append(.completed(completion))
    }
  }

  private func ended(_ urb: URB, bytes: [UInt8], sent: Int) -> URBCompletion {
    let isIn = urb.setup?.isIn ?? false
    return isIn
      ? URBCompletion(urb, .done, bytes: Array(bytes.prefix(urb.length)))
      : URBCompletion(urb, .done, actualLength: sent)
  }

  private mutating func report(_ urb: URB, _ status: URBStatus, bytes: [UInt8] = []) {
    reports.append(.completed(URBCompletion(urb, status, bytes: bytes)))
  }

  /// The device leaves the bus: everything under way ends, oldest first, and nothing follows.
  mutating func detach() {
    guard isAttached else { return }
    isAttached = false
    var left = underWay.map(\.urb)
    underWay.removeAll()
    for endpoint in PortEndpoint.allCases {
      left += self[endpoint].waiting + self[endpoint].heldBack.map(\.urb)
      self[endpoint].waiting.removeAll()
      self[endpoint].heldBack.removeAll()
    }
    for urb in left.sorted(by: { $0.id.number < $1.id.number }) { report(urb, .shutdown) }
    reports.append(.detached)
  }
}

extension URBStatus {
  init(_ error: LinkError) {
    switch error {
    case .detached: self = .shutdown
    case .timedOut: self = .timer
    case .stalled: self = .pipe
    case .overflowed: self = .overflow
    case .failed, .notPermitted, .busy: self = .protocolError
    }
  }
}

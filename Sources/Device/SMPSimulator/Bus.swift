internal import SMPLink
internal import SMPModel

/// The cable and both its ends: what is under way, what the device has not taken, what the host has yet to hear.
struct Bus: Sendable {
  /// One event on its way out of the lock.
  struct Delivery: Sendable {
    let sink: any LinkSink
    let event: LinkEvent
  }

  enum Content: Sendable {
    case control(ControlSetup)
    case out([UInt8])
  }

  struct Transfer: Sendable {
    let tag: TransferTag
    let content: Content
  }

  let model: TransportModel
  var random: SeededRandom
  /// Counts plugs; a link object belongs to one of them.
  var epoch: UInt32 = 1
  var isPlugged = true
  /// The device left the bus because its power failed; nobody has touched the cable since.
  var leftByReset = false
  var sink: (any LinkSink)?
  /// Submitted and not yet completed, in order.
  var underWay: [Transfer] = []
  /// Those the device has not taken: it hangs, or it is dark.
  var held: [Transfer] = []
  /// Packets a hanging device keeps for later.
  var heldPackets: [(bytes: [UInt8], endpoint: SimulatedEndpoint)] = []
  /// The first of two packets that change places, endpoint by endpoint.
  var overtaken = [[UInt8]?](repeating: nil, count: SimulatedEndpoint.allCases.count)
  /// Packets of one endpoint arrive in the order they were sent.
  var lastBulkIn: UInt64 = 0
  var lastInterruptIn: UInt64 = 0
  var lastCompletion: UInt64 = 0
  /// Events to hand to the sink outside the lock, and whether somebody is at it.
  var outbox: [Delivery] = []
  var isDelivering = false

  /// A device has this many packet buffers; more than that is lost when nobody reads.
  static let packetBuffers = 64

  init(model: TransportModel, seed: UInt64) {
    self.model = model
    random = SeededRandom(seed: seed, stream: .transport)
  }

  mutating func post(_ event: LinkEvent) {
    if let sink { outbox.append(Delivery(sink: sink, event: event)) }
  }

  mutating func finish(_ tag: TransferTag) -> Content? {
    guard let index = underWay.firstIndex(where: { $0.tag == tag }) else { return nil }
    return underWay.remove(at: index).content
  }
}

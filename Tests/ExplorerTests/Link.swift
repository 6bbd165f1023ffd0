import SMPLink
import SMPModel
import Synchronization

/// One transfer under way.
struct Message: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    case bytes([UInt8])
    case control(ControlSetup, TransferTag)
    /// Nil: stalled.
    case done(TransferTag, [UInt8]?)
  }
  let lane: Lane
  let content: Content
  /// The link it belongs to: what comes after its end is void.
  let attachment: UInt32
}

/// Everything between host and device. Prompt and in order, except for the one message of a misstep.
struct Link: Hashable, Sendable {
  private(set) var flying: [Message] = []
  /// Kept back until somebody lets them arrive.
  private(set) var late: [Message] = []
  private(set) var overtaken: [Message] = []
  private var misstep: Misstep?
  /// Messages on each lane since the stimulus.
  private(set) var counts = [Int](repeating: 0, count: Lane.allCases.count)

  mutating func begin(_ misstep: Misstep?) {
    self.misstep = misstep
    for place in counts.indices { counts[place] = 0 }
  }

  mutating func post(_ message: Message) {
    let place = counts[message.lane.place]
    counts[message.lane.place] += 1
    if let misstep, misstep.lane == message.lane, misstep.place == place {
      switch misstep.kind {
      case .lost: return
      case .twice: flying += [message, message]
      case .late: late.append(message)
      case .overtaken: overtaken.append(message)
      }
      return
    }
    flying.append(message)
    if let first = overtaken.firstIndex(where: { $0.lane == message.lane }) {
      flying.append(overtaken.remove(at: first))
    }
  }

  mutating func next() -> Message? { flying.isEmpty ? nil : flying.removeFirst() }

  mutating func letArrive() {
    flying += late
    late = []
  }

  mutating func cut() {
    flying = []
    late = []
    overtaken = []
  }
}

/// The link as the driver sees it. It only writes down what is sent: what becomes of it is the world's business.
final class Outbox: DeviceLink {
  enum Sent: Hashable, Sendable {
    case out([UInt8])
    case control(ControlSetup, TransferTag)
  }
  private let sent = Mutex<[Sent]>([])

  func open(sink: any LinkSink) throws(LinkError) {}
  func control(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) {
    sent.withLock { $0.append(.control(setup, tag)) }
  }
  func out(_ bytes: [UInt8], tag: TransferTag) throws(LinkError) { sent.withLock { $0.append(.out(bytes)) } }
  func prepare(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) -> any PreparedControl {
    Prepared(outbox: self, setup: setup, tag: tag)
  }
  func close() {}

  func take() -> [Sent] {
    sent.withLock { sent in
      defer { sent.removeAll(keepingCapacity: true) }
      return sent
    }
  }

  private struct Prepared: PreparedControl {
    let outbox: Outbox
    let setup: ControlSetup
    let tag: TransferTag
    func submit() throws(LinkError) { try outbox.control(setup, tag: tag) }
  }
}

struct NoSink: LinkSink {
  func receive(_ event: LinkEvent) {}
}

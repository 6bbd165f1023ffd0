import SMPDaemon
import SMPLink
import SMPModel
import Synchronization

/// The place of a device that lives in a process of its own.
struct RemotePort: DevicePort {
  let path: String
  let serial: String?
  var place: String { Self.place }
  var obstacle: PortObstacle? { nil }
  func makeLink() -> any DeviceLink { RemoteLink(path: path) }

  /// One socket has one device.
  static let place = "link"
}

/// The host's end of a link to a device process.
///
/// Everything sent is one write that does not wait; what comes is read by a thread of the link's own and handed to the
/// sink. The end of the connection, from either side, is the pulled cable.
final class RemoteLink: DeviceLink, Sendable {
  private enum Phase: Sendable {
    case fresh
    case open(LinkSocket)
    case ended
  }

  /// Opening waits so long for a device process that lives: it answers at once. No device is driven meanwhile, so no
  /// lease waits.
  private static let patience = Interval.milliseconds(250)

  private let path: String
  private let phase = Mutex(Phase.fresh)

  init(path: String) { self.path = path }

  // MARK: DeviceLink

  func open(sink: any LinkSink) throws(LinkError) {
    let socket = try LinkSocket.connected(to: path, patience: Self.patience)
    try socket.send(HostRecord.open.encoded)
    var reader = RecordReader<DeviceRecord>()
    switch try Self.answer(socket, &reader) {
    case .present: break
    case .refused(let error): throw error
    case .absent, .event: throw .failed
    }
    phase.withLock { phase in
      guard case .fresh = phase else { preconditionFailure("a link is opened once") }
      phase = .open(socket)
    }
    do throws(DaemonError) {
      try PosixThread.start(name: "sim-link") { [self, reader] in
        LinkRank.ask()
        listen(socket, reader, sink)
      }
    } catch {
      close()
      throw .failed
    }
  }

  func control(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) {
    try socket().send(HostRecord.control(tag: tag, setup).encoded)
  }

  func out(_ bytes: [UInt8], tag: TransferTag) throws(LinkError) {
    guard bytes.count <= LinkWire.payloadBytes else { throw .overflowed }
    try socket().send(HostRecord.out(tag: tag, bytes).encoded)
  }

  func prepare(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) -> any PreparedControl {
    RemoteStop(socket: try socket(), record: HostRecord.stop(tag: tag, setup).encoded)
  }

  func close() {
    let socket = phase.withLock { phase -> LinkSocket? in
      defer { phase = .ended }
      guard case .open(let socket) = phase else { return nil }
      return socket
    }
    // What was sent before still arrives; the device then ends the link, and the listener hears it.
    guard let socket else { return }
    try? socket.send(HostRecord.close.encoded)
    socket.finishSending()
  }

  private func socket() throws(LinkError) -> LinkSocket {
    try phase.withLock { phase throws(LinkError) in
      guard case .open(let socket) = phase else { throw .detached }
      return socket
    }
  }

  // MARK: What comes

  private static func answer(
    _ socket: LinkSocket, _ reader: inout RecordReader<DeviceRecord>
  ) throws(LinkError) -> DeviceRecord {
    while true {
      do throws(LinkWireError) { if let record = try reader.next() { return record } } catch { throw .failed }
      switch socket.receive(within: patience) {
      case .bytes(let bytes): reader.take(bytes)
      case .nothing: throw .timedOut
      case .ended: throw .detached
      }
    }
  }

  /// Until the connection ends. `detached` is said once, and last.
  private func listen(_ socket: LinkSocket, _ first: RecordReader<DeviceRecord>, _ sink: any LinkSink) {
    var reader = first
    while let event = Self.nextEvent(socket, &reader) {
      if event == .detached { break }
      sink.receive(event)
    }
    phase.withLock { $0 = .ended }
    socket.hangUp()
    sink.receive(.detached)
  }

  /// Nil at the end: the device process has gone, or speaks what nobody understands.
  private static func nextEvent(_ socket: LinkSocket, _ reader: inout RecordReader<DeviceRecord>) -> LinkEvent? {
    while true {
      do throws(LinkWireError) {
        switch try reader.next() {
        case .event(let event): return event
        case .present, .absent, .refused: return nil
        case nil: break
        }
      } catch { return nil }
      switch socket.receive(within: nil) {
      case .bytes(let bytes): reader.take(bytes)
      case .nothing: break
      case .ended: return nil
      }
    }
  }
}

/// The stop, made ready: one write of a record that is there already, past every lock and queue of ours (S6).
private struct RemoteStop: PreparedControl {
  let socket: LinkSocket
  let record: [UInt8]
  func submit() throws(LinkError) { try socket.send(record) }
}

import SMPDaemon
import SMPSimulator

/// One that floods does not keep the device's time from passing.
private let chunksAtOnce = 4

/// A conversation over a connected socket. Belongs to the device's thread.
struct PeerConnection<Talk: Conversation> {
  enum End: Hashable, Sendable {
    /// The far end has gone.
    case hungUp
    /// All is said; after an unplug nothing more is.
    case isOver
    case fault(PeerFault)
  }

  let socket: LinkSocket
  var talk: Talk

  init(_ socket: LinkSocket, _ talk: Talk) {
    self.socket = socket
    self.talk = talk
  }

  var wait: DeviceThread.Wait {
    DeviceThread.Wait(descriptor: socket.descriptor, isWriting: talk.output.held > 0)
  }

  /// Takes what has come.
  mutating func serve(_ device: SimulatedDevice) -> End? {
    for _ in 0..<chunksAtOnce {
      switch socket.receiveNow() {
      case .nothing: return nil
      case .ended: return .hungUp
      case .bytes(let bytes):
        do throws(PeerFault) { try talk.take(bytes) } catch { return .fault(error) }
        // What the device answers at once leaves room for the next packets.
        device.advance(to: HostClock.monotonic())
        if let end = settle() { return end }
      }
    }
    return nil
  }

  /// Says what is to be said, as far as the kernel takes it.
  mutating func settle() -> End? {
    while true {
      // Anew after each piece that has gone: with less unsaid, more may be asked of the device.
      do throws(PeerFault) { try talk.settle() } catch { return .fault(error) }
      if talk.output.held == 0 { return talk.isOver ? .isOver : nil }
      switch socket.sendNow(talk.output.unsent) {
      case .sent(let count): talk.output.drop(count)
      case .full: return talk.isOver ? .isOver : nil
      case .ended: return .hungUp
      }
    }
  }

  /// To the device its cable is out, and the far end sees the end of the connection.
  mutating func end() {
    talk.end()
    socket.hangUp()
  }
}

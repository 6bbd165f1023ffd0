import SMPDaemon
import SMPModel

/// Tells a daemon when the device process, and the device in it, comes and goes. A thread of its own, until the process
/// ends.
struct RemoteWatch: Sendable {
  let path: String
  let daemon: Daemon

  /// A device process that is started by a person is found as fast as a person looks up.
  private static let retry = Interval.milliseconds(250)

  func begin() throws(DaemonError) {
    try PosixThread.start(name: "sim-watch") { [self] in
      let pause = Monitor(())
      while true {
        follow()
        // Nobody ever ends this wait but the clock.
        pause.wait(until: HostClock.monotonic() + Self.retry) { _ in false }
      }
    }
  }

  /// One connection, from its beginning to its end.
  private func follow() {
    guard let socket = try? LinkSocket.connected(to: path, patience: Self.retry),
      (try? socket.send(HostRecord.watch.encoded)) != nil
    else { return }
    var reader = RecordReader<DeviceRecord>()
    var isThere = false
    while let record = Self.next(socket, &reader) {
      switch record {
      case .present(let serial):
        daemon.attach(RemotePort(path: path, serial: serial))
        isThere = true
      case .absent:
        daemon.detach(place: RemotePort.place)
        isThere = false
      case .refused, .event: return leave(isThere)
      }
    }
    leave(isThere)
  }

  private func leave(_ wasThere: Bool) {
    if wasThere { daemon.detach(place: RemotePort.place) }
  }

  private static func next(_ socket: LinkSocket, _ reader: inout RecordReader<DeviceRecord>) -> DeviceRecord? {
    while true {
      do throws(LinkWireError) { if let record = try reader.next() { return record } } catch { return nil }
      switch socket.receive(within: nil) {
      case .bytes(let bytes): reader.take(bytes)
      case .nothing: break
      case .ended: return nil
      }
    }
  }
}

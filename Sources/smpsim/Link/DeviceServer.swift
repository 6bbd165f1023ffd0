import CLinux
import Glibc
import SMPDaemon
import SMPLink
import SMPModel
import SMPSimulator
import VarlinkServer

/// The device's end of the link.
///
/// A host that goes, however it goes, is a pulled cable to the device: transfers under way fail, the lease runs out.
/// One host at a time; any number of watchers up to the bound. Belongs to the device's thread.
final class DeviceServer: FrontEnd {
  /// Who is connected.
  private final class Guest {
    enum Role {
      case stranger
      case watcher
      case host(any DeviceLink)
      case gone
    }
    let socket: LinkSocket
    var reader = RecordReader<HostRecord>()
    var role = Role.stranger
    init(_ socket: LinkSocket) { self.socket = socket }

    var isHost: Bool { if case .host = role { true } else { false } }
    var isWatcher: Bool { if case .watcher = role { true } else { false } }
    var isGone: Bool { if case .gone = role { true } else { false } }
  }

  /// A daemon has two connections; a few daemons may wait for one device.
  private static let guestsAtMost = 16
  /// A driver has a handful of transfers under way. A host with this many has gone mad, and a device that hangs would
  /// have to keep them all.
  static let transfersAtMost = 256

  private let device: SimulatedDevice
  private let serial: String
  private let listener: ListeningSocket
  private var guests: [Guest] = []

  init(device: SimulatedDevice, listener: ListeningSocket) {
    self.device = device
    serial = device.capabilities.serial
    self.listener = listener
  }

  // MARK: The device's thread

  var waits: [DeviceThread.Wait] {
    [DeviceThread.Wait(descriptor: listener.descriptor)]
      + guests.map { DeviceThread.Wait(descriptor: $0.socket.descriptor) }
  }

  func serve(_ ready: [Bool], cable: [Bool]) {
    for isPlugged in cable { tellWatchers(isPlugged) }
    if ready[0] { admit() }
    for (guest, isReady) in zip(guests, ready.dropFirst()) where isReady { serve(guest) }
    guests.removeAll(where: \.isGone)
  }

  func end() {
    guests.forEach(leave)
    listener.removeFile()
    close(listener.descriptor)
  }

  // MARK: Guests

  private func admit() {
    let descriptor = accept(listener.descriptor, nil, nil)
    guard descriptor >= 0 else { return }
    let socket = LinkSocket(owning: descriptor)
    // Whoever is one too many finds the connection closed.
    if guests.count < Self.guestsAtMost, fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 { guests.append(Guest(socket)) }
  }

  /// Takes what has come.
  private func serve(_ guest: Guest) {
    while !guest.isGone {
      switch guest.socket.receiveNow() {
      case .nothing: return
      case .ended: return leave(guest)
      case .bytes(let bytes):
        guest.reader.take(bytes)
        // What was due before this came happens before it.
        device.advance(to: HostClock.monotonic())
        do throws(LinkWireError) {
          while !guest.isGone, let record = try guest.reader.next() { perform(record, of: guest) }
        } catch {
          leave(guest)
        }
      }
    }
  }

  private func perform(_ record: HostRecord, of guest: Guest) {
    switch (guest.role, record) {
    case (.stranger, .watch):
      guest.role = .watcher
      tell(guest, device.isPlugged ? .present(serial: serial) : .absent)
    case (.stranger, .open): open(guest)
    case (.host(let link), .control(let tag, let setup)):
      submit(guest, else: { .controlFailed(tag: tag, error: $0) }) { () throws(LinkError) in
        try link.control(setup, tag: tag)
      }
    case (.host(let link), .stop(let tag, let setup)):
      submit(guest, else: { .controlFailed(tag: tag, error: $0) }) { () throws(LinkError) in
        try link.prepare(setup, tag: tag).submit()
      }
    case (.host(let link), .out(let tag, let bytes)):
      submit(guest, else: { .outFailed(tag: tag, error: $0) }) { () throws(LinkError) in
        try link.out(bytes, tag: tag)
      }
    case (.host, .close): leave(guest)
    // Out of place: as good as malformed.
    case (.stranger, _), (.watcher, _), (.host, _), (.gone, _): leave(guest)
    }
  }

  private func submit(
    _ guest: Guest, else failed: (LinkError) -> LinkEvent, _ transfer: () throws(LinkError) -> Void
  ) {
    guard device.transfersUnderWay < Self.transfersAtMost else { return leave(guest) }
    do throws(LinkError) { try transfer() } catch { tell(guest, .event(failed(error))) }
  }

  private func open(_ guest: Guest) {
    // A host that has just died may still have its end to be read.
    if let host = guests.first(where: \.isHost) { serve(host) }
    guard !guests.contains(where: \.isHost) else { return refuse(guest, .busy) }
    guard device.isPlugged else { return refuse(guest, .detached) }
    let link = device.makeLink()
    // Said first: events follow at once.
    tell(guest, .present(serial: serial))
    guest.role = .host(link)
    do throws(LinkError) { try link.open(sink: Outlet(socket: guest.socket)) } catch { leave(guest) }
  }

  private func refuse(_ guest: Guest, _ error: LinkError) {
    tell(guest, .refused(error))
    leave(guest)
  }

  private func leave(_ guest: Guest) {
    if case .host(let link) = guest.role { link.close() }
    guest.role = .gone
    guest.socket.hangUp()
  }

  private func tellWatchers(_ isPlugged: Bool) {
    for guest in guests where guest.isWatcher { tell(guest, isPlugged ? .present(serial: serial) : .absent) }
  }

  /// Whoever does not read is gone.
  private func tell(_ guest: Guest, _ record: DeviceRecord) {
    do throws(LinkError) { try guest.socket.send(record.encoded) } catch { leave(guest) }
  }
}

/// Hands a link's events to its host, from whatever thread lets the device's time pass.
private struct Outlet: LinkSink {
  let socket: LinkSocket

  func receive(_ event: LinkEvent) {
    // A host whose buffer is full has stopped: its end is found by the device's thread.
    do throws(LinkError) { try socket.send(DeviceRecord.event(event).encoded) } catch { socket.hangUp() }
    if event == .detached { socket.hangUp() }
  }
}

internal import Glibc
package import SMPModel
internal import Synchronization

/// Tells the service manager how the daemon is: ready, alive, ending, and a line of status.
///
/// The protocol of `sd_notify(3)` by hand: one datagram of `NAME=value` lines to the socket `NOTIFY_SOCKET` names. No
/// call waits for anybody. What cannot be sent is lost, except *ready*, which goes with the next beat: a service manager
/// that hears nothing ends the daemon, and the lease ends the needle (S5). Any thread.
package final class ServiceNotifier: Sendable {
  private let destination: Destination?
  /// WATCHDOG_USEC: without a beat for so long the service manager ends this process. Nil when it does not watch.
  package let watchdog: Interval?
  /// Why nobody is told although the environment names somebody; nil when there is nothing to say.
  package let trouble: String?

  private let readyIsOwed = Atomic(false)
  /// When the last beat was sent, in nanoseconds; 0 for none.
  private let lastBeat = Atomic<UInt64>(0)

  /// Bytes of a status line; more is cut. A screen's width or two.
  private static let statusBytes = 200

  /// For a process that no service manager started: says nothing to nobody.
  package static let none = ServiceNotifier(socket: nil, watchdogMicroseconds: nil, watchdogProcess: nil)

  /// From the environment, whose variables are removed, so that no child speaks for this process. Called once, before
  /// there are threads.
  package static func inherited() -> ServiceNotifier {
    let names = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]
    // Copied at once; no other thread changes the environment yet.
    let values = names.map { name in unsafe getenv(name).map { unsafe String(cString: $0) } }
    for name in names { unsafe unsetenv(name) }
    return ServiceNotifier(socket: values[0], watchdogMicroseconds: values[1], watchdogProcess: values[2])
  }

  /// The same with everything given, for tests.
  package init(
    socket: String?, watchdogMicroseconds: String?, watchdogProcess: String?, ownProcess: Int32 = getpid()
  ) {
    var trouble: String?
    destination = socket.flatMap { address in
      let destination = Destination(address)
      if destination == nil {
        trouble = "NOTIFY_SOCKET=\"\(address)\" is no socket address: the service manager is not told anything"
      }
      return destination
    }
    // The watchdog of another process is none of ours.
    let isOurs = watchdogProcess.map { $0 == String(ownProcess) } ?? true
    if let watchdogMicroseconds, isOurs {
      // A year at most, so that no sum of times overflows.
      if let value = Int64(watchdogMicroseconds), (1...31_536_000_000_000).contains(value) {
        watchdog = .microseconds(value)
      } else {
        watchdog = nil
        trouble = "WATCHDOG_USEC=\"\(watchdogMicroseconds)\" is no time in microseconds: no beats are sent"
      }
    } else {
      watchdog = nil
    }
    self.trouble = trouble
  }

  /// A service manager listens.
  package var isHeard: Bool { destination != nil }

  /// How often `beat()` must be called at least: twice as often as the watchdog asks. Nil when nobody waits for it.
  package var beatInterval: Interval? {
    guard isHeard, let watchdog else { return nil }
    return .nanoseconds(max(1, watchdog.nanoseconds / 2))
  }

  /// The daemon serves.
  package func ready() {
    readyIsOwed.store(true, ordering: .relaxed)
    sendOwed()
  }

  /// The owner thread turns. Sends at most four times in the watchdog's time, whatever the number of calls: it costs a
  /// look at the clock otherwise.
  package func beat() {
    guard isHeard else { return }
    sendOwed()
    guard let watchdog else { return }
    let now = HostClock.monotonic().nanoseconds
    let last = lastBeat.load(ordering: .relaxed)
    guard last == 0 || now &- last >= UInt64(watchdog.nanoseconds) / 4 else { return }
    if send("WATCHDOG=1") { lastBeat.store(now, ordering: .relaxed) }
  }

  /// The daemon has begun to end, or failed to start.
  package func stopping() { send("STOPPING=1") }

  /// One line for `systemctl status`. A line break would begin another word of the protocol and becomes a blank.
  package func status(_ line: String) {
    var text = "STATUS="
    for scalar in line.unicodeScalars {
      let written = scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar
      if text.utf8.count + UTF8.width(written) > Self.statusBytes { break }
      text.unicodeScalars.append(written)
    }
    send(text)
  }

  private func sendOwed() {
    guard readyIsOwed.load(ordering: .relaxed), send("READY=1") else { return }
    readyIsOwed.store(false, ordering: .relaxed)
  }

  /// - Returns: whether the kernel took it, or nobody listens.
  @discardableResult private func send(_ text: String) -> Bool { destination?.send(text) ?? true }
}

/// A datagram socket and where its words go. The address is kept and not connected to: whoever binds it anew is heard.
private final class Destination: Sendable {
  private let descriptor: Int32
  private let address: sockaddr_un
  private let length: socklen_t

  /// - Parameter text: a path, or a name in the abstract space with `@` in front. Nil for anything else.
  init?(_ text: String) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    var bytes = Array(text.utf8)
    guard bytes.count > 1, !bytes.contains(0) else { return nil }
    switch bytes[0] {
    // A path ends in a NUL that must fit.
    case UInt8(ascii: "/") where bytes.count < room: bytes.append(0)
    case UInt8(ascii: "@") where bytes.count <= room: bytes[0] = 0
    default: return nil
    }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    // The destination is the fixed array inside `address`; the count has been held against its size.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    self.descriptor = descriptor
    self.address = address
    // A name in the abstract space is as long as the address says: no byte more.
    length = socklen_t(MemoryLayout.size(ofValue: address.sun_family) + bytes.count)
  }

  deinit { close(descriptor) }

  /// Never waits: a full queue or a socket that has gone is false.
  func send(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      // `sockaddr_un` begins as every `sockaddr` does and the length is inside it; both are lent for the call.
      let count = unsafe withUnsafePointer(to: address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          unsafe sendto(
            descriptor, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL), generic,
            length)
        }
      }
      return count == bytes.count
    }
  }
}

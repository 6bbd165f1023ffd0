import Foundation
import Glibc
import SMPDaemon
import SMPModel
import Testing

/// A service manager's end: a datagram socket that remembers nothing and drops nothing.
private final class ServiceManager {
  let descriptor: Int32
  let address: String
  private let path: String?

  /// - Parameter abstract: named in the abstract space instead of at a path.
  convenience init(abstract: Bool) throws {
    try self.init(at: (abstract ? "@" : "") + "/tmp/smpd-n-\(UUID().uuidString.prefix(8))")
  }

  init(at address: String) throws {
    self.address = address
    let abstract = address.hasPrefix("@")
    path = abstract ? nil : address
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var bytes = Array(address.utf8)
    if abstract { bytes[0] = 0 } else { bytes.append(0) }
    var place = sockaddr_un()
    place.sun_family = sa_family_t(AF_UNIX)
    // The name is shorter than the array inside `place`.
    unsafe withUnsafeMutableBytes(of: &place.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout.size(ofValue: place.sun_family) + bytes.count)
    // `sockaddr_un` begins as every `sockaddr` does; lent for the call.
    let result = unsafe withUnsafePointer(to: &place) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, length) }
    }
    try #require(result == 0, "errno \(errno)")
  }

  deinit {
    close(descriptor)
    if let path { unsafe unlink(path) }
  }

  /// The next datagram; nil when none waits.
  func next() -> String? {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    // The buffer is ours for the length of the call.
    let count = unsafe recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
  }

  var all: [String] {
    var all: [String] = []
    while let text = next() { all.append(text) }
    return all
  }

  /// - Parameter watchdog: WATCHDOG_USEC.
  func notifier(watchdog: String? = nil, process: String? = nil) -> ServiceNotifier {
    ServiceNotifier(socket: address, watchdogMicroseconds: watchdog, watchdogProcess: process)
  }
}

@Suite struct ServiceNotifierTests {
  @Test("without a service manager nothing is said, asked or complained of") func none() {
    for notifier in [ServiceNotifier.none, ServiceNotifier.inherited()] {
      #expect(!notifier.isHeard && notifier.beatInterval == nil && notifier.trouble == nil)
      notifier.ready()
      notifier.beat()
      notifier.status("here")
      notifier.stopping()
    }
  }

  @Test(
    "an address that is none is named, and nobody is told",
    arguments: ["", "@", "/", "relative", "vsock:2:1", "/" + String(repeating: "p", count: 107)])
  func unfit(_ address: String) {
    let notifier = ServiceNotifier(socket: address, watchdogMicroseconds: "1000", watchdogProcess: nil)
    #expect(!notifier.isHeard && notifier.beatInterval == nil)
    #expect(notifier.trouble?.contains("NOTIFY_SOCKET") == true)
    notifier.ready()
  }

  @Test(
    "a watchdog time that is none is named and no beat is promised",
    arguments: ["", "0", "-1", "2s", "31536000000001", "99999999999999999999"])
  func unfitWatchdog(_ time: String) throws {
    let notifier = try ServiceManager(abstract: false).notifier(watchdog: time)
    #expect(notifier.isHeard && notifier.beatInterval == nil)
    #expect(notifier.trouble?.contains("WATCHDOG_USEC") == true)
  }

  @Test("the watchdog of another process is none of ours") func otherProcess() throws {
    let manager = try ServiceManager(abstract: false)
    let notifier = manager.notifier(watchdog: "2000000", process: "1")
    #expect(notifier.beatInterval == nil && notifier.trouble == nil)
    notifier.beat()
    #expect(manager.all == [])
    #expect(manager.notifier(watchdog: "2000000", process: String(getpid())).beatInterval == .seconds(1))
  }

  @Test("each word is one datagram, at a path and in the abstract space", arguments: [false, true])
  func words(abstract: Bool) throws {
    let manager = try ServiceManager(abstract: abstract)
    let notifier = manager.notifier(watchdog: "2000000")
    notifier.ready()
    notifier.status("waiting for a device")
    notifier.beat()
    notifier.stopping()
    #expect(manager.all == ["READY=1", "STATUS=waiting for a device", "WATCHDOG=1", "STOPPING=1"])
    #expect(notifier.beatInterval == .seconds(1))
  }

  @Test("the longest path is heard") func longestPath() throws {
    #expect(
      ServiceNotifier(
        socket: "/" + String(repeating: "p", count: 106), watchdogMicroseconds: nil, watchdogProcess: nil
      ).isHeard)
  }

  @Test("beats are sent at most four times in the watchdog's time") func rate() throws {
    let manager = try ServiceManager(abstract: true)
    let hour = manager.notifier(watchdog: "3600000000")
    for _ in 0..<100 { hour.beat() }
    #expect(manager.all == ["WATCHDOG=1"])
    // A microsecond passes between two turns.
    let quick = manager.notifier(watchdog: "1")
    for _ in 0..<5 {
      let last = HostClock.monotonic()
      while HostClock.monotonic() - last < .microseconds(1) {}
      quick.beat()
    }
    #expect(manager.all.count == 5)
  }

  @Test("a status is one line of bounded length and cannot say another word") func status() throws {
    let manager = try ServiceManager(abstract: true)
    let notifier = manager.notifier()
    notifier.status("a\nSTOPPING=1\0\u{7F}b")
    notifier.status(String(repeating: "ü", count: 4_000))
    let said = manager.all
    #expect(said.count == 2)
    #expect(said.first == "STATUS=a STOPPING=1  b")
    #expect((199...200).contains(said.last?.utf8.count ?? 0))
    #expect(said.last?.hasSuffix("ü") == true)
  }

  @Test("a full queue is not waited for; ready is said again with the next beat, once") func full() throws {
    let manager = try ServiceManager(abstract: true)
    let notifier = manager.notifier(watchdog: "3600000000")
    // More than any kernel holds for one socket.
    for _ in 0..<20_000 { notifier.status("filling") }
    notifier.ready()
    notifier.beat()
    let held = manager.all
    #expect((1..<20_000).contains(held.count) && !held.contains("READY=1"))
    notifier.beat()
    notifier.beat()
    #expect(manager.all == ["READY=1", "WATCHDOG=1"])
  }

  @Test("a service manager that has gone disturbs nobody, and one that comes back is heard") func gone() throws {
    var manager: ServiceManager? = try ServiceManager(abstract: false)
    let address = try #require(manager?.address)
    let notifier = ServiceNotifier(socket: address, watchdogMicroseconds: "3600000000", watchdogProcess: nil)
    manager = nil
    notifier.ready()
    notifier.beat()
    let next = try ServiceManager(at: address)
    notifier.beat()
    #expect(next.all == ["READY=1", "WATCHDOG=1"])
  }
}

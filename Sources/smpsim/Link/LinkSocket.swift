import Glibc
import SMPLink
import SMPModel
import VarlinkServer

/// One end of a link's connection: a Unix stream socket, closed when nobody holds it any more, so that a stop on
/// another thread can never be written into a descriptor that has become another file's.
///
/// Any thread may send; one thread at a time reads.
final class LinkSocket: Sendable {
  let descriptor: Int32
  /// What is taken from the kernel at once.
  private static let chunkBytes = 16_384

  /// - Parameter descriptor: connected; owned from here on.
  init(owning descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// - Parameter patience: what a connect may wait for a listener with a full backlog.
  static func connected(to path: String, patience: Interval) throws(LinkError) -> LinkSocket {
    guard (1...ListeningSocket.maximumPathBytes).contains(path.utf8.count), !path.utf8.contains(0) else {
      throw .failed
    }
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .failed }
    let socket = LinkSocket(owning: descriptor)
    socket.limit(SO_SNDTIMEO, patience)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // The destination is the fixed array inside `address`, longer than the path by its NUL.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in unsafe room.copyBytes(from: path.utf8) }
    // `sockaddr_un` begins as every `sockaddr` does, and its size is the one given.
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result != 0 else { return socket }
    switch errno {
    case ENOENT, ECONNREFUSED, ECONNRESET: throw .detached
    case EACCES, EPERM: throw .notPermitted
    case EAGAIN: throw .timedOut
    default: throw .failed
    }
  }

  private func limit(_ option: Int32, _ interval: Interval) {
    var time = timeval(
      tv_sec: Int(interval.nanoseconds / 1_000_000_000), tv_usec: Int(interval.nanoseconds % 1_000_000_000 / 1_000))
    // `time` outlives the call and its size is the one given.
    unsafe setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  /// One write that never waits: the whole record leaves, or none of it. A far end that reads nothing is as good as
  /// gone once the kernel's buffer is full.
  func send(_ record: [UInt8]) throws(LinkError) {
    switch sendNow(record[...]) {
    case .sent(record.count): return
    case .sent:
      // Half a record: nobody can tell any more where the next one begins.
      hangUp()
      throw .failed
    case .full: throw .failed
    case .ended: throw .detached
    }
  }

  enum Sending: Hashable, Sendable {
    /// So many of the bytes; at least one.
    case sent(Int)
    /// Not one now: the far end has to read first.
    case full
    case ended
  }

  /// As many bytes as the kernel takes without waiting.
  func sendNow(_ bytes: ArraySlice<UInt8>) -> Sending {
    while true {
      // Lent for the length of the call; the kernel copies.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      if count >= 0 { return .sent(count) }
      if errno == EAGAIN { return .full }
      if errno != EINTR { return .ended }
    }
  }

  enum Reading: Hashable, Sendable {
    case bytes([UInt8])
    /// Nothing has come, or not in time.
    case nothing
    case ended
  }

  /// Waits for bytes, at most so long; nil is for ever.
  func receive(within patience: Interval?) -> Reading {
    limit(SO_RCVTIMEO, patience ?? .zero)
    return read(flags: 0)
  }

  /// What is there already.
  func receiveNow() -> Reading { read(flags: Int32(MSG_DONTWAIT)) }

  private func read(flags: Int32) -> Reading {
    while true {
      var bytes: [UInt8] = []
      // The room lives for the length of the closure; only what the kernel wrote is copied out.
      let count = unsafe withUnsafeTemporaryAllocation(byteCount: Self.chunkBytes, alignment: 1) { room in
        let count = unsafe recv(descriptor, room.baseAddress, room.count, flags)
        if count > 0 { unsafe bytes.append(contentsOf: room.prefix(count)) }
        return count
      }
      if count > 0 { return .bytes(bytes) }
      if count == 0 { return .ended }
      if errno == EAGAIN { return .nothing }
      if errno != EINTR { return .ended }
    }
  }

  /// Nothing more is sent; what is on its way arrives, and the far end sees the end after it.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Both directions end now; whoever reads here wakes up.
  func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

internal import Glibc

/// A connected Unix stream socket that is closed when it goes. Blocking, with an optional deadline for each wait.
struct VarlinkConnectionSocket: ~Copyable {
  let descriptor: Int32

  /// An instant of the monotonic clock in nanoseconds; nil waits for ever.
  typealias Deadline = UInt64?

  /// An errno.
  struct Failure: Error {
    let code: Int32
    static let timedOut = Failure(code: ETIMEDOUT)
    var isTimeout: Bool { code == ETIMEDOUT }
    var isHangUp: Bool { code == EPIPE || code == ECONNRESET }
  }

  static let maximumPathBytes = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  static func deadline(milliseconds: Int?) -> Deadline {
    guard let milliseconds else { return nil }
    return now() + UInt64(max(0, milliseconds)) * 1_000_000
  }

  private static func now() -> UInt64 {
    var time = timespec()
    // Cannot fail for a clock every Linux has; `time` is ours for the length of the call.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  /// - Parameter path: at most `maximumPathBytes` bytes without NUL, which the caller has checked.
  static func connected(
    to path: String, timeoutMilliseconds: Int?
  ) throws(Failure) -> VarlinkConnectionSocket {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(code: errno) }
    let connection = VarlinkConnectionSocket(owning: descriptor)
    try connection.connect(to: path, timeoutMilliseconds: timeoutMilliseconds)
    return connection
  }

  private init(owning descriptor: Int32) { self.descriptor = descriptor }

  private func connect(to path: String, timeoutMilliseconds: Int?) throws(Failure) {
    if let timeoutMilliseconds {
      // A connect to a full backlog waits; for Unix sockets this option is what bounds it.
      var time = timeval(tv_sec: timeoutMilliseconds / 1000, tv_usec: (timeoutMilliseconds % 1000) * 1000 + 1)
      // `time` outlives the call and its size is the one given.
      unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // The destination is the fixed array inside `address`; the path's length was checked against it.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      precondition(path.utf8.count < room.count, "the caller checks the path's length")
      unsafe room.copyBytes(from: path.utf8)
    }
    while true {
      // `sockaddr_un` begins as every `sockaddr` does, and its size is the one given.
      let result = unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
          unsafe Glibc.connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
      if result == 0 { return }
      if errno == EINTR { continue }
      let code = errno == EAGAIN ? ETIMEDOUT : errno
      throw Failure(code: code)
    }
  }

  deinit { close(descriptor) }

  /// Waits until `events` is possible. Interruptions by signals do not end the wait, nor extend it.
  private func wait(for events: Int32, until deadline: UInt64) throws(Failure) {
    while true {
      let now = Self.now()
      let rest = deadline > now ? (deadline - now + 999_999) / 1_000_000 : 0
      var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      // One structure, ours for the length of the call.
      let ready = unsafe poll(&request, 1, Int32(min(rest, UInt64(Int32.max))))
      if ready > 0 { return }
      if ready == 0 {
        if rest == 0 || Self.now() >= deadline { throw Failure.timedOut }
      } else if errno != EINTR {
        throw Failure(code: errno)
      }
    }
  }

  func send(_ bytes: [UInt8], until deadline: Deadline) throws(Failure) {
    let flags = Int32(MSG_NOSIGNAL) | (deadline == nil ? 0 : Int32(MSG_DONTWAIT))
    var sent = 0
    while sent < bytes.count {
      // The pointer covers the array from `sent` on and is not kept.
      let count = unsafe bytes.withUnsafeBytes { raw in
        unsafe Glibc.send(descriptor, unsafe raw.baseAddress.map { unsafe $0 + sent }, raw.count - sent, flags)
      }
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN, let deadline {
        try wait(for: POLLOUT, until: deadline)
      } else if errno != EINTR {
        throw Failure(code: errno)
      }
    }
  }

  /// Appends what has arrived, at least one byte. Returns false when the far end has closed.
  func receive(into bytes: inout [UInt8], until deadline: Deadline) throws(Failure) -> Bool {
    while true {
      if let deadline { try wait(for: POLLIN, until: deadline) }
      let flags = deadline == nil ? 0 : Int32(MSG_DONTWAIT)
      // The room lives for the length of the closure; only the bytes the kernel wrote are copied out.
      let count = unsafe withUnsafeTemporaryAllocation(byteCount: 16 * 1024, alignment: 8) { room in
        let count = unsafe recv(descriptor, room.baseAddress, room.count, flags)
        if count > 0 { unsafe bytes.append(contentsOf: room.prefix(count)) }
        return count
      }
      if count > 0 { return true }
      if count == 0 { return false }
      if errno == ECONNRESET { return false }
      if errno != EINTR && errno != EAGAIN { throw Failure(code: errno) }
    }
  }
}

import Glibc
import Varlink

/// A listening TCP socket that this machine alone reaches.
struct LoopbackListener: Sendable {
  let descriptor: Int32
  /// The one asked for, or the one the kernel chose.
  let port: UInt16

  private static let backlog: Int32 = 8

  /// - Parameter port: 0 lets the kernel choose.
  init(port: UInt16) throws(Failed) {
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let descriptor = socket(AF_INET, Int32(kind), 0)
    guard descriptor >= 0 else { throw Self.refused("make a socket for", port) }
    do throws(Failed) {
      self.port = try Self.listen(descriptor, port)
      self.descriptor = descriptor
    } catch {
      Glibc.close(descriptor)
      throw error
    }
  }

  func close() { Glibc.close(descriptor) }

  /// A connection, if one waits: what is written leaves at once, because a transfer waits for its answer.
  func accept() -> LinkSocket? {
    let descriptor = Glibc.accept(descriptor, nil, nil)
    guard descriptor >= 0 else { return nil }
    let socket = LinkSocket(owning: descriptor)
    guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0,
      Self.set(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY) == 0
    else { return nil }
    return socket
  }

  private static func listen(_ descriptor: Int32, _ port: UInt16) throws(Failed) -> UInt16 {
    // A server that has just ended leaves connections that are still being closed.
    guard set(descriptor, SOL_SOCKET, SO_REUSEADDR) == 0 else { throw refused("prepare", port) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    // `sockaddr_in` begins as every `sockaddr` does, and its size is the one given.
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        guard unsafe bind(descriptor, generic, length) == 0, Glibc.listen(descriptor, backlog) == 0,
          unsafe getsockname(descriptor, generic, &length) == 0
        else { return errno }
        return 0
      }
    }
    guard code == 0 else { throw refused("listen at", port, code) }
    return UInt16(bigEndian: address.sin_port)
  }

  private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32) -> Int32 {
    var on: Int32 = 1
    // `on` outlives the call and its size is the one given.
    return unsafe setsockopt(descriptor, level, option, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func refused(_ operation: String, _ port: UInt16, _ code: Int32 = errno) -> Failed {
    Failed(
      "cannot \(operation) 127.0.0.1:\(port): \(VarlinkClientError.reason(code)). Remedy: end what listens there, or "
        + "name another --port")
  }
}

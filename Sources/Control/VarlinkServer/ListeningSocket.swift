internal import CLinux
internal import Glibc

/// A listening Unix stream socket, ready for `accept`. Whoever takes it closes the descriptor.
package struct ListeningSocket: Sendable {
  package let descriptor: Int32
  /// Where it was bound by us; nil for an inherited one, whose file belongs to the service manager.
  package let path: String?
  private let file: FileIdentity?

  private struct FileIdentity: Equatable, Sendable {
    let device: UInt
    let inode: UInt
    /// When it was made: the number of a removed file is soon another one's.
    let seconds: Int
    let nanoseconds: Int
  }

  /// Connections the kernel completes ahead of `accept`; more than this wait in `connect`.
  private static let backlog: Int32 = 128

  package static let maximumPathBytes = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

  // MARK: Taking a place

  /// Binds and listens. A socket file nobody listens behind any more is replaced; anything else at the path is left
  /// as it is and reported.
  ///
  /// Permissions and group are set before anybody can connect. Two servers cannot both find the same file stale: the
  /// directory is locked in between.
  ///
  /// - Parameters:
  ///   - permissions: of the socket file, e.g. `0o660`; writing is what connecting needs.
  ///   - group: of the socket file; nil leaves the process's own.
  package static func listening(
    at path: String, permissions: UInt32, group: UInt32? = nil
  ) throws(ListeningSocketError) -> ListeningSocket {
    guard (1...maximumPathBytes).contains(path.utf8.count), !path.utf8.contains(0) else {
      throw .unusablePath(path, maximumBytes: maximumPathBytes)
    }
    let lock = try DirectoryLock.taken(besides: path)
    defer { lock.release() }
    let descriptor = try unixSocket(path)
    do {
      try bind(descriptor, path)
    } catch {
      close(descriptor)
      throw error
    }
    do {
      // The C functions read the path during the call only.
      try check(unsafe chmod(path, permissions), "set the permissions of", path)
      if let group { try check(unsafe chown(path, uid_t.max, group), "set the group of", path) }
      try check(listen(descriptor, backlog), "listen at", path)
      return ListeningSocket(descriptor: descriptor, path: path, file: identity(path))
    } catch {
      // Ours, bound a moment ago under the lock.
      unsafe unlink(path)
      close(descriptor)
      throw error
    }
  }

  private static func bind(_ descriptor: Int32, _ path: String) throws(ListeningSocketError) {
    var code = errorOf(.bind, descriptor, path)
    if code == EADDRINUSE {
      try removeStale(path)
      code = errorOf(.bind, descriptor, path)
    }
    guard code == 0 else { throw .refused(operation: "bind", path: path, code: code) }
  }

  private static func removeStale(_ path: String) throws(ListeningSocketError) {
    var status = stat()
    // `status` is ours for the length of the call. A link is not followed: it is no socket.
    try check(unsafe lstat(path, &status), "examine", path)
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
    let probe = try unixSocket(path)
    defer { close(probe) }
    let code = errorOf(.connect, probe, path)
    // EAGAIN is a full backlog: somebody lives there and is busy.
    guard code != 0, code != EAGAIN else { throw .alreadyServed(path: path) }
    guard code == ECONNREFUSED else { throw .refused(operation: "examine", path: path, code: code) }
    try check(unsafe unlink(path), "remove the stale", path)
  }

  /// Removes the socket file if it is still the one bound here.
  package func removeFile() {
    guard let path, let file, ListeningSocket.identity(path) == file else { return }
    // The path is read during the call only. A failure leaves a stale file, which the next start replaces.
    unsafe unlink(path)
  }

  private static func identity(_ path: String) -> FileIdentity? {
    var status = stat()
    // `status` is ours for the length of the call.
    guard unsafe lstat(path, &status) == 0 else { return nil }
    return FileIdentity(
      device: UInt(status.st_dev), inode: UInt(status.st_ino), seconds: status.st_mtim.tv_sec,
      nanoseconds: status.st_mtim.tv_nsec)
  }

  /// The group that owns the socket's file, whom its permissions are made for. nil where there is no file: an address
  /// without one, or one that was removed.
  package var group: UInt32? {
    guard let path = path ?? ListeningSocket.address(of: descriptor) else { return nil }
    var status = stat()
    // `status` is ours for the length of the call; the path is read during it only.
    return unsafe lstat(path, &status) == 0 ? status.st_gid : nil
  }

  private static func address(of descriptor: Int32) -> String? {
    var address = sockaddr_un()
    var length = socklen_t(MemoryLayout<sockaddr_un>.size)
    // The kernel writes into `address` at most its size, and says how much.
    let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe getsockname(descriptor, generic, &length)
      }
    }
    guard result == 0, address.sun_family == sa_family_t(AF_UNIX) else { return nil }
    let room = MemoryLayout<sockaddr_un>.size - MemoryLayout.size(ofValue: address.sun_path)
    let count = min(max(0, Int(length) - room), MemoryLayout.size(ofValue: address.sun_path))
    // Copied out of the fixed array; an address without a file begins with NUL.
    let bytes = unsafe withUnsafeBytes(of: &address.sun_path) { unsafe Array($0.prefix(count)) }
    let path = bytes.prefix { $0 != 0 }
    return path.isEmpty ? nil : String(decoding: path, as: UTF8.self)
  }

  private static func unixSocket(_ path: String) throws(ListeningSocketError) -> Int32 {
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let descriptor = socket(AF_UNIX, Int32(kind), 0)
    guard descriptor >= 0 else { throw .refused(operation: "make a socket for", path: path, code: errno) }
    return descriptor
  }

  private enum AddressCall {
    case bind, connect
  }

  /// - Parameter path: checked to fit.
  /// - Returns: 0 or an errno.
  private static func errorOf(_ call: AddressCall, _ descriptor: Int32, _ path: String) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // The destination is the fixed array inside `address`, longer than the path by its NUL.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in
      precondition(path.utf8.count < room.count, "the path's length has been checked")
      unsafe room.copyBytes(from: path.utf8)
    }
    let length = socklen_t(MemoryLayout<sockaddr_un>.size)
    // `sockaddr_un` begins as every `sockaddr` does, and its size is the one given.
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        switch call {
        case .bind: unsafe Glibc.bind(descriptor, generic, length)
        case .connect: unsafe Glibc.connect(descriptor, generic, length)
        }
      }
    }
    return result == 0 ? 0 : errno
  }

  private static func check(_ result: Int32, _ operation: String, _ path: String) throws(ListeningSocketError) {
    guard result == 0 else { throw .refused(operation: operation, path: path, code: errno) }
  }

  // MARK: Inheriting one

  package struct Inherited: Sendable {
    /// From `LISTEN_FDNAMES`; `unknown` where it names none, as the service manager itself has it.
    package let name: String
    package let socket: ListeningSocket
  }

  /// The sockets the service manager passed to this process, if it did. The variables are removed, so that no child
  /// takes them for its own. Called once, before there are threads.
  package static func inherited() throws(ListeningSocketError) -> [Inherited] {
    let names = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]
    // Copied at once; no other thread changes the environment yet.
    let values = names.map { name in unsafe getenv(name).map { unsafe String(cString: $0) } }
    for name in names { unsafe unsetenv(name) }
    return try inherited(
      processID: values[0], count: values[1], names: values[2], ownProcessID: getpid(), firstDescriptor: 3)
  }

  /// The same with everything given, for tests.
  package static func inherited(
    processID: String?, count: String?, names: String?, ownProcessID: Int32, firstDescriptor: Int32
  ) throws(ListeningSocketError) -> [Inherited] {
    guard let processID, processID == String(ownProcessID), let count else { return [] }
    guard let number = Int32(count), (0...256).contains(number) else {
      throw .malformedEnvironment(variable: "LISTEN_FDS", value: count)
    }
    let words = (names ?? "").split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    var sockets: [Inherited] = []
    for index in 0..<number {
      let descriptor = firstDescriptor + index
      let code = clinux_is_listening_unix(descriptor)
      guard code == 0 else { throw .unfitDescriptor(descriptor, code: code) }
      // The service manager hands it over blocking: an `accept` for a client that has gone would wait for the next.
      guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0, fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else {
        throw .unfitDescriptor(descriptor, code: errno)
      }
      let name = Int(index) < words.count && !words[Int(index)].isEmpty ? words[Int(index)] : "unknown"
      let socket = ListeningSocket(descriptor: descriptor, path: nil, file: nil)
      sockets.append(Inherited(name: name, socket: socket))
    }
    return sockets
  }
}

/// Held while a socket file is examined, replaced and listened behind. A lock on the directory itself leaves no file.
private struct DirectoryLock {
  let descriptor: Int32

  static func taken(besides path: String) throws(ListeningSocketError) -> DirectoryLock {
    let directory: String
    switch path.lastIndex(of: "/") {
    case nil: directory = "."
    case path.startIndex: directory = "/"
    case let slash?: directory = String(path[..<slash])
    }
    // The path is read during the call only.
    let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .refused(operation: "open the directory of", path: path, code: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      throw code == EWOULDBLOCK
        ? .beingTaken(path: path) : .refused(operation: "lock the directory of", path: path, code: code)
    }
    return DirectoryLock(descriptor: descriptor)
  }

  func release() { close(descriptor) }
}

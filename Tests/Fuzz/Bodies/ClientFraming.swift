import Glibc
import Synchronization
import Varlink

/// The same stream as what a service says to our client, over a real socket, whole and in pieces.
enum ClientFraming {
  /// What a socket takes without anybody reading.
  private static let bytesAtMost = 16 << 10

  private enum Heard: Hashable {
    case reply(VarlinkReply)
    case error(String)
  }

  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    guard bytes.count <= bytesAtMost, let service = FakeService.shared else { return }
    var choices = Choices(of: bytes)
    let pieces = ServerFraming.pieces(bytes, &choices)
    let (whole, cut) = try service.alone { listener throws(BrokenPromise) in
      (try heard([bytes], listener), try heard(pieces, listener))
    }
    try hold(cut == whole, "a client hears the same in pieces of \(pieces.map(\.count)) bytes: \(cut), \(whole)")
  }

  /// Everything a stream of replies brings until it ends.
  private static func heard(_ pieces: [[UInt8]], _ listener: FakeService.Listener) throws(BrokenPromise) -> [Heard] {
    let client: VarlinkClient
    do throws(VarlinkClientError) { client = try VarlinkClient(path: listener.path) } catch {
      throw BrokenPromise(description: "a client reaches a socket that listens: \(error)")
    }
    guard let connection = listener.accept() else {
      throw BrokenPromise(description: "a client that has connected can be accepted")
    }
    defer { connection.close() }
    var heard: [Heard] = []
    do throws(VarlinkClientError) {
      try client.beginStream("org.example.fuzz.Watch")
      for piece in pieces {
        connection.send(piece)
        while let reply = try client.nextReply(timeoutMilliseconds: 0) {
          heard.append(.reply(reply))
          if !reply.continues { return heard }
        }
      }
      connection.end()
      while let reply = try client.nextReply(timeoutMilliseconds: 1_000) {
        heard.append(.reply(reply))
        if !reply.continues { return heard }
      }
    } catch {
      heard.append(.error("\(error)"))
    }
    return heard
  }
}

/// Listens where a client can reach it; what it says comes from the input.
private final class FakeService: Sendable {
  struct Listener: Sendable {
    let path: String
    let descriptor: Int32

    func accept() -> Connection? {
      // No address is asked for.
      let connection = Glibc.accept(descriptor, nil, nil)
      return connection < 0 ? nil : Connection(descriptor: connection)
    }
  }

  struct Connection {
    let descriptor: Int32

    /// Into the socket's buffer: nobody reads while this runs. A client that has left is no mistake.
    func send(_ bytes: [UInt8]) {
      var sent = 0
      while sent < bytes.count {
        // The pointer covers the array from `sent` on and is not kept.
        let count = unsafe bytes.withUnsafeBytes { raw in
          unsafe Glibc.send(
            descriptor, unsafe raw.baseAddress.map { unsafe $0 + sent }, raw.count - sent,
            Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
        }
        guard count > 0 else { return }
        sent += count
      }
    }

    func end() { _ = shutdown(descriptor, Int32(SHUT_WR)) }
    func close() { _ = Glibc.close(descriptor) }
  }

  /// One socket for the life of the process; nil where none can be made.
  static let shared = FakeService()

  private let listener: Mutex<Listener>

  /// One stream at a time: two clients could take each other's connection.
  func alone<Result: Sendable>(
    _ body: (Listener) throws(BrokenPromise) -> Result
  ) throws(BrokenPromise) -> Result {
    try listener.withLock { listener throws(BrokenPromise) in try body(listener) }
  }

  private init?() {
    // With the process in its name: libFuzzer ends without `atexit`, and Tests/Fuzz/run clears up after it.
    var template = Array("/tmp/smpd-fuzz-\(getpid())-XXXXXX".utf8CString)
    // The array ends in its NUL and is ours for the length of the call.
    let made = unsafe template.withUnsafeMutableBufferPointer { room in
      unsafe room.baseAddress.map { unsafe mkdtemp($0) != nil } ?? false
    }
    guard made else { return nil }
    let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let path = directory + "/s"
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // The path has three dozen bytes at most, the array 108.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { room in unsafe room.copyBytes(from: path.utf8) }
    // `sockaddr_un` begins as every `sockaddr` does, and its size is the one given.
    let bound = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe bind(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard descriptor >= 0, bound == 0, listen(descriptor, 4) == 0 else { return nil }
    listener = Mutex(Listener(path: path, descriptor: descriptor))
    Self.leftBehind.withLock { $0 = (path, directory) }
    atexit {
      FakeService.leftBehind.withLock { left in
        // Texts are lent for the length of the calls.
        unsafe unlink(left.path)
        unsafe rmdir(left.directory)
      }
    }
  }

  /// What is removed when the process ends.
  private static let leftBehind = Mutex((path: "", directory: ""))
}

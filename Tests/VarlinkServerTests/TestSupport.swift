import Foundation
import Glibc
import Synchronization
import Varlink
import VarlinkServer

/// A directory of its own for one test, with a path short enough for a socket; gone with the value.
final class TestDirectory: Sendable {
  let path: String

  init() throws {
    // The test runner's own temporary directory may be too long for a socket's address.
    path = "/tmp/smpd-test-" + UUID().uuidString.prefix(13)
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  var socket: String { path + "/s" }
}

/// Values other threads report, and waiting for one of them. The time limit only keeps a broken test from hanging.
final class Mailbox<Value: Sendable>: Sendable {
  private let values = Mutex<[Value]>([])
  private let condition = NSCondition()

  func put(_ value: Value) {
    condition.lock()
    values.withLock { $0.append(value) }
    condition.broadcast()
    condition.unlock()
  }

  var all: [Value] { values.withLock { $0 } }

  /// Takes the first value that fits, waiting for it if need be.
  func take(where fits: (Value) -> Bool = { _ in true }) -> Value? {
    let limit = Date(timeIntervalSinceNow: 60)
    condition.lock()
    defer { condition.unlock() }
    while true {
      let found = values.withLock { values in values.firstIndex(where: fits).map { values.remove(at: $0) } }
      if let found { return found }
      if !condition.wait(until: limit) { return nil }
    }
  }
}

/// A connection without any manners: bytes as the test gives them.
final class RawConnection {
  private(set) var descriptor: Int32
  private var input: [UInt8] = []

  struct Failure: Error { let what: String, code: Int32 }

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // Test paths are short; the array is longer than they are.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe connect(descriptor, generic, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw Failure(what: "connect", code: errno) }
  }

  init(accepting listener: Int32) throws {
    descriptor = accept(listener, nil, nil)
    guard descriptor >= 0 else { throw Failure(what: "accept", code: errno) }
  }

  deinit { close() }

  func close() {
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }

  func halfClose() { shutdown(descriptor, Int32(SHUT_WR)) }

  private func wait(_ events: Int32) throws {
    var request = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    guard unsafe poll(&request, 1, 60_000) > 0 else { throw Failure(what: "nothing happened for a minute", code: 0) }
  }

  /// Sends everything. Returns false when the far end closed before that.
  @discardableResult
  func send(_ bytes: [UInt8]) throws -> Bool {
    var sent = 0
    while sent < bytes.count {
      try wait(POLLOUT)
      let count = unsafe bytes.withUnsafeBytes { raw in
        unsafe Glibc.send(
          descriptor, raw.baseAddress.map { unsafe $0 + sent }, raw.count - sent, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
      }
      if count < 0 {
        if errno == EPIPE || errno == ECONNRESET { return false }
        if errno != EAGAIN { throw Failure(what: "send", code: errno) }
      } else {
        sent += count
      }
    }
    return true
  }

  @discardableResult
  func send(_ text: String) throws -> Bool { try send(Array(text.utf8)) }

  /// The next message without its NUL; nil when the far end has closed.
  func message() throws -> String? {
    while true {
      if let end = input.firstIndex(of: 0) {
        defer { input.removeSubrange(...end) }
        return String(decoding: input[..<end], as: UTF8.self)
      }
      try wait(POLLIN)
      var chunk = [UInt8](repeating: 0, count: 65_536)
      let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
      if count > 0 {
        input += chunk.prefix(count)
      } else if count == 0 || errno == ECONNRESET {
        return nil
      } else {
        throw Failure(what: "receive", code: errno)
      }
    }
  }
}

/// Sends without an end from a thread of its own, until the far end closes.
func flood(_ descriptor: Int32, done: Mailbox<Bool>) {
  Thread.detachNewThread {
    let chunk = [UInt8](repeating: 0x20, count: 65_536)
    // The array outlives the call.
    while unsafe Glibc.send(descriptor, chunk, chunk.count, Int32(MSG_NOSIGNAL)) > 0 {}
    done.put(true)
  }
}

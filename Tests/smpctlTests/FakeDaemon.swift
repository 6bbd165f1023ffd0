import Foundation
import Glibc
import SMPInterface
import StrictJSON
import Synchronization
import Varlink

@testable import smpctl

/// A daemon that says what a test tells it to, on a real socket: one thread for the listener, one for each connection.
///
/// It holds every request and every answer against the interface files, so that a test cannot agree with smpctl on
/// something the files do not say.
final class FakeDaemon: Sendable {
  enum Answer: Sendable {
    case reply(JSONObject)
    /// A stream that ends.
    case replies([JSONObject])
    /// A stream that stays open after these.
    case endless([JSONObject])
    case error(String, JSONObject)
    /// The connection ends without an answer.
    case hangUp
    /// These bytes, whatever they are.
    case bytes([UInt8])
  }

  let path: String
  private let folder: String
  private let listener: Int32
  private let answers: @Sendable (VarlinkRequest) -> Answer
  private let seen = Mutex<[VarlinkRequest]>([])
  private let wrong = Mutex<[String]>([])

  /// - Parameter stop: listens on the stop socket beside the path instead.
  init(stop: Bool = false, _ answers: @escaping @Sendable (VarlinkRequest) -> Answer) throws {
    self.answers = answers
    folder = FileManager.default.temporaryDirectory.appending(path: "smpctl-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    path = folder + "/io.smpd"
    listener = try FakeDaemon.listen(stop ? SocketPath.stop(beside: path) : path)
    Thread.detachNewThread { [self] in serve() }
  }

  deinit {
    close(listener)
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// Ends the listener's thread, and with it the last reference to this daemon.
  func retire() { shutdown(listener, Int32(SHUT_RDWR)) }

  var methods: [String] { seen.withLock { $0.map(\.method) } }
  var requests: [VarlinkRequest] { seen.withLock { $0 } }
  /// What did not fit the interface files.
  var breaches: [String] { wrong.withLock { $0 } }

  struct SystemFailure: Error { let code = errno }

  private static func listen(_ path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemFailure() }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // The temporary folder's path is far shorter than the address's field, which is zero to its end.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe bind(descriptor, $0, size) }
    }
    guard bound == 0, Glibc.listen(descriptor, 16) == 0 else { throw SystemFailure() }
    return descriptor
  }

  private func serve() {
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { return }
      Thread.detachNewThread { [self] in
        converse(connection)
        close(connection)
      }
    }
  }

  private func converse(_ connection: Int32) {
    var input: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      while let end = input.firstIndex(of: 0) {
        let message = Array(input[..<end])
        input.removeSubrange(...end)
        guard let json = try? JSON.parse(message), let request = try? VarlinkRequest(json) else {
          return wrong.withLock { $0.append("not a request: \(String(decoding: message, as: UTF8.self))") }
        }
        guard answer(request, connection) else { return }
      }
      // read fills at most the buffer's own bytes.
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(connection, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      input += buffer[..<count]
    }
  }

  /// - Returns: whether the connection goes on.
  private func answer(_ request: VarlinkRequest, _ connection: Int32) -> Bool {
    check(request)
    let answer = answers(request)
    // Seen only now: a test that waits for the request may rely on its answer being decided.
    seen.withLock { $0.append(request) }
    switch answer {
    case .reply(let reply): return send([reply], to: request, connection)
    case .replies(let replies): return send(replies, to: request, connection)
    case .endless(let replies): return send(replies, to: request, connection, isOpen: true)
    case .error(let name, let parameters):
      return write(VarlinkReply(parameters: parameters, error: name), connection)
    case .bytes(let bytes): return put(bytes, connection)
    case .hangUp: return false
    }
  }

  private func send(
    _ replies: [JSONObject], to request: VarlinkRequest, _ connection: Int32, isOpen: Bool = false
  ) -> Bool {
    for (index, reply) in replies.enumerated() {
      checkReply(reply, to: request)
      let continues = isOpen || index < replies.count - 1
      guard write(VarlinkReply(parameters: reply, continues: continues), connection) else { return false }
    }
    return true
  }

  private func write(_ reply: VarlinkReply, _ connection: Int32) -> Bool {
    var bytes: [UInt8] = []
    reply.write(into: &bytes)
    return put(bytes, connection)
  }

  /// smpctl may have heard enough and be gone; that must not end the tests.
  private func put(_ bytes: [UInt8], _ connection: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      // The slice's storage outlives the call, and send only reads it.
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private func check(_ request: VarlinkRequest) {
    guard let (interface, method) = declaration(of: request) else {
      return wrong.withLock { $0.append("no method \(request.method)") }
    }
    if let misfit = interface.invalidParameter(of: method, request.parameters) {
      wrong.withLock { $0.append("\(request.method): parameter \(misfit)") }
    }
    if method.streaming == .required && request.mode != .more {
      wrong.withLock { $0.append("\(request.method) without more") }
    }
  }

  private func checkReply(_ reply: JSONObject, to request: VarlinkRequest) {
    guard let (interface, method) = declaration(of: request) else { return }
    if let misfit = interface.invalidReply(of: method, reply) {
      wrong.withLock { $0.append("\(request.method): reply \(misfit)") }
    }
  }

  private func declaration(of request: VarlinkRequest) -> (VarlinkInterface, VarlinkMethod)? {
    let parts = request.method.split(separator: ".")
    guard let name = parts.last,
      let text = Interfaces.all.first(where: { $0.name + "." + name == request.method })?.text,
      let interface = try? VarlinkInterface.parse(text), let method = interface.method(String(name))
    else { return nil }
    return (interface, method)
  }
}

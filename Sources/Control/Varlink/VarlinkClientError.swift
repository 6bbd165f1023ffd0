internal import Glibc

/// Why a call brought no answer. Facts as values; `description` makes the sentence.
package enum VarlinkClientError: Error, Hashable, Sendable {
  /// A socket path the kernel's address structure cannot hold, or with a NUL in it.
  case unusablePath(String, maximumBytes: Int)
  /// Nobody answers at the path; `code` is an errno.
  case unreachable(path: String, code: Int32)
  case timedOut(method: String)
  /// The service closed the connection before the last reply.
  case disconnected(method: String)
  /// The system refused to send or receive; `code` is an errno.
  case failed(method: String, code: Int32)
  /// A message, ours or theirs, beyond the bound.
  case tooLong(method: String, maximumBytes: Int)
  /// The service sent something that is no reply.
  case malformed(method: String, reason: String)
  /// An earlier failure or a cancelled stream has closed this connection.
  case closed(method: String)
  /// The service answered with an error.
  case refused(VarlinkError)
}

extension VarlinkClientError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unusablePath(let path, let bytes):
      "the socket path \"\(path)\" cannot be used: it must have 1 to \(bytes) bytes and no NUL"
    case .unreachable(let path, let code): "cannot reach a service at \(path): \(Self.reason(code))"
    case .timedOut(let method): "\(method): no answer in time"
    case .disconnected(let method): "\(method): the service closed the connection before answering"
    case .failed(let method, let code): "\(method): the connection failed: \(Self.reason(code))"
    case .tooLong(let method, let bytes): "\(method): a message is longer than \(bytes) bytes"
    case .malformed(let method, let reason): "\(method): the answer is malformed: \(reason)"
    case .closed(let method): "\(method): this connection has been closed"
    case .refused(let error): error.description
    }
  }

  /// The system's words for an errno.
  package static func reason(_ code: Int32) -> String {
    // The text lives in this thread's storage until the next call; it is copied at once.
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}

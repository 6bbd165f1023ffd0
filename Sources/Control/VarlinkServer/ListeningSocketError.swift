internal import Varlink

/// Why a server could not take its place, each with what to do about it.
package enum ListeningSocketError: Error, Hashable, Sendable {
  case unusablePath(String, maximumBytes: Int)
  /// Something that is no socket lies where the socket belongs. It is never removed.
  case notASocket(path: String)
  /// A living server answers there.
  case alreadyServed(path: String)
  /// Another server is taking its place in the same directory at this moment.
  case beingTaken(path: String)
  /// The system refused; `code` is an errno.
  case refused(operation: String, path: String, code: Int32)
  /// An inherited descriptor is no listening Unix stream socket; `code` is an errno.
  case unfitDescriptor(Int32, code: Int32)
  /// `LISTEN_FDS` holds no count.
  case malformedEnvironment(variable: String, value: String)
}

extension ListeningSocketError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unusablePath(let path, let bytes):
      "the socket path \"\(path)\" cannot be used: it must have 1 to \(bytes) bytes and no NUL; choose another one"
    case .notASocket(let path):
      "\(path) exists and is not a socket; move it away or choose another socket path"
    case .alreadyServed(let path):
      "a server is already listening at \(path); stop it first or choose another socket path"
    case .beingTaken(let path):
      "another server is starting beside \(path); wait for it or choose another directory"
    case .refused(let operation, let path, let code):
      "cannot \(operation) \(path): \(VarlinkClientError.reason(code)); check the directory and its permissions"
    case .unfitDescriptor(let descriptor, let code):
      "descriptor \(descriptor) is not a listening Unix stream socket (\(VarlinkClientError.reason(code))); "
        + "start through a socket unit with ListenStream= and Accept=no, or without LISTEN_FDS"
    case .malformedEnvironment(let variable, let value):
      "\(variable)=\"\(value)\" is not a number of descriptors; unset it or start through a socket unit"
    }
  }
}

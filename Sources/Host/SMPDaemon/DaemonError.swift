package import SMPJournal
package import VarlinkServer

/// Why the daemon cannot start or go on. Says what, where, why and the remedy.
package enum DaemonError: Error, Sendable {
  case journal(JournalError)
  /// pthread_create failed; an errno.
  case thread(name: String, code: Int32)
  case socket(ListeningSocketError)
  /// SIGTERM and SIGINT cannot be blocked; an errno.
  case signals(code: Int32)
  /// The service manager passed a socket that nobody here asks for.
  case passedSocket(name: String, reason: String)
  /// A loss is accepted by the journal's own user.
  case notOurJournal(path: String, user: String)
  case stateDirectory(path: String, reason: String, remedy: String)

  package var sentence: String {
    switch self {
    case .journal(let error): return error.description
    case .thread(let name, let code):
      return "the thread \(name) cannot be started (errno \(code)). Remedy: raise the limit on tasks (ulimit -u)"
    case .socket(let error): return error.description
    case .signals(let code):
      return "signals cannot be blocked (errno \(code)). Remedy: start the daemon from another shell"
    case .passedSocket(let name, let reason):
      return "the service manager passed the socket `\(name)`: \(reason). Remedy: give one socket unit "
        + "FileDescriptorName=control and another FileDescriptorName=stop, each with one ListenStream="
    case .notOurJournal(let path, let user):
      return "\(path): it belongs to \(user), who could not write what somebody else makes beside it. Remedy: "
        + "runuser -u \(user) -- smpd --accept-loss REASON --by NAME"
    case .stateDirectory(let path, let reason, let remedy): return "\(path): \(reason). Remedy: \(remedy)"
    }
  }
}

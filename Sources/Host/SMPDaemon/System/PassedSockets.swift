package import VarlinkServer

/// The daemon's sockets as the service manager passed them, by their names.
///
/// Such a socket is there before the daemon and after it, and its file is the service manager's: a stop that is sent
/// while the daemon starts waits in it instead of being refused.
package struct PassedSockets: Sendable {
  /// `FileDescriptorName=control`.
  package private(set) var control: ListeningSocket?
  /// `FileDescriptorName=stop`.
  package private(set) var stop: ListeningSocket?

  /// None: the daemon makes its own.
  package init() {}

  /// From the environment, whose variables are removed. Called once, before there are threads.
  package static func inherited() throws(DaemonError) -> PassedSockets {
    let sockets: [ListeningSocket.Inherited]
    do throws(ListeningSocketError) { sockets = try ListeningSocket.inherited() } catch { throw .socket(error) }
    return try PassedSockets(sockets)
  }

  /// An unknown name is refused and not left out: its clients would wait for an answer for ever.
  package init(_ sockets: [ListeningSocket.Inherited]) throws(DaemonError) {
    for passed in sockets {
      switch passed.name {
      case "control" where control == nil: control = passed.socket
      case "stop" where stop == nil: stop = passed.socket
      case "control", "stop": throw .passedSocket(name: passed.name, reason: "it has this name twice")
      default: throw .passedSocket(name: passed.name, reason: "nobody here serves a socket of this name")
      }
    }
  }
}

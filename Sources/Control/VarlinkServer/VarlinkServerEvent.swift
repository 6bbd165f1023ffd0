package import StrictJSON
package import Varlink

/// Why a connection was not accepted.
package enum VarlinkTurnedAway: Hashable, Sendable {
  case tooManyConnections
  case tooManyOfUser
  /// The kernel would not say who it is; an errno.
  case noCredentials(code: Int32)
}

/// Why a connection ended.
package enum VarlinkCloseReason: Hashable, Sendable {
  case clientLeft
  case serverClosing
  /// All places were taken, and another one needed this place more.
  case madeRoom
  case messageTooLong
  case malformedJSON(JSONError)
  case malformedMessage(VarlinkMessageError)
  /// The rest of a message did not come in time.
  case unfinishedMessage
  /// The client did not take what was sent to it.
  case unwritable
  /// Our own doing: an answer beyond the bound on messages, or none at all.
  case replyTooLong(method: String)
  case unanswered(method: String)
  /// The socket failed.
  case failed
}

/// For the daemon's log, and for tests that wait for something to have happened. Delivered on the event loop.
package enum VarlinkServerEvent: Hashable, Sendable {
  case accepted(VarlinkPeer)
  case turnedAway(VarlinkPeer?, VarlinkTurnedAway)
  case closed(VarlinkPeer, VarlinkCloseReason)
}

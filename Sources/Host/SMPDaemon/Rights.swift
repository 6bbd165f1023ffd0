package import VarlinkServer

/// What somebody is to this daemon, as the kernel names him.
package enum Standing: Sendable, CaseIterable {
  /// Neither of the two: may stop, on the stop socket, and nothing else.
  case stranger
  /// May look.
  case observer
  /// May command.
  case `operator`
}

/// Who may do what on the control socket, by user and groups (SO_PEERCRED, SO_PEERGROUPS).
///
/// The socket's permissions keep strangers out already. That is not relied upon: a socket can be opened to everybody by
/// mistake, and everybody may then look at a client's names and dots.
package struct Rights: Sendable {
  /// The daemon's own user; whoever runs it operates it.
  package let daemonUID: UInt32
  /// Group of the operators, where one is configured.
  package let operatorGID: UInt32?
  /// The group the control socket belongs to: who is in it has been let in, to look.
  package let observerGID: UInt32?
  package init(daemonUID: UInt32, operatorGID: UInt32?, observerGID: UInt32?) {
    self.daemonUID = daemonUID
    self.operatorGID = operatorGID
    self.observerGID = observerGID
  }

  package func standing(of peer: VarlinkPeer) -> Standing {
    func isMember(_ group: UInt32?) -> Bool {
      guard let group else { return false }
      return peer.gid == group || peer.groups.contains(group)
    }
    if peer.uid == 0 || peer.uid == daemonUID || isMember(operatorGID) { return .operator }
    return isMember(observerGID) ? .observer : .stranger
  }
}

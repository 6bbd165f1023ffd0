internal import CLinux

extension VarlinkPeer {
  /// The kernel allows 65,536 groups; nobody who drives a needle is in more than this many.
  private static let maximumGroups = 1024

  /// Who is at the far end of a connected Unix socket. An errno when the kernel will not say.
  package static func of(descriptor: Int32) -> Result<VarlinkPeer, PeerFailure> {
    let peer = clinux_peer_of(descriptor)
    guard peer.error == 0 else { return .failure(PeerFailure(code: peer.error)) }
    var count: UInt32 = 0
    var error: Int32 = 0
    // The kernel writes at most `room.count` groups, says how many, and they are copied out before the room goes.
    let groups = unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: maximumGroups) { room in
      error = unsafe clinux_peer_groups(descriptor, room.baseAddress, UInt32(room.count), &count)
      return unsafe Array(room.prefix(error == 0 ? Int(count) : 0))
    }
    guard error == 0 else { return .failure(PeerFailure(code: error)) }
    return .success(VarlinkPeer(uid: peer.uid, gid: peer.gid, groups: groups))
  }
}

/// An errno.
package struct PeerFailure: Error {
  package let code: Int32
}

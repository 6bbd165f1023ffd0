package import StrictJSON
package import Varlink

/// Who calls, as the kernel saw it when the connection was made. Never the process id: it can be taken over.
package struct VarlinkPeer: Hashable, Sendable {
  package let uid: UInt32
  package let gid: UInt32
  /// Supplementary groups.
  package let groups: [UInt32]
  package init(uid: UInt32, gid: UInt32, groups: [UInt32]) {
    self.uid = uid
    self.gid = gid
    self.groups = groups
  }
}

/// One call whose method exists and whose parameters fit it.
package struct VarlinkCall: Sendable {
  /// With the interface: `io.smpd.session.Start`.
  package let method: String
  package let parameters: JSONObject
  /// The client takes several replies and the method can give them.
  package let more: Bool
  /// The client wants no reply; whatever is answered is not sent.
  package let oneway: Bool
  package let peer: VarlinkPeer
}

/// What `org.varlink.service.GetInfo` says.
package struct VarlinkIdentity: Hashable, Sendable {
  package let vendor: String
  package let product: String
  package let version: String
  package let url: String
  package init(vendor: String, product: String, version: String, url: String) {
    self.vendor = vendor
    self.product = product
    self.version = version
    self.url = url
  }
}

/// Whose connections make room when all places are taken.
package enum VarlinkPrecedence: Int, Comparable, Sendable {
  case low, middle, high
  package static func < (one: VarlinkPrecedence, other: VarlinkPrecedence) -> Bool { one.rawValue < other.rawValue }
}

/// What a server serves.
package protocol VarlinkService: Sendable {
  var identity: VarlinkIdentity { get }
  /// Without `org.varlink.service`, which the server answers itself. Asked once, at the start.
  var interfaces: [VarlinkInterface] { get }
  /// Asked on the event loop when a connection is made.
  func precedence(of peer: VarlinkPeer) -> VarlinkPrecedence
  /// Why this peer may not call, nil when it may. Asked on the event loop before anything else about a call, whether there
  /// is such a method included: who may not call learns nothing of what comes after.
  func refusal(of method: String, to peer: VarlinkPeer) -> VarlinkError?
  /// Called on the server's event loop: must hand over and return, never wait. The answer may come later and from any
  /// thread; a responder that is let go without an answer closes the connection.
  func handle(_ call: VarlinkCall, _ reply: VarlinkResponder)
}

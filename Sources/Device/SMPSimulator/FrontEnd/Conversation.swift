/// One connection of a USB front end, as bytes: no socket, no clock. Belongs to one thread; the device may be used by
/// others meanwhile.
///
/// After a fault it is spent: `end` it and close the connection.
package protocol Conversation {
  /// What came from the peer, in any pieces.
  mutating func take(_ bytes: [UInt8]) throws(PeerFault)
  /// Says what the device has answered or done since. Called after `take`, and whenever the device's time has passed.
  mutating func settle() throws(PeerFault)
  /// What is to be sent, in order.
  var output: PeerOutput { get set }
  /// Nothing more is taken: the connection is closed when all is sent that is to be.
  var isOver: Bool { get }
  /// Bytes that came and are no whole packet yet.
  var held: Int { get }
  /// Transfers that wait for their end.
  var underWay: Int { get }
  /// The connection is at its end, for whatever reason: to the device, its cable is out.
  mutating func end()
}

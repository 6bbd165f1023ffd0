/// Which versions of the protocol this code speaks, and how two peers agree on one.
///
/// The frame layout and the messages `hello`, `version` and a `refused` answer to `hello` are version 1's for ever:
/// they are what peers of different versions can always say to one another.
package enum ProtocolVersion {
  package static let oldest: UInt8 = 1
  package static let newest: UInt8 = 1

  /// The newest version both ranges hold; nil when they share none, and then nothing else is said.
  package static func common(
    oldest: UInt8, newest: UInt8, withOldest otherOldest: UInt8, newest otherNewest: UInt8
  ) -> UInt8? {
    let candidate = min(newest, otherNewest)
    return candidate >= max(oldest, otherOldest) ? candidate : nil
  }
}

/// A place with a device in it: a USB port, or the simulator's. The daemon drives one device at a time and knows the
/// others, so a place outlives the links made to it.
package protocol DevicePort: Sendable {
  /// Where it is, as the system names it: bus and ports, such as `1-4.2`. One device at a place.
  var place: String { get }
  /// The serial that its bus tells before anything is opened; nil where it tells none.
  var serial: String? { get }
  /// Why it cannot be driven, known without opening it; nil when nothing stands against it. May read small files; rights
  /// may have changed since the last look.
  var obstacle: PortObstacle? { get }
  /// A new link, not yet open. One at a time: the earlier one is closed first.
  func makeLink() -> any DeviceLink
}

/// Why something that is plugged in cannot be driven, as its bus tells it.
package enum PortObstacle: Hashable, Sendable {
  /// The node may not be opened by this user. `ruleRan`: the project's udev rule has touched it.
  case notPermitted(node: String, ruleRan: Bool)
  /// No vendor interface of subclass 0x53, protocol 0x01.
  case noNeedleInterface
  /// The interface is there, but not its three endpoints as the protocol has them.
  case wrongEndpoints
  /// Descriptors that cannot be read as what they say they are.
  case malformedDescriptors
  /// It has no serial, and without one its records cannot be told from another's.
  case noSerial
}

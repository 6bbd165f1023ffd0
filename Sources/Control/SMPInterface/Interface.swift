/// One interface of the daemon. Its file is the one source: the text is served as it stands, the types beside it are
/// held against it by a test.
package protocol Interface: SendableMetatype {
  /// Such as `io.smpd.session`; also the name of its file.
  static var name: String { get }
  /// The whole file, comments included.
  static var text: String { get }
  /// In the order of the file.
  static var methods: [any InterfaceMethod.Type] { get }
}

/// Whether a method may be called with the `more` flag. The IDL cannot say it; a doc line does, word for word.
package enum Streaming: Hashable, Sendable {
  case no
  /// `[Supports 'more' flag]`
  case supported
  /// `[Requires 'more' flag]`
  case required
}

/// One method: its full name and the types of its two sides.
package protocol InterfaceMethod: SendableMetatype {
  associatedtype Parameters: InterfaceRecord
  associatedtype Reply: InterfaceRecord
  /// With the interface, such as `io.smpd.session.Start`.
  static var name: String { get }
  static var streaming: Streaming { get }
}

extension InterfaceMethod {
  package static var streaming: Streaming { .no }
}

/// Which program serves what.
package enum Interfaces {
  /// On the control socket of every daemon.
  package static let control: [any Interface.Type] = [
    DeviceInterface.self, PlanInterface.self, CourseInterface.self, LotInterface.self, SessionInterface.self,
    JournalInterface.self,
  ]
  /// On the stop socket.
  package static let stop: [any Interface.Type] = [StopInterface.self]
  /// On the control socket of `smpsim` as well.
  package static let simulator: [any Interface.Type] = [SimulatorInterface.self]

  package static let all: [any Interface.Type] = control + stop + simulator
}

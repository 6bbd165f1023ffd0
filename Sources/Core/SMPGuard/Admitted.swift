package import SMPModel

/// What the guard has allowed: everything that can move the needle or prepare it to move.
package enum Command: Hashable, Sendable {
  /// One dot (S1).
  case grant(Grant)
  /// All zone profiles of the session, to be answered with their digest (S5).
  case profiles(generation: UInt32, [ZoneProfile])
  /// The drive turns with the needle parked (S9).
  case selfTest
  case arm(ProfileDigest)
  case resume
}

/// The proof that the guard allowed `command`.
///
/// Its initialiser is internal to this target, so no other target can make one: that is a compile error, not a
/// convention. It does not move anything by itself; `SMPRecord` turns it into a spendable token once it is durable (S2).
package struct Admitted: Hashable, Sendable {
  package let command: Command

  internal init(_ command: Command) { self.command = command }
}

/// The guard's answer to one request (S1).
package enum Decision: Hashable, Sendable {
  /// Always a `Command.grant` bound to the request.
  case admitted(Admitted)
  /// `zone` is where the request lies, as far as the decision came.
  case denied(Denial, zone: ZoneIndex?)
}

@testable import SMPGuard

/// An admission as the guard makes it; only its own target can, outside of tests.
enum Guarded {
  static func selfTest() throws -> Admitted { Admitted(.selfTest) }
}

/// A rule that holds a promise and that the test build can take out, so that the explorer can be seen to miss it.
///
/// Each case stands at the few places that ask `keeps(_:)` for it; taking one out takes out that check and no more.
package enum RemovableRule: UInt8, CaseIterable, Sendable {
  /// S1: the guard grants nothing while a grant is open.
  case oneGrantAtATime
  /// S1: request and grant run out on the device's clock.
  case grantLifetime
  /// S1: the device takes each grant number once.
  case grantTakenOnce
  /// S2: what was admitted leaves when its entry is durable.
  case durableBeforeSending
  /// S2: a record is released when its entry is durable.
  case durableBeforeRelease
  /// S2: the device asks for no dot while its window is full.
  case recordWindow
  /// S5: energised is a lease that runs out.
  case lease
  /// S5: a lease is renewed under the limits in force alone.
  case digestOfLease
  /// S5: nobody arms under a pressed pedal.
  case pedalSeenReleased
  /// S6: a protective stop brakes and retracts in every phase.
  case stopCuts
  /// S6: the session follows a stop that others have sent.
  case stopFollowed
  /// S7: a device that went away leaves its session uncertain.
  case uncertainAfterLoss
  /// S8: a fault stays until it is cleared.
  case faultsLatch
  /// S8: a lock-out refuses clearing and starting.
  case lockOut
  /// S9: no arming without a stop path that was proven.
  case stopPathProven
}

/// Which rules are kept: all of them. Only the test build can name one that is not.
///
/// A release build has neither the stored rule nor the question: there this is an empty struct whose answer is `true`.
package struct KeptRules: Hashable, Sendable {
  #if SMP_REMOVABLE_RULES
    private let removed: RemovableRule?

    package init() { removed = nil }

    /// For the explorer's tests.
    package init(without removed: RemovableRule?) { self.removed = removed }

    package func callAsFunction(_ rule: RemovableRule) -> Bool { rule != removed }
  #else
    package init() {}

    package func callAsFunction(_ rule: RemovableRule) -> Bool { true }
  #endif
}

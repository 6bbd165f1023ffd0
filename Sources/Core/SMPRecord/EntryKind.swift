/// What an entry says, as one word; the names are the stable vocabulary of the journal and its views.
package enum EntryKind: String, CaseIterable, Hashable, Sendable {
  // The journal itself.
  case journalCreated = "journal_created"
  case daemonStarted = "daemon_started"
  case operatorAction = "operator_action"
  case tailAccepted = "tail_accepted"
  case confidentialErased = "confidential_erased"
  // Plans.
  case planImported = "plan_imported"
  case planAmended = "plan_amended"
  case planAgreed = "plan_agreed"
  case planSigned = "plan_signed"
  case courseAssessed = "course_assessed"
  case courseAbandoned = "course_abandoned"
  // What is used up.
  case lotRegistered = "lot_registered"
  case lotWithdrawn = "lot_withdrawn"
  // Sessions.
  case sessionOpened = "session_opened"
  case zoneOpened = "zone_opened"
  case limitConfirmed = "limit_confirmed"
  case stepOverridden = "step_overridden"
  case handpieceRegistered = "handpiece_registered"
  case setPoints = "set_points"
  case paused
  case supplyChanged = "supply_changed"
  case comfortScored = "comfort_scored"
  case resumed
  case disarmed
  case uncertain
  case resolved
  case sessionClosed = "session_closed"
  case sessionSealed = "session_sealed"
  // The device.
  case deviceAttached = "device_attached"
  case deviceDetached = "device_detached"
  case deviceRefused = "device_refused"
  case linkAlarm = "link_alarm"
  case profilesIntended = "profiles_intended"
  case profilesLoaded = "profiles_loaded"
  case selfTestIntended = "self_test_intended"
  case selfTest = "self_test"
  case armIntended = "arm_intended"
  case armed
  case resumeIntended = "resume_intended"
  // Dots.
  case grant
  case denial
  case dot
  case grantEnded = "grant_ended"
  case unbiddenContact = "unbidden_contact"
  // Stops and faults.
  case stop
  case fault
  case faultCleared = "fault_cleared"
  case lockedOut = "locked_out"
  case unlocked

  /// What the header of such an entry must name.
  package enum Scope: Hashable, Sendable {
    case journal
    case course
    case session
  }

  package var scope: Scope {
    switch self {
    case .journalCreated, .daemonStarted, .operatorAction, .tailAccepted, .confidentialErased, .lotRegistered,
      .lotWithdrawn:
      .journal
    // A device may be tested, stop or fail with no session open; for a test it is given a profile set.
    case .deviceAttached, .deviceDetached, .deviceRefused, .linkAlarm, .profilesIntended, .profilesLoaded,
      .selfTestIntended, .selfTest, .unbiddenContact:
      .journal
    case .stop, .fault, .faultCleared, .lockedOut, .unlocked: .journal
    case .planImported, .planAmended, .planAgreed, .planSigned, .courseAssessed, .courseAbandoned: .course
    case .sessionOpened, .zoneOpened, .limitConfirmed, .stepOverridden, .handpieceRegistered, .setPoints, .paused,
      .supplyChanged, .comfortScored, .resumed, .disarmed, .uncertain, .resolved, .sessionClosed, .sessionSealed:
      .session
    case .armIntended, .armed, .resumeIntended: .session
    case .grant, .denial, .dot, .grantEnded: .session
    }
  }
}

extension EntryBody {
  /// The commitments in this entry: what a reader with the right to it may be shown the texts of.
  package var commitments: [Commitment] {
    switch self {
    case .planImported(let entry): [entry.title, entry.client]
    case .planSigned(let entry): [entry.by]
    case .sessionOpened(let entry): [entry.operatorName]
    case .limitConfirmed(let entry): [entry.by, entry.reason]
    case .stepOverridden(let entry): [entry.by, entry.reason]
    case .paused(let entry): entry.reason.map { [$0] } ?? []
    case .resolved(let entry): [entry.by, entry.reason]
    case .unlocked(let entry): [entry.by, entry.reason]
    case .tailAccepted(let entry): [entry.by, entry.reason]
    case .confidentialErased(let entry): [entry.by, entry.reason]
    case .journalCreated, .daemonStarted, .operatorAction, .zoneOpened, .setPoints, .resumed, .disarmed, .uncertain,
      .sessionClosed, .deviceAttached, .deviceDetached, .deviceRefused, .linkAlarm, .profilesIntended, .profilesLoaded,
      .selfTestIntended,
      .selfTest,
      .armIntended, .armed, .resumeIntended, .grant, .denial, .dot, .grantEnded, .unbiddenContact, .stop, .fault,
      .faultCleared, .lockedOut:
      []
    }
  }
}

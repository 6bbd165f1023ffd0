extension EntryBody {
  /// Those behind which something is said of the client: the reference, and whatever a person wrote in their own words.
  /// Who did it is not among them: that is the practitioner's own record.
  package var clientCommitments: [Commitment] {
    switch self {
    case .planImported(let entry): [entry.title, entry.client]
    case .planAmended(let entry): [entry.reason]
    case .planSigned(let entry): entry.consent.map { [$0] } ?? []
    case .courseAssessed(let entry): entry.remarks.map { [$0] } ?? []
    case .courseAbandoned(let entry): [entry.reason]
    case .limitConfirmed(let entry): [entry.reason]
    case .stepOverridden(let entry): [entry.reason]
    case .paused(let entry): entry.remarks.map { [$0] } ?? []
    case .comfortScored(let entry): entry.remarks.map { [$0] } ?? []
    case .resolved(let entry): [entry.reason]
    default: []
    }
  }

  /// The commitments in this entry: what a reader with the right to it may be shown the texts of.
  package var commitments: [Commitment] {
    switch self {
    case .planImported(let entry): [entry.title, entry.client]
    case .planAmended(let entry): [entry.by, entry.reason]
    case .courseAssessed(let entry): [entry.by] + (entry.remarks.map { [$0] } ?? [])
    case .planAgreed(let entry): [entry.by]
    case .planSigned(let entry): [entry.by] + (entry.consent.map { [$0] } ?? [])
    case .courseAbandoned(let entry): [entry.by, entry.reason]
    case .lotRegistered(let entry): [entry.by]
    case .lotWithdrawn(let entry): [entry.by, entry.reason]
    case .sessionOpened(let entry): [entry.operatorName]
    case .limitConfirmed(let entry): [entry.by, entry.reason]
    case .stepOverridden(let entry): [entry.by, entry.reason]
    case .handpieceRegistered(let entry): [entry.operatorName]
    case .paused(let entry): entry.remarks.map { [$0] } ?? []
    case .comfortScored(let entry): entry.remarks.map { [$0] } ?? []
    case .resolved(let entry): [entry.by, entry.reason]
    case .unlocked(let entry): [entry.by, entry.reason]
    case .tailAccepted(let entry): [entry.by, entry.reason]
    case .confidentialErased(let entry): [entry.by, entry.reason]
    case .journalCreated, .daemonStarted, .operatorAction, .zoneOpened, .supplyChanged, .setPoints, .resumed, .disarmed,
      .uncertain, .sessionClosed, .sessionSealed, .deviceAttached, .deviceDetached, .deviceRefused, .linkAlarm,
      .profilesIntended, .profilesLoaded, .selfTestIntended, .selfTest, .armIntended, .armed, .resumeIntended, .grant,
      .denial, .dot, .grantEnded, .unbiddenContact, .stop, .fault, .faultCleared, .lockedOut:
      []
    }
  }
}

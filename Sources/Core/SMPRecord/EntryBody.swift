/// What an entry says: one case for each kind, each with its own facts.
package enum EntryBody: Hashable, Sendable {
  case journalCreated(JournalCreatedEntry)
  case daemonStarted(DaemonStartedEntry)
  case operatorAction(OperatorActionEntry)
  case tailAccepted(TailAcceptedEntry)
  case confidentialErased(ConfidentialErasedEntry)
  case planImported(PlanImportedEntry)
  case planAmended(PlanAmendedEntry)
  case courseAssessed(CourseAssessedEntry)
  case planAgreed(PlanAgreedEntry)
  case planSigned(PlanSignedEntry)
  case courseAbandoned(CourseAbandonedEntry)
  case lotRegistered(LotRegisteredEntry)
  case lotWithdrawn(LotWithdrawnEntry)
  case sessionOpened(SessionOpenedEntry)
  case zoneOpened(ZoneOpenedEntry)
  case limitConfirmed(LimitConfirmedEntry)
  case stepOverridden(StepOverriddenEntry)
  case handpieceRegistered(HandpieceRegisteredEntry)
  case setPoints(SetPointsEntry)
  case paused(PausedEntry)
  case supplyChanged(SupplyChangedEntry)
  case comfortScored(ComfortScoredEntry)
  case resumed
  case disarmed(DisarmedEntry)
  case uncertain(UncertainEntry)
  case resolved(ResolvedEntry)
  case sessionClosed(SessionClosedEntry)
  case sessionSealed(SessionSealedEntry)
  case deviceAttached(DeviceAttachedEntry)
  case deviceDetached(DeviceDetachedEntry)
  case deviceRefused(DeviceRefusedEntry)
  case linkAlarm(LinkAlarmEntry)
  case profilesIntended(ProfilesIntendedEntry)
  case profilesLoaded(ProfilesLoadedEntry)
  case selfTestIntended
  case selfTest(SelfTestEntry)
  case armIntended(ArmIntendedEntry)
  case armed(ArmedEntry)
  case resumeIntended
  case grant(GrantEntry)
  case denial(DenialEntry)
  case dot(DotEntry)
  case grantEnded(GrantEndedEntry)
  case unbiddenContact(UnbiddenContactEntry)
  case stop(StopEntry)
  case fault(FaultEntry)
  case faultCleared(FaultClearedEntry)
  case lockedOut(LockedOutEntry)
  case unlocked(UnlockedEntry)
}

extension EntryBody {
  package var kind: EntryKind {
    switch self {
    case .journalCreated: .journalCreated
    case .daemonStarted: .daemonStarted
    case .operatorAction: .operatorAction
    case .tailAccepted: .tailAccepted
    case .confidentialErased: .confidentialErased
    case .planImported: .planImported
    case .planAmended: .planAmended
    case .courseAssessed: .courseAssessed
    case .planAgreed: .planAgreed
    case .planSigned: .planSigned
    case .courseAbandoned: .courseAbandoned
    case .lotRegistered: .lotRegistered
    case .lotWithdrawn: .lotWithdrawn
    case .sessionOpened: .sessionOpened
    case .zoneOpened: .zoneOpened
    case .limitConfirmed: .limitConfirmed
    case .stepOverridden: .stepOverridden
    case .handpieceRegistered: .handpieceRegistered
    case .setPoints: .setPoints
    case .paused: .paused
    case .supplyChanged: .supplyChanged
    case .comfortScored: .comfortScored
    case .resumed: .resumed
    case .disarmed: .disarmed
    case .uncertain: .uncertain
    case .resolved: .resolved
    case .sessionClosed: .sessionClosed
    case .sessionSealed: .sessionSealed
    case .deviceAttached: .deviceAttached
    case .deviceDetached: .deviceDetached
    case .deviceRefused: .deviceRefused
    case .linkAlarm: .linkAlarm
    case .profilesIntended: .profilesIntended
    case .profilesLoaded: .profilesLoaded
    case .selfTestIntended: .selfTestIntended
    case .selfTest: .selfTest
    case .armIntended: .armIntended
    case .armed: .armed
    case .resumeIntended: .resumeIntended
    case .grant: .grant
    case .denial: .denial
    case .dot: .dot
    case .grantEnded: .grantEnded
    case .unbiddenContact: .unbiddenContact
    case .stop: .stop
    case .fault: .fault
    case .faultCleared: .faultCleared
    case .lockedOut: .lockedOut
    case .unlocked: .unlocked
    }
  }

  /// The body's JSON text: one object, one spelling.
  package var encoded: [UInt8] {
    var fields = FieldWriter()
    write(to: &fields)
    return fields.finished()
  }

  /// Reads what `encoded` wrote.
  package init(kind: EntryKind, text: [UInt8]) throws(RecordError) {
    var fields = FieldReader(try StoredEntry.object(text))
    self = try EntryBody.read(kind, &fields)
    try fields.finish()
  }

  private func write(to fields: inout FieldWriter) {
    switch self {
    case .journalCreated(let entry): entry.write(to: &fields)
    case .daemonStarted(let entry): entry.write(to: &fields)
    case .operatorAction(let entry): entry.write(to: &fields)
    case .tailAccepted(let entry): entry.write(to: &fields)
    case .confidentialErased(let entry): entry.write(to: &fields)
    case .planImported(let entry): entry.write(to: &fields)
    case .planAmended(let entry): entry.write(to: &fields)
    case .courseAssessed(let entry): entry.write(to: &fields)
    case .planAgreed(let entry): entry.write(to: &fields)
    case .planSigned(let entry): entry.write(to: &fields)
    case .courseAbandoned(let entry): entry.write(to: &fields)
    case .lotRegistered(let entry): entry.write(to: &fields)
    case .lotWithdrawn(let entry): entry.write(to: &fields)
    case .sessionOpened(let entry): entry.write(to: &fields)
    case .zoneOpened(let entry): entry.write(to: &fields)
    case .limitConfirmed(let entry): entry.write(to: &fields)
    case .stepOverridden(let entry): entry.write(to: &fields)
    case .handpieceRegistered(let entry): entry.write(to: &fields)
    case .setPoints(let entry): entry.write(to: &fields)
    case .paused(let entry): entry.write(to: &fields)
    case .supplyChanged(let entry): entry.write(to: &fields)
    case .comfortScored(let entry): entry.write(to: &fields)
    case .disarmed(let entry): entry.write(to: &fields)
    case .uncertain(let entry): entry.write(to: &fields)
    case .resolved(let entry): entry.write(to: &fields)
    case .sessionClosed(let entry): entry.write(to: &fields)
    case .sessionSealed(let entry): entry.write(to: &fields)
    case .deviceAttached(let entry): entry.write(to: &fields)
    case .deviceDetached(let entry): entry.write(to: &fields)
    case .deviceRefused(let entry): entry.write(to: &fields)
    case .linkAlarm(let entry): entry.write(to: &fields)
    case .profilesIntended(let entry): entry.write(to: &fields)
    case .profilesLoaded(let entry): entry.write(to: &fields)
    case .selfTest(let entry): entry.write(to: &fields)
    case .armIntended(let entry): entry.write(to: &fields)
    case .armed(let entry): entry.write(to: &fields)
    case .grant(let entry): entry.write(to: &fields)
    case .denial(let entry): entry.write(to: &fields)
    case .dot(let entry): entry.write(to: &fields)
    case .grantEnded(let entry): entry.write(to: &fields)
    case .unbiddenContact(let entry): entry.write(to: &fields)
    case .stop(let entry): entry.write(to: &fields)
    case .fault(let entry): entry.write(to: &fields)
    case .faultCleared(let entry): entry.write(to: &fields)
    case .lockedOut(let entry): entry.write(to: &fields)
    case .unlocked(let entry): entry.write(to: &fields)
    // The kind and the header say it all.
    case .resumed, .selfTestIntended, .resumeIntended: break
    }
  }

  private static func read(_ kind: EntryKind, _ fields: inout FieldReader) throws(RecordError) -> EntryBody {
    switch kind {
    case .journalCreated: .journalCreated(try JournalCreatedEntry(reading: &fields))
    case .daemonStarted: .daemonStarted(try DaemonStartedEntry(reading: &fields))
    case .operatorAction: .operatorAction(try OperatorActionEntry(reading: &fields))
    case .tailAccepted: .tailAccepted(try TailAcceptedEntry(reading: &fields))
    case .confidentialErased: .confidentialErased(try ConfidentialErasedEntry(reading: &fields))
    case .planImported: .planImported(try PlanImportedEntry(reading: &fields))
    case .planAmended: .planAmended(try PlanAmendedEntry(reading: &fields))
    case .courseAssessed: .courseAssessed(try CourseAssessedEntry(reading: &fields))
    case .planAgreed: .planAgreed(try PlanAgreedEntry(reading: &fields))
    case .planSigned: .planSigned(try PlanSignedEntry(reading: &fields))
    case .courseAbandoned: .courseAbandoned(try CourseAbandonedEntry(reading: &fields))
    case .lotRegistered: .lotRegistered(try LotRegisteredEntry(reading: &fields))
    case .lotWithdrawn: .lotWithdrawn(try LotWithdrawnEntry(reading: &fields))
    case .sessionOpened: .sessionOpened(try SessionOpenedEntry(reading: &fields))
    case .zoneOpened: .zoneOpened(try ZoneOpenedEntry(reading: &fields))
    case .limitConfirmed: .limitConfirmed(try LimitConfirmedEntry(reading: &fields))
    case .stepOverridden: .stepOverridden(try StepOverriddenEntry(reading: &fields))
    case .handpieceRegistered: .handpieceRegistered(try HandpieceRegisteredEntry(reading: &fields))
    case .setPoints: .setPoints(try SetPointsEntry(reading: &fields))
    case .paused: .paused(try PausedEntry(reading: &fields))
    case .supplyChanged: .supplyChanged(try SupplyChangedEntry(reading: &fields))
    case .comfortScored: .comfortScored(try ComfortScoredEntry(reading: &fields))
    case .resumed: .resumed
    case .disarmed: .disarmed(try DisarmedEntry(reading: &fields))
    case .uncertain: .uncertain(try UncertainEntry(reading: &fields))
    case .resolved: .resolved(try ResolvedEntry(reading: &fields))
    case .sessionClosed: .sessionClosed(try SessionClosedEntry(reading: &fields))
    case .sessionSealed: .sessionSealed(try SessionSealedEntry(reading: &fields))
    case .deviceAttached: .deviceAttached(try DeviceAttachedEntry(reading: &fields))
    case .deviceDetached: .deviceDetached(try DeviceDetachedEntry(reading: &fields))
    case .deviceRefused: .deviceRefused(try DeviceRefusedEntry(reading: &fields))
    case .linkAlarm: .linkAlarm(try LinkAlarmEntry(reading: &fields))
    case .profilesIntended: .profilesIntended(try ProfilesIntendedEntry(reading: &fields))
    case .profilesLoaded: .profilesLoaded(try ProfilesLoadedEntry(reading: &fields))
    case .selfTestIntended: .selfTestIntended
    case .selfTest: .selfTest(try SelfTestEntry(reading: &fields))
    case .armIntended: .armIntended(try ArmIntendedEntry(reading: &fields))
    case .armed: .armed(try ArmedEntry(reading: &fields))
    case .resumeIntended: .resumeIntended
    case .grant: .grant(try GrantEntry(reading: &fields))
    case .denial: .denial(try DenialEntry(reading: &fields))
    case .dot: .dot(try DotEntry(reading: &fields))
    case .grantEnded: .grantEnded(try GrantEndedEntry(reading: &fields))
    case .unbiddenContact: .unbiddenContact(try UnbiddenContactEntry(reading: &fields))
    case .stop: .stop(try StopEntry(reading: &fields))
    case .fault: .fault(try FaultEntry(reading: &fields))
    case .faultCleared: .faultCleared(try FaultClearedEntry(reading: &fields))
    case .lockedOut: .lockedOut(try LockedOutEntry(reading: &fields))
    case .unlocked: .unlocked(try UnlockedEntry(reading: &fields))
    }
  }
}

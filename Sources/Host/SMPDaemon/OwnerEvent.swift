package import SMPJournal
package import SMPLink
package import SMPModel
package import SMPRecord
package import SMPSession

/// What the owner hears.
package enum OwnerEvent: Sendable {
  /// A device is there.
  case attach(any DevicePort)
  /// Nothing is there any more.
  case detach(place: String)
  /// `attachment` tells a late event of an earlier link from one of the present link.
  case link(attachment: UInt32, LinkEvent)
  case durable(Durable)
  case journalFailed(JournalError)
  /// What has become of a journal that failed, and what to do now: the last word about it.
  case journalSecured(JournalError)
  /// The stop listener has submitted a protective stop, or found no device (S6).
  case stopSubmitted(by: UInt32, StopOutcome)
  /// A normal stop from the stop socket: motion ends, the session stays as it is.
  case halt(by: UInt32)
  case call(OwnerCall)
  /// A closed session was sealed.
  case sealed(EntryDraft)
  /// Something outside the queue changed what the owner waits for: a simulated hand or fault.
  case wake
  /// Stop the needle, close the link, end the loop.
  case shutdown
}

extension OwnerEvent {
  /// What is still heard while the owner waits for its device to stand still.
  var isOfTheDevice: Bool {
    switch self {
    case .link, .durable, .journalFailed, .journalSecured, .detach, .stopSubmitted, .halt, .wake: true
    case .attach, .call, .sealed, .shutdown: false
    }
  }
}

/// A person's command with the way back to whoever asked.
package struct OwnerCall: Sendable {
  package let command: OwnerCommand
  package let actor: UInt32
  /// Called once, on the owner thread, when the command's outcome is known and durable. Must only hand over.
  package let reply: @Sendable (OwnerReply) -> Void
  package init(_ command: OwnerCommand, actor: UInt32, reply: @escaping @Sendable (OwnerReply) -> Void) {
    self.command = command
    self.actor = actor
    self.reply = reply
  }
}

package enum OwnerCommand: Sendable {
  /// `basedOn` is the newest entry that the order's history can know of.
  case start(StartOrder, basedOn: UInt64, dryRun: Bool)
  case pause(PauseReason?, remarks: String?)
  case comfort(ComfortScore, remarks: String?)
  /// `basedOn` is the newest entry that the judgement of the supplies can know of.
  case load(Loading, basedOn: UInt64, dryRun: Bool)
  case resume
  /// The tip is held to this landmark of the plan: read it (S12).
  case register(String, dryRun: Bool)
  case selectZone(String)
  /// nil means every zone.
  case set(zone: String?, depth: Depth?, speed: Speed?, dwell: Dwell?, dryRun: Bool)
  case confirm(LimitKey, by: String, reason: String)
  case resolve(by: String, reason: String)
  case stop
  case clearFault
  /// nil means the attached device; `site` is nil when the clinic's limits cannot be read.
  case selfTest(serial: String?, site: LimitSet?, dryRun: Bool)
  case unlock(by: String, reason: String)
  /// Entries of the librarian, such as a plan's versions and signatures, an assessment, or a lot: what others are judged
  /// by, and themselves judged on entries up to `basedOn`. Nil where nothing was judged: an import.
  case record([EntryDraft], basedOn: UInt64?)
  /// Drive the device of this serial; answers when it has said who it is, or that it cannot be driven.
  case select(String)
  /// Answers when everything noted so far is durable; changes nothing.
  case barrier
}

/// An entry before the owner gives it number and time.
package struct EntryDraft: Sendable {
  package let body: EntryBody
  /// Nil: the one that is open, if it is of this course. What is of another course, or of none, names no session.
  package let session: String?
  package let course: String?
  package let confidential: [Confidential]
  package let plan: StoredPlan?
  package let erasing: Erasure
  package init(
    body: EntryBody, session: String? = nil, course: String?, confidential: [Confidential] = [],
    plan: StoredPlan? = nil, erasing: Erasure = Erasure()
  ) {
    self.body = body
    self.session = session
    self.course = course
    self.confidential = confidential
    self.plan = plan
    self.erasing = erasing
  }
}

package enum OwnerReply: Sendable {
  case done(Published)
  case refused(SessionRefusal, Published)
  /// Judged on a journal that has moved on: ask again.
  case outdated
  /// The journal could not take the entry.
  case journalFailed(JournalError)
  case shuttingDown
}

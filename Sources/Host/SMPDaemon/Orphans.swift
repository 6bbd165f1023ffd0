package import SMPJournal
package import SMPModel
internal import SMPRecord
package import SMPSession

/// What a new daemon must know of the time before it: faults that count, a lock-out in force, a session left open, and
/// what its devices have still to say.
package struct Inheritance: Sendable {
  package let latch: FaultLatch
  package let orphan: OrphanSession?
  package let known: KnownDevices
  /// The newest fault, where nobody has cleared it since (S8).
  package let fault: SessionFault?
  /// The newest session on each device, by its serial (S4).
  package let lastSessions: [String: LastSession]

  /// Nothing: the time before a journal's first entry.
  package static let nothing = Inheritance(latch: FaultLatch(), orphan: nil, known: KnownDevices())

  package init(
    latch: FaultLatch, orphan: OrphanSession?, known: KnownDevices, fault: SessionFault? = nil,
    lastSessions: [String: LastSession] = [:]
  ) {
    self.latch = latch
    self.orphan = orphan
    self.known = known
    self.fault = fault
    self.lastSessions = lastSessions
  }

  package init(from store: JournalStore, wall: WallTime) throws(JournalError) {
    let since = WallTime(milliseconds: wall.milliseconds - Bounds.lockOutWindow.milliseconds)
    latch = FaultLatch(
      recent: try store.recentFaults(since: since).compactMap { occurrence in
        SessionFault(word: occurrence.fault.text).map { FaultLatch.Occurrence(fault: $0, at: occurrence.at) }
      },
      // A lock-out by a fault that this version no longer knows is a lock-out all the same.
      lockedOut: try store.lockOut().map { SessionFault(word: $0.fault.text) ?? .commandRefused })
    orphan = try Self.orphan(in: store)
    fault = try store.standingFault().map { SessionFault(word: $0.text) ?? .commandRefused }
    lastSessions = try store.lastSessions().mapValues { LastSession(session: $0.session, course: $0.course) }
    known = KnownDevices(
      devices: try store.devices(Bounds.knownDevices).map {
        KnownDevices.Device(
          serial: $0.serial, bootCount: $0.bootCount, expectedRecord: $0.expectedRecord, heardUpTo: $0.heardUpTo)
      },
      settled: try store.endedGrants(Bounds.settledGrants).map {
        KnownDevices.Settled(grant: $0.grant, sequence: $0.sequence)
      }, presumed: try store.presumedGrants(Bounds.settledGrants),
      contacts: try store.unbiddenContacts(Bounds.settledGrants).map {
        KnownDevices.Contact(
          sequence: $0.sequence, position: $0.position, depth: $0.depthReported, speed: $0.speedReported,
          dwell: $0.dwell, strokes: $0.strokes)
      })
  }

  private static func orphan(in store: JournalStore) throws(JournalError) -> OrphanSession? {
    guard let name = try store.openSessionName(), let open = try store.session(name) else { return nil }
    let grants = try store.openGrants(session: open.session).map { number, entry in
      OrphanSession.OpenGrant(
        grant: Grant(
          request: entry.request, zone: entry.zone, position: entry.position, depth: entry.depth, speed: entry.speed,
          dwell: entry.dwell, digest: entry.digest), number: number)
    }
    return OrphanSession(
      session: open.session, course: open.course, serial: open.device, openGrants: grants, dotsMade: open.dotsMade,
      motion: try store.registration(session: open.session)?.motion)
  }
}

/// A session and its course.
package struct LastSession: Hashable, Sendable {
  package let session: String
  package let course: String
}

extension SessionFault {
  package init?(word: String) {
    guard let fault = Self.all.first(where: { $0.word.description == word }) else { return nil }
    self = fault
  }
}

import SMPGuard
import SMPModel
import SMPRecord
import SMPSession

/// The daemon's end and its successor's beginning (SMPDaemon, Orphans.swift).
extension Product {
  /// Everything that was not on the disk is gone; the device goes on as it is.
  mutating func crash() {
    journal.lose()
    world.link.cut()
    world.attachment += 1
    driver = nil
    ledger = AdmissionLedger(keeps: keeps)
    waiting = []
    releases.forget()
    retryAt = nil
    intents = Intents()
    world.witness.crashed(durable: journal.durable)
    world.witness.faults = faultsOnRecord
    sessionsDone = journal.notes.count { $0 == .closed }
    machine = SessionMachine(
      latch: inheritedLatch, firstGeneration: UInt32(truncatingIfNeeded: journal.last) &+ 1, orphan: orphan,
      keeps: keeps)
    connect()
    turn()
  }

  private var faultsOnRecord: [SessionFault] {
    var faults = setting.faults
    for note in journal.notes {
      switch note {
      case .fault(let fault): faults.append(fault)
      case .unlocked: faults = []
      case .intent, .end, .opened, .closed, .lockedOut, .other: break
      }
    }
    return faults
  }

  private var inheritedLatch: FaultLatch {
    var recent = setting.faults.map { FaultLatch.Occurrence(fault: $0, at: WallTime(milliseconds: 1_800_000_000_000)) }
    var lockedOut: SessionFault?
    for note in journal.notes {
      switch note {
      case .fault(let fault): recent.append(FaultLatch.Occurrence(fault: fault, at: wall))
      case .lockedOut(let fault): lockedOut = fault
      case .unlocked:
        recent = []
        lockedOut = nil
      case .intent, .end, .opened, .closed, .other: break
      }
    }
    return FaultLatch(recent: recent, lockedOut: lockedOut)
  }

  private var orphan: OrphanSession? {
    guard let course = journal.openCourse else { return nil }
    var grants: [OrphanSession.OpenGrant] = []
    var dots: Int64 = 0
    for (place, note) in journal.notes.enumerated() {
      switch note {
      case .intent(.grant(let grant)):
        grants.append(OrphanSession.OpenGrant(grant: grant, number: GrantNumber(number: UInt64(place) + 1)))
      case .end(let number, let end):
        grants.removeAll { $0.number == number }
        if end == .made || end == .presumed { dots += 1 }
      case .opened: dots = 0
      case .intent, .closed, .fault, .lockedOut, .unlocked, .other: break
      }
    }
    return OrphanSession(
      session: "\(course)-1-\(sessionsDone + 1)", course: course, openGrants: grants, dotsMade: dots)
  }
}

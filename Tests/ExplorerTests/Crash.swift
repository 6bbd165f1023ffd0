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
      fault: standingFault, known: known, keeps: keeps)
    connect()
    turn()
  }

  private var faultsOnRecord: [SessionFault] {
    var faults = setting.faults
    for note in journal.notes {
      switch note {
      case .fault(let fault): faults.append(fault)
      case .unlocked: faults = []
      case .intent, .end, .opened, .closed, .cleared, .lockedOut, .attached, .other: break
      }
    }
    return faults
  }

  /// The newest fault that nobody has cleared (S8).
  private var standingFault: SessionFault? {
    var standing: SessionFault?
    for note in journal.notes {
      switch note {
      case .fault(let fault): standing = fault
      case .cleared: standing = nil
      case .intent, .end, .opened, .closed, .lockedOut, .unlocked, .attached, .other: break
      }
    }
    return standing
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
      case .intent, .end, .opened, .closed, .cleared, .attached, .other: break
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
      case .end(let number, let end, _):
        grants.removeAll { $0.number == number }
        if end == .made || end == .presumed { dots += 1 }
      case .opened: dots = 0
      case .intent, .closed, .fault, .cleared, .lockedOut, .unlocked, .attached, .other: break
      }
    }
    return OrphanSession(
      session: "\(course)-\(sessionsDone + 1)", course: course, serial: Setting.serial, openGrants: grants,
      dotsMade: dots)
  }

  /// What the journal knows of the device (SMPJournal, JournalDevices.swift).
  private var known: KnownDevices {
    var boots: UInt32?
    var expected: RecordSequence?
    var settled: [KnownDevices.Settled] = []
    var presumed: [GrantNumber] = []
    for note in journal.notes {
      switch note {
      case .attached(let status):
        let goesOn = boots.map { status.bootCount &- $0 <= Bounds.startsBetweenAttaches } ?? false
        let left = expected.flatMap { goesOn && $0 >= status.oldestRecord && $0 <= status.nextRecord ? $0 : nil }
        expected = left ?? status.oldestRecord
        boots = status.bootCount
      case .end(let number, let end, let sequence):
        if let sequence {
          expected = RecordSequence(number: sequence.number &+ 1)
          settled.append(KnownDevices.Settled(grant: number, sequence: sequence))
        }
        if end == .presumed { presumed.append(number) }
      case .intent, .opened, .closed, .fault, .cleared, .lockedOut, .unlocked, .other: break
      }
    }
    guard let boots, let expected else { return KnownDevices() }
    let device = KnownDevices.Device(
      serial: Setting.serial, bootCount: boots, expectedRecord: expected, heardUpTo: expected)
    return KnownDevices(devices: [device], settled: settled, presumed: presumed)
  }
}

package import SMPModel
package import SMPRecord

/// One session in figures, added up from its entries. Every list has one order, so the same entries give the same report.
package struct SessionSummary: Hashable, Sendable {
  package struct Zone: Hashable, Sendable {
    package let index: ZoneIndex
    package let name: String
    /// Presumed ones included.
    package fileprivate(set) var dots: Int64
    package fileprivate(set) var presumed: Int64
  }

  package struct DenialCount: Hashable, Sendable {
    package let reason: String
    /// The limit, where the reason is one.
    package let key: LimitKey?
    package fileprivate(set) var count: Int64
  }

  package struct FaultCount: Hashable, Sendable {
    package let fault: Word
    package fileprivate(set) var count: Int64
  }

  package let session: String
  package private(set) var opening: SessionOpenedEntry?
  package private(set) var opened: WallTime?
  /// Nil while the session is open.
  package private(set) var closed: WallTime?
  package private(set) var outcome: Word?
  package private(set) var simulated = false
  /// By index.
  package private(set) var zones: [Zone] = []
  /// By reason and key, most frequent first.
  package private(set) var denials: [DenialCount] = []
  package private(set) var faults: [FaultCount] = []
  package private(set) var grants: Int64 = 0
  /// Grants that ended without a dot.
  package private(set) var grantsUnused: Int64 = 0
  package private(set) var unbiddenContacts: Int64 = 0
  package private(set) var normalStops: Int64 = 0
  package private(set) var protectiveStops: Int64 = 0

  package init(session: String) { self.session = session }

  package var dots: Int64 { zones.reduce(0) { $0 + $1.dots } }
  package var dotsPresumed: Int64 { zones.reduce(0) { $0 + $1.presumed } }
  package private(set) var times = SessionTimes()

  /// Counts one entry; those of other sessions change nothing.
  package mutating func take(_ entry: Entry) {
    guard entry.header.session == session else { return }
    simulated = entry.header.simulated
    times.take(entry)
    switch entry.body {
    case .sessionOpened(let body):
      opening = body
      opened = entry.header.wall
    case .sessionClosed(let body):
      closed = entry.header.wall
      outcome = body.outcome
    case .grant: grants += 1
    case .grantEnded: grantsUnused += 1
    case .dot(let dot): count(dot)
    case .denial(let denied): count(denied.denial)
    case .unbiddenContact: unbiddenContacts += 1
    case .fault(let body): count(body.fault)
    case .stop(let stop):
      switch stop.style {
      case .normal: normalStops += 1
      case .protective: protectiveStops += 1
      }
    case .journalCreated, .daemonStarted, .operatorAction, .tailAccepted, .confidentialErased, .planImported,
      .planAmended, .planAgreed, .planSigned, .courseAssessed, .courseAbandoned, .lotRegistered, .lotWithdrawn,
      .zoneOpened, .limitConfirmed, .stepOverridden, .handpieceRegistered, .setPoints, .paused, .supplyChanged,
      .comfortScored, .resumed,
      .disarmed, .uncertain, .resolved, .sessionSealed, .deviceAttached, .deviceDetached, .deviceRefused, .linkAlarm,
      .profilesIntended, .profilesLoaded, .selfTestIntended, .selfTest, .armIntended, .armed, .resumeIntended,
      .faultCleared, .lockedOut, .unlocked:
      break
    }
  }

  private mutating func count(_ dot: DotEntry) {
    let place: Int
    if let known = zones.firstIndex(where: { $0.index == dot.zone }) {
      place = known
    } else {
      place = zones.firstIndex { $0.index.number > dot.zone.number } ?? zones.count
      zones.insert(Zone(index: dot.zone, name: opening.name(of: dot.zone), dots: 0, presumed: 0), at: place)
    }
    zones[place].dots += 1
    if dot.outcome == .presumed { zones[place].presumed += 1 }
  }

  private mutating func count(_ denial: Denial) {
    let reason = denial.word.description
    var key: LimitKey?
    switch denial {
    case .beyondHard(let limit, _, _, _), .beyondSoft(let limit, _, _, _): key = limit
    case .outsideOutline, .zoneOutOfOrder, .zoneComplete, .grantOpen, .notRunning, .journalStalled, .tooManyDots: break
    }
    if let place = denials.firstIndex(where: { $0.reason == reason && $0.key == key }) {
      denials[place].count += 1
    } else {
      denials.append(DenialCount(reason: reason, key: key, count: 1))
    }
    denials.sort { ($1.count, $0.reason, $0.key?.rawValue ?? 0) < ($0.count, $1.reason, $1.key?.rawValue ?? 0) }
  }

  private mutating func count(_ fault: Word) {
    if let place = faults.firstIndex(where: { $0.fault == fault }) {
      faults[place].count += 1
    } else {
      faults.append(FaultCount(fault: fault, count: 1))
    }
    faults.sort { ($1.count, $0.fault.text) < ($0.count, $1.fault.text) }
  }
}

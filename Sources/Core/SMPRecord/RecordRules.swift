internal import SMPModel

/// Something the entries of one journal say that cannot be, although each may be as it was written.
package struct RecordFinding: Hashable, Sendable {
  package enum Fault: Hashable, Sendable {
    case unreadable(RecordError)
    /// Simulated and real entries in one journal (S11).
    case simulationChanged
    /// The monotonic clock ran back within one start of the machine.
    case clockRanBack
    case createdTwice
    /// A dot or an end that names a grant nobody gave (S1).
    case unknownGrant(UInt64)
    /// A second end of one grant (S1).
    case grantEndedTwice(UInt64)
    /// A dot in another session, or with other commanded values, than its grant says.
    case differsFromGrant(UInt64)
    /// A session was closed while grants of it had not ended (S1).
    case grantsLeftOpen(Int)
    case closedTwice
    /// An assessment before any session of its course was closed (S12).
    case assessedUntreated
    /// An assessment while a session of its course was open (S12).
    case assessedInSession
    /// A correction of an entry that is no assessment of the same course.
    case correctsNoAssessment(UInt64)
    /// A client's plan was signed in a version that nobody had agreed to (S12).
    case signedUnagreed
    /// A session was opened, or the course abandoned again, after it was abandoned (S12).
    case afterAbandonment
    /// A device with a frame of its own was armed, or given leave for a dot, before its handpiece was registered (S12).
    case unregistered
  }

  package let number: UInt64
  package let fault: Fault
  package init(number: UInt64, fault: Fault) {
    self.number = number
    self.fault = fault
  }
}

extension RecordFinding: CustomStringConvertible {
  package var description: String {
    let what =
      switch fault {
      case .unreadable(let error): "\(error)"
      case .simulationChanged: "simulated and real entries stand in one journal"
      case .clockRanBack: "the monotonic clock ran back within one start of the machine"
      case .createdTwice: "the journal is created a second time"
      case .unknownGrant(let grant): "it names grant \(grant), which nobody gave"
      case .grantEndedTwice(let grant): "grant \(grant) ends a second time"
      case .differsFromGrant(let grant): "the dot is not the one that grant \(grant) allowed"
      case .grantsLeftOpen(let count): "the session is closed with \(count) grants that have not ended"
      case .closedTwice: "the session is closed a second time"
      case .assessedUntreated: "the course is assessed before a session of it was closed"
      case .assessedInSession: "the course is assessed while a session of it is open"
      case .correctsNoAssessment(let entry): "it corrects entry \(entry), which is no assessment of this course"
      case .signedUnagreed: "a plan is signed with a consent, and was not agreed to in this version"
      case .afterAbandonment: "the course was abandoned before"
      case .unregistered: "the device has a frame of its own, and its handpiece was not registered before"
      }
    return "entry \(number): \(what)"
  }
}

/// Holds the entries of a journal against each other (S1, S11, S12).
struct RecordRules: Sendable {
  /// More findings than this say nothing new.
  static let maximumFindings = 100

  private(set) var findings: [RecordFinding] = []
  /// Grants up to this number were given before the first entry seen here.
  private let start: UInt64
  private var simulated: Bool?
  private var clock: (bootID: String, at: MonotonicTime)?
  // Look-ups only; nothing here depends on their order.
  private var open: [UInt64: (session: String?, grant: GrantEntry)] = [:]
  private var openOfSession: [String: Int] = [:]
  private var ended: Set<UInt64> = []
  private var closed: Set<String> = []
  /// Of each course whose newest version came within the part that is seen: that version, and whether it was agreed to.
  private var versions: [String: (plan: Fingerprint, agreed: Bool)] = [:]
  private var abandoned: Set<String> = []

  private var registrations = RegistrationOrder()

  private var courses: CourseOrder

  init(after start: UInt64) {
    self.start = start
    courses = CourseOrder(after: start)
  }

  /// - Returns: the entry's meaning; nil where it has none.
  mutating func take(_ stored: StoredEntry) -> Entry? {
    let entry: Entry
    do {
      entry = try stored.entry()
    } catch {
      find(stored.number, .unreadable(error))
      return nil
    }
    if let simulated, simulated != entry.header.simulated { find(entry.number, .simulationChanged) }
    simulated = simulated ?? entry.header.simulated
    if let clock, clock.bootID == entry.header.bootID, entry.header.monotonic < clock.at {
      find(entry.number, .clockRanBack)
    }
    clock = (entry.header.bootID, entry.header.monotonic)
    judge(entry)
    return entry
  }

  private mutating func judge(_ entry: Entry) {
    switch entry.body {
    case .journalCreated: if entry.number != 1 { find(entry.number, .createdTwice) }
    case .armIntended:
      if registrations.isMissing(in: entry.header.session) { find(entry.number, .unregistered) }
    case .grant(let grant):
      if registrations.isMissing(in: entry.header.session) { find(entry.number, .unregistered) }
      open[entry.number] = (entry.header.session, grant)
      if let session = entry.header.session { openOfSession[session, default: 0] += 1 }
    case .dot(let dot):
      guard let (session, grant) = end(dot.grant, at: entry.number) else { return }
      if session != entry.header.session || dot.zone != grant.zone || dot.depthCommanded != grant.depth
        || dot.speedCommanded != grant.speed
      {
        find(entry.number, .differsFromGrant(dot.grant.number))
      }
    case .grantEnded(let ending): _ = end(ending.grant, at: entry.number)
    case .deviceAttached, .deviceDetached, .handpieceRegistered: registrations.take(entry)
    case .sessionOpened:
      registrations.take(entry)
      if let session = entry.header.session, let course = entry.header.course { courses.opened(session, of: course) }
      judgeCourse(entry)
    case .courseAssessed(let body):
      if let course = entry.header.course, let fault = courses.assessed(body, of: course, at: entry.number) {
        find(entry.number, fault)
      }
    case .sessionClosed:
      registrations.take(entry)
      if let session = entry.header.session, let course = entry.header.course { courses.closed(session, of: course) }
      if let session = entry.header.session, !closed.insert(session).inserted { find(entry.number, .closedTwice) }
      if let session = entry.header.session, let count = openOfSession[session], count > 0 {
        find(entry.number, .grantsLeftOpen(count))
      }
    case .planImported, .planAmended, .planAgreed, .planSigned, .courseAbandoned: judgeCourse(entry)
    case .daemonStarted, .operatorAction, .tailAccepted, .confidentialErased, .lotRegistered, .lotWithdrawn,
      .zoneOpened, .limitConfirmed, .stepOverridden, .setPoints, .paused, .supplyChanged, .comfortScored, .resumed,
      .disarmed, .uncertain, .resolved, .sessionSealed, .deviceRefused, .linkAlarm, .profilesIntended,
      .profilesLoaded, .selfTestIntended, .selfTest, .armed, .resumeIntended, .denial,
      .unbiddenContact, .stop, .fault, .faultCleared, .lockedOut, .unlocked:
      break
    }
  }

  /// The plan's life cycle, each entry with the course it names.
  private mutating func judgeCourse(_ entry: Entry) {
    guard let course = entry.header.course else { return }
    switch entry.body {
    case .planImported(let imported): versions[course] = (imported.plan, false)
    case .planAmended(let amended): versions[course] = (amended.plan, false)
    case .planAgreed(let agreement): if versions[course]?.plan == agreement.plan { versions[course]?.agreed = true }
    case .planSigned(let signature):
      // A version older than the part that is seen may have been agreed to before it.
      if signature.consent != nil, let version = versions[course], version.plan != signature.plan || !version.agreed {
        find(entry.number, .signedUnagreed)
      }
    case .sessionOpened: if abandoned.contains(course) { find(entry.number, .afterAbandonment) }
    case .courseAbandoned:
      if !abandoned.insert(course).inserted { find(entry.number, .afterAbandonment) }
    default: break
    }
  }

  private mutating func end(_ grant: GrantNumber, at number: UInt64) -> (session: String?, grant: GrantEntry)? {
    guard let given = open.removeValue(forKey: grant.number) else {
      // Its first end may also lie before the part that is seen: only a second end within it is certain.
      if grant.number <= start, grant != .none, ended.insert(grant.number).inserted { return nil }
      find(number, ended.contains(grant.number) ? .grantEndedTwice(grant.number) : .unknownGrant(grant.number))
      return nil
    }
    ended.insert(grant.number)
    if let session = given.session { openOfSession[session, default: 0] -= 1 }
    return given
  }

  private mutating func find(_ number: UInt64, _ fault: RecordFinding.Fault) {
    if findings.count < RecordRules.maximumFindings { findings.append(RecordFinding(number: number, fault: fault)) }
  }
}

package import SMPModel
package import SMPRecord

/// What a report needs of the journal, fed with its entries in order. Only those of the course and of the journal
/// itself are looked at; those of other courses change nothing.
package struct SessionRecords: Sendable {
  /// One dot of the session, or of an earlier one of the same course.
  package struct Dot: Hashable, Sendable {
    package let zone: ZoneIndex
    package let position: ChartPosition
    package let depthCommanded: Depth
    package let depthReported: Depth?
    package let speed: Speed
    package let wall: WallTime
    /// Nobody can know whether it was made; it counts (S7).
    package let presumed: Bool
  }

  /// An earlier session of the course: what is already in the skin.
  package struct Earlier: Hashable, Sendable {
    package let session: String
    package let opening: SessionOpenedEntry
    package let opened: WallTime
    package fileprivate(set) var dots: [Dot] = []
  }

  package struct Denied: Hashable, Sendable {
    package let wall: WallTime
    package let denial: Denial
  }

  package struct Plan: Hashable, Sendable {
    package let imported: PlanImportedEntry
    /// The witness.
    package fileprivate(set) var agreed: Commitment?
    package fileprivate(set) var signed: PlanSignedEntry?
    package fileprivate(set) var signedAt: WallTime?

    fileprivate init(imported: PlanImportedEntry) { self.imported = imported }

    /// Another version of the same course: title and client are those the course was taken in with.
    fileprivate init(_ amended: PlanAmendedEntry, of first: Plan) {
      imported = PlanImportedEntry(
        plan: amended.plan, version: amended.version, schema: amended.schema, title: first.imported.title,
        client: first.imported.client)
    }
  }

  package let session: String
  package let course: String
  package private(set) var summary: SessionSummary
  package private(set) var station: Label?
  /// Of the daemon that opened the session.
  package private(set) var daemonVersion: Label?
  /// The device's own words about itself, the newest before or in the session.
  package private(set) var device: DeviceAttachedEntry?
  package private(set) var dots: [Dot] = []
  package private(set) var earlier: [Earlier] = []
  package private(set) var denied: [Denied] = []
  package private(set) var unbidden: [ChartPosition] = []
  /// Everything of the session but what happens at every dot, in order.
  package private(set) var events: [Entry] = []
  /// The documents of the course, in order.
  package private(set) var plans: [Plan] = []
  /// When and with which key the session was sealed.
  package private(set) var sealed: (at: WallTime, key: Fingerprint)?
  /// The newest entry of the session.
  package private(set) var last: ChainHead?
  /// Clock of the opening: how far the times can be trusted.
  package private(set) var clock: ClockQuality?
  // Look-ups by name, never gone through.
  private var texts: [Commitment: String] = [:]
  private var newestVersion: Label?
  private var devices: [Label: DeviceAttachedEntry] = [:]

  package init(session: String, course: String) {
    self.session = session
    self.course = course
    summary = SessionSummary(session: session)
  }

  /// The text behind a commitment; nil where it is erased, or not for this reader.
  package func text(_ commitment: Commitment) -> String? { texts[commitment] }

  /// The document the session stood on.
  package var plan: Plan? { plans.last { $0.imported.plan == summary.opening?.plan } }

  /// - Parameter disclosed: the texts behind the entry's commitments that may be seen.
  /// - Throws: when an entry that belongs here cannot be understood: a report with a hole in it would pass for whole.
  package mutating func take(_ stored: StoredEntry, disclosed: [Commitment: String] = [:]) throws(RecordError) {
    let isOurs = stored.header.course == nil || stored.header.course == course
    // A device that another client's session saw come may still be the one of this session.
    guard isOurs || stored.kind == EntryKind.deviceAttached.rawValue else { return }
    take(try stored.entry(), stored.head, isOurs: isOurs, disclosed: disclosed)
  }

  /// The same for an entry that is understood already.
  mutating func take(_ entry: Entry, _ head: ChainHead, isOurs: Bool = true, disclosed: [Commitment: String]) {
    if case .deviceAttached(let body) = entry.body { devices[body.serial] = body }
    guard isOurs else { return }
    texts.merge(disclosed) { $1 }
    guard let name = entry.header.session else { return takeOfJournal(entry) }
    guard name == session else { return takeEarlier(entry, name) }
    summary.take(entry)
    last = head
    takeOwn(entry)
  }

  private mutating func takeOfJournal(_ entry: Entry) {
    switch entry.body {
    case .journalCreated(let body): station = body.station
    case .daemonStarted(let body): newestVersion = body.version
    case .planImported(let body): plans.append(Plan(imported: body))
    case .planAmended(let body): if let first = plans.first { plans.append(Plan(body, of: first)) }
    case .planAgreed(let body):
      if let place = plans.lastIndex(where: { $0.imported.plan == body.plan }) { plans[place].agreed = body.by }
    case .planSigned(let body):
      if let place = plans.lastIndex(where: { $0.imported.plan == body.plan }) {
        plans[place].signed = body
        plans[place].signedAt = entry.header.wall
      }
    default: break
    }
  }

  private mutating func takeOwn(_ entry: Entry) {
    switch entry.body {
    case .sessionOpened(let body):
      daemonVersion = newestVersion
      device = devices[body.serial]
      clock = entry.header.clock
    case .deviceAttached(let body): device = body
    case .sessionSealed(let body): sealed = (entry.header.wall, body.key)
    case .dot(let dot): dots.append(Dot(dot, at: entry.header.wall))
    case .denial(let denied): self.denied.append(Denied(wall: entry.header.wall, denial: denied.denial))
    case .unbiddenContact(let contact): unbidden.append(contact.position)
    default: break
    }
    if !entry.body.kind.isAboutOneDot { events.append(entry) }
  }

  private mutating func takeEarlier(_ entry: Entry, _ name: String) {
    // What comes after the opening of this session is a later one.
    guard summary.opening == nil else { return }
    if case .sessionOpened(let body) = entry.body {
      earlier.append(Earlier(session: name, opening: body, opened: entry.header.wall))
    } else if case .dot(let dot) = entry.body, let place = earlier.lastIndex(where: { $0.session == name }) {
      earlier[place].dots.append(Dot(dot, at: entry.header.wall))
    }
  }
}

extension SessionRecords.Dot {
  init(_ dot: DotEntry, at wall: WallTime) {
    self.init(
      zone: dot.zone, position: dot.position, depthCommanded: dot.depthCommanded, depthReported: dot.depthReported,
      speed: dot.speedReported ?? dot.speedCommanded, wall: wall, presumed: dot.outcome == .presumed)
  }
}

internal import SMPModel
internal import SMPRecord
internal import SimulatedStation

/// A dot as the journal has it.
struct Mark {
  let entry: UInt64
  let at: MonotonicTime
  let position: ChartPosition
  /// Nil where nothing was measured.
  let depth: Depth?
  /// Nil for a contact that nobody granted.
  let grant: GrantNumber?
  let isPresumed: Bool
  /// A contact while no session was open is in nobody's skin that the journal could name.
  let isNobodys: Bool
}

/// The journal, read as it grows, with what no journal may say.
struct Ledger {
  struct Given {
    let entry: UInt64
    let at: MonotonicTime
    let session: String
    let zone: UInt8
    let position: ChartPosition
  }
  private let plan: LifePlan
  /// The newest entries in words, where somebody wants to read them.
  private let isTelling: Bool
  private(set) var told: [String] = []
  private(set) var read: UInt64 = 0
  private(set) var head: [UInt8] = []
  /// Everything in the skin.
  private(set) var marks: [Mark] = []
  private(set) var grants: [UInt64: Given] = [:]
  private(set) var ends: [UInt64: Int] = [:]
  private(set) var tally = LifeTally()
  private(set) var complaints: [String] = []
  private(set) var openSession: String?
  private(set) var sessions: [String] = []
  private(set) var closed = 0
  /// Dots by grants, made and presumed, of the newest session, by zone.
  private var counts: [UInt8: Int64] = [:]
  private var latched: Word?
  /// Where the newest dot was granted.
  private var grantedOfNewest: ChartPosition?
  /// Places that may have a dot which was reported from somewhere else (S4).
  private var doubted: [ChartPosition] = []
  private var isUncertain = false

  init(_ plan: LifePlan, isTelling: Bool) {
    self.plan = plan
    self.isTelling = isTelling
  }

  var openGrants: [UInt64] { grants.keys.filter { ends[$0] == nil }.sorted() }

  mutating func take(_ entries: some Collection<StoredEntry>) {
    told = []
    for stored in entries where stored.number > read {
      if stored.number != read + 1 { complaints.append("entry \(stored.number) follows \(read)") }
      read = stored.number
      head = stored.hash.bytes
      do throws(RecordError) { try take(try stored.entry()) } catch {
        complaints.append("entry \(stored.number) cannot be read: \(error)")
      }
    }
  }

  private mutating func take(_ entry: Entry) throws(RecordError) {
    if isTelling {
      told.append("    entry \(entry.number), \(entry.header.monotonic.nanoseconds / 1_000_000) ms: \(entry.body)")
    }
    if !entry.header.simulated { complaints.append("entry \(entry.number) does not say simulated") }
    switch entry.body {
    case .grant(let grant): give(grant, entry)
    case .dot(let dot): make(dot, entry)
    case .grantEnded(let end): endGrant(end.grant, entry)
    case .unbiddenContact(let contact):
      tally.unbidden += 1
      let depth = contact.strokes == 0 ? nil : contact.depthReported
      mark(entry, contact.position, depth, nil, isPresumed: false)
      if let openSession, entry.header.session != openSession {
        complaints.append("entry \(entry.number) is a contact, and not in session \(openSession), which is open")
      }
    case .denial: tally.denials += 1
    case .sessionOpened:
      let name = entry.header.session ?? ""
      if let openSession { complaints.append("session \(name) is opened while \(openSession) is open") }
      if sessions.contains(name) { complaints.append("session \(name) is opened twice") }
      openSession = name
      sessions.append(name)
      counts = [:]
      tally.sessions += 1
    case .sessionClosed:
      if openSession != entry.header.session { complaints.append("a session is closed that was not open") }
      openSession = nil
      closed += 1
      isUncertain = false
    case .fault(let fault):
      tally.faults += 1
      latched = fault.fault
      // The reading was in doubt: the dot may be where it was granted.
      if fault.fault.text == "place_beyond_grant", let place = grantedOfNewest { doubted.append(place) }
    case .faultCleared: latched = nil
    case .uncertain: isUncertain = true
    case .resolved: isUncertain = false
    case .armed, .armIntended, .selfTestIntended, .resumed: mustMove(entry)
    default: break
    }
  }

  /// Nothing moves by a fault that nobody has cleared, nor while something is uncertain (S7, S8).
  private mutating func mustMove(_ entry: Entry) {
    if let latched { complaints.append("entry \(entry.number) is \(entry.body.kind) while \(latched.text) is latched") }
    if isUncertain { complaints.append("entry \(entry.number) is \(entry.body.kind) while uncertain") }
  }

  private mutating func give(_ grant: GrantEntry, _ entry: Entry) {
    mustMove(entry)
    guard let session = openSession, session == entry.header.session else {
      complaints.append("grant \(entry.number) outside of its session")
      return
    }
    if !openGrants.isEmpty { complaints.append("grant \(entry.number) while \(openGrants) are open") }
    grants[entry.number] = Given(
      entry: entry.number, at: entry.header.monotonic, session: session, zone: grant.zone.number,
      position: grant.position)
    // The device's error, twice: that of this place and that of the other (S4).
    let least = LifePlan.spacing + 100
    for mark in marks where !mark.isNobodys && mark.position.squaredDistance(to: grant.position) < least * least {
      complaints.append("grant \(entry.number) is too near to entry \(mark.entry)")
    }
    for place in doubted where place.squaredDistance(to: grant.position) < least * least {
      complaints.append("grant \(entry.number) is too near to \(place), where a dot may be")
    }
    if depthsBeyond(grant) { complaints.append("grant \(entry.number) goes beyond its limits") }
    crowd(grant.position, entry)
  }

  private func depthsBeyond(_ grant: GrantEntry) -> Bool {
    grant.depth.micrometres > LifePlan.deepest || grant.depth.micrometres < LifePlan.shallowest
      || grant.dwell.milliseconds > LifePlan.longest
  }

  private mutating func crowd(_ position: ChartPosition, _ entry: Entry) {
    // A disc of 1 cm² has this squared radius in µm²: 10⁸ / π, rounded down.
    let disc: Int64 = 31_830_988
    let living = marks.filter { !$0.isNobodys }
    let near = living.filter { $0.position.squaredDistance(to: position) <= disc }
    for centre in [position] + near.map(\.position) {
      let inDisc = living.count { $0.position.squaredDistance(to: centre) <= disc } + 1
      if inDisc > plan.dotsInDisc {
        complaints.append("grant \(entry.number) makes \(inDisc) in a disc")
        return
      }
    }
  }

  private mutating func make(_ dot: DotEntry, _ entry: Entry) {
    endGrant(dot.grant, entry)
    let isMeasured = dot.outcome == .made && dot.strokes != 0
    tally.dots += 1
    if dot.outcome == .presumed { tally.presumed += 1 }
    mark(
      entry, dot.position, isMeasured ? dot.depthReported : nil, dot.grant, isPresumed: dot.outcome == .presumed)
    guard let given = grants[dot.grant.number] else { return }
    grantedOfNewest = given.position
    if given.session != entry.header.session {
      complaints.append("dot \(entry.number) is not in its grant's session")
    }
    guard given.session == sessions.last else { return }
    counts[given.zone, default: 0] += 1
    if counts[given.zone, default: 0] > plan.zoneDots(session: sessions.count) {
      complaints.append("dot \(entry.number) is one too many in its zone")
    }
  }

  private mutating func mark(
    _ entry: Entry, _ position: ChartPosition, _ depth: Depth?, _ grant: GrantNumber?, isPresumed: Bool
  ) {
    marks.append(
      Mark(
        entry: entry.number, at: entry.header.monotonic, position: position, depth: depth, grant: grant,
        isPresumed: isPresumed, isNobodys: entry.header.course == nil))
  }

  private mutating func endGrant(_ grant: GrantNumber, _ entry: Entry) {
    guard grants[grant.number] != nil else {
      complaints.append("entry \(entry.number) ends grant \(grant.number), which nobody gave")
      return
    }
    ends[grant.number, default: 0] += 1
    if ends[grant.number, default: 0] > 1 {
      complaints.append("entry \(entry.number) ends grant \(grant.number) again")
    }
  }
}

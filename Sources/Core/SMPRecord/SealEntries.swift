/// What a session adds up to when it is closed: its entries counted, up to and with its close.
package struct SealCounts: Hashable, Sendable {
  package var grants: Int64 = 0
  /// Presumed ones included.
  package var dots: Int64 = 0
  package var presumed: Int64 = 0
  package var denials: Int64 = 0
  package var unbiddenContacts: Int64 = 0
  package var stops: Int64 = 0
  package var faults: Int64 = 0
  package init() {}

  /// Counts an entry of the session.
  package mutating func count(_ body: EntryBody) {
    switch body.kind {
    case .grant: grants += 1
    case .denial: denials += 1
    case .unbiddenContact: unbiddenContacts += 1
    case .stop: stops += 1
    case .fault: faults += 1
    case .dot:
      dots += 1
      if case .dot(let dot) = body, dot.outcome == .presumed { presumed += 1 }
    default: break
    }
  }
}

/// What the station's key vouches for: the chain up to a session's close, and what the session added up to (S10).
package struct SealedFacts: Hashable, Sendable {
  package let session: String
  package let course: String
  package let simulated: Bool
  /// The chain's link at the session's close. Its hash binds every entry up to there.
  package let head: ChainHead
  /// SHA-256 of the plan the session was opened under.
  package let plan: Fingerprint
  /// The version of that plan in its course; nil where the journal no longer has the document.
  package let planVersion: Int64?
  package let counts: SealCounts

  package init(
    session: String, course: String, simulated: Bool, head: ChainHead, plan: Fingerprint, planVersion: Int64?,
    counts: SealCounts
  ) {
    self.session = session
    self.course = course
    self.simulated = simulated
    self.head = head
    self.plan = plan
    self.planVersion = planVersion
    self.counts = counts
  }

  /// The bytes that are signed: `smpd.seal.1`, NUL, and one compact JSON object with the members `session`, `course`
  /// and `simulated` of the entry's header and then the entry's body without its last member, `signature`.
  package func message(sealedBy key: Fingerprint) -> [UInt8] {
    var fields = FieldWriter(continuing: Array("smpd.seal.1\0".utf8))
    fields.text("session", session)
    fields.text("course", course)
    fields.bool("simulated", simulated)
    write(to: &fields, key)
    return fields.finished()
  }

  func write(to fields: inout FieldWriter, _ key: Fingerprint) {
    fields.head("head", head)
    fields.fingerprint("plan", plan)
    fields.integer("plan_version", ifAny: planVersion)
    fields.integer("grants", counts.grants)
    fields.integer("dots", counts.dots)
    fields.integer("dots_presumed", counts.presumed)
    fields.integer("denials", counts.denials)
    fields.integer("unbidden_contacts", counts.unbiddenContacts)
    fields.integer("stops", counts.stops)
    fields.integer("faults", counts.faults)
    fields.fingerprint("key", key)
  }

  /// The entry's body with its signature. Takes some tens of microseconds: never on the owner thread.
  package func sealed(by key: SealingKey) -> SessionSealedEntry {
    let fingerprint = key.station.fingerprint
    return SessionSealedEntry(
      head: head, plan: plan, planVersion: planVersion, counts: counts, key: fingerprint,
      signature: key.sign(message(sealedBy: fingerprint)))
  }
}

/// A closed session was sealed with the station's key (S10). Session, course and *simulated* are in the header.
package struct SessionSealedEntry: EntryPayload {
  package let head: ChainHead
  package let plan: Fingerprint
  package let planVersion: Int64?
  package let counts: SealCounts
  /// Fingerprint of the key it was sealed with.
  package let key: Fingerprint
  package let signature: Signature

  package init(
    head: ChainHead, plan: Fingerprint, planVersion: Int64?, counts: SealCounts, key: Fingerprint, signature: Signature
  ) {
    self.head = head
    self.plan = plan
    self.planVersion = planVersion
    self.counts = counts
    self.key = key
    self.signature = signature
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    head = try fields.head("head")
    plan = try fields.fingerprint("plan")
    planVersion = try fields.integer(ifAny: "plan_version")
    var counts = SealCounts()
    counts.grants = try fields.integer("grants")
    counts.dots = try fields.integer("dots")
    counts.presumed = try fields.integer("dots_presumed")
    counts.denials = try fields.integer("denials")
    counts.unbiddenContacts = try fields.integer("unbidden_contacts")
    counts.stops = try fields.integer("stops")
    counts.faults = try fields.integer("faults")
    self.counts = counts
    key = try fields.fingerprint("key")
    signature = try fields.signature("signature")
  }

  func write(to fields: inout FieldWriter) {
    SealedFacts(
      session: "", course: "", simulated: false, head: head, plan: plan, planVersion: planVersion, counts: counts
    ).write(to: &fields, key)
    fields.text("signature", signature.hex)
  }

  /// What was signed, when it was for that session.
  package func facts(session: String, course: String, simulated: Bool) -> SealedFacts {
    SealedFacts(
      session: session, course: course, simulated: simulated, head: head, plan: plan, planVersion: planVersion,
      counts: counts)
  }
}

/// A seal by itself, as a bundle of one session has it: every member of it is signed, and nothing else is in it.
package struct Seal: Hashable, Sendable {
  package let session: String
  package let course: String
  package let simulated: Bool
  package let body: SessionSealedEntry

  /// Nil for an entry that is no seal.
  package init?(_ entry: Entry) {
    guard case .sessionSealed(let body) = entry.body, let session = entry.header.session,
      let course = entry.header.course
    else { return nil }
    self.session = session
    self.course = course
    simulated = entry.header.simulated
    self.body = body
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    session = try fields.text("session")
    course = try fields.text("course")
    simulated = try fields.bool("simulated")
    body = try SessionSealedEntry(reading: &fields)
  }

  func write(to fields: inout FieldWriter) {
    fields.text("session", session)
    fields.text("course", course)
    fields.bool("simulated", simulated)
    body.write(to: &fields)
  }

  package func isSigned(by station: StationKey) -> Bool {
    let facts = body.facts(session: session, course: course, simulated: simulated)
    return body.key == station.fingerprint && station.hasSigned(facts.message(sealedBy: body.key), body.signature)
  }
}

extension FieldReader {
  mutating func signature(_ name: String) throws(RecordError) -> Signature {
    guard let signature = Signature(hex: try text(name)) else { throw .unfit(name) }
    return signature
  }

  mutating func stationKey(ifAny name: String) throws(RecordError) -> StationKey? {
    guard let text = try text(ifAny: name) else { return nil }
    guard let key = StationKey(hex: text) else { throw .unfit(name) }
    return key
  }
}

package import SMPModel

/// Leave for one dot; the entry's number is the grant's (S1).
package struct GrantEntry: EntryPayload {
  package let request: RequestID
  package let zone: ZoneIndex
  package let position: ChartPosition
  package let depth: Depth
  package let speed: Speed
  /// The longest contact allowed.
  package let dwell: Dwell
  /// The profiles it was decided under.
  package let digest: ProfileDigest

  package init(
    request: RequestID, zone: ZoneIndex, position: ChartPosition, depth: Depth, speed: Speed, dwell: Dwell,
    digest: ProfileDigest
  ) {
    self.request = request
    self.zone = zone
    self.position = position
    self.depth = depth
    self.speed = speed
    self.dwell = dwell
    self.digest = digest
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    request = RequestID(number: try fields.integer("request"))
    zone = try fields.zone()
    position = try fields.position()
    depth = try fields.depth("depth_micrometres")
    speed = try fields.speed("speed_millihertz")
    dwell = try fields.dwell("dwell_milliseconds")
    digest = try fields.digest()
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("request", request.number)
    fields.integer("zone", zone.number)
    fields.position(position)
    fields.integer("depth_micrometres", depth.micrometres)
    fields.integer("speed_millihertz", speed.millihertz)
    fields.integer("dwell_milliseconds", dwell.milliseconds)
    fields.digest(digest)
  }
}

/// A dot in the client's skin.
package struct DotEntry: EntryPayload {
  package enum Outcome: String, CaseIterable, Hashable, Sendable {
    case made
    /// Nobody can know; it counts as made (S7).
    case presumed
  }

  package let grant: GrantNumber
  package let zone: ZoneIndex
  /// Where the device measured it; for a presumed dot, where it was granted.
  package let position: ChartPosition
  package let depthCommanded: Depth
  package let depthReported: Depth?
  package let speedCommanded: Speed
  package let speedReported: Speed?
  /// As the device measured it.
  package let dwell: Dwell?
  package let strokes: UInt16?
  package let outcome: Outcome
  /// The device's record behind it; none for a presumed dot.
  package let sequence: RecordSequence?

  package init(
    grant: GrantNumber, zone: ZoneIndex, position: ChartPosition, depthCommanded: Depth, depthReported: Depth? = nil,
    speedCommanded: Speed, speedReported: Speed? = nil, dwell: Dwell? = nil, strokes: UInt16? = nil, outcome: Outcome,
    sequence: RecordSequence? = nil
  ) {
    self.grant = grant
    self.zone = zone
    self.position = position
    self.depthCommanded = depthCommanded
    self.depthReported = depthReported
    self.speedCommanded = speedCommanded
    self.speedReported = speedReported
    self.dwell = dwell
    self.strokes = strokes
    self.outcome = outcome
    self.sequence = sequence
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    grant = GrantNumber(number: try fields.integer("grant"))
    zone = try fields.zone()
    position = try fields.position()
    depthCommanded = try fields.depth("depth_commanded_micrometres")
    depthReported = try fields.integer(ifAny: "depth_reported_micrometres").map(Depth.micrometres)
    speedCommanded = try fields.speed("speed_commanded_millihertz")
    speedReported = try fields.integer(ifAny: "speed_reported_millihertz").map(Speed.millihertz)
    dwell = try fields.integer(ifAny: "dwell_milliseconds").map(Dwell.milliseconds)
    strokes = try fields.integer(ifAny: "strokes")
    outcome = try fields.word("outcome")
    sequence = try fields.integer(ifAny: "sequence").map { RecordSequence(number: $0) }
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("grant", grant.number)
    fields.integer("zone", zone.number)
    fields.position(position)
    fields.integer("depth_commanded_micrometres", depthCommanded.micrometres)
    fields.integer("depth_reported_micrometres", ifAny: depthReported?.micrometres)
    fields.integer("speed_commanded_millihertz", speedCommanded.millihertz)
    fields.integer("speed_reported_millihertz", ifAny: speedReported?.millihertz)
    fields.integer("dwell_milliseconds", ifAny: dwell?.milliseconds)
    fields.integer("strokes", ifAny: strokes)
    fields.word("outcome", outcome)
    fields.integer("sequence", ifAny: sequence?.number)
  }
}

/// A grant that ended without a dot (S1).
package struct GrantEndedEntry: EntryPayload {
  package enum Outcome: String, CaseIterable, Hashable, Sendable {
    case expired
    case cancelled
    /// The device never received it: no record followed, and its counters say so.
    case neverReceived = "never_received"
    /// Withdrawn by the host between its entry and its sending: a stop or fault came first.
    case neverSent = "never_sent"
  }

  package let grant: GrantNumber
  package let outcome: Outcome
  /// The device's record of it, where it made one.
  package let sequence: RecordSequence?

  package init(grant: GrantNumber, outcome: Outcome, sequence: RecordSequence? = nil) {
    self.grant = grant
    self.outcome = outcome
    self.sequence = sequence
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    grant = GrantNumber(number: try fields.integer("grant"))
    outcome = try fields.word("outcome")
    sequence = try fields.integer(ifAny: "sequence").map { RecordSequence(number: $0) }
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("grant", grant.number)
    fields.word("outcome", outcome)
    fields.integer("sequence", ifAny: sequence?.number)
  }
}

/// A contact no grant allowed, as the device's own sensor saw it. It is in the skin and counts like a dot.
package struct UnbiddenContactEntry: EntryPayload {
  package let sequence: RecordSequence
  package let zone: ZoneIndex?
  package let position: ChartPosition
  package let depthReported: Depth
  package let speedReported: Speed
  package let dwell: Dwell
  package let strokes: UInt16

  package init(
    sequence: RecordSequence, zone: ZoneIndex? = nil, position: ChartPosition, depthReported: Depth,
    speedReported: Speed, dwell: Dwell, strokes: UInt16
  ) {
    self.sequence = sequence
    self.zone = zone
    self.position = position
    self.depthReported = depthReported
    self.speedReported = speedReported
    self.dwell = dwell
    self.strokes = strokes
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    sequence = RecordSequence(number: try fields.integer("sequence"))
    zone = try fields.zoneIfAny()
    position = try fields.position()
    depthReported = try fields.depth("depth_reported_micrometres")
    speedReported = try fields.speed("speed_reported_millihertz")
    dwell = try fields.dwell("dwell_milliseconds")
    strokes = try fields.integer("strokes")
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("sequence", sequence.number)
    fields.integer("zone", ifAny: zone?.number)
    fields.position(position)
    fields.integer("depth_reported_micrometres", depthReported.micrometres)
    fields.integer("speed_reported_millihertz", speedReported.millihertz)
    fields.integer("dwell_milliseconds", dwell.milliseconds)
    fields.integer("strokes", strokes)
  }
}

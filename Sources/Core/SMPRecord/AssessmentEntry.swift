internal import SMPModel
internal import StrictJSON

/// How much of what was placed is held, zone by zone, as a person saw it at a visit; the header names the course.
///
/// A correction is an entry of its own: what it corrects stays.
package struct CourseAssessedEntry: EntryPayload {
  package struct Zone: Hashable, Sendable {
    package let name: Label
    /// 0 to 100.
    package let retentionPercent: Int64
    package init(name: Label, retentionPercent: Int64) {
      self.name = name
      self.retentionPercent = retentionPercent
    }
  }

  /// SHA-256 of the plan's document that was in force.
  package let plan: Fingerprint
  /// Sessions of the course that were done by then.
  package let visit: Int64
  /// In the order of the plan.
  package let zones: [Zone]
  /// The skin check: `clear`, `redness`, `scabs`.
  package let skin: Word
  package let remarks: Commitment?
  package let by: Commitment
  /// The number of the entry that this one stands in place of.
  package let corrects: UInt64?

  package init(
    plan: Fingerprint, visit: Int64, zones: [Zone], skin: Word, remarks: Commitment?, by: Commitment, corrects: UInt64?
  ) {
    self.plan = plan
    self.visit = visit
    self.zones = zones
    self.skin = skin
    self.remarks = remarks
    self.by = by
    self.corrects = corrects
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    plan = try fields.fingerprint("plan")
    visit = try fields.integer("visit")
    zones = try fields.list("zones") { value throws(RecordError) in
      guard let object = value.object else { return nil }
      var fields = FieldReader(object)
      let zone = Zone(name: try fields.label("name"), retentionPercent: try fields.integer("retention_percent"))
      try fields.finish()
      return (0...100).contains(zone.retentionPercent) ? zone : nil
    }
    skin = try fields.word("skin")
    remarks = try fields.commitment(ifAny: "remarks")
    by = try fields.commitment("by")
    corrects = try fields.integer(ifAny: "corrects")
  }

  func write(to fields: inout FieldWriter) {
    fields.fingerprint("plan", plan)
    fields.integer("visit", visit)
    fields.list("zones", zones) { zone, bytes in
      var fields = FieldWriter(continuing: bytes)
      fields.label("name", zone.name)
      fields.integer("retention_percent", zone.retentionPercent)
      bytes = fields.finished()
    }
    fields.word("skin", skin)
    fields.commitment("remarks", ifAny: remarks)
    fields.commitment("by", by)
    fields.integer("corrects", ifAny: corrects)
  }
}

/// The order in which a course is treated and assessed (S12).
struct CourseOrder: Sendable {
  /// Entries up to this number were written before the first one seen here.
  private let start: UInt64
  // Look-ups only; nothing here depends on their order.
  private var open: [String: Set<String>] = [:]
  private var treated: Set<String> = []
  private var assessed: [UInt64: String] = [:]

  init(after start: UInt64) { self.start = start }

  mutating func opened(_ session: String, of course: String) { open[course, default: []].insert(session) }

  mutating func closed(_ session: String, of course: String) {
    open[course]?.remove(session)
    treated.insert(course)
  }

  /// What is wrong with an assessment; nil where nothing is, as far as is seen here.
  mutating func assessed(_ entry: CourseAssessedEntry, of course: String, at number: UInt64) -> RecordFinding.Fault? {
    defer { assessed[number] = course }
    if let corrects = entry.corrects, corrects > start ? assessed[corrects] != course : corrects == 0 {
      return .correctsNoAssessment(corrects)
    }
    if open[course]?.isEmpty == false { return .assessedInSession }
    // Its sessions may lie before the part that is seen.
    return start == 0 && !treated.contains(course) ? .assessedUntreated : nil
  }
}

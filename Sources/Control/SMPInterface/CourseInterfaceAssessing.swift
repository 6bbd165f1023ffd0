package import StrictJSON

extension CourseInterface {
  package typealias Skin = SessionInterface.Skin

  /// How much of what was placed in a zone is still held.
  package struct Retention: InterfaceRecord {
    /// Its name in the plan.
    package let zone: String
    /// Share of all dots placed so far, 0 to 100.
    package let retentionPercent: Int64

    package init(zone: String, retentionPercent: Int64) {
      self.zone = zone
      self.retentionPercent = retentionPercent
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      zone = try object.required("zone")
      retentionPercent = try object.required("retentionPercent")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("zone", zone)
      object.put("retentionPercent", retentionPercent)
      return object
    }
  }

  /// What a person saw of a course at a visit.
  package struct Assessment: InterfaceRecord {
    /// Its entry in the journal; a correction names it.
    package let entry: Int64
    /// Sessions of the course that were done by then.
    package let visit: Int64
    /// When it was recorded, in milliseconds since 1970-01-01 UTC.
    package let wallMilliseconds: Int64
    /// SHA-256 of the version of the plan in force, 64 hexadecimal digits.
    package let sha256: String
    /// Every zone with dots, in the order of the plan.
    package let zones: [Retention]
    /// The skin.
    package let skin: Skin
    /// What else was seen; absent where nothing was said, or it was erased.
    package let remarks: String?
    /// Who assessed.
    package let by: String
    /// The entry it stands in place of; absent where it is none of that kind.
    package let corrects: Int64?

    package init(
      entry: Int64, visit: Int64, wallMilliseconds: Int64, sha256: String, zones: [Retention], skin: Skin,
      remarks: String? = nil, by: String, corrects: Int64? = nil
    ) {
      self.entry = entry
      self.visit = visit
      self.wallMilliseconds = wallMilliseconds
      self.sha256 = sha256
      self.zones = zones
      self.skin = skin
      self.remarks = remarks
      self.by = by
      self.corrects = corrects
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      entry = try object.required("entry")
      visit = try object.required("visit")
      wallMilliseconds = try object.required("wallMilliseconds")
      sha256 = try object.required("sha256")
      zones = try object.required("zones")
      skin = try object.required("skin")
      remarks = try object.optional("remarks")
      by = try object.required("by")
      corrects = try object.optional("corrects")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("entry", entry)
      object.put("visit", visit)
      object.put("wallMilliseconds", wallMilliseconds)
      object.put("sha256", sha256)
      object.put("zones", zones)
      object.put("skin", skin)
      object.put("remarks", remarks)
      object.put("by", by)
      object.put("corrects", corrects)
      return object
    }
  }

  /// Records how much of what was placed is held, zone by zone, as seen at a visit. It needs a session that is
  /// done, and none open. A correction is an entry of its own, for the visit of what it corrects.
  package enum Assess: InterfaceMethod {
    package static let name = "io.smpd.course.Assess"

    package struct Parameters: InterfaceRecord {
      /// The course.
      package let course: String
      /// Every zone with dots, once.
      package let zones: [Retention]
      /// The skin.
      package let skin: Skin
      /// What else was seen.
      package let remarks: String?
      /// Who assessed.
      package let by: String
      /// The entry of the assessment that this one stands in place of.
      package let corrects: Int64?
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(
        course: String, zones: [Retention], skin: Skin, remarks: String? = nil, by: String, corrects: Int64? = nil,
        dryRun: Bool? = nil
      ) {
        self.course = course
        self.zones = zones
        self.skin = skin
        self.remarks = remarks
        self.by = by
        self.corrects = corrects
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        course = try object.required("course")
        zones = try object.required("zones")
        skin = try object.required("skin")
        remarks = try object.optional("remarks")
        by = try object.required("by")
        corrects = try object.optional("corrects")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("course", course)
        object.put("zones", zones)
        object.put("skin", skin)
        object.put("remarks", remarks)
        object.put("by", by)
        object.put("corrects", corrects)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// Sessions of the course that are done.
      package let visit: Int64
      /// What was recorded, in the order of the plan.
      package let zones: [Retention]

      package init(visit: Int64, zones: [Retention]) {
        self.visit = visit
        self.zones = zones
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        visit = try object.required("visit")
        zones = try object.required("zones")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("visit", visit)
        object.put("zones", zones)
        return object
      }
    }
  }
}

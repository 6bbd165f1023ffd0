package import StrictJSON

extension PlanInterface {
  /// One thing that an amendment changes, in the plan's own words.
  package struct Change: InterfaceRecord {
    /// Where it stands, such as session 2, vertex: density.
    package let place: String
    /// Its value before; absent where it is new.
    package let before: String?
    /// Its value after; absent where it is gone.
    package let after: String?

    package init(place: String, before: String? = nil, after: String? = nil) {
      self.place = place
      self.before = before
      self.after = after
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      place = try object.required("place")
      before = try object.optional("before")
      after = try object.optional("after")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("place", place)
      object.put("before", before)
      object.put("after", after)
      return object
    }
  }

  /// Takes a new version of a course's plan in, unsigned: it is signed before the next session. What was done stays: the
  /// sessions that are over, the outlines of the zones they worked in, and the client. Refused while a session of the
  /// course is open.
  package enum Amend: InterfaceMethod {
    package static let name = "io.smpd.plan.Amend"

    package struct Parameters: InterfaceRecord {
      /// The course.
      package let course: String
      /// The new version, whole.
      package let text: String
      /// Who amends it.
      package let by: String
      /// Why.
      package let reason: String
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(course: String, text: String, by: String, reason: String, dryRun: Bool? = nil) {
        self.course = course
        self.text = text
        self.by = by
        self.reason = reason
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        course = try object.required("course")
        text = try object.required("text")
        by = try object.required("by")
        reason = try object.required("reason")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("course", course)
        object.put("text", text)
        object.put("by", by)
        object.put("reason", reason)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The version, from 2.
      package let version: Int64
      /// What it changes, in the order of the plan.
      package let changes: [Change]
      /// The warnings.
      package let problems: [Problem]

      package init(version: Int64, changes: [Change], problems: [Problem]) {
        self.version = version
        self.changes = changes
        self.problems = problems
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        version = try object.required("version")
        changes = try object.required("changes")
        problems = try object.required("problems")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("version", version)
        object.put("changes", changes)
        object.put("problems", problems)
        return object
      }
    }
  }
}

package import StrictJSON

extension CourseInterface {
  /// Who gave a course up, and why.
  package struct Abandonment: InterfaceRecord {
    /// By name.
    package let by: String
    /// Why.
    package let reason: String

    package init(by: String, reason: String) {
      self.by = by
      self.reason = reason
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      by = try object.required("by")
      reason = try object.required("reason")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("by", by)
      object.put("reason", reason)
      return object
    }
  }

  /// Gives a course up before its end: no session of it starts afterwards. Final. What was done stays, and its dots count
  /// in the client's other courses. Refused while a session of it is open.
  package enum Abandon: InterfaceMethod {
    package static let name = "io.smpd.course.Abandon"

    package struct Parameters: InterfaceRecord {
      /// The course.
      package let course: String
      /// Who gives it up.
      package let by: String
      /// Why.
      package let reason: String
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(course: String, by: String, reason: String, dryRun: Bool? = nil) {
        self.course = course
        self.by = by
        self.reason = reason
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        course = try object.required("course")
        by = try object.required("by")
        reason = try object.required("reason")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("course", course)
        object.put("by", by)
        object.put("reason", reason)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// Sessions that were done, and stay.
      package let sessionsDone: Int64

      package init(sessionsDone: Int64) {
        self.sessionsDone = sessionsDone
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        sessionsDone = try object.required("sessionsDone")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("sessionsDone", sessionsDone)
        return object
      }
    }
  }
}

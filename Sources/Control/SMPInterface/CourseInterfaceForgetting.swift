package import StrictJSON

extension CourseInterface {
  /// Erases what says who the client of this course is, in all the client's courses: the reference, the plans, and what was
  /// written in words. For good. Sessions and dots stay, with nobody's name; the record verifies as before, and says that
  /// this was done. Refused while a session is open, and until every course of the client is complete or abandoned.
  package enum Forget: InterfaceMethod {
    package static let name = "io.smpd.course.Forget"

    package struct Parameters: InterfaceRecord {
      /// One of the client's courses.
      package let course: String
      /// Who does it.
      package let by: String
      /// Why; it stays on record, so without the client's name.
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
      /// The client's courses, which nobody finds again.
      package let courses: [String]
      /// Texts that were erased.
      package let texts: Int64
      /// Whether a reader who began before still holds the journal as it was: what was erased leaves its files when he lets
      /// go.
      package let pending: Bool?

      package init(courses: [String], texts: Int64, pending: Bool? = nil) {
        self.courses = courses
        self.texts = texts
        self.pending = pending
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        courses = try object.required("courses")
        texts = try object.required("texts")
        pending = try object.optional("pending")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("courses", courses)
        object.put("texts", texts)
        object.put("pending", pending)
        return object
      }
    }
  }
}

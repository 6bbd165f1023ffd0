package import StrictJSON

extension PlanInterface {
  /// Records that the client agrees to the plan as it stands; who witnessed it is named. The agreement binds the SHA-256 of
  /// the text: another version needs another one. Practice skin needs none.
  package enum Agree: InterfaceMethod {
    package static let name = "io.smpd.plan.Agree"

    package struct Parameters: InterfaceRecord {
      /// The course whose plan is agreed to.
      package let course: String
      /// Who witnessed it; never the client.
      package let by: String
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(course: String, by: String, dryRun: Bool? = nil) {
        self.course = course
        self.by = by
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        course = try object.required("course")
        by = try object.required("by")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("course", course)
        object.put("by", by)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// SHA-256 of the text that was agreed to, 64 hexadecimal digits.
      package let sha256: String

      package init(sha256: String) {
        self.sha256 = sha256
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        sha256 = try object.required("sha256")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("sha256", sha256)
        return object
      }
    }
  }

  /// Signs the plan: a named act that binds the SHA-256 of its text in the journal. A signed plan is never changed. A
  /// client's plan is agreed to first, and signed with the reference of the consent document.
  package enum Sign: InterfaceMethod {
    package static let name = "io.smpd.plan.Sign"

    package struct Parameters: InterfaceRecord {
      /// The course whose plan is signed.
      package let course: String
      /// Who signs.
      package let by: String
      /// The reference of the client's consent document, 1 to 64 bytes; absent on practice skin, and only there.
      package let consent: String?
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(course: String, by: String, consent: String? = nil, dryRun: Bool? = nil) {
        self.course = course
        self.by = by
        self.consent = consent
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        course = try object.required("course")
        by = try object.required("by")
        consent = try object.optional("consent")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("course", course)
        object.put("by", by)
        object.put("consent", consent)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// SHA-256 of the text that was signed, 64 hexadecimal digits.
      package let sha256: String

      package init(sha256: String) {
        self.sha256 = sha256
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        sha256 = try object.required("sha256")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("sha256", sha256)
        return object
      }
    }
  }
}

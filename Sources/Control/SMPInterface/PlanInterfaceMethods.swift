package import StrictJSON

extension PlanInterface {
  /// A plan to start from, with comments. It passes Check.
  package enum Example: InterfaceMethod {
    package static let name = "io.smpd.plan.Example"

    package struct Parameters: InterfaceRecord {
      /// True gives the small one for practice and training; false or absent gives a whole course.
      package let practice: Bool?

      package init(practice: Bool? = nil) {
        self.practice = practice
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        practice = try object.optional("practice")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("practice", practice)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The text.
      package let text: String

      package init(text: String) {
        self.text = text
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        text = try object.required("text")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("text", text)
        return object
      }
    }
  }

  /// Reads a plan and says everything that is wrong with it, all at once. Changes nothing and never fails because of the
  /// plan itself.
  package enum Check: InterfaceMethod {
    package static let name = "io.smpd.plan.Check"

    package struct Parameters: InterfaceRecord {
      /// The plan.
      package let text: String

      package init(text: String) {
        self.text = text
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        text = try object.required("text")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("text", text)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// No problem is an error.
      package let valid: Bool
      /// All problems, in the order of their places.
      package let problems: [Problem]
      /// What the plan comes to; absent when it is not valid.
      package let summary: Summary?

      package init(valid: Bool, problems: [Problem], summary: Summary? = nil) {
        self.valid = valid
        self.problems = problems
        self.summary = summary
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        valid = try object.required("valid")
        problems = try object.required("problems")
        summary = try object.optional("summary")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("valid", valid)
        object.put("problems", problems)
        object.put("summary", summary)
        return object
      }
    }
  }

  /// Takes a plan in and opens a course for it, unsigned. The same text twice is one course.
  package enum Import: InterfaceMethod {
    package static let name = "io.smpd.plan.Import"

    package struct Parameters: InterfaceRecord {
      /// The plan.
      package let text: String
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(text: String, dryRun: Bool? = nil) {
        self.text = text
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        text = try object.required("text")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("text", text)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The course; absent with dryRun.
      package let course: String?
      /// True when this very text was already there.
      package let known: Bool
      /// The warnings.
      package let problems: [Problem]

      package init(course: String? = nil, known: Bool, problems: [Problem]) {
        self.course = course
        self.known = known
        self.problems = problems
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        course = try object.optional("course")
        known = try object.required("known")
        problems = try object.required("problems")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("course", course)
        object.put("known", known)
        object.put("problems", problems)
        return object
      }
    }
  }

  /// All plans, oldest first.
  package enum List: ListMethod {
    package static let name = "io.smpd.plan.List"

    package typealias Row = PlanRow
  }

  /// One plan wholly.
  package enum Describe: InterfaceMethod {
    package static let name = "io.smpd.plan.Describe"

    package struct Parameters: InterfaceRecord {
      /// The course it belongs to.
      package let course: String
      /// SHA-256 of the version that is meant, 64 hexadecimal digits; absent means the newest.
      package let sha256: String?

      package init(course: String, sha256: String? = nil) {
        self.course = course
        self.sha256 = sha256
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        course = try object.required("course")
        sha256 = try object.optional("sha256")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("course", course)
        object.put("sha256", sha256)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// What it comes to.
      package let summary: Summary
      /// Who witnessed the client's agreement; absent while there is none, and on practice skin.
      package let agreedBy: String?
      /// Who signed it; absent while it is unsigned.
      package let signedBy: String?
      /// When it was signed; wall time, milliseconds since 1970-01-01 UTC.
      package let signedWallMilliseconds: Int64?
      /// The reference of the client's consent document; absent while the plan is unsigned, and on practice skin.
      package let consent: String?
      /// The text, byte for byte as it was taken in.
      package let text: String

      package init(
        summary: Summary, agreedBy: String? = nil, signedBy: String? = nil, signedWallMilliseconds: Int64? = nil,
        consent: String? = nil, text: String
      ) {
        self.summary = summary
        self.agreedBy = agreedBy
        self.signedBy = signedBy
        self.signedWallMilliseconds = signedWallMilliseconds
        self.consent = consent
        self.text = text
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        summary = try object.required("summary")
        agreedBy = try object.optional("agreedBy")
        signedBy = try object.optional("signedBy")
        signedWallMilliseconds = try object.optional("signedWallMilliseconds")
        consent = try object.optional("consent")
        text = try object.required("text")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("summary", summary)
        object.put("agreedBy", agreedBy)
        object.put("signedBy", signedBy)
        object.put("signedWallMilliseconds", signedWallMilliseconds)
        object.put("consent", consent)
        object.put("text", text)
        return object
      }
    }
  }
}

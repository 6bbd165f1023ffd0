package import StrictJSON

extension DeviceInterface {
  /// How a check came out.
  package enum Severity: String, InterfaceWord {
    /// As it should be.
    case good
    /// Work goes on, but somebody should look.
    case warning
    /// Something does not work, or would not.
    case problem
    /// It could not be found out.
    case notKnown = "not_known"
    /// A word of a newer daemon.
    case unknown
  }

  /// What one check found.
  package struct Finding: InterfaceRecord {
    /// The check, in one word, such as journal.
    package let check: String
    /// How it came out.
    package let severity: Severity
    /// What was found, in a sentence.
    package let what: String
    /// What to do about it; absent when it is good.
    package let remedy: String?

    package init(check: String, severity: Severity, what: String, remedy: String? = nil) {
      self.check = check
      self.severity = severity
      self.what = what
      self.remedy = remedy
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      check = try object.required("check")
      severity = try object.required("severity")
      what = try object.required("what")
      remedy = try object.optional("remedy")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("check", check)
      object.put("severity", severity)
      object.put("what", what)
      object.put("remedy", remedy)
      return object
    }
  }

  /// What the daemon finds of itself, its files and its devices. It changes nothing, and anybody may ask.
  package enum Diagnose: InterfaceMethod {
    package static let name = "io.smpd.device.Diagnose"

    package typealias Parameters = NoMembers

    package struct Reply: InterfaceRecord {
      /// One or more for each check, good ones included.
      package let findings: [Finding]

      package init(findings: [Finding]) {
        self.findings = findings
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        findings = try object.required("findings")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("findings", findings)
        return object
      }
    }
  }
}

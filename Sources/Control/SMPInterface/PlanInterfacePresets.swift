package import StrictJSON

extension PlanInterface {
  /// What a clinic usually does in a zone, under a name that plans may say.
  package struct Preset: InterfaceRecord {
    /// Its name.
    package let name: String
    /// What it is for, in the clinic's words.
    package let about: String?
    /// How many sessions it has values for.
    package let sessions: Int64
    /// What keeps it from being used; absent where nothing does.
    package let problem: String?

    package init(name: String, about: String? = nil, sessions: Int64, problem: String? = nil) {
      self.name = name
      self.about = about
      self.sessions = sessions
      self.problem = problem
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      name = try object.required("name")
      about = try object.optional("about")
      sessions = try object.required("sessions")
      problem = try object.optional("problem")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("name", name)
      object.put("about", about)
      object.put("sessions", sessions)
      object.put("problem", problem)
      return object
    }
  }

  /// The clinic's presets, in the order of their names.
  package enum ListPresets: InterfaceMethod {
    package static let name = "io.smpd.plan.ListPresets"

    package typealias Parameters = NoMembers

    package struct Reply: InterfaceRecord {
      /// One entry each.
      package let presets: [Preset]

      package init(presets: [Preset]) {
        self.presets = presets
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        presets = try object.required("presets")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("presets", presets)
        return object
      }
    }
  }
}

package import StrictJSON

extension SessionInterface {
  /// What the registration leaves over at one landmark.
  package struct Residual: InterfaceRecord {
    /// The landmark.
    package let landmark: String
    /// From its place on the chart to where the tip was read, once mapped.
    package let residualMicrometres: Int64

    package init(landmark: String, residualMicrometres: Int64) {
      self.landmark = landmark
      self.residualMicrometres = residualMicrometres
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      landmark = try object.required("landmark")
      residualMicrometres = try object.required("residualMicrometres")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("landmark", landmark)
      object.put("residualMicrometres", residualMicrometres)
      return object
    }
  }

  /// Reads where the tip is, held to a landmark of the plan with the needle parked: on a device with a frame of its own. When
  /// every landmark is read and fits, the handpiece is registered and Resume arms. Only while the session is held.
  package enum Register: InterfaceMethod {
    package static let name = "io.smpd.session.Register"

    package struct Parameters: InterfaceRecord {
      /// The course whose session is open.
      package let course: String
      /// The landmark; one that was read before is read anew.
      package let landmark: String
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(course: String, landmark: String, dryRun: Bool? = nil) {
        self.course = course
        self.landmark = landmark
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        course = try object.required("course")
        landmark = try object.required("landmark")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("course", course)
        object.put("landmark", landmark)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// Landmarks that are read, in the order of the plan.
      package let read: [String]
      /// Landmarks that are still to be read.
      package let missing: [String]
      /// The handpiece is registered: Resume arms the device.
      package let registered: Bool
      /// What is left over at each, from the third landmark on.
      package let residuals: [Residual]?

      package init(read: [String], missing: [String], registered: Bool, residuals: [Residual]? = nil) {
        self.read = read
        self.missing = missing
        self.registered = registered
        self.residuals = residuals
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        read = try object.required("read")
        missing = try object.required("missing")
        registered = try object.required("registered")
        residuals = try object.optional("residuals")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("read", read)
        object.put("missing", missing)
        object.put("registered", registered)
        object.put("residuals", residuals)
        return object
      }
    }
  }
}

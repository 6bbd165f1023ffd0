package import StrictJSON

extension PlanInterface {
  /// One problem of a plan, with its place.
  package struct Problem: InterfaceRecord {
    /// Line in the text, from 1.
    package let line: Int64
    /// Column in the line, from 1.
    package let column: Int64
    /// How bad it is.
    package let severity: Severity
    /// What is wrong.
    package let message: String
    /// The values that would be right, in words.
    package let allowed: String?
    /// What to do about it.
    package let remedy: String?

    package init(
      line: Int64, column: Int64, severity: Severity, message: String, allowed: String? = nil, remedy: String? = nil
    ) {
      self.line = line
      self.column = column
      self.severity = severity
      self.message = message
      self.allowed = allowed
      self.remedy = remedy
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      line = try object.required("line")
      column = try object.required("column")
      severity = try object.required("severity")
      message = try object.required("message")
      allowed = try object.optional("allowed")
      remedy = try object.optional("remedy")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("line", line)
      object.put("column", column)
      object.put("severity", severity)
      object.put("message", message)
      object.put("allowed", allowed)
      object.put("remedy", remedy)
      return object
    }
  }

  /// A place on the scalp chart: x to the client's left, y to the back of the head.
  package struct Point: InterfaceRecord {
    /// To the left.
    package let xMicrometres: Int64
    /// To the back.
    package let yMicrometres: Int64

    package init(xMicrometres: Int64, yMicrometres: Int64) {
      self.xMicrometres = xMicrometres
      self.yMicrometres = yMicrometres
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      xMicrometres = try object.required("xMicrometres")
      yMicrometres = try object.required("yMicrometres")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("xMicrometres", xMicrometres)
      object.put("yMicrometres", yMicrometres)
      return object
    }
  }

  /// One zone of the scalp.
  package struct Zone: InterfaceRecord {
    /// Its name in the plan.
    package let name: String
    /// The area its outline encloses.
    package let areaSquareMicrometres: Int64
    /// The corners of its outline, in their order; absent from a daemon that does not tell them.
    package let outline: [Point]?
    /// Dots planned for it in all sessions; absent from a daemon that does not tell.
    package let dots: Int64?
    /// Estimated working time in it in all sessions; absent from a daemon that does not tell.
    package let minutes: Int64?

    package init(
      name: String, areaSquareMicrometres: Int64, outline: [Point]? = nil, dots: Int64? = nil, minutes: Int64? = nil
    ) {
      self.name = name
      self.areaSquareMicrometres = areaSquareMicrometres
      self.outline = outline
      self.dots = dots
      self.minutes = minutes
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      name = try object.required("name")
      areaSquareMicrometres = try object.required("areaSquareMicrometres")
      outline = try object.optional("outline")
      dots = try object.optional("dots")
      minutes = try object.optional("minutes")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("name", name)
      object.put("areaSquareMicrometres", areaSquareMicrometres)
      object.put("outline", outline)
      object.put("dots", dots)
      object.put("minutes", minutes)
      return object
    }
  }

  /// What is to be loaded; lots belong to the session.
  package struct Pigment: InterfaceRecord {
    /// Who makes it.
    package let brand: String
    /// Its shade, as the maker names it.
    package let shade: String
    /// How it is diluted, such as 1:10.
    package let dilution: String

    package init(brand: String, shade: String, dilution: String) {
      self.brand = brand
      self.shade = shade
      self.dilution = dilution
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      brand = try object.required("brand")
      shade = try object.required("shade")
      dilution = try object.required("dilution")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("brand", brand)
      object.put("shade", shade)
      object.put("dilution", dilution)
      return object
    }
  }

  /// What one session asks of one zone.
  package struct SessionZone: InterfaceRecord {
    /// The zone.
    package let zone: String
    /// Dots planned for this session.
    package let dots: Int64
    /// Commanded depth at the start.
    package let depthMicrometres: Int64
    /// Commanded speed at the start.
    package let speedMillihertz: Int64
    /// Longest contact of one dot.
    package let dwellMilliseconds: Int64
    /// Smallest distance between two dots, centre to centre; absent where the plan sets none.
    package let spacingMicrometres: Int64?
    /// Density the zone is to have after this session, in dots per square metre.
    package let densityPerSquareMetre: Int64
    /// The needle, as the field writes it, such as 1RL 0.25.
    package let needle: String
    /// Estimated working time, rounded up; absent from a daemon that does not tell.
    package let minutes: Int64?
    /// Density its dots up to this session come to, in dots per square metre; absent from a daemon that does not tell.
    package let densityReachedPerSquareMetre: Int64?

    package init(
      zone: String, dots: Int64, depthMicrometres: Int64, speedMillihertz: Int64, dwellMilliseconds: Int64,
      spacingMicrometres: Int64? = nil, densityPerSquareMetre: Int64, needle: String, minutes: Int64? = nil,
      densityReachedPerSquareMetre: Int64? = nil
    ) {
      self.zone = zone
      self.dots = dots
      self.depthMicrometres = depthMicrometres
      self.speedMillihertz = speedMillihertz
      self.dwellMilliseconds = dwellMilliseconds
      self.spacingMicrometres = spacingMicrometres
      self.densityPerSquareMetre = densityPerSquareMetre
      self.needle = needle
      self.minutes = minutes
      self.densityReachedPerSquareMetre = densityReachedPerSquareMetre
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      zone = try object.required("zone")
      dots = try object.required("dots")
      depthMicrometres = try object.required("depthMicrometres")
      speedMillihertz = try object.required("speedMillihertz")
      dwellMilliseconds = try object.required("dwellMilliseconds")
      spacingMicrometres = try object.optional("spacingMicrometres")
      densityPerSquareMetre = try object.required("densityPerSquareMetre")
      needle = try object.required("needle")
      minutes = try object.optional("minutes")
      densityReachedPerSquareMetre = try object.optional("densityReachedPerSquareMetre")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("zone", zone)
      object.put("dots", dots)
      object.put("depthMicrometres", depthMicrometres)
      object.put("speedMillihertz", speedMillihertz)
      object.put("dwellMilliseconds", dwellMilliseconds)
      object.put("spacingMicrometres", spacingMicrometres)
      object.put("densityPerSquareMetre", densityPerSquareMetre)
      object.put("needle", needle)
      object.put("minutes", minutes)
      object.put("densityReachedPerSquareMetre", densityReachedPerSquareMetre)
      return object
    }
  }

  /// One session of the plan.
  package struct Session: InterfaceRecord {
    /// Its number, from 1.
    package let number: Int64
    /// Dots planned, all zones.
    package let dots: Int64
    /// Estimated length.
    package let minutes: Int64
    /// Its zones, in the order of the plan.
    package let zones: [SessionZone]

    package init(number: Int64, dots: Int64, minutes: Int64, zones: [SessionZone]) {
      self.number = number
      self.dots = dots
      self.minutes = minutes
      self.zones = zones
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      number = try object.required("number")
      dots = try object.required("dots")
      minutes = try object.required("minutes")
      zones = try object.required("zones")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("number", number)
      object.put("dots", dots)
      object.put("minutes", minutes)
      object.put("zones", zones)
      return object
    }
  }

  /// What a plan comes to.
  package struct Summary: InterfaceRecord {
    /// The title of the plan.
    package let title: String
    /// SHA-256 of the text, 64 hexadecimal digits.
    package let sha256: String
    /// The zones, in the order of the plan.
    package let zones: [Zone]
    /// The sessions, in their order.
    package let sessions: [Session]
    /// Dots planned, all sessions.
    package let dots: Int64
    /// Estimated length of all sessions.
    package let minutes: Int64
    /// The pigment; absent from a daemon that does not tell it.
    package let pigment: Pigment?
    /// Where the handpiece is registered, on a device with a frame of its own; empty where the plan names none.
    package let landmarks: [Landmark]

    package init(
      title: String, sha256: String, zones: [Zone], sessions: [Session], dots: Int64, minutes: Int64,
      pigment: Pigment? = nil, landmarks: [Landmark] = []
    ) {
      self.title = title
      self.sha256 = sha256
      self.zones = zones
      self.sessions = sessions
      self.dots = dots
      self.minutes = minutes
      self.pigment = pigment
      self.landmarks = landmarks
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      title = try object.required("title")
      sha256 = try object.required("sha256")
      zones = try object.required("zones")
      sessions = try object.required("sessions")
      dots = try object.required("dots")
      minutes = try object.required("minutes")
      pigment = try object.optional("pigment")
      landmarks = try object.required("landmarks")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("title", title)
      object.put("sha256", sha256)
      object.put("zones", zones)
      object.put("sessions", sessions)
      object.put("dots", dots)
      object.put("minutes", minutes)
      object.put("pigment", pigment)
      object.put("landmarks", landmarks)
      return object
    }
  }

  /// One plan the daemon holds, in short.
  package struct PlanRow: ListedRow {
    package static let plural = "plans"
    package var name: String { course }
    /// The course it belongs to, such as C-7F3A2B.
    package let course: String
    /// Its version: 1, and one more for each amendment.
    package let version: Int64
    /// The title of the plan.
    package let title: String
    /// SHA-256 of the text, 64 hexadecimal digits.
    package let sha256: String
    /// Who witnessed the client's agreement; absent while there is none, and on practice skin.
    package let agreedBy: String?
    /// Who signed it; absent while it is unsigned.
    package let signedBy: String?
    /// When it was signed; wall time, milliseconds since 1970-01-01 UTC.
    package let signedWallMilliseconds: Int64?
    /// Sessions planned.
    package let sessions: Int64
    /// Dots planned, all sessions.
    package let dots: Int64

    package init(
      course: String, version: Int64, title: String, sha256: String, agreedBy: String? = nil,
      signedBy: String? = nil, signedWallMilliseconds: Int64? = nil, sessions: Int64, dots: Int64
    ) {
      self.course = course
      self.version = version
      self.title = title
      self.sha256 = sha256
      self.agreedBy = agreedBy
      self.signedBy = signedBy
      self.signedWallMilliseconds = signedWallMilliseconds
      self.sessions = sessions
      self.dots = dots
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      course = try object.required("course")
      version = try object.required("version")
      title = try object.required("title")
      sha256 = try object.required("sha256")
      agreedBy = try object.optional("agreedBy")
      signedBy = try object.optional("signedBy")
      signedWallMilliseconds = try object.optional("signedWallMilliseconds")
      sessions = try object.required("sessions")
      dots = try object.required("dots")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("course", course)
      object.put("version", version)
      object.put("title", title)
      object.put("sha256", sha256)
      object.put("agreedBy", agreedBy)
      object.put("signedBy", signedBy)
      object.put("signedWallMilliseconds", signedWallMilliseconds)
      object.put("sessions", sessions)
      object.put("dots", dots)
      return object
    }
  }
}

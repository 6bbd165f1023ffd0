package import StrictJSON

extension SessionInterface {
  /// The last dot that was denied, and why.
  package struct Denial: InterfaceRecord {
    /// Why.
    package let reason: DenialReason
    /// The limit that denied it, such as spacing-minimum, if it was one.
    package let key: String?
    /// What was asked for, in the unit of the key.
    package let requested: Int64?
    /// The limit, in the unit of the key.
    package let limit: Int64?
    /// Where the limit comes from: ceiling, device, site or plan.
    package let source: String?
    /// The zone, if the place lies in one.
    package let zone: String?

    package init(
      reason: DenialReason, key: String? = nil, requested: Int64? = nil, limit: Int64? = nil, source: String? = nil,
      zone: String? = nil
    ) {
      self.reason = reason
      self.key = key
      self.requested = requested
      self.limit = limit
      self.source = source
      self.zone = zone
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      reason = try object.required("reason")
      key = try object.optional("key")
      requested = try object.optional("requested")
      limit = try object.optional("limit")
      source = try object.optional("source")
      zone = try object.optional("zone")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("reason", reason)
      object.put("key", key)
      object.put("requested", requested)
      object.put("limit", limit)
      object.put("source", source)
      object.put("zone", zone)
      return object
    }
  }

  /// One zone of the session.
  package struct Zone: InterfaceRecord {
    /// Its name in the plan.
    package let name: String
    /// Dots made in this session, presumed ones included.
    package let dotsMade: Int64
    /// Dots planned for this session.
    package let dotsPlanned: Int64
    /// Density now, dots of all sessions over the area of the zone, in dots per square metre.
    package let densityPerSquareMetre: Int64
    /// Density at which the zone takes no more dots in this session, in dots per square metre.
    package let densityLimitPerSquareMetre: Int64
    /// Commanded depth.
    package let depthMicrometres: Int64
    /// Commanded speed.
    package let speedMillihertz: Int64
    /// Longest contact of one dot.
    package let dwellMilliseconds: Int64
    /// The dots planned for this session are made.
    package let complete: Bool

    package init(
      name: String, dotsMade: Int64, dotsPlanned: Int64, densityPerSquareMetre: Int64,
      densityLimitPerSquareMetre: Int64, depthMicrometres: Int64, speedMillihertz: Int64, dwellMilliseconds: Int64,
      complete: Bool
    ) {
      self.name = name
      self.dotsMade = dotsMade
      self.dotsPlanned = dotsPlanned
      self.densityPerSquareMetre = densityPerSquareMetre
      self.densityLimitPerSquareMetre = densityLimitPerSquareMetre
      self.depthMicrometres = depthMicrometres
      self.speedMillihertz = speedMillihertz
      self.dwellMilliseconds = dwellMilliseconds
      self.complete = complete
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      name = try object.required("name")
      dotsMade = try object.required("dotsMade")
      dotsPlanned = try object.required("dotsPlanned")
      densityPerSquareMetre = try object.required("densityPerSquareMetre")
      densityLimitPerSquareMetre = try object.required("densityLimitPerSquareMetre")
      depthMicrometres = try object.required("depthMicrometres")
      speedMillihertz = try object.required("speedMillihertz")
      dwellMilliseconds = try object.required("dwellMilliseconds")
      complete = try object.required("complete")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("name", name)
      object.put("dotsMade", dotsMade)
      object.put("dotsPlanned", dotsPlanned)
      object.put("densityPerSquareMetre", densityPerSquareMetre)
      object.put("densityLimitPerSquareMetre", densityLimitPerSquareMetre)
      object.put("depthMicrometres", depthMicrometres)
      object.put("speedMillihertz", speedMillihertz)
      object.put("dwellMilliseconds", dwellMilliseconds)
      object.put("complete", complete)
      return object
    }
  }

  /// Everything a person at the workstation wants to see.
  package struct Snapshot: InterfaceRecord {
    /// The state of the session.
    package let state: State
    /// The session, such as C-7F3A2B-1; absent when none is open.
    package let session: String?
    /// The course.
    package let course: String?
    /// The number of the session in its course, from 1.
    package let number: Int64?
    /// The zone being worked.
    package let zone: String?
    /// Serial of the device.
    package let device: String?
    /// Who holds the handpiece.
    package let `operator`: String?
    /// Dots made in this session, presumed ones included.
    package let dotsMade: Int64
    /// Dots planned for this session.
    package let dotsPlanned: Int64
    /// Dots asked for and denied in this session.
    package let denials: Int64
    /// The last denial.
    package let lastDenial: Denial?
    /// The fault that is latched, in one word.
    package let fault: String?
    /// Time since the session was first armed.
    package let elapsedSeconds: Int64
    /// Stop latency measured by the self-test of this session.
    package let stopLatencyMicroseconds: Int64?
    /// The zones, in the order of the plan.
    package let zones: [Zone]
    /// The needle is simulated.
    package let simulated: Bool
    /// Number of the newest durable journal entry.
    package let journalNumber: Int64
    /// What a person should do now; absent when all is well.
    package let remedy: String?
    /// What somebody should look at although everything works, such as a link that gets worse; absent when nothing is.
    package let warning: String?

    package init(
      state: State, session: String? = nil, course: String? = nil, number: Int64? = nil, zone: String? = nil,
      device: String? = nil, operator: String? = nil, dotsMade: Int64, dotsPlanned: Int64, denials: Int64,
      lastDenial: Denial? = nil, fault: String? = nil, elapsedSeconds: Int64, stopLatencyMicroseconds: Int64? = nil,
      zones: [Zone], simulated: Bool, journalNumber: Int64, remedy: String? = nil,
      warning: String? = nil
    ) {
      self.state = state
      self.session = session
      self.course = course
      self.number = number
      self.zone = zone
      self.device = device
      self.operator = `operator`
      self.dotsMade = dotsMade
      self.dotsPlanned = dotsPlanned
      self.denials = denials
      self.lastDenial = lastDenial
      self.fault = fault
      self.elapsedSeconds = elapsedSeconds
      self.stopLatencyMicroseconds = stopLatencyMicroseconds
      self.zones = zones
      self.simulated = simulated
      self.journalNumber = journalNumber
      self.remedy = remedy
      self.warning = warning
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      state = try object.required("state")
      session = try object.optional("session")
      course = try object.optional("course")
      number = try object.optional("number")
      zone = try object.optional("zone")
      device = try object.optional("device")
      `operator` = try object.optional("operator")
      dotsMade = try object.required("dotsMade")
      dotsPlanned = try object.required("dotsPlanned")
      denials = try object.required("denials")
      lastDenial = try object.optional("lastDenial")
      fault = try object.optional("fault")
      elapsedSeconds = try object.required("elapsedSeconds")
      stopLatencyMicroseconds = try object.optional("stopLatencyMicroseconds")
      zones = try object.required("zones")
      simulated = try object.required("simulated")
      journalNumber = try object.required("journalNumber")
      remedy = try object.optional("remedy")
      warning = try object.optional("warning")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("state", state)
      object.put("session", session)
      object.put("course", course)
      object.put("number", number)
      object.put("zone", zone)
      object.put("device", device)
      object.put("operator", `operator`)
      object.put("dotsMade", dotsMade)
      object.put("dotsPlanned", dotsPlanned)
      object.put("denials", denials)
      object.put("lastDenial", lastDenial)
      object.put("fault", fault)
      object.put("elapsedSeconds", elapsedSeconds)
      object.put("stopLatencyMicroseconds", stopLatencyMicroseconds)
      object.put("zones", zones)
      object.put("simulated", simulated)
      object.put("journalNumber", journalNumber)
      object.put("remedy", remedy)
      object.put("warning", warning)
      return object
    }
  }

  /// The set-points of one zone.
  package struct SetPoints: InterfaceRecord {
    /// The zone.
    package let zone: String
    /// Commanded depth.
    package let depthMicrometres: Int64
    /// Commanded speed.
    package let speedMillihertz: Int64
    /// Longest contact of one dot.
    package let dwellMilliseconds: Int64

    package init(zone: String, depthMicrometres: Int64, speedMillihertz: Int64, dwellMilliseconds: Int64) {
      self.zone = zone
      self.depthMicrometres = depthMicrometres
      self.speedMillihertz = speedMillihertz
      self.dwellMilliseconds = dwellMilliseconds
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      zone = try object.required("zone")
      depthMicrometres = try object.required("depthMicrometres")
      speedMillihertz = try object.required("speedMillihertz")
      dwellMilliseconds = try object.required("dwellMilliseconds")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("zone", zone)
      object.put("depthMicrometres", depthMicrometres)
      object.put("speedMillihertz", speedMillihertz)
      object.put("dwellMilliseconds", dwellMilliseconds)
      return object
    }
  }
}

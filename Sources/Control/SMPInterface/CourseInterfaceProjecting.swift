package import StrictJSON

extension CourseInterface {
  package typealias Change = PlanInterface.Change

  /// A number that is still to come, with what it may be at least and at most.
  package struct Range: InterfaceRecord {
    /// If more is held than expected.
    package let low: Int64
    /// If as much is held as was assessed; before an assessment, all of it.
    package let expected: Int64
    /// If less is held than expected.
    package let high: Int64

    package init(low: Int64, expected: Int64, high: Int64) {
      self.low = low
      self.expected = expected
      self.high = high
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      low = try object.required("low")
      expected = try object.required("expected")
      high = try object.required("high")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("low", low)
      object.put("expected", expected)
      object.put("high", high)
      return object
    }
  }

  /// What is still to come in one zone.
  package struct ZoneToCome: InterfaceRecord {
    /// Its name in the plan.
    package let name: String
    /// Dots to be held in the end.
    package let dotsTarget: Int64
    /// Dots of the client in the zone, of all courses, held or faded.
    package let dotsPlaced: Int64
    /// Those of them that are held, by the retention used.
    package let dotsHeld: Int64
    /// The retention used.
    package let retentionPercent: Int64
    /// It was assessed; otherwise it is assumed.
    package let assessed: Bool
    /// Dots still to be placed.
    package let dotsToCome: Int64
    /// How many of them only because of fading.
    package let dotsForFading: Int64
    /// The target is held already, or can be within all caps.
    package let reachable: Bool
    /// Which cap it cannot be reached within, in a sentence; absent where it can.
    package let obstacle: String?

    package init(
      name: String, dotsTarget: Int64, dotsPlaced: Int64, dotsHeld: Int64, retentionPercent: Int64, assessed: Bool,
      dotsToCome: Int64, dotsForFading: Int64, reachable: Bool, obstacle: String? = nil
    ) {
      self.name = name
      self.dotsTarget = dotsTarget
      self.dotsPlaced = dotsPlaced
      self.dotsHeld = dotsHeld
      self.retentionPercent = retentionPercent
      self.assessed = assessed
      self.dotsToCome = dotsToCome
      self.dotsForFading = dotsForFading
      self.reachable = reachable
      self.obstacle = obstacle
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      name = try object.required("name")
      dotsTarget = try object.required("dotsTarget")
      dotsPlaced = try object.required("dotsPlaced")
      dotsHeld = try object.required("dotsHeld")
      retentionPercent = try object.required("retentionPercent")
      assessed = try object.required("assessed")
      dotsToCome = try object.required("dotsToCome")
      dotsForFading = try object.required("dotsForFading")
      reachable = try object.required("reachable")
      obstacle = try object.optional("obstacle")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("name", name)
      object.put("dotsTarget", dotsTarget)
      object.put("dotsPlaced", dotsPlaced)
      object.put("dotsHeld", dotsHeld)
      object.put("retentionPercent", retentionPercent)
      object.put("assessed", assessed)
      object.put("dotsToCome", dotsToCome)
      object.put("dotsForFading", dotsForFading)
      object.put("reachable", reachable)
      object.put("obstacle", obstacle)
      return object
    }
  }

  /// One visit still to come, as expected.
  package struct Visit: InterfaceRecord {
    /// Number of the session.
    package let session: Int64
    /// Its dots.
    package let dots: Int64
    /// Working time, rounded up.
    package let minutes: Int64

    package init(session: Int64, dots: Int64, minutes: Int64) {
      self.session = session
      self.dots = dots
      self.minutes = minutes
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      session = try object.required("session")
      dots = try object.required("dots")
      minutes = try object.required("minutes")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("session", session)
      object.put("dots", dots)
      object.put("minutes", minutes)
      return object
    }
  }

  /// What is still to come of a course: before the first session as the plan has it, then as the skin holds.
  package enum Project: InterfaceMethod {
    package static let name = "io.smpd.course.Project"

    package struct Parameters: InterfaceRecord {
      /// The course.
      package let course: String

      package init(course: String) {
        self.course = course
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        course = try object.required("course")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("course", course)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The assessment it is built on; absent before the first.
      package let assessment: Assessment?
      /// Sessions still to come.
      package let sessions: Range
      /// Dots still to be placed.
      package let dots: Range
      /// Working time, rounded up.
      package let minutes: Range
      /// Cartridges: one for each session.
      package let cartridges: Range
      /// The expected sessions.
      package let sessionsToCome: [Visit]
      /// When the next may be; absent before the first session of the client, and on practice skin.
      package let visits: Visits?
      /// In the order of the plan.
      package let zones: [ZoneToCome]
      /// Every zone can hold its target.
      package let reachable: Bool
      /// What drives the numbers, in sentences.
      package let drivers: [String]

      package init(
        assessment: Assessment? = nil, sessions: Range, dots: Range, minutes: Range, cartridges: Range,
        sessionsToCome: [Visit], visits: Visits? = nil, zones: [ZoneToCome], reachable: Bool, drivers: [String]
      ) {
        self.assessment = assessment
        self.sessions = sessions
        self.dots = dots
        self.minutes = minutes
        self.cartridges = cartridges
        self.sessionsToCome = sessionsToCome
        self.visits = visits
        self.zones = zones
        self.reachable = reachable
        self.drivers = drivers
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        assessment = try object.optional("assessment")
        sessions = try object.required("sessions")
        dots = try object.required("dots")
        minutes = try object.required("minutes")
        cartridges = try object.required("cartridges")
        sessionsToCome = try object.required("sessionsToCome")
        visits = try object.optional("visits")
        zones = try object.required("zones")
        reachable = try object.required("reachable")
        drivers = try object.required("drivers")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("assessment", assessment)
        object.put("sessions", sessions)
        object.put("dots", dots)
        object.put("minutes", minutes)
        object.put("cartridges", cartridges)
        object.put("sessionsToCome", sessionsToCome)
        object.put("visits", visits)
        object.put("zones", zones)
        object.put("reachable", reachable)
        object.put("drivers", drivers)
        return object
      }
    }
  }

  /// The plan with its sessions to come as the retention asks for them, within every cap. Nothing is changed: whoever
  /// accepts it amends the plan with this text, or with another one.
  package enum Propose: InterfaceMethod {
    package static let name = "io.smpd.course.Propose"

    package struct Parameters: InterfaceRecord {
      /// The course.
      package let course: String

      package init(course: String) {
        self.course = course
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        course = try object.required("course")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("course", course)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The proposed version, whole; the present text where nothing is to change.
      package let text: String
      /// What it changes, in the order of the plan.
      package let changes: [Change]
      /// What cannot be reached and why, in sentences.
      package let remarks: [String]

      package init(text: String, changes: [Change], remarks: [String]) {
        self.text = text
        self.changes = changes
        self.remarks = remarks
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        text = try object.required("text")
        changes = try object.required("changes")
        remarks = try object.required("remarks")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("text", text)
        object.put("changes", changes)
        object.put("remarks", remarks)
        return object
      }
    }
  }
}

package import StrictJSON

/// Courses: one client, one plan, its sessions from the first to the last.
package enum CourseInterface: Interface {
  package static let name = "io.smpd.course"
  package static var text: String { String(decoding: PackageResources.io_smpd_course_varlink, as: UTF8.self) }
  package static let methods: [any InterfaceMethod.Type] = [
    List.self, Describe.self, Assess.self, Project.self, Propose.self, Abandon.self, Forget.self,
  ]
}

extension CourseInterface {
  /// How far a course is.
  package enum State: String, InterfaceWord {
    /// Nobody has agreed to the plan; nothing can be started.
    case draft
    /// The client agreed to the plan, and nobody has signed it; nothing can be started.
    case agreed
    /// The plan is signed; no session was started.
    case signed
    /// Some sessions are done or begun.
    case inTreatment = "in_treatment"
    /// All planned sessions are done.
    case complete
    /// It was given up before its end; nothing can be started any more.
    case abandoned
    /// A session is uncertain; nothing can be started until a person resolves it.
    case uncertain
    /// A word of a newer daemon.
    case unknown
  }

  /// One course in short.
  package struct CourseRow: ListedRow {
    package static let plural = "courses"
    package var name: String { course }
    /// The course, such as C-7F3A2B.
    package let course: String
    /// The title of its plan.
    package let title: String
    /// How far it is.
    package let state: State
    /// Sessions closed.
    package let sessionsDone: Int64
    /// Sessions planned.
    package let sessionsPlanned: Int64
    /// Dots made in all sessions, presumed ones included.
    package let dotsMade: Int64
    /// Dots planned in all sessions.
    package let dotsPlanned: Int64

    package init(
      course: String, title: String, state: State, sessionsDone: Int64, sessionsPlanned: Int64, dotsMade: Int64,
      dotsPlanned: Int64
    ) {
      self.course = course
      self.title = title
      self.state = state
      self.sessionsDone = sessionsDone
      self.sessionsPlanned = sessionsPlanned
      self.dotsMade = dotsMade
      self.dotsPlanned = dotsPlanned
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      course = try object.required("course")
      title = try object.required("title")
      state = try object.required("state")
      sessionsDone = try object.required("sessionsDone")
      sessionsPlanned = try object.required("sessionsPlanned")
      dotsMade = try object.required("dotsMade")
      dotsPlanned = try object.required("dotsPlanned")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("course", course)
      object.put("title", title)
      object.put("state", state)
      object.put("sessionsDone", sessionsDone)
      object.put("sessionsPlanned", sessionsPlanned)
      object.put("dotsMade", dotsMade)
      object.put("dotsPlanned", dotsPlanned)
      return object
    }
  }

  /// One zone over the whole course.
  package struct Zone: InterfaceRecord {
    /// Its name in the plan.
    package let name: String
    /// Dots made in all sessions, presumed ones included.
    package let dotsMade: Int64
    /// Dots planned in all sessions.
    package let dotsPlanned: Int64
    /// Density reached so far, in dots per square metre.
    package let densityPerSquareMetre: Int64
    /// Density the plan ends at, in dots per square metre.
    package let densityPlannedPerSquareMetre: Int64

    package init(
      name: String, dotsMade: Int64, dotsPlanned: Int64, densityPerSquareMetre: Int64,
      densityPlannedPerSquareMetre: Int64
    ) {
      self.name = name
      self.dotsMade = dotsMade
      self.dotsPlanned = dotsPlanned
      self.densityPerSquareMetre = densityPerSquareMetre
      self.densityPlannedPerSquareMetre = densityPlannedPerSquareMetre
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      name = try object.required("name")
      dotsMade = try object.required("dotsMade")
      dotsPlanned = try object.required("dotsPlanned")
      densityPerSquareMetre = try object.required("densityPerSquareMetre")
      densityPlannedPerSquareMetre = try object.required("densityPlannedPerSquareMetre")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("name", name)
      object.put("dotsMade", dotsMade)
      object.put("dotsPlanned", dotsPlanned)
      object.put("densityPerSquareMetre", densityPerSquareMetre)
      object.put("densityPlannedPerSquareMetre", densityPlannedPerSquareMetre)
      return object
    }
  }

  /// When the next session of the client may be. All times in milliseconds since 1970-01-01 UTC.
  package struct Visits: InterfaceRecord {
    /// The end of the client's last session with dots, in whatever course.
    package let lastWallMilliseconds: Int64
    /// What the client was asked to leave alone holds until then; no session before it.
    package let aftercareUntilWallMilliseconds: Int64
    /// No session before this.
    package let earliestWallMilliseconds: Int64
    /// Earlier than this only by a named override.
    package let recommendedFromWallMilliseconds: Int64
    /// Later than this deserves a look.
    package let recommendedUntilWallMilliseconds: Int64

    package init(
      lastWallMilliseconds: Int64, aftercareUntilWallMilliseconds: Int64, earliestWallMilliseconds: Int64,
      recommendedFromWallMilliseconds: Int64, recommendedUntilWallMilliseconds: Int64
    ) {
      self.lastWallMilliseconds = lastWallMilliseconds
      self.aftercareUntilWallMilliseconds = aftercareUntilWallMilliseconds
      self.earliestWallMilliseconds = earliestWallMilliseconds
      self.recommendedFromWallMilliseconds = recommendedFromWallMilliseconds
      self.recommendedUntilWallMilliseconds = recommendedUntilWallMilliseconds
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      lastWallMilliseconds = try object.required("lastWallMilliseconds")
      aftercareUntilWallMilliseconds = try object.required("aftercareUntilWallMilliseconds")
      earliestWallMilliseconds = try object.required("earliestWallMilliseconds")
      recommendedFromWallMilliseconds = try object.required("recommendedFromWallMilliseconds")
      recommendedUntilWallMilliseconds = try object.required("recommendedUntilWallMilliseconds")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("lastWallMilliseconds", lastWallMilliseconds)
      object.put("aftercareUntilWallMilliseconds", aftercareUntilWallMilliseconds)
      object.put("earliestWallMilliseconds", earliestWallMilliseconds)
      object.put("recommendedFromWallMilliseconds", recommendedFromWallMilliseconds)
      object.put("recommendedUntilWallMilliseconds", recommendedUntilWallMilliseconds)
      return object
    }
  }

  /// One course wholly.
  package struct Course: InterfaceRecord {
    /// The course, such as C-7F3A2B.
    package let course: String
    /// The title of its plan.
    package let title: String
    /// How far it is.
    package let state: State
    /// Who witnessed the client's agreement; absent while there is none, and on practice skin.
    package let agreedBy: String?
    /// The plan is signed.
    package let signed: Bool
    /// Who signed it; absent while it is unsigned.
    package let signedBy: String?
    /// The reference of the client's consent document; absent while the plan is unsigned, and on practice skin.
    package let consent: String?
    /// Who gave the course up, and why; absent while nobody has.
    package let abandoned: Abandonment?
    /// Sessions closed.
    package let sessionsDone: Int64
    /// Sessions planned.
    package let sessionsPlanned: Int64
    /// Number of the next session to start; absent when none is left.
    package let nextSession: Int64?
    /// When that may be; absent before the client's first session, and on practice skin.
    package let visits: Visits?
    /// The newest assessment; absent before the first.
    package let assessment: Assessment?
    /// A session of this course that is open now.
    package let openSession: String?
    /// What it took so far.
    package let hours: Hours
    /// Its zones, in the order of the plan.
    package let zones: [Zone]
    /// Dots made in all sessions, presumed ones included.
    package let dotsMade: Int64
    /// Dots planned in all sessions.
    package let dotsPlanned: Int64

    package init(
      course: String, title: String, state: State, agreedBy: String? = nil, signed: Bool, signedBy: String? = nil,
      consent: String? = nil, abandoned: Abandonment? = nil, sessionsDone: Int64, sessionsPlanned: Int64,
      nextSession: Int64? = nil, visits: Visits? = nil, assessment: Assessment? = nil, openSession: String? = nil,
      hours: Hours, zones: [Zone], dotsMade: Int64, dotsPlanned: Int64
    ) {
      self.course = course
      self.title = title
      self.state = state
      self.agreedBy = agreedBy
      self.signed = signed
      self.signedBy = signedBy
      self.consent = consent
      self.abandoned = abandoned
      self.sessionsDone = sessionsDone
      self.sessionsPlanned = sessionsPlanned
      self.nextSession = nextSession
      self.visits = visits
      self.assessment = assessment
      self.openSession = openSession
      self.hours = hours
      self.zones = zones
      self.dotsMade = dotsMade
      self.dotsPlanned = dotsPlanned
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      course = try object.required("course")
      title = try object.required("title")
      state = try object.required("state")
      agreedBy = try object.optional("agreedBy")
      signed = try object.required("signed")
      signedBy = try object.optional("signedBy")
      consent = try object.optional("consent")
      abandoned = try object.optional("abandoned")
      sessionsDone = try object.required("sessionsDone")
      sessionsPlanned = try object.required("sessionsPlanned")
      nextSession = try object.optional("nextSession")
      visits = try object.optional("visits")
      assessment = try object.optional("assessment")
      openSession = try object.optional("openSession")
      hours = try object.required("hours")
      zones = try object.required("zones")
      dotsMade = try object.required("dotsMade")
      dotsPlanned = try object.required("dotsPlanned")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("course", course)
      object.put("title", title)
      object.put("state", state)
      object.put("agreedBy", agreedBy)
      object.put("signed", signed)
      object.put("signedBy", signedBy)
      object.put("consent", consent)
      object.put("abandoned", abandoned)
      object.put("sessionsDone", sessionsDone)
      object.put("sessionsPlanned", sessionsPlanned)
      object.put("nextSession", nextSession)
      object.put("visits", visits)
      object.put("assessment", assessment)
      object.put("openSession", openSession)
      object.put("hours", hours)
      object.put("zones", zones)
      object.put("dotsMade", dotsMade)
      object.put("dotsPlanned", dotsPlanned)
      return object
    }
  }

  /// All courses, oldest first.
  package enum List: ListMethod {
    package static let name = "io.smpd.course.List"

    package typealias Row = CourseRow
  }

  /// One course wholly.
  package enum Describe: InterfaceMethod {
    package static let name = "io.smpd.course.Describe"

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
      /// How it stands.
      package let course: Course

      package init(course: Course) {
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
  }
}

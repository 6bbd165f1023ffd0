package import StrictJSON

extension SessionInterface {
  /// What was in the handpiece, and what it was used for.
  package struct Loaded: InterfaceRecord {
    /// What it is.
    package let supply: Supply
    /// Its lot, with the mark of its own behind it.
    package let lot: String
    /// Dots made with it, presumed ones included.
    package let dots: Int64
    /// Needle strokes, as the device counted them; a presumed dot has none.
    package let strokes: Int64

    package init(supply: Supply, lot: String, dots: Int64, strokes: Int64) {
      self.supply = supply
      self.lot = lot
      self.dots = dots
      self.strokes = strokes
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      supply = try object.required("supply")
      lot = try object.required("lot")
      dots = try object.required("dots")
      strokes = try object.required("strokes")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("supply", supply)
      object.put("lot", lot)
      object.put("dots", dots)
      object.put("strokes", strokes)
      return object
    }
  }

  /// One session in short.
  package struct Session: ListedRow {
    package static let plural = "sessions"
    package var name: String { session }
    /// The session, such as C-7F3A2B-1.
    package let session: String
    /// The course it belongs to.
    package let course: String
    /// Its number in the course, from 1.
    package let number: Int64
    /// How it stands.
    package let state: SessionState
    /// Who held the handpiece.
    package let `operator`: String
    /// Serial of the device.
    package let device: String
    /// What was in the handpiece, in the order in which it was put there; a pigment and a cartridge at least.
    package let loaded: [Loaded]
    /// Dots made, presumed ones included.
    package let dotsMade: Int64
    /// Of these, dots of which it is only presumed that they were made.
    package let dotsPresumed: Int64
    /// Dots planned.
    package let dotsPlanned: Int64
    /// Dots asked for and denied.
    package let denials: Int64
    /// When it began; wall time, milliseconds since 1970-01-01 UTC.
    package let startedWallMilliseconds: Int64
    /// When it ended; absent while it is open.
    package let endedWallMilliseconds: Int64?
    /// From its start to its end, or to its newest entry; in milliseconds, by a clock that nobody can set.
    package let durationMilliseconds: Int64
    /// Of that, with the device armed: without preparation and pauses. What the hours of a plan stand against.
    package let workingMilliseconds: Int64
    /// Of that, with the needle in the skin, as the device measured it; of a presumed dot nobody knows.
    package let needleOnMilliseconds: Int64
    /// Number of its first journal entry.
    package let firstEntry: Int64
    /// Number of its newest journal entry.
    package let lastEntry: Int64
    /// Whether it is sealed with the station's key.
    package let seal: Seal
    /// The needle was simulated.
    package let simulated: Bool

    package init(
      session: String, course: String, number: Int64, state: SessionState, operator: String, device: String,
      loaded: [Loaded], dotsMade: Int64, dotsPresumed: Int64, dotsPlanned: Int64, denials: Int64,
      startedWallMilliseconds: Int64, endedWallMilliseconds: Int64? = nil, durationMilliseconds: Int64,
      workingMilliseconds: Int64, needleOnMilliseconds: Int64, firstEntry: Int64, lastEntry: Int64, seal: Seal,
      simulated: Bool
    ) {
      self.session = session
      self.course = course
      self.number = number
      self.state = state
      self.operator = `operator`
      self.device = device
      self.loaded = loaded
      self.dotsMade = dotsMade
      self.dotsPresumed = dotsPresumed
      self.dotsPlanned = dotsPlanned
      self.denials = denials
      self.startedWallMilliseconds = startedWallMilliseconds
      self.endedWallMilliseconds = endedWallMilliseconds
      self.durationMilliseconds = durationMilliseconds
      self.workingMilliseconds = workingMilliseconds
      self.needleOnMilliseconds = needleOnMilliseconds
      self.firstEntry = firstEntry
      self.lastEntry = lastEntry
      self.seal = seal
      self.simulated = simulated
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      session = try object.required("session")
      course = try object.required("course")
      number = try object.required("number")
      state = try object.required("state")
      `operator` = try object.required("operator")
      device = try object.required("device")
      loaded = try object.required("loaded")
      dotsMade = try object.required("dotsMade")
      dotsPresumed = try object.required("dotsPresumed")
      dotsPlanned = try object.required("dotsPlanned")
      denials = try object.required("denials")
      startedWallMilliseconds = try object.required("startedWallMilliseconds")
      endedWallMilliseconds = try object.optional("endedWallMilliseconds")
      durationMilliseconds = try object.required("durationMilliseconds")
      workingMilliseconds = try object.required("workingMilliseconds")
      needleOnMilliseconds = try object.required("needleOnMilliseconds")
      firstEntry = try object.required("firstEntry")
      lastEntry = try object.required("lastEntry")
      seal = try object.required("seal")
      simulated = try object.required("simulated")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("session", session)
      object.put("course", course)
      object.put("number", number)
      object.put("state", state)
      object.put("operator", `operator`)
      object.put("device", device)
      object.put("loaded", loaded)
      object.put("dotsMade", dotsMade)
      object.put("dotsPresumed", dotsPresumed)
      object.put("dotsPlanned", dotsPlanned)
      object.put("denials", denials)
      object.put("startedWallMilliseconds", startedWallMilliseconds)
      object.put("endedWallMilliseconds", endedWallMilliseconds)
      object.put("durationMilliseconds", durationMilliseconds)
      object.put("workingMilliseconds", workingMilliseconds)
      object.put("needleOnMilliseconds", needleOnMilliseconds)
      object.put("firstEntry", firstEntry)
      object.put("lastEntry", lastEntry)
      object.put("seal", seal)
      object.put("simulated", simulated)
      return object
    }
  }
}

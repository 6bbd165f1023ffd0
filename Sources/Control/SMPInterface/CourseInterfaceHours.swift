package import StrictJSON

extension CourseInterface {
  /// What a course took so far, beside what it was planned to take.
  package struct Hours: InterfaceRecord {
    /// Working time by the plan, of all sessions, rounded up.
    package let plannedMilliseconds: Int64
    /// Of that, for the sessions that are done.
    package let plannedSoFarMilliseconds: Int64
    /// Time with the device armed, of all sessions: without preparation and pauses.
    package let workingMilliseconds: Int64
    /// Time from start to end, of all sessions.
    package let durationMilliseconds: Int64
    /// Time with the needle in the skin, of all sessions.
    package let needleOnMilliseconds: Int64

    package init(
      plannedMilliseconds: Int64, plannedSoFarMilliseconds: Int64, workingMilliseconds: Int64,
      durationMilliseconds: Int64, needleOnMilliseconds: Int64
    ) {
      self.plannedMilliseconds = plannedMilliseconds
      self.plannedSoFarMilliseconds = plannedSoFarMilliseconds
      self.workingMilliseconds = workingMilliseconds
      self.durationMilliseconds = durationMilliseconds
      self.needleOnMilliseconds = needleOnMilliseconds
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      plannedMilliseconds = try object.required("plannedMilliseconds")
      plannedSoFarMilliseconds = try object.required("plannedSoFarMilliseconds")
      workingMilliseconds = try object.required("workingMilliseconds")
      durationMilliseconds = try object.required("durationMilliseconds")
      needleOnMilliseconds = try object.required("needleOnMilliseconds")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("plannedMilliseconds", plannedMilliseconds)
      object.put("plannedSoFarMilliseconds", plannedSoFarMilliseconds)
      object.put("workingMilliseconds", workingMilliseconds)
      object.put("durationMilliseconds", durationMilliseconds)
      object.put("needleOnMilliseconds", needleOnMilliseconds)
      return object
    }
  }
}

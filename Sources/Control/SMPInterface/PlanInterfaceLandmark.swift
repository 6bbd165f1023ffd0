package import StrictJSON

extension PlanInterface {
  /// A named place on the head that the needle tip is held to.
  package struct Landmark: InterfaceRecord {
    /// Its name in the plan.
    package let name: String
    /// Where on the chart.
    package let place: Point

    package init(name: String, place: Point) {
      self.name = name
      self.place = place
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      name = try object.required("name")
      place = try object.required("place")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("name", name)
      object.put("place", place)
      return object
    }
  }
}

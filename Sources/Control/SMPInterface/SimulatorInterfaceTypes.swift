package import StrictJSON

// What people do to the device, and what the witness saw.

extension SimulatorInterface {
  /// A place on the chart.
  package struct Place: InterfaceRecord {
    /// Towards the left of the client.
    package let xMicrometres: Int64
    /// Towards the back of the head.
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

  /// One zone as the practitioner sees it on the sheet beside the chair.
  package struct HandZone: InterfaceRecord {
    /// Its index in the plan's order, from 0.
    package let index: Int64
    /// Its corners in order, 3 to 256.
    package let outline: [Place]
    /// Dots still to make.
    package let dots: Int64
    /// Distance to keep from every other dot.
    package let spacingMicrometres: Int64
    /// Most dots in any disc of 1 cm², per square metre; absent where the sheet names none.
    package let discDensityPerSquareMetre: Int64?
    /// Contact the plan asks for.
    package let dwellMilliseconds: Int64

    package init(
      index: Int64, outline: [Place], dots: Int64, spacingMicrometres: Int64, discDensityPerSquareMetre: Int64? = nil,
      dwellMilliseconds: Int64
    ) {
      self.index = index
      self.outline = outline
      self.dots = dots
      self.spacingMicrometres = spacingMicrometres
      self.discDensityPerSquareMetre = discDensityPerSquareMetre
      self.dwellMilliseconds = dwellMilliseconds
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      index = try object.required("index")
      outline = try object.required("outline")
      dots = try object.required("dots")
      spacingMicrometres = try object.required("spacingMicrometres")
      discDensityPerSquareMetre = try object.optional("discDensityPerSquareMetre")
      dwellMilliseconds = try object.required("dwellMilliseconds")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("index", index)
      object.put("outline", outline)
      object.put("dots", dots)
      object.put("spacingMicrometres", spacingMicrometres)
      object.put("discDensityPerSquareMetre", discDensityPerSquareMetre)
      object.put("dwellMilliseconds", dwellMilliseconds)
      return object
    }
  }

  /// What the witness saw, beside contacts.
  package enum Sight: String, InterfaceWord {
    /// A host opened the link.
    case hostCame = "host_came"
    /// The link ended: closed, its cable out, or its host dead.
    case hostLeft = "host_left"
    /// The firmware went to phase idle.
    case idle
    /// To phase self-test.
    case selfTest = "self_test"
    /// To phase armed.
    case armed
    /// To phase running.
    case running
    /// To phase suspended.
    case suspended
    /// To phase stopped.
    case stopped
    /// To phase faulted.
    case faulted
    /// The drive began to turn.
    case driveTurned = "drive_turned"
    /// The drive stood.
    case driveRested = "drive_rested"
    /// The power failed.
    case powerFailed = "power_failed"
    /// The device started.
    case started
    /// A word of a newer simulator.
    case unknown
  }

  /// One thing the witness saw.
  package struct Sighting: InterfaceRecord {
    /// Counts up from 1.
    package let number: Int64
    /// When, on the clock of the simulation.
    package let atNanoseconds: Int64
    /// What.
    package let sight: Sight
    /// When the device had last taken anything from a host, on the same clock. No lease is younger.
    package let heardNanoseconds: Int64

    package init(number: Int64, atNanoseconds: Int64, sight: Sight, heardNanoseconds: Int64) {
      self.number = number
      self.atNanoseconds = atNanoseconds
      self.sight = sight
      self.heardNanoseconds = heardNanoseconds
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      number = try object.required("number")
      atNanoseconds = try object.required("atNanoseconds")
      sight = try object.required("sight")
      heardNanoseconds = try object.required("heardNanoseconds")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("number", number)
      object.put("atNanoseconds", atNanoseconds)
      object.put("sight", sight)
      object.put("heardNanoseconds", heardNanoseconds)
      return object
    }
  }
}

package import StrictJSON

extension DeviceInterface {
  /// Proves the stop path with no session open: the drive is started with the needle parked and the pedal released,
  /// stopped over the way a stop takes, and the time to a still drive is measured and recorded. A test that ran says what
  /// it showed; one that did not pass has latched a fault. Fails with NoDevice, NotFound, WrongState, Uncertain or
  /// LockedOut, with Refused while the pedal is pressed or the needle not parked, and with DeviceFault when somebody
  /// stops it.
  package enum SelfTest: InterfaceMethod {
    package static let name = "io.smpd.device.SelfTest"

    package struct Parameters: InterfaceRecord {
      /// Which device; absent means the only one.
      package let serial: String?
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(serial: String? = nil, dryRun: Bool? = nil) {
        self.serial = serial
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        serial = try object.optional("serial")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("serial", serial)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The device.
      package let serial: String
      /// From the stop to a still drive; absent when no answer came, and with dryRun.
      package let latencyMicroseconds: Int64?
      /// The longest latency that passes.
      package let limitMicroseconds: Int64
      /// The drive stood in time: the stop path is proven; absent with dryRun.
      package let passed: Bool?
      /// The fault that a test without a pass has latched, in one word.
      package let fault: String?
      /// What to do about it; absent when it passed.
      package let remedy: String?

      package init(
        serial: String, latencyMicroseconds: Int64? = nil, limitMicroseconds: Int64, passed: Bool? = nil,
        fault: String? = nil, remedy: String? = nil
      ) {
        self.serial = serial
        self.latencyMicroseconds = latencyMicroseconds
        self.limitMicroseconds = limitMicroseconds
        self.passed = passed
        self.fault = fault
        self.remedy = remedy
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        serial = try object.required("serial")
        latencyMicroseconds = try object.optional("latencyMicroseconds")
        limitMicroseconds = try object.required("limitMicroseconds")
        passed = try object.optional("passed")
        fault = try object.optional("fault")
        remedy = try object.optional("remedy")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("serial", serial)
        object.put("latencyMicroseconds", latencyMicroseconds)
        object.put("limitMicroseconds", limitMicroseconds)
        object.put("passed", passed)
        object.put("fault", fault)
        object.put("remedy", remedy)
        return object
      }
    }
  }
}

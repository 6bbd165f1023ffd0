package import StrictJSON

extension DeviceInterface {
  /// The devices that are there.
  package enum List: InterfaceMethod {
    package static let name = "io.smpd.device.List"

    package typealias Parameters = NoMembers

    package struct Reply: InterfaceRecord {
      /// One entry each, in the order in which they came.
      package let devices: [DeviceSummary]

      package init(devices: [DeviceSummary]) {
        self.devices = devices
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        devices = try object.required("devices")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("devices", devices)
        return object
      }
    }
  }

  /// One device. Fails with NoDevice or NotFound.
  package enum Describe: InterfaceMethod {
    package static let name = "io.smpd.device.Describe"

    package struct Parameters: InterfaceRecord {
      /// Which device, by its serial or its place; absent means the one that is driven, else the first.
      package let serial: String?

      package init(serial: String? = nil) {
        self.serial = serial
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        serial = try object.optional("serial")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("serial", serial)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The device in short.
      package let summary: DeviceSummary
      /// The device wholly; absent until it is driven and has answered.
      package let device: Device?

      package init(summary: DeviceSummary, device: Device? = nil) {
        self.summary = summary
        self.device = device
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        summary = try object.required("summary")
        device = try object.optional("device")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("summary", summary)
        object.put("device", device)
        return object
      }
    }
  }

  /// Clears a latched fault or protective stop. It is an edge: it never restarts motion, and it is refused with
  /// DeviceFault while the cause persists and with LockedOut after the same fault three times in ten minutes.
  package enum ClearFault: InterfaceMethod {
    package static let name = "io.smpd.device.ClearFault"

    package struct Parameters: InterfaceRecord {
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(dryRun: Bool? = nil) {
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// What the device does now.
      package let phase: Phase

      package init(phase: Phase) {
        self.phase = phase
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        phase = try object.required("phase")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("phase", phase)
        return object
      }
    }
  }

  /// Lifts a lock-out after its cause has been dealt with. Recorded by name.
  package enum Unlock: InterfaceMethod {
    package static let name = "io.smpd.device.Unlock"

    package struct Parameters: InterfaceRecord {
      /// Who unlocks.
      package let by: String
      /// Why it is safe to go on.
      package let reason: String
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(by: String, reason: String, dryRun: Bool? = nil) {
        self.by = by
        self.reason = reason
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        by = try object.required("by")
        reason = try object.required("reason")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("by", by)
        object.put("reason", reason)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// What the device does now; absent when none is attached.
      package let phase: Phase?

      package init(phase: Phase? = nil) {
        self.phase = phase
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        phase = try object.optional("phase")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("phase", phase)
        return object
      }
    }
  }

  /// The limits in force, in the order of their keys, then of the zones of the plan.
  package enum DescribeLimits: InterfaceMethod {
    package static let name = "io.smpd.device.DescribeLimits"

    package struct Parameters: InterfaceRecord {
      /// Include what the plan of this course limits; absent means ceiling, device and site only.
      package let course: String?

      package init(course: String? = nil) {
        self.course = course
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        course = try object.optional("course")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("course", course)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// One entry for each key, or for each key and zone.
      package let limits: [Limit]

      package init(limits: [Limit]) {
        self.limits = limits
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        limits = try object.required("limits")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("limits", limits)
        return object
      }
    }
  }

  /// A limits file to start from.
  package enum ExampleLimits: InterfaceMethod {
    package static let name = "io.smpd.device.ExampleLimits"

    package typealias Parameters = NoMembers

    package struct Reply: InterfaceRecord {
      /// The text of the file.
      package let text: String

      package init(text: String) {
        self.text = text
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        text = try object.required("text")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("text", text)
        return object
      }
    }
  }
}

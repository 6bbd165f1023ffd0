package import StrictJSON

// What people do at the device.

extension SimulatorInterface {
  /// Gives the hand its job: it works the zones by itself, as a person would. The job before is forgotten.
  package enum TakeUp: InterfaceMethod {
    package static let name = "io.smpd.simulator.TakeUp"

    package struct Parameters: InterfaceRecord {
      /// In the order of the work.
      package let zones: [HandZone]
      /// A zone opens when those before it have their dots.
      package let strict: Bool
      /// Distance to keep from an outline, inside it.
      package let edgeMicrometres: Int64
      /// Dots in the skin already: x and y of each, in micrometres, one after the other.
      package let living: [Int64]
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(zones: [HandZone], strict: Bool, edgeMicrometres: Int64, living: [Int64], dryRun: Bool? = nil) {
        self.zones = zones
        self.strict = strict
        self.edgeMicrometres = edgeMicrometres
        self.living = living
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        zones = try object.required("zones")
        strict = try object.required("strict")
        edgeMicrometres = try object.required("edgeMicrometres")
        living = try object.required("living")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("zones", zones)
        object.put("strict", strict)
        object.put("edgeMicrometres", edgeMicrometres)
        object.put("living", living)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The hand has a job.
      package let job: Bool

      package init(job: Bool) {
        self.job = job
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        job = try object.required("job")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("job", job)
        return object
      }
    }
  }

  /// The hand puts the handpiece down and forgets its job.
  package enum LayDown: InterfaceMethod {
    package static let name = "io.smpd.simulator.LayDown"

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
      /// The hand has a job.
      package let job: Bool

      package init(job: Bool) {
        self.job = job
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        job = try object.required("job")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("job", job)
        return object
      }
    }
  }

  /// The foot goes down on the pedal, or leaves it.
  package enum Pedal: InterfaceMethod {
    package static let name = "io.smpd.simulator.Pedal"

    package struct Parameters: InterfaceRecord {
      /// True presses.
      package let down: Bool
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(down: Bool, dryRun: Bool? = nil) {
        self.down = down
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        down = try object.required("down")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("down", down)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The phase the firmware is in.
      package let phase: Sight

      package init(phase: Sight) {
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

  /// Holds the handpiece to the skin at a true place, or takes it away.
  package enum Approach: InterfaceMethod {
    package static let name = "io.smpd.simulator.Approach"

    package struct Parameters: InterfaceRecord {
      /// Where; absent takes it away.
      package let place: Place?
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(place: Place? = nil, dryRun: Bool? = nil) {
        self.place = place
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        place = try object.optional("place")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("place", place)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The phase the firmware is in.
      package let phase: Sight

      package init(phase: Sight) {
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
}

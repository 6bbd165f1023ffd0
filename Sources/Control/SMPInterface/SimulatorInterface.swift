package import StrictJSON

/// The simulated device. Served by smpsim alone; smpd contains no simulator.
package enum SimulatorInterface: Interface {
  package static let name = "io.smpd.simulator"
  package static var text: String { String(decoding: PackageResources.io_smpd_simulator_varlink, as: UTF8.self) }
  package static let methods: [any InterfaceMethod.Type] = [
    Inject.self, Contacts.self, Describe.self, Witness.self, TakeUp.self, LayDown.self, Pedal.self, Approach.self,
  ]
}

extension SimulatorInterface {
  /// A fault that can be put into the simulated device while it runs.
  package enum Fault: String, InterfaceWord {
    /// The needle goes deeper than granted.
    case depthOvershoot = "depth_overshoot"
    /// The drive leaves the commanded speed.
    case speedDrift = "speed_drift"
    /// The drive does not turn, or does not stop turning.
    case stuckMotor = "stuck_motor"
    /// The position reading jumps.
    case positionJump = "position_jump"
    /// One grant makes two contacts.
    case doubleDot = "double_dot"
    /// A contact without a grant.
    case dotWithoutGrant = "dot_without_grant"
    /// The next frame to the host is lost.
    case lostFrame = "lost_frame"
    /// A bit of the next frame to the host is wrong.
    case corruptedFrame = "corrupted_frame"
    /// The next reply comes after its time.
    case lateReply = "late_reply"
    /// The next frame comes twice.
    case duplicatedFrame = "duplicated_frame"
    /// The next two frames of one endpoint change places.
    case reorderedFrames = "reordered_frames"
    /// The next frame ends early.
    case truncatedFrame = "truncated_frame"
    /// The next frame is longer than its type says; its checksum is right.
    case wrongLength = "wrong_length"
    /// The next frame is of a version nobody speaks; its checksum is right.
    case wrongVersion = "wrong_version"
    /// The next frame is of a type nobody knows; its checksum is right.
    case wrongType = "wrong_type"
    /// The next frame carries another sequence number; its checksum is right.
    case wrongSequence = "wrong_sequence"
    /// Replies answer what nobody asked.
    case misnumberedReplies = "misnumbered_replies"
    /// A record of a dot that nobody granted and no needle made.
    case recordWithoutGrant = "record_without_grant"
    /// The device says its state as fast as the bus lets it.
    case flood
    /// The device claims capabilities that contradict themselves.
    case impossibleCapabilities = "impossible_capabilities"
    /// Commands are refused by a stalled endpoint.
    case stalledEndpoint = "stalled_endpoint"
    /// The device stops answering.
    case hang
    /// The pedal reads pressed for ever.
    case pedalStuck = "pedal_stuck"
    /// The cable is pulled.
    case unplug
    /// The device restarts; counters and unreleased records are kept.
    case resetMemoryKept = "reset_memory_kept"
    /// The device restarts and has lost its counters and records.
    case resetMemoryLost = "reset_memory_lost"
    /// A word of a newer daemon.
    case unknown
  }

  /// One contact of the needle with skin, as the needle itself saw it, whatever the firmware says.
  package struct Contact: InterfaceRecord {
    /// Counts up from 1.
    package let number: Int64
    /// Where on the chart, towards the left of the client.
    package let xMicrometres: Int64
    /// Where on the chart, towards the back of the head.
    package let yMicrometres: Int64
    /// Deepest stroke.
    package let depthMicrometres: Int64
    /// Strokes per second.
    package let speedMillihertz: Int64
    /// When it began, on the clock of the simulation.
    package let beganNanoseconds: Int64
    /// When it ended, on the same clock.
    package let endedNanoseconds: Int64
    /// Strokes made.
    package let strokes: Int64

    package init(
      number: Int64, xMicrometres: Int64, yMicrometres: Int64, depthMicrometres: Int64, speedMillihertz: Int64,
      beganNanoseconds: Int64, endedNanoseconds: Int64, strokes: Int64
    ) {
      self.number = number
      self.xMicrometres = xMicrometres
      self.yMicrometres = yMicrometres
      self.depthMicrometres = depthMicrometres
      self.speedMillihertz = speedMillihertz
      self.beganNanoseconds = beganNanoseconds
      self.endedNanoseconds = endedNanoseconds
      self.strokes = strokes
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      number = try object.required("number")
      xMicrometres = try object.required("xMicrometres")
      yMicrometres = try object.required("yMicrometres")
      depthMicrometres = try object.required("depthMicrometres")
      speedMillihertz = try object.required("speedMillihertz")
      beganNanoseconds = try object.required("beganNanoseconds")
      endedNanoseconds = try object.required("endedNanoseconds")
      strokes = try object.required("strokes")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("number", number)
      object.put("xMicrometres", xMicrometres)
      object.put("yMicrometres", yMicrometres)
      object.put("depthMicrometres", depthMicrometres)
      object.put("speedMillihertz", speedMillihertz)
      object.put("beganNanoseconds", beganNanoseconds)
      object.put("endedNanoseconds", endedNanoseconds)
      object.put("strokes", strokes)
      return object
    }
  }

  /// Puts a fault into the device, or takes it out again.
  package enum Inject: InterfaceMethod {
    package static let name = "io.smpd.simulator.Inject"

    package struct Parameters: InterfaceRecord {
      /// The fault.
      package let fault: Fault
      /// True takes the fault out again; false or absent puts it in.
      package let clear: Bool?
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(fault: Fault, clear: Bool? = nil, dryRun: Bool? = nil) {
        self.fault = fault
        self.clear = clear
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        fault = try object.required("fault")
        clear = try object.optional("clear")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("fault", fault)
        object.put("clear", clear)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The faults that are in the device now.
      package let active: [Fault]

      package init(active: [Fault]) {
        self.active = active
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        active = try object.required("active")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("active", active)
        return object
      }
    }
  }

  /// The contacts of the needle, oldest first. Call again with the number of the last one until none comes.
  package enum Contacts: InterfaceMethod {
    package static let name = "io.smpd.simulator.Contacts"

    package struct Parameters: InterfaceRecord {
      /// Only contacts with a larger number; absent means from the first.
      package let after: Int64?

      package init(after: Int64? = nil) {
        self.after = after
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        after = try object.optional("after")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("after", after)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// At most 2000 contacts.
      package let contacts: [Contact]
      /// Contacts made so far, those not in this reply included.
      package let made: Int64

      package init(contacts: [Contact], made: Int64) {
        self.contacts = contacts
        self.made = made
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        contacts = try object.required("contacts")
        made = try object.required("made")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("contacts", contacts)
        object.put("made", made)
        return object
      }
    }
  }
}

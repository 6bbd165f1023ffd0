package import StrictJSON

extension SimulatorInterface {
  /// The simulation as it runs.
  package enum Describe: InterfaceMethod {
    package static let name = "io.smpd.simulator.Describe"

    package typealias Parameters = NoMembers

    package struct Reply: InterfaceRecord {
      /// Serial of the simulated device.
      package let serial: String
      /// Seed of every random number in it.
      package let seed: Int64
      /// A simulated hand works the session by itself.
      package let automaticHand: Bool
      /// Time jumps to the next event instead of being waited for.
      package let fast: Bool
      /// The hand has work to do now.
      package let working: Bool
      /// The monotonic clock of the simulation.
      package let monotonicNanoseconds: Int64
      /// Contacts made so far.
      package let contacts: Int64
      /// The faults that are in the device now.
      package let active: [Fault]
      /// The cable is in.
      package let plugged: Bool
      /// The device has power.
      package let powered: Bool
      /// The phase the firmware is in; idle without power.
      package let phase: Sight
      /// The needle is in the skin.
      package let inSkin: Bool
      /// The drive's true speed.
      package let driveMillihertz: Int64
      /// Out of the skin, and the drive stands.
      package let still: Bool

      package init(
        serial: String, seed: Int64, automaticHand: Bool, fast: Bool, working: Bool, monotonicNanoseconds: Int64,
        contacts: Int64, active: [Fault], plugged: Bool, powered: Bool, phase: Sight, inSkin: Bool,
        driveMillihertz: Int64, still: Bool
      ) {
        self.serial = serial
        self.seed = seed
        self.automaticHand = automaticHand
        self.fast = fast
        self.working = working
        self.monotonicNanoseconds = monotonicNanoseconds
        self.contacts = contacts
        self.active = active
        self.plugged = plugged
        self.powered = powered
        self.phase = phase
        self.inSkin = inSkin
        self.driveMillihertz = driveMillihertz
        self.still = still
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        serial = try object.required("serial")
        seed = try object.required("seed")
        automaticHand = try object.required("automaticHand")
        fast = try object.required("fast")
        working = try object.required("working")
        monotonicNanoseconds = try object.required("monotonicNanoseconds")
        contacts = try object.required("contacts")
        active = try object.required("active")
        plugged = try object.required("plugged")
        powered = try object.required("powered")
        phase = try object.required("phase")
        inSkin = try object.required("inSkin")
        driveMillihertz = try object.required("driveMillihertz")
        still = try object.required("still")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("serial", serial)
        object.put("seed", seed)
        object.put("automaticHand", automaticHand)
        object.put("fast", fast)
        object.put("working", working)
        object.put("monotonicNanoseconds", monotonicNanoseconds)
        object.put("contacts", contacts)
        object.put("active", active)
        object.put("plugged", plugged)
        object.put("powered", powered)
        object.put("phase", phase)
        object.put("inSkin", inSkin)
        object.put("driveMillihertz", driveMillihertz)
        object.put("still", still)
        return object
      }
    }
  }

  /// What else the witness saw, oldest first. Call again with the number of the last one until none comes.
  package enum Witness: InterfaceMethod {
    package static let name = "io.smpd.simulator.Witness"

    package struct Parameters: InterfaceRecord {
      /// Only sightings with a larger number; absent means from the first.
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
      /// At most 2000 sightings; the newest 8192 are kept.
      package let sightings: [Sighting]

      package init(sightings: [Sighting]) {
        self.sightings = sightings
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        sightings = try object.required("sightings")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("sightings", sightings)
        return object
      }
    }
  }
}

package import StrictJSON

extension DeviceInterface {
  /// The counters of the device. They survive a restart of host and device.
  package struct Counters: InterfaceRecord {
    /// Starts of the device since it was made.
    package let boots: Int64
    /// Contacts of the needle with skin since the device was made, those no grant allowed included.
    package let contacts: Int64
    /// Sequence of the next record the device will make.
    package let nextRecord: Int64
    /// Sequence of the oldest record not yet released; equal to nextRecord when none is held.
    package let oldestRecord: Int64

    package init(boots: Int64, contacts: Int64, nextRecord: Int64, oldestRecord: Int64) {
      self.boots = boots
      self.contacts = contacts
      self.nextRecord = nextRecord
      self.oldestRecord = oldestRecord
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      boots = try object.required("boots")
      contacts = try object.required("contacts")
      nextRecord = try object.required("nextRecord")
      oldestRecord = try object.required("oldestRecord")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("boots", boots)
      object.put("contacts", contacts)
      object.put("nextRecord", nextRecord)
      object.put("oldestRecord", oldestRecord)
      return object
    }
  }

  /// Whether the owner thread of the device got what it asked the system for.
  package struct Realtime: InterfaceRecord {
    /// The owner thread runs under SCHED_FIFO.
    package let scheduled: Bool
    /// The memory of the daemon is locked.
    package let memoryLocked: Bool
    /// What is missing and how to grant it; absent when nothing is missing.
    package let remedy: String?

    package init(scheduled: Bool, memoryLocked: Bool, remedy: String? = nil) {
      self.scheduled = scheduled
      self.memoryLocked = memoryLocked
      self.remedy = remedy
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      scheduled = try object.required("scheduled")
      memoryLocked = try object.required("memoryLocked")
      remedy = try object.optional("remedy")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("scheduled", scheduled)
      object.put("memoryLocked", memoryLocked)
      object.put("remedy", remedy)
      return object
    }
  }

  /// One attached device, wholly.
  package struct Device: InterfaceRecord {
    /// Serial the device gives itself.
    package let serial: String
    /// Firmware version as the device writes it.
    package let firmware: String
    /// The needle is simulated.
    package let simulated: Bool
    /// What it is doing.
    package let phase: Phase
    /// The fault it has latched, if any.
    package let fault: Fault?
    /// The pedal reads pressed.
    package let pedalPressed: Bool
    /// The needle is retracted behind its stop, as its own sensor says.
    package let parked: Bool
    /// The drive stands, as its own sensor says.
    package let still: Bool
    /// Smallest depth it can be commanded to.
    package let depthMinimumMicrometres: Int64
    /// Largest depth it can be commanded to.
    package let depthMaximumMicrometres: Int64
    /// Step in which depth can be commanded.
    package let depthStepMicrometres: Int64
    /// How far the true depth may be from the commanded one.
    package let depthAccuracyMicrometres: Int64
    /// Lowest speed of the drive.
    package let speedMinimumMillihertz: Int64
    /// Highest speed of the drive.
    package let speedMaximumMillihertz: Int64
    /// How it knows where its needle is.
    package let positioning: Positioning
    /// How far a reported position may be from the truth; absent without positioning.
    package let accuracyMicrometres: Int64?
    /// Records it keeps before it refuses the next dot.
    package let recordWindow: Int64
    /// Its own counters.
    package let counters: Counters
    /// What its link got wrong.
    package let link: Link
    /// Whether the daemon's thread for it got real-time treatment.
    package let realtime: Realtime

    package init(
      serial: String, firmware: String, simulated: Bool, phase: Phase, fault: Fault? = nil, pedalPressed: Bool,
      parked: Bool, still: Bool, depthMinimumMicrometres: Int64, depthMaximumMicrometres: Int64,
      depthStepMicrometres: Int64, depthAccuracyMicrometres: Int64, speedMinimumMillihertz: Int64,
      speedMaximumMillihertz: Int64, positioning: Positioning, accuracyMicrometres: Int64? = nil, recordWindow: Int64,
      counters: Counters, link: Link, realtime: Realtime
    ) {
      self.serial = serial
      self.firmware = firmware
      self.simulated = simulated
      self.phase = phase
      self.fault = fault
      self.pedalPressed = pedalPressed
      self.parked = parked
      self.still = still
      self.depthMinimumMicrometres = depthMinimumMicrometres
      self.depthMaximumMicrometres = depthMaximumMicrometres
      self.depthStepMicrometres = depthStepMicrometres
      self.depthAccuracyMicrometres = depthAccuracyMicrometres
      self.speedMinimumMillihertz = speedMinimumMillihertz
      self.speedMaximumMillihertz = speedMaximumMillihertz
      self.positioning = positioning
      self.accuracyMicrometres = accuracyMicrometres
      self.recordWindow = recordWindow
      self.counters = counters
      self.link = link
      self.realtime = realtime
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      serial = try object.required("serial")
      firmware = try object.required("firmware")
      simulated = try object.required("simulated")
      phase = try object.required("phase")
      fault = try object.optional("fault")
      pedalPressed = try object.required("pedalPressed")
      parked = try object.required("parked")
      still = try object.required("still")
      depthMinimumMicrometres = try object.required("depthMinimumMicrometres")
      depthMaximumMicrometres = try object.required("depthMaximumMicrometres")
      depthStepMicrometres = try object.required("depthStepMicrometres")
      depthAccuracyMicrometres = try object.required("depthAccuracyMicrometres")
      speedMinimumMillihertz = try object.required("speedMinimumMillihertz")
      speedMaximumMillihertz = try object.required("speedMaximumMillihertz")
      positioning = try object.required("positioning")
      accuracyMicrometres = try object.optional("accuracyMicrometres")
      recordWindow = try object.required("recordWindow")
      counters = try object.required("counters")
      link = try object.required("link")
      realtime = try object.required("realtime")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("serial", serial)
      object.put("firmware", firmware)
      object.put("simulated", simulated)
      object.put("phase", phase)
      object.put("fault", fault)
      object.put("pedalPressed", pedalPressed)
      object.put("parked", parked)
      object.put("still", still)
      object.put("depthMinimumMicrometres", depthMinimumMicrometres)
      object.put("depthMaximumMicrometres", depthMaximumMicrometres)
      object.put("depthStepMicrometres", depthStepMicrometres)
      object.put("depthAccuracyMicrometres", depthAccuracyMicrometres)
      object.put("speedMinimumMillihertz", speedMinimumMillihertz)
      object.put("speedMaximumMillihertz", speedMaximumMillihertz)
      object.put("positioning", positioning)
      object.put("accuracyMicrometres", accuracyMicrometres)
      object.put("recordWindow", recordWindow)
      object.put("counters", counters)
      object.put("link", link)
      object.put("realtime", realtime)
      return object
    }
  }

  /// One limit in force: the strictest word of all sources on one key.
  package struct Limit: InterfaceRecord {
    /// The limit, as the limits file writes it, such as depth-maximum.
    package let key: String
    /// The zone it holds for; absent when it holds everywhere.
    package let zone: String?
    /// Values past it need a named confirmation; absent when there is no soft limit. In unit.
    package let soft: Int64?
    /// Where the soft limit comes from.
    package let softSource: Source?
    /// Values past it are refused. In unit.
    package let hard: Int64
    /// Where the hard limit comes from.
    package let hardSource: Source
    /// The unit of soft and hard.
    package let unit: Unit

    package init(
      key: String, zone: String? = nil, soft: Int64? = nil, softSource: Source? = nil, hard: Int64, hardSource: Source,
      unit: Unit
    ) {
      self.key = key
      self.zone = zone
      self.soft = soft
      self.softSource = softSource
      self.hard = hard
      self.hardSource = hardSource
      self.unit = unit
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      key = try object.required("key")
      zone = try object.optional("zone")
      soft = try object.optional("soft")
      softSource = try object.optional("softSource")
      hard = try object.required("hard")
      hardSource = try object.required("hardSource")
      unit = try object.required("unit")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("key", key)
      object.put("zone", zone)
      object.put("soft", soft)
      object.put("softSource", softSource)
      object.put("hard", hard)
      object.put("hardSource", hardSource)
      object.put("unit", unit)
      return object
    }
  }
}

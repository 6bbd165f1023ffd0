package import StrictJSON

extension DeviceInterface {
  /// One device as it is at one moment, for who works at it.
  package struct Snapshot: InterfaceRecord {
    /// Serial the device gives itself.
    package let serial: String
    /// The needle is simulated.
    package let simulated: Bool
    /// The state, in the words of io.smpd.session, such as ready or armed.
    package let state: String
    /// What the device says it is doing.
    package let phase: Phase
    /// The fault that is latched, by the device or by the daemon, in one word.
    package let fault: String?
    /// The pedal reads pressed.
    package let pedalPressed: Bool
    /// The needle is retracted behind its stop, as its own sensor says.
    package let parked: Bool
    /// The drive stands, as its own sensor says.
    package let still: Bool
    /// The counters of the device.
    package let counters: Counters
    /// Requests for a dot that have come since the device was attached.
    package let requests: Int64
    /// Records that have come since the device was attached, those sent again included.
    package let records: Int64
    /// Whether the newest self-test of this device passed; absent before the first and while one runs.
    package let selfTestPassed: Bool?
    /// Stop latency the newest self-test measured; absent when nothing was measured.
    package let stopLatencyMicroseconds: Int64?
    /// The link to the device.
    package let link: Link

    package init(
      serial: String, simulated: Bool, state: String, phase: Phase, fault: String? = nil, pedalPressed: Bool,
      parked: Bool, still: Bool, counters: Counters, requests: Int64, records: Int64, selfTestPassed: Bool? = nil,
      stopLatencyMicroseconds: Int64? = nil, link: Link
    ) {
      self.serial = serial
      self.simulated = simulated
      self.state = state
      self.phase = phase
      self.fault = fault
      self.pedalPressed = pedalPressed
      self.parked = parked
      self.still = still
      self.counters = counters
      self.requests = requests
      self.records = records
      self.selfTestPassed = selfTestPassed
      self.stopLatencyMicroseconds = stopLatencyMicroseconds
      self.link = link
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      serial = try object.required("serial")
      simulated = try object.required("simulated")
      state = try object.required("state")
      phase = try object.required("phase")
      fault = try object.optional("fault")
      pedalPressed = try object.required("pedalPressed")
      parked = try object.required("parked")
      still = try object.required("still")
      counters = try object.required("counters")
      requests = try object.required("requests")
      records = try object.required("records")
      selfTestPassed = try object.optional("selfTestPassed")
      stopLatencyMicroseconds = try object.optional("stopLatencyMicroseconds")
      link = try object.required("link")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("serial", serial)
      object.put("simulated", simulated)
      object.put("state", state)
      object.put("phase", phase)
      object.put("fault", fault)
      object.put("pedalPressed", pedalPressed)
      object.put("parked", parked)
      object.put("still", still)
      object.put("counters", counters)
      object.put("requests", requests)
      object.put("records", records)
      object.put("selfTestPassed", selfTestPassed)
      object.put("stopLatencyMicroseconds", stopLatencyMicroseconds)
      object.put("link", link)
      return object
    }
  }

  /// One device as it is, now and at every change: first a snapshot, then ready once, then a snapshot for each change. A
  /// reader slower than the changes gets only the newest snapshot, after a reply that says overrun. The last reply says in
  /// ended why no more come. Fails with NoDevice or NotFound where the device is not there to begin with.
  package enum Watch: InterfaceMethod {
    package static let name = "io.smpd.device.Watch"
    package static let streaming = Streaming.required

    package struct Parameters: InterfaceRecord {
      /// Which device; absent means the only one.
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
      /// The snapshot; absent in the replies that say ready, overrun or ended.
      package let snapshot: Snapshot?
      /// True once, after the first snapshot.
      package let ready: Bool?
      /// In the last reply only: device_gone, or other_device when the daemon drives another one now.
      package let ended: String?
      /// Counts up from 1 within this stream, what was left out included.
      package let sequence: Int64
      /// When it was true, on the monotonic clock of the daemon.
      package let monotonicNanoseconds: Int64
      /// True in a reply of its own: snapshots were left out here, and the newest one follows.
      package let overrun: Bool?

      package init(
        snapshot: Snapshot? = nil, ready: Bool? = nil, ended: String? = nil, sequence: Int64,
        monotonicNanoseconds: Int64, overrun: Bool? = nil
      ) {
        self.snapshot = snapshot
        self.ready = ready
        self.ended = ended
        self.sequence = sequence
        self.monotonicNanoseconds = monotonicNanoseconds
        self.overrun = overrun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        snapshot = try object.optional("snapshot")
        ready = try object.optional("ready")
        ended = try object.optional("ended")
        sequence = try object.required("sequence")
        monotonicNanoseconds = try object.required("monotonicNanoseconds")
        overrun = try object.optional("overrun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("snapshot", snapshot)
        object.put("ready", ready)
        object.put("ended", ended)
        object.put("sequence", sequence)
        object.put("monotonicNanoseconds", monotonicNanoseconds)
        object.put("overrun", overrun)
        return object
      }
    }
  }
}

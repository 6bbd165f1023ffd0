package import StrictJSON

extension DeviceInterface {
  /// One device that is there, in short. One of them is driven; the others wait, or cannot be driven.
  package struct DeviceSummary: InterfaceRecord {
    /// Where it is, as the system names it: bus and ports, such as 1-4.2.
    package let place: String
    /// Its serial, the identity a session is bound to; absent when it has none.
    package let serial: String?
    /// Firmware version as the device writes it; absent until it is driven.
    package let firmware: String?
    /// The needle is simulated; absent until it is driven.
    package let simulated: Bool?
    /// What it is doing; absent until it is driven and has answered.
    package let phase: Phase?
    /// The daemon drives it: a session starts on this one.
    package let driven: Bool
    /// Why it cannot be driven, in one word; absent when it could be.
    package let problem: String?
    /// Why it is not driven, in a sentence; absent when it is.
    package let reason: String?
    /// What to do about it; absent when nothing is to be done.
    package let remedy: String?

    package init(
      place: String, serial: String? = nil, firmware: String? = nil, simulated: Bool? = nil, phase: Phase? = nil,
      driven: Bool, problem: String? = nil, reason: String? = nil, remedy: String? = nil
    ) {
      self.place = place
      self.serial = serial
      self.firmware = firmware
      self.simulated = simulated
      self.phase = phase
      self.driven = driven
      self.problem = problem
      self.reason = reason
      self.remedy = remedy
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      place = try object.required("place")
      serial = try object.optional("serial")
      firmware = try object.optional("firmware")
      simulated = try object.optional("simulated")
      phase = try object.optional("phase")
      driven = try object.required("driven")
      problem = try object.optional("problem")
      reason = try object.optional("reason")
      remedy = try object.optional("remedy")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("place", place)
      object.put("serial", serial)
      object.put("firmware", firmware)
      object.put("simulated", simulated)
      object.put("phase", phase)
      object.put("driven", driven)
      object.put("problem", problem)
      object.put("reason", reason)
      object.put("remedy", remedy)
      return object
    }
  }

  /// What went wrong on the link since it was made: the first sign of a bad cable.
  package struct Link: InterfaceRecord {
    /// Transfers that failed on the bus.
    package let transferFailures: Int64
    /// Frames that did not decode, most of them by their checksum.
    package let garbledFrames: Int64
    /// Replies to nothing that was asked, or asked long ago.
    package let strayReplies: Int64
    /// Replies that came after a control cycle's time.
    package let lateReplies: Int64
    /// Commands without any reply.
    package let silentCommands: Int64
    /// Renewals of the lease that were late or not answered.
    package let missedRenewals: Int64
    /// The link has lately been bad enough that somebody should look at it, although everything works.
    package let alarming: Bool

    package init(
      transferFailures: Int64, garbledFrames: Int64, strayReplies: Int64, lateReplies: Int64, silentCommands: Int64,
      missedRenewals: Int64, alarming: Bool
    ) {
      self.transferFailures = transferFailures
      self.garbledFrames = garbledFrames
      self.strayReplies = strayReplies
      self.lateReplies = lateReplies
      self.silentCommands = silentCommands
      self.missedRenewals = missedRenewals
      self.alarming = alarming
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      transferFailures = try object.required("transferFailures")
      garbledFrames = try object.required("garbledFrames")
      strayReplies = try object.required("strayReplies")
      lateReplies = try object.required("lateReplies")
      silentCommands = try object.required("silentCommands")
      missedRenewals = try object.required("missedRenewals")
      alarming = try object.required("alarming")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("transferFailures", transferFailures)
      object.put("garbledFrames", garbledFrames)
      object.put("strayReplies", strayReplies)
      object.put("lateReplies", lateReplies)
      object.put("silentCommands", silentCommands)
      object.put("missedRenewals", missedRenewals)
      object.put("alarming", alarming)
      return object
    }
  }
}

package import StrictJSON

extension SessionInterface {
  /// A person's word that steps need not be in order, for this session alone. It goes on record for those that were not.
  package struct Override: InterfaceRecord {
    /// The steps.
    package let steps: [Step]
    /// Who answers for it.
    package let by: String
    /// Why.
    package let reason: String

    package init(steps: [Step], by: String, reason: String) {
      self.steps = steps
      self.by = by
      self.reason = reason
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      steps = try object.required("steps")
      by = try object.required("by")
      reason = try object.required("reason")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("steps", steps)
      object.put("by", by)
      object.put("reason", reason)
      return object
    }
  }

  /// Opens the next session of a course: checks the order of steps and every source of limits, loads the limits into the
  /// device, runs the self-test of the stop path and arms. Returns when the device is armed or has refused.
  package enum Start: InterfaceMethod {
    package static let name = "io.smpd.session.Start"

    package struct Parameters: InterfaceRecord {
      /// The course; its plan must be signed.
      package let course: String
      /// Serial of the device; absent means the only one.
      package let device: String?
      /// Who holds the handpiece.
      package let `operator`: String
      /// Lot of the pigment that is loaded.
      package let pigmentLot: String
      /// The cartridge: its lot, and where several of a lot are in use, a mark of its own behind it, such as K456/2.
      /// One is for one client.
      package let cartridge: String
      /// The skin of the client.
      package let skin: Skin
      /// Steps that somebody answers for, although they are not in order.
      package let override: Override?
      /// Reserved for binding the session to this connection; true is refused in this version.
      package let bound: Bool?
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(
        course: String, device: String? = nil, operator: String, pigmentLot: String, cartridge: String, skin: Skin,
        override: Override? = nil, bound: Bool? = nil, dryRun: Bool? = nil
      ) {
        self.course = course
        self.device = device
        self.operator = `operator`
        self.pigmentLot = pigmentLot
        self.cartridge = cartridge
        self.skin = skin
        self.override = override
        self.bound = bound
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        course = try object.required("course")
        device = try object.optional("device")
        `operator` = try object.required("operator")
        pigmentLot = try object.required("pigmentLot")
        cartridge = try object.required("cartridge")
        skin = try object.required("skin")
        override = try object.optional("override")
        bound = try object.optional("bound")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("course", course)
        object.put("device", device)
        object.put("operator", `operator`)
        object.put("pigmentLot", pigmentLot)
        object.put("cartridge", cartridge)
        object.put("skin", skin)
        object.put("override", override)
        object.put("bound", bound)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The session; absent with dryRun.
      package let session: String?
      /// Its number in the course, from 1.
      package let number: Int64
      /// Landmarks the handpiece is to be registered to before Resume arms; absent where the device is armed.
      package let landmarks: [String]?

      package init(session: String? = nil, number: Int64, landmarks: [String]? = nil) {
        self.session = session
        self.number = number
        self.landmarks = landmarks
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        session = try object.optional("session")
        number = try object.required("number")
        landmarks = try object.optional("landmarks")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("session", session)
        object.put("number", number)
        object.put("landmarks", landmarks)
        return object
      }
    }
  }

  /// Resolves an uncertain session: a person has looked at the device and at the client and answers for what is recorded.
  package enum Resolve: InterfaceMethod {
    package static let name = "io.smpd.session.Resolve"

    package struct Parameters: InterfaceRecord {
      /// Who resolves.
      package let by: String
      /// What was found.
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
      /// Dots that were presumed made, and count.
      package let dotsPresumed: Int64
      /// The state after it.
      package let state: State

      package init(dotsPresumed: Int64, state: State) {
        self.dotsPresumed = dotsPresumed
        self.state = state
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        dotsPresumed = try object.required("dotsPresumed")
        state = try object.required("state")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("dotsPresumed", dotsPresumed)
        object.put("state", state)
        return object
      }
    }
  }

  /// Ends the session: the dot in hand is finished, the needle retracts, the device is disarmed, the session is closed.
  /// Allowed in every state; without an open session it says how the needle stands.
  package enum Stop: InterfaceMethod {
    package static let name = "io.smpd.session.Stop"

    package typealias Parameters = NoMembers

    package struct Reply: InterfaceRecord {
      /// What is known of the needle now.
      package let outcome: Outcome
      /// The state after it.
      package let state: State

      package init(outcome: Outcome, state: State) {
        self.outcome = outcome
        self.state = state
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        outcome = try object.required("outcome")
        state = try object.required("state")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("outcome", outcome)
        object.put("state", state)
        return object
      }
    }
  }
}

package import StrictJSON

extension SessionInterface {
  /// Pauses: the dot in hand is finished, the needle retracts, the pedal has no effect until Resume. What is paused already
  /// takes a reason that is given later.
  package enum Pause: InterfaceMethod {
    package static let name = "io.smpd.session.Pause"

    package struct Parameters: InterfaceRecord {
      /// Why.
      package let reason: PauseReason?
      /// More about it, for the record.
      package let remarks: String?
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(reason: PauseReason? = nil, remarks: String? = nil, dryRun: Bool? = nil) {
        self.reason = reason
        self.remarks = remarks
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        reason = try object.optional("reason")
        remarks = try object.optional("remarks")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("reason", reason)
        object.put("remarks", remarks)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The state after it.
      package let state: State

      package init(state: State) {
        self.state = state
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        state = try object.required("state")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("state", state)
        return object
      }
    }
  }

  /// Takes a pause back. The pedal must be seen released before it has an effect again.
  package enum Resume: InterfaceMethod {
    package static let name = "io.smpd.session.Resume"

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
      /// The state after it.
      package let state: State

      package init(state: State) {
        self.state = state
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        state = try object.required("state")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("state", state)
        return object
      }
    }
  }

  /// Takes down that another cartridge or more pigment was put into the handpiece, in a pause. It is refused as a start
  /// with it would be.
  package enum Load: InterfaceMethod {
    package static let name = "io.smpd.session.Load"

    package struct Parameters: InterfaceRecord {
      /// Lot of the pigment; absent when it is as before.
      package let pigmentLot: String?
      /// The cartridge; absent when it is as before.
      package let cartridge: String?
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(pigmentLot: String? = nil, cartridge: String? = nil, dryRun: Bool? = nil) {
        self.pigmentLot = pigmentLot
        self.cartridge = cartridge
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        pigmentLot = try object.optional("pigmentLot")
        cartridge = try object.optional("cartridge")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("pigmentLot", pigmentLot)
        object.put("cartridge", cartridge)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The session.
      package let session: String

      package init(session: String) {
        self.session = session
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        session = try object.required("session")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("session", session)
        return object
      }
    }
  }

  /// Takes down how uncomfortable it is, as the client says.
  package enum Comfort: InterfaceMethod {
    package static let name = "io.smpd.session.Comfort"

    package struct Parameters: InterfaceRecord {
      /// From 0, not at all, to 10, the worst there can be.
      package let score: Int64
      /// More about it, for the record.
      package let remarks: String?
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(score: Int64, remarks: String? = nil, dryRun: Bool? = nil) {
        self.score = score
        self.remarks = remarks
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        score = try object.required("score")
        remarks = try object.optional("remarks")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("score", score)
        object.put("remarks", remarks)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// What was taken down.
      package let score: Int64

      package init(score: Int64) {
        self.score = score
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        score = try object.required("score")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("score", score)
        return object
      }
    }
  }
}

package import StrictJSON

/// The stop. Served on a socket and a thread of its own, to everybody, in every state; it needs no session and no right,
/// and a second stop does no harm. It is a protective stop over a software link, not an emergency stop.
package enum StopInterface: Interface {
  package static let name = "io.smpd.stop"
  package static var text: String { String(decoding: PackageResources.io_smpd_stop_varlink, as: UTF8.self) }
  package static let methods: [any InterfaceMethod.Type] = [Stop.self, Describe.self]
}

extension StopInterface {
  /// What is known of the needle after the stop.
  package typealias Outcome = SessionInterface.Outcome

  /// The state of the session.
  package typealias State = SessionInterface.State

  /// Stops the needle.
  package enum Stop: InterfaceMethod {
    package static let name = "io.smpd.stop.Stop"

    package struct Parameters: InterfaceRecord {
      /// True cuts at once; false or absent finishes the dot in hand, retracts and then stands.
      package let protective: Bool?
      /// Why. This version takes it and does not record it.
      package let reason: String?

      package init(protective: Bool? = nil, reason: String? = nil) {
        self.protective = protective
        self.reason = reason
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        protective = try object.optional("protective")
        reason = try object.optional("reason")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("protective", protective)
        object.put("reason", reason)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// What is known of the needle now.
      package let outcome: Outcome
      /// From the call to the answer of the device; absent unless outcome is still.
      package let latencyMicroseconds: Int64?

      package init(outcome: Outcome, latencyMicroseconds: Int64? = nil) {
        self.outcome = outcome
        self.latencyMicroseconds = latencyMicroseconds
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        outcome = try object.required("outcome")
        latencyMicroseconds = try object.optional("latencyMicroseconds")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("outcome", outcome)
        object.put("latencyMicroseconds", latencyMicroseconds)
        return object
      }
    }
  }

  /// The state word, and nothing else.
  package enum Describe: InterfaceMethod {
    package static let name = "io.smpd.stop.Describe"

    package typealias Parameters = NoMembers

    package struct Reply: InterfaceRecord {
      /// The state of the session.
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
}

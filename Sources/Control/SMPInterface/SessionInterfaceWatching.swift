package import StrictJSON

extension SessionInterface {
  /// How everything stands now.
  package enum Describe: InterfaceMethod {
    package static let name = "io.smpd.session.Describe"

    package typealias Parameters = NoMembers

    package struct Reply: InterfaceRecord {
      /// The snapshot.
      package let snapshot: Snapshot

      package init(snapshot: Snapshot) {
        self.snapshot = snapshot
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        snapshot = try object.required("snapshot")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("snapshot", snapshot)
        return object
      }
    }
  }

  /// How everything stands, now and at every change: first a snapshot, then ready once, then a snapshot for each change.
  /// A slow reader gets only the newest snapshot, and a gap in sequence tells it so. journal.Read delivers every dot.
  package enum Monitor: InterfaceMethod {
    package static let name = "io.smpd.session.Monitor"
    package static let streaming = Streaming.required

    package typealias Parameters = NoMembers

    package struct Reply: InterfaceRecord {
      /// The snapshot; absent in the reply that says ready.
      package let snapshot: Snapshot?
      /// True once, after the first snapshot.
      package let ready: Bool?
      /// Counts up from 1 within this stream; a gap is loss.
      package let sequence: Int64
      /// When it was true, on the monotonic clock of the daemon.
      package let monotonicNanoseconds: Int64
      /// Reserved: a gap in sequence tells what was left out; absent in this version.
      package let overrun: Bool?

      package init(
        snapshot: Snapshot? = nil, ready: Bool? = nil, sequence: Int64, monotonicNanoseconds: Int64,
        overrun: Bool? = nil
      ) {
        self.snapshot = snapshot
        self.ready = ready
        self.sequence = sequence
        self.monotonicNanoseconds = monotonicNanoseconds
        self.overrun = overrun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        snapshot = try object.optional("snapshot")
        ready = try object.optional("ready")
        sequence = try object.required("sequence")
        monotonicNanoseconds = try object.required("monotonicNanoseconds")
        overrun = try object.optional("overrun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("snapshot", snapshot)
        object.put("ready", ready)
        object.put("sequence", sequence)
        object.put("monotonicNanoseconds", monotonicNanoseconds)
        object.put("overrun", overrun)
        return object
      }
    }
  }

  /// All sessions, oldest first.
  package enum List: InterfaceMethod {
    package static let name = "io.smpd.session.List"

    package typealias Parameters = NoMembers

    package struct Reply: InterfaceRecord {
      /// One entry each.
      package let sessions: [Session]

      package init(sessions: [Session]) {
        self.sessions = sessions
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        sessions = try object.required("sessions")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("sessions", sessions)
        return object
      }
    }
  }
}

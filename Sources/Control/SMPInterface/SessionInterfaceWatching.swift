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
  /// A reader slower than the changes gets only the newest snapshot, after a reply that says overrun. journal.Read
  /// delivers every dot.
  package enum Monitor: InterfaceMethod {
    package static let name = "io.smpd.session.Monitor"
    package static let streaming = Streaming.required

    package typealias Parameters = NoMembers

    package struct Reply: InterfaceRecord {
      /// The snapshot; absent in the replies that say ready or overrun.
      package let snapshot: Snapshot?
      /// True once, after the first snapshot.
      package let ready: Bool?
      /// Counts up from 1 within this stream, what was left out included.
      package let sequence: Int64
      /// When it was true, on the monotonic clock of the daemon.
      package let monotonicNanoseconds: Int64
      /// True in a reply of its own: snapshots were left out here, and the newest one follows.
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
  package enum List: ListMethod {
    package static let name = "io.smpd.session.List"

    package typealias Row = Session
  }
}

package import StrictJSON

extension SessionInterface {
  /// Opens a zone by name, out of the order of the plan, or on a device without positioning.
  package enum SelectZone: InterfaceMethod {
    package static let name = "io.smpd.session.SelectZone"

    package struct Parameters: InterfaceRecord {
      /// The zone.
      package let zone: String
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(zone: String, dryRun: Bool? = nil) {
        self.zone = zone
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        zone = try object.required("zone")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("zone", zone)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The zone that is open now.
      package let zone: String

      package init(zone: String) {
        self.zone = zone
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        zone = try object.required("zone")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("zone", zone)
        return object
      }
    }
  }

  /// Changes set-points, all or nothing. They are loaded with motion suspended, between dots, and hold when this returns.
  package enum Set: InterfaceMethod {
    package static let name = "io.smpd.session.Set"

    package struct Parameters: InterfaceRecord {
      /// The zone; absent means every zone of the session.
      package let zone: String?
      /// Commanded depth; absent leaves it.
      package let depthMicrometres: Int64?
      /// Commanded speed; absent leaves it.
      package let speedMillihertz: Int64?
      /// Longest contact of one dot; absent leaves it.
      package let dwellMilliseconds: Int64?
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(
        zone: String? = nil, depthMicrometres: Int64? = nil, speedMillihertz: Int64? = nil,
        dwellMilliseconds: Int64? = nil, dryRun: Bool? = nil
      ) {
        self.zone = zone
        self.depthMicrometres = depthMicrometres
        self.speedMillihertz = speedMillihertz
        self.dwellMilliseconds = dwellMilliseconds
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        zone = try object.optional("zone")
        depthMicrometres = try object.optional("depthMicrometres")
        speedMillihertz = try object.optional("speedMillihertz")
        dwellMilliseconds = try object.optional("dwellMilliseconds")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("zone", zone)
        object.put("depthMicrometres", depthMicrometres)
        object.put("speedMillihertz", speedMillihertz)
        object.put("dwellMilliseconds", dwellMilliseconds)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The set-points of the zones that were named.
      package let zones: [SetPoints]

      package init(zones: [SetPoints]) {
        self.zones = zones
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        zones = try object.required("zones")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("zones", zones)
        return object
      }
    }
  }

  /// Confirms a soft limit for the rest of the session. A hard limit cannot be confirmed away.
  package enum Confirm: InterfaceMethod {
    package static let name = "io.smpd.session.Confirm"

    package struct Parameters: InterfaceRecord {
      /// The limit, such as depth-maximum.
      package let key: String
      /// Who confirms.
      package let by: String
      /// Why it is right here.
      package let reason: String
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(key: String, by: String, reason: String, dryRun: Bool? = nil) {
        self.key = key
        self.by = by
        self.reason = reason
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        key = try object.required("key")
        by = try object.required("by")
        reason = try object.required("reason")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("key", key)
        object.put("by", by)
        object.put("reason", reason)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// All limits confirmed in this session.
      package let confirmed: [String]

      package init(confirmed: [String]) {
        self.confirmed = confirmed
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        confirmed = try object.required("confirmed")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("confirmed", confirmed)
        return object
      }
    }
  }
}

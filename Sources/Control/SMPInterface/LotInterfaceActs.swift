package import StrictJSON

extension LotInterface {
  /// Puts a lot on record. The same lot again takes the place of what was there; a lot that was withdrawn stays withdrawn.
  package enum Register: InterfaceMethod {
    package static let name = "io.smpd.lot.Register"

    package struct Parameters: InterfaceRecord {
      /// What it is a lot of.
      package let supply: Supply
      /// Its number, as printed on the label.
      package let lot: String
      /// Its brand.
      package let brand: String
      /// The shade; required for a pigment, and refused for a cartridge.
      package let shade: String?
      /// The last day on which it may be used, such as 2027-03-31.
      package let expires: String
      /// Who read the label.
      package let by: String
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(
        supply: Supply, lot: String, brand: String, shade: String? = nil, expires: String, by: String,
        dryRun: Bool? = nil
      ) {
        self.supply = supply
        self.lot = lot
        self.brand = brand
        self.shade = shade
        self.expires = expires
        self.by = by
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        supply = try object.required("supply")
        lot = try object.required("lot")
        brand = try object.required("brand")
        shade = try object.optional("shade")
        expires = try object.required("expires")
        by = try object.required("by")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("supply", supply)
        object.put("lot", lot)
        object.put("brand", brand)
        object.put("shade", shade)
        object.put("expires", expires)
        object.put("by", by)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// The lot as it is on record.
      package let lot: Lot

      package init(lot: Lot) {
        self.lot = lot
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        lot = try object.required("lot")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("lot", lot)
        return object
      }
    }
  }

  /// Takes a lot out of use for good, as after a recall. Sessions that got it are found with the log.
  package enum Withdraw: InterfaceMethod {
    package static let name = "io.smpd.lot.Withdraw"

    package struct Parameters: InterfaceRecord {
      /// What it is a lot of.
      package let supply: Supply
      /// Its number. It need not be on record: then it never comes into use.
      package let lot: String
      /// Who takes it out of use.
      package let by: String
      /// Why.
      package let reason: String
      /// Check everything, change nothing.
      package let dryRun: Bool?

      package init(supply: Supply, lot: String, by: String, reason: String, dryRun: Bool? = nil) {
        self.supply = supply
        self.lot = lot
        self.by = by
        self.reason = reason
        self.dryRun = dryRun
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        supply = try object.required("supply")
        lot = try object.required("lot")
        by = try object.required("by")
        reason = try object.required("reason")
        dryRun = try object.optional("dryRun")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("supply", supply)
        object.put("lot", lot)
        object.put("by", by)
        object.put("reason", reason)
        object.put("dryRun", dryRun)
        return object
      }
    }

    package struct Reply: InterfaceRecord {
      /// It was on record.
      package let known: Bool

      package init(known: Bool) {
        self.known = known
      }

      package init(_ object: JSONObject) throws(InterfaceError) {
        known = try object.required("known")
      }

      package var json: JSONObject {
        var object = JSONObject()
        object.put("known", known)
        return object
      }
    }
  }
}

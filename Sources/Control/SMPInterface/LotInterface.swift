package import StrictJSON

/// What is used up on clients, lot by lot.
package enum LotInterface: Interface {
  package static let name = "io.smpd.lot"
  package static var text: String { String(decoding: PackageResources.io_smpd_lot_varlink, as: UTF8.self) }
  package static let methods: [any InterfaceMethod.Type] = [Register.self, Withdraw.self, List.self]
}

extension LotInterface {
  /// What comes in lots.
  package enum Supply: String, InterfaceWord {
    /// A pigment.
    case pigment
    /// A needle cartridge.
    case cartridge
    /// A word of a newer daemon.
    case unknown
  }

  /// One lot.
  package struct Lot: ListedRow {
    package static let plural = "lots"
    package var name: String { supply.rawValue + " " + lot }
    /// What it is a lot of.
    package let supply: Supply
    /// Its number, as printed on the label.
    package let lot: String
    /// Its brand.
    package let brand: String
    /// The shade of a pigment; absent for a cartridge.
    package let shade: String?
    /// The last day on which it may be used, such as 2027-03-31.
    package let expires: String
    /// That day is over, by the clock of the daemon in UTC.
    package let expired: Bool
    /// When it was put on record; wall time, milliseconds since 1970-01-01 UTC.
    package let registeredWallMilliseconds: Int64
    /// Who took it out of use; absent while it may be used.
    package let withdrawnBy: String?
    /// Why.
    package let withdrawnReason: String?

    package init(
      supply: Supply, lot: String, brand: String, shade: String? = nil, expires: String, expired: Bool,
      registeredWallMilliseconds: Int64, withdrawnBy: String? = nil, withdrawnReason: String? = nil
    ) {
      self.supply = supply
      self.lot = lot
      self.brand = brand
      self.shade = shade
      self.expires = expires
      self.expired = expired
      self.registeredWallMilliseconds = registeredWallMilliseconds
      self.withdrawnBy = withdrawnBy
      self.withdrawnReason = withdrawnReason
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      supply = try object.required("supply")
      lot = try object.required("lot")
      brand = try object.required("brand")
      shade = try object.optional("shade")
      expires = try object.required("expires")
      expired = try object.required("expired")
      registeredWallMilliseconds = try object.required("registeredWallMilliseconds")
      withdrawnBy = try object.optional("withdrawnBy")
      withdrawnReason = try object.optional("withdrawnReason")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("supply", supply)
      object.put("lot", lot)
      object.put("brand", brand)
      object.put("shade", shade)
      object.put("expires", expires)
      object.put("expired", expired)
      object.put("registeredWallMilliseconds", registeredWallMilliseconds)
      object.put("withdrawnBy", withdrawnBy)
      object.put("withdrawnReason", withdrawnReason)
      return object
    }
  }

  /// All lots, in the order in which they came on record.
  package enum List: ListMethod {
    package static let name = "io.smpd.lot.List"

    package typealias Row = Lot
  }
}

package import SMPModel

/// What the label of a lot says, put on record before any of it is used (S12). A later one of the same lot takes its
/// place.
package struct LotRegisteredEntry: EntryPayload {
  package let supply: Supply
  package let lot: Label
  package let brand: Label
  /// Of a pigment; a cartridge has none.
  package let shade: Label?
  /// The last day on which it may be used.
  package let expires: CalendarDate
  package let by: Commitment

  package init(supply: Supply, lot: Label, brand: Label, shade: Label?, expires: CalendarDate, by: Commitment) {
    self.supply = supply
    self.lot = lot
    self.brand = brand
    self.shade = shade
    self.expires = expires
    self.by = by
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    supply = try fields.word("supply")
    lot = try fields.label("lot")
    brand = try fields.label("brand")
    shade = try fields.label(ifAny: "shade")
    expires = try fields.date("expires")
    by = try fields.commitment("by")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("supply", supply)
    fields.label("lot", lot)
    fields.label("brand", brand)
    fields.label("shade", ifAny: shade)
    fields.date("expires", expires)
    fields.commitment("by", by)
  }
}

/// What was put into the handpiece in mid-session, in place of what was there.
package struct SupplyChangedEntry: EntryPayload {
  package let supply: Supply
  package let lot: Label

  package init(supply: Supply, lot: Label) {
    self.supply = supply
    self.lot = lot
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    supply = try fields.word("supply")
    lot = try fields.label("lot")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("supply", supply)
    fields.label("lot", lot)
  }
}

/// A lot was taken out of use: no session begins with it (S12).
package struct LotWithdrawnEntry: EntryPayload {
  package let supply: Supply
  package let lot: Label
  package let by: Commitment
  package let reason: Commitment

  package init(supply: Supply, lot: Label, by: Commitment, reason: Commitment) {
    self.supply = supply
    self.lot = lot
    self.by = by
    self.reason = reason
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    supply = try fields.word("supply")
    lot = try fields.label("lot")
    by = try fields.commitment("by")
    reason = try fields.commitment("reason")
  }

  func write(to fields: inout FieldWriter) {
    fields.word("supply", supply)
    fields.label("lot", lot)
    fields.commitment("by", by)
    fields.commitment("reason", reason)
  }
}

/// Something is plugged in that the daemon does not drive.
package struct DeviceRefusedEntry: EntryPayload {
  /// Bus and ports, as the system names them.
  package let place: Label
  package let serial: Label?
  package let reason: Word

  package init(place: Label, serial: Label?, reason: Word) {
    self.place = place
    self.serial = serial
    self.reason = reason
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    place = try fields.label("place")
    serial = try fields.label(ifAny: "serial")
    reason = try fields.word("reason")
  }

  func write(to fields: inout FieldWriter) {
    fields.label("place", place)
    fields.label("serial", ifAny: serial)
    fields.word("reason", reason)
  }
}

/// The link to the device works, but gets worse. Counts since the device was attached.
package struct LinkAlarmEntry: EntryPayload {
  package let transferFailures: UInt32
  package let garbledFrames: UInt32
  package let strayReplies: UInt32
  package let lateReplies: UInt32
  package let silentCommands: UInt32
  package let missedRenewals: UInt32

  package init(
    transferFailures: UInt32, garbledFrames: UInt32, strayReplies: UInt32, lateReplies: UInt32,
    silentCommands: UInt32, missedRenewals: UInt32
  ) {
    self.transferFailures = transferFailures
    self.garbledFrames = garbledFrames
    self.strayReplies = strayReplies
    self.lateReplies = lateReplies
    self.silentCommands = silentCommands
    self.missedRenewals = missedRenewals
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    transferFailures = try fields.integer("transfer_failures")
    garbledFrames = try fields.integer("garbled_frames")
    strayReplies = try fields.integer("stray_replies")
    lateReplies = try fields.integer("late_replies")
    silentCommands = try fields.integer("silent_commands")
    missedRenewals = try fields.integer("missed_renewals")
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("transfer_failures", transferFailures)
    fields.integer("garbled_frames", garbledFrames)
    fields.integer("stray_replies", strayReplies)
    fields.integer("late_replies", lateReplies)
    fields.integer("silent_commands", silentCommands)
    fields.integer("missed_renewals", missedRenewals)
  }
}

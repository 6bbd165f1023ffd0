package import SMPGuard
package import SMPModel

/// A device with a frame of its own was registered to the landmarks of the session's plan (S12): from here on, and as long as
/// it stays attached, its places are mapped to the chart by this motion.
package struct HandpieceRegisteredEntry: EntryPayload {
  /// The device's serial.
  package let serial: Label
  package let operatorName: Commitment
  package let motion: Motion
  /// Each landmark with its place on the chart, where the device saw it, and what the motion leaves over there.
  package let landmarks: [Registration.Residual]
  package let greatestResidual: Distance

  package init(serial: Label, operatorName: Commitment, registration: Registration) {
    self.serial = serial
    self.operatorName = operatorName
    motion = registration.motion
    landmarks = registration.residuals
    greatestResidual = registration.greatestResidual
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    serial = try fields.label("serial")
    operatorName = try fields.commitment("operator")
    motion = try fields.motion("motion")
    landmarks = try fields.residuals("landmarks")
    greatestResidual = .micrometres(try fields.integer("greatest_residual_micrometres"))
  }

  func write(to fields: inout FieldWriter) {
    fields.label("serial", serial)
    fields.commitment("operator", operatorName)
    fields.motion("motion", motion)
    fields.residuals("landmarks", landmarks)
    fields.integer("greatest_residual_micrometres", greatestResidual.micrometres)
  }
}

internal import SMPInterface
internal import SMPSession

extension OwnerReply {
  /// The snapshot after a command that asked for one device by its serial. When that one cannot be had, the refusal is
  /// about it and about no other.
  func published(asked serial: String?) throws(Failure) -> Published {
    if let serial, case .refused(let refusal, let published) = self {
      switch refusal {
      case .noDevice, .otherDevice: throw published.failure(asked: serial)
      case .wrongState, .courseAbandoned, .planUnsigned, .planAltered, .sessionOutOfOrder, .tooEarly, .clockBehind,
        .skinNotClear, .missing, .lotUnfit, .cartridgeUsed, .siteLimitsAbsent, .lockedOut, .unknownZone, .pedalPressed,
        .needleNotParked, .deviceNotAtRest, .deviceNotRead, .landmarksMissing, .registrationMissing,
        .registrationNotNeeded, .tipBeingRead, .unknownLandmark, .tipUnsteady, .tipNotRead, .registrationImpossible,
        .residualTooLarge, .guardRefused:
        break
      }
    }
    return try self.published()
  }
}

extension Published {
  /// Why the session cannot have the device of this serial.
  fileprivate func failure(asked serial: String) -> Failure {
    guard let slot = devices.first(where: { $0.serial == serial }) else {
      let there = devices.map(\.name).joined(separator: ", ")
      return .notFound(
        what: "device", name: serial,
        remedy: there.isEmpty
          ? "no device is there: plug it in, then look with: smpctl device list"
          : "there is \(there): name one of these (smpctl device list), or plug the other in")
    }
    if let problem = slot.problem {
      return .refused(
        Failure.Refusal(
          rule: "device_usable", reason: "\(serial) cannot be driven: \(problem.reason)", remedy: problem.remedy))
    }
    return .refused(
      Failure.Refusal(
        rule: "device_driven", reason: "\(serial) is there, but is not the one that is driven",
        remedy: "start without --dry-run, which may not change the device, or try again in a moment"))
  }
}

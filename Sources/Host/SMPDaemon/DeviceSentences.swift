internal import SMPDriver
internal import SMPInterface
internal import SMPLink
internal import SMPModel
internal import SMPSession

/// Why a device is not driven, and what to do about it: facts from rack and driver, sentences made here, once.
extension DeviceProblem {
  /// Lets udev look again at devices that are there already.
  static let ruleRemedy =
    "udevadm control --reload && udevadm trigger --attr-match=idVendor=1209 --action=add, or plug it again"

  var reason: String {
    switch self {
    case .port(.notPermitted(let node, ruleRan: false)): "the rule 60-smpd.rules has not touched \(node)"
    case .port(.notPermitted(let node, ruleRan: true)): "the rule gave \(node) to another user than the daemon's"
    case .port(.noNeedleInterface): "it is no needle machine: it has no interface of subclass 0x53, protocol 0x01"
    case .port(.wrongEndpoints): "its interface does not have the endpoints of the protocol"
    case .port(.malformedDescriptors): "its descriptors cannot be read as what they say they are"
    case .port(.noSerial): "it has no serial, and its records could not be told from another's"
    case .link(.notPermitted): "the daemon's user may not open it"
    case .link(.busy): "another program holds it"
    case .link(.detached): "it went away while it was opened"
    case .link(.timedOut): "it could not be opened: it did not answer in time"
    case .link(.stalled): "it could not be opened: it refused the request"
    case .link(.overflowed): "it could not be opened: it sent more than it was asked for"
    case .link(.failed): "it could not be opened: the bus failed"
    case .unusable(.noAnswer): "it does not answer"
    case .unusable(.broken): "its link fails again and again"
    case .unusable(.notANeedleDevice): "it is no needle machine: it does not answer as one"
    case .unusable(.version(let oldest, let newest)):
      "it speaks the protocol in versions \(oldest) to \(newest), and this daemon speaks none of them"
    case .serialMismatch(let bus, let device):
      "its bus calls it \(bus) and it calls itself \(device): its records could be taken for another's"
    case .otherWorld(isSimulated: true): "it is simulated, and this journal holds what real needles did"
    case .otherWorld(isSimulated: false): "it has a needle, and this journal holds simulated records"
    }
  }

  var remedy: String {
    switch self {
    case .port(.notPermitted(_, ruleRan: false)), .link(.notPermitted): Self.ruleRemedy
    case .port(.notPermitted(_, ruleRan: true)):
      "run the daemon as the user the rule names: systemctl restart smpd, and not by hand"
    case .port(.noNeedleInterface), .unusable(.notANeedleDevice): "unplug it, or leave it: it is never driven"
    case .port(.wrongEndpoints), .port(.malformedDescriptors): "have its firmware renewed by its maker"
    case .port(.noSerial): "have its maker give it a serial"
    case .link(.busy): "end the program that holds it (fuser -v /dev/bus/usb/*/* names it)"
    case .link(.detached): "plug it in again"
    case .link(.timedOut), .link(.stalled), .link(.overflowed), .link(.failed), .unusable(.broken):
      "plug it in again, with another cable or at another port"
    case .unusable(.noAnswer): "switch it off and on again"
    case .unusable(.version): "renew the firmware of the device or this program, so that both speak one version"
    case .serialMismatch: "do not treat with it: have it serviced by its maker"
    case .otherWorld(isSimulated: true): "for practice, give smpd `training: yes` and a `state` directory of its own"
    case .otherWorld(isSimulated: false): "unplug it, or end the training: `training: no` and the clinic's own `state`"
    }
  }
}

extension DeviceSlot {
  /// What to call it: its serial, or its place where it has none.
  var name: String { serial ?? place }

  /// Why it is not driven, and what to do about it; nil for the driven one.
  func standing(in published: Published) -> (reason: String, remedy: String?)? {
    if isDriven { return nil }
    if let problem { return (problem.reason, problem.remedy) }
    if let bound = published.snapshot.boundSerial {
      return (
        "it waits: the open session is bound to \(bound), and no other device takes it over",
        published.snapshot.device == nil ? "plug in \(bound) again" : nil
      )
    }
    guard let driven = published.devices.first(where: \.isDriven) else { return ("it is about to be driven", nil) }
    return (
      "it waits: \(driven.name) is driven",
      serial.map { "to treat with it, name it: smpctl session start COURSE --device \($0)" }
    )
  }

  func summary(in published: Published) -> DeviceInterface.DeviceSummary {
    let device = isDriven ? published.snapshot.device : nil
    let standing = standing(in: published)
    return DeviceInterface.DeviceSummary(
      place: place, serial: device?.capabilities.serial ?? serial, firmware: device?.capabilities.firmware,
      simulated: device?.capabilities.isSimulated, phase: device.map { .init($0.status.phase) }, driven: isDriven,
      problem: problem?.word.description, reason: standing?.reason, remedy: standing?.remedy)
  }
}

extension LinkQuality {
  /// What went wrong so far, for people; nil when nothing did.
  var sentence: String? {
    let counted: [(UInt64, String)] = [
      (transferFailures, "failed transfers"), (garbledFrames, "garbled frames"), (strayReplies, "stray replies"),
      (lateReplies, "late replies"), (silentCommands, "silent commands"), (missedRenewals, "missed renewals"),
    ]
    let found = counted.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    return found.isEmpty ? nil : found.joined(separator: ", ")
  }

  static let remedy = "change the cable or the port before the next session, then look again: smpctl device show"

  /// For as long as the alarm stands.
  var warning: String? { isAlarming ? "the link to the device gets worse: \(sentence ?? "it was bad")" : nil }
}

extension DeviceInterface.Link {
  init(_ quality: LinkQuality) {
    self.init(
      transferFailures: Int64(clamping: quality.transferFailures),
      garbledFrames: Int64(clamping: quality.garbledFrames),
      strayReplies: Int64(clamping: quality.strayReplies), lateReplies: Int64(clamping: quality.lateReplies),
      silentCommands: Int64(clamping: quality.silentCommands), missedRenewals: Int64(clamping: quality.missedRenewals),
      alarming: quality.isAlarming)
  }
}

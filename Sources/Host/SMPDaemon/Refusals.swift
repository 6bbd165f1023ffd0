internal import SMPGuard
internal import SMPInterface
internal import SMPModel
internal import SMPSession

/// The machine's refusals as the interface says them: facts from the core, sentences and remedies made here, once.
extension SessionRefusal {
  func failure(zones: [SessionZone]) -> Failure {
    switch self {
    case .wrongState(let state, let expected):
      return Self.wrongState(state, expected)
    case .noDevice:
      return .noDevice(remedy: "switch the device on and plug it in, then look with: smpctl device list")
    case .otherDevice(let attached, let asked):
      return .notFound(
        what: "device", name: asked, remedy: "the attached device is \(attached): name that one, or leave --device out")
    case .lockedOut(let fault):
      return .lockedOut(
        fault: fault.word.description,
        remedy: "find the cause, then: smpctl device unlock --by NAME --reason REASON")
    case .unknownZone(let name):
      return .notFound(
        what: "zone", name: name, remedy: "the zones of this session are: " + zones.map(\.name).joined(separator: ", "))
    case .pedalPressed:
      return .refused(
        Failure.Refusal(
          rule: "pedal_released", reason: "the pedal reads pressed", remedy: "take the foot off the pedal, then again"))
    case .needleNotParked:
      return .refused(
        Failure.Refusal(
          rule: "needle_parked", reason: "the device does not say that its needle is parked",
          remedy: "take the handpiece away from the skin; if it stays so, have the device serviced"))
    case .deviceNotAtRest:
      return .refused(
        Failure.Refusal(
          rule: "device_at_rest", reason: "the device does not say that it is idle and its drive still",
          remedy: "stop it with smpctl stop --protective, then: smpctl device clear"))
    case .deviceNotRead:
      return .refused(
        Failure.Refusal(
          rule: "device_read", reason: "the device is there and has not yet said all that it recorded",
          remedy: "try again in a moment; if it never does, unplug it: without it a dot nobody saw counts as made"))
    case .guardRefused(let refusal): return refusal.failure(zones: zones)
    case .landmarksMissing, .registrationMissing, .registrationNotNeeded, .tipBeingRead, .unknownLandmark, .tipUnsteady,
      .tipNotRead, .registrationImpossible, .residualTooLarge:
      return registrationFailure
    case .courseAbandoned, .planUnsigned, .planAltered, .sessionOutOfOrder, .tooEarly, .clockBehind, .skinNotClear,
      .missing, .lotUnfit, .cartridgeUsed, .siteLimitsAbsent:
      return .refused(stepRefusal)
    }
  }

  /// A step of S12, or the site's limits (S3).
  private var stepRefusal: Failure.Refusal {
    switch self {
    case .courseAbandoned: return .abandoned
    case .planUnsigned:
      return Failure.Refusal(
        rule: "plan_signed", reason: "the plan is not signed",
        remedy: "smpctl plan sign COURSE --by NAME; a client's is agreed to before, by smpctl plan agree COURSE "
          + "--by NAME, and signed with --consent REFERENCE")
    case .planAltered:
      return Failure.Refusal(
        rule: "plan_unaltered", reason: "the plan is not the document that was signed",
        remedy: "import the right document as a new course and have it signed; keep this journal for inspection")
    case .sessionOutOfOrder(let asked, let next):
      return Failure.Refusal(
        rule: "session_order", reason: "session \(asked) is not next; the next one is \(next)",
        remedy: next > asked ? "the course's sessions are done: plan a new course" : "do session \(next) first")
    case .tooEarly(let rule, let until): return rule.refusal(until: until)
    case .clockBehind(let last):
      return Failure.Refusal(
        rule: "clock",
        reason: "the clock stands before the end of the client's last session, "
          + UniversalTime.sentence(last),
        remedy: "set the clock, then: smpctl doctor")
    case .skinNotClear(let skin):
      return Failure.Refusal(
        rule: "skin_clear", reason: "the skin shows \(skin.word)",
        remedy: "let it heal and give a new appointment, or " + SoftStep.skin.wayOn,
        override: SoftStep.skin.word.description)
    case .lotUnfit(let supply, let standing): return standing.refusal(of: supply)
    case .cartridgeUsed(let session):
      return Failure.Refusal(
        rule: "cartridge_single_use", reason: "this cartridge was used on another client, in session \(session)",
        remedy: "take a new one; where several of a lot are in use, give each a mark of its own, such as LOT/2")
    case .missing(let name):
      return Failure.Refusal(
        rule: "recorded_names", reason: "the \(name.sentence) is empty", remedy: "name it with \(name.option)")
    case .siteLimitsAbsent:
      return Failure.Refusal(
        rule: "site_limits", reason: "the clinic's limits file is absent or cannot be read",
        remedy: "put the limits file back (defaults: smpctl limits example), then start again")
    case .wrongState, .noDevice, .otherDevice, .lockedOut, .unknownZone, .pedalPressed, .needleNotParked,
      .deviceNotAtRest, .deviceNotRead, .landmarksMissing, .registrationMissing, .registrationNotNeeded, .tipBeingRead,
      .unknownLandmark, .tipUnsteady, .tipNotRead, .registrationImpossible, .residualTooLarge, .guardRefused:
      return Failure.Refusal(rule: "session", reason: "the session refuses", remedy: "see smpctl status")
    }
  }

  private static func wrongState(_ state: StateWord, _ expected: [StateWord]) -> Failure {
    let words = expected.map(\.word.description)
    switch state {
    case .uncertain:
      return .uncertain(
        remedy: "look at the client and the device, then: smpctl session resolve --by NAME --reason WHAT-WAS-FOUND")
    case .lockedOut:
      return .lockedOut(fault: "", remedy: "smpctl device unlock --by NAME --reason REASON")
    case .noDevice, .ready, .testing, .preparing, .armed, .running, .paused, .stopping, .stopped, .faulted, .held:
      return .wrongState(state: state.word.description, expected: words, remedy: state.wayOn)
    }
  }
}

extension StateWord {
  /// What a person does next in this state when a command did not fit it.
  var wayOn: String {
    switch self {
    case .noDevice: "plug the device in"
    case .ready: "start a session: smpctl session start COURSE …"
    case .testing: "wait until the self-test has ended"
    case .preparing: "wait until the session is armed"
    case .armed, .running: "pause or stop first: smpctl session pause, smpctl session stop"
    case .paused: "smpctl session resume, or smpctl session stop"
    case .stopping: "wait a moment, then look with smpctl status"
    case .stopped, .faulted: "clear it first: smpctl device clear"
    case .held: "smpctl session resume, or smpctl session stop"
    case .uncertain: "smpctl session resolve --by NAME --reason WHAT-WAS-FOUND"
    case .lockedOut: "smpctl device unlock --by NAME --reason REASON"
    }
  }
}

extension Failure.Refusal {
  static var abandoned: Failure.Refusal {
    Failure.Refusal(
      rule: "course_abandoned", reason: "the course was abandoned, and that is final",
      remedy: "plan a new course; the client's dots of this one count in it")
  }
}

extension WaitingRule {
  fileprivate func refusal(until: WallTime) -> Failure.Refusal {
    let date = UniversalTime.sentence(until)
    func refusal(_ rule: String, _ reason: String, _ soft: SoftStep? = nil) -> Failure.Refusal {
      Failure.Refusal(
        rule: rule, reason: reason,
        remedy: "give an appointment from \(date) on" + (soft.map { ", or \($0.wayOn)" } ?? "; nobody can override it"),
        untilWallMilliseconds: until.milliseconds, override: soft?.word.description)
    }
    return switch self {
    case .aftercare: refusal("aftercare", "the client's aftercare lasts until \(date)")
    case .leastInterval: refusal("interval", "the least interval since the client's last session ends at \(date)")
    case .recommendedInterval:
      refusal(
        "recommended_interval", "the recommended interval since the client's last session ends at \(date)", .interval)
    }
  }
}

extension LotStanding {
  func refusal(of supply: Supply) -> Failure.Refusal {
    func refusal(_ rule: String, _ reason: String, _ remedy: String) -> Failure.Refusal {
      Failure.Refusal(rule: rule, reason: reason, remedy: remedy)
    }
    return switch self {
    case .unknown, .good:
      refusal(
        "lot_known", "this lot of \(supply.rawValue) is not on record",
        "read its label into the record: smpctl lot add \(supply.rawValue) LOT --expires YYYY-MM-DD …")
    case .expired(let day):
      refusal(
        "lot_unexpired", "this lot of \(supply.rawValue) was to be used until \(day.text)",
        "take one that has not expired")
    case .withdrawn:
      refusal(
        "lot_in_use", "this lot of \(supply.rawValue) was taken out of use", "take another; see smpctl lot list")
    case .differs(let planned, let loaded):
      refusal(
        "pigment_planned", "the plan asks for \(planned), and this lot is \(loaded)",
        "load the pigment of the plan, or amend the plan: smpctl plan amend COURSE FILE")
    }
  }
}

extension SoftStep {
  /// For whoever answers for it.
  fileprivate var wayOn: String { "answer for it: --override \(word) --by NAME --reason REASON" }
}

extension RequiredName {
  var sentence: String {
    switch self {
    case .operatorName: "operator's name"
    case .pigmentLot: "pigment lot"
    case .cartridge: "cartridge"
    }
  }
  var option: String {
    switch self {
    case .operatorName: "--operator"
    case .pigmentLot: "--pigment-lot"
    case .cartridge: "--cartridge"
    }
  }
}

extension GuardRefusal {
  func failure(zones: [SessionZone]) -> Failure {
    func name(_ zone: ZoneIndex) -> String { zones.first { $0.index == zone }?.name ?? "zone \(zone.number)" }
    func refused(_ rule: String, _ reason: String, _ remedy: String) -> Failure {
      .refused(Failure.Refusal(rule: rule, reason: reason, remedy: remedy))
    }
    switch self {
    case .sourceMissing(let source):
      return refused(
        "limit_sources", "the limits of the source \(DeviceInterface.Source(source).rawValue) are missing",
        "put the file back (defaults: smpctl limits example), then start again")
    case .hardLimitMissing(let key):
      return refused("limit_sources", "no source sets a hard limit on \(key.word)", "add it to the site's limits file")
    case .beyondHard(let zone, let key, let requested, let limit, let source):
      return .refused(
        Failure.Refusal(
          rule: "hard_limit", reason: "\(name(zone)): \(key.word) is beyond its hard limit",
          remedy: "choose a value within the limit; a hard limit cannot be confirmed away", key: key.word.description,
          limit: limit, requested: requested, source: DeviceInterface.Source(source).rawValue))
    case .beyondSoft(let zone, let key, let requested, let limit, let source):
      return .refused(
        Failure.Refusal(
          rule: "soft_limit", reason: "\(name(zone)): \(key.word) is beyond its soft limit",
          remedy: "smpctl session confirm \(key.word) --by NAME --reason REASON", key: key.word.description,
          limit: limit, requested: requested, source: DeviceInterface.Source(source).rawValue))
    case .notRegistered: return .refused(.unregistered(missing: []))
    case .positioningRequired(let zone, let key):
      return refused(
        "positioning", "\(name(zone)): \(key.word) needs a device that knows where its needle is",
        "use a device with positioning, or a plan without spacing and density")
    case .noSpeedWithinLimits(let minimum, let maximum):
      return .refused(
        Failure.Refusal(
          rule: "limit_sources", reason: "no speed lies within the limits of every source",
          remedy: "mend the site's limits file, or use a device that fits it: smpctl limits show",
          key: LimitKey.speedMinimum.word.description, limit: maximum.value, requested: minimum.value,
          source: DeviceInterface.Source(maximum.source).rawValue))
    case .outlineUnusable(let zone):
      return refused("outline", "the outline of \(name(zone)) cannot be used", "check the plan: smpctl plan check FILE")
    case .deviceImplausible:
      return refused("device_capabilities", "the device claims impossible capabilities", "have the device serviced")
    case .tooManyDots(let count):
      return refused("living_dots", "this client has \(count) dots, more than can be counted", "do not treat further")
    case .notConfirmable(let key):
      return refused("confirmation", "\(key.word) has no soft limit to confirm", "see smpctl limits show")
    case .unknownZone(let zone):
      return .notFound(what: "zone", name: name(zone), remedy: "see smpctl plan show COURSE")
    case .grantOpen, .generationNotNew, .notLoaded:
      return refused("between_dots", "a dot is under way or profiles are being loaded", "try again in a moment")
    }
  }
}

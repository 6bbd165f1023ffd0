internal import SMPModel
internal import SMPRecord

/// Entries and denials in plain words.
struct EventWords: Sendable {
  let records: SessionRecords

  struct Line: Sendable {
    let title: String
    /// Facts of ours.
    var facts = ""
    /// Who, and why: somebody's own words.
    var by: String?
    var reason: String?
  }

  /// nil for what only says that something is about to happen, or is seen elsewhere on the page.
  func line(_ entry: Entry) -> Line? { act(entry) ?? happening(entry) ?? trouble(entry) }

  /// The text behind a commitment, or why it is not shown.
  func disclosed(_ commitment: Commitment) -> String {
    records.text(commitment) ?? "(not shown: erased or confidential)"
  }

  private func zone(_ zone: ZoneIndex) -> String { records.summary.opening.name(of: zone) }

  private func act(_ entry: Entry) -> Line? {
    switch entry.body {
    case .sessionOpened(let body):
      Line(
        title: "Session opened", facts: "skin check: \(EventWords.words(body.skin))", by: disclosed(body.operatorName))
    case .zoneOpened(let body): Line(title: "Zone chosen: " + zone(body.zone))
    case .limitConfirmed(let body):
      Line(
        title: "Soft limit confirmed: \(body.key.word)", by: disclosed(body.by), reason: disclosed(body.reason))
    case .stepOverridden(let body):
      Line(
        title: "Step overridden: " + EventWords.words(body.step), by: disclosed(body.by), reason: disclosed(body.reason)
      )
    case .handpieceRegistered(let body):
      Line(
        title: "Handpiece registered to \(body.landmarks.count) landmarks",
        facts: "at most \(Figures.depth(.micrometres(body.greatestResidual.micrometres))) left over",
        by: disclosed(body.operatorName))
    case .setPoints(let body):
      Line(
        title: "Set-points of " + zone(body.zone),
        facts: "depth \(Figures.depth(body.depth)), speed \(Figures.speed(body.speed)), "
          + "contact at most \(body.dwell.milliseconds) ms")
    case .paused(let body):
      Line(
        title: "Paused", facts: body.reason.map { "for: " + EventWords.words($0) } ?? "",
        reason: body.remarks.map(disclosed))
    case .comfortScored(let body):
      Line(title: "Discomfort \(body.score) of 10, as the client said", reason: body.remarks.map(disclosed))
    case .supplyChanged(let body):
      Line(title: "Loaded: another \(body.supply.rawValue)", facts: "lot \(body.lot.text)")
    case .resumed: Line(title: "Resumed")
    case .resolved(let body):
      Line(title: "Uncertainty resolved", by: disclosed(body.by), reason: disclosed(body.reason))
    case .unlocked(let body): Line(title: "Unlocked", by: disclosed(body.by), reason: disclosed(body.reason))
    case .faultCleared(let body): Line(title: "Fault cleared: " + EventWords.words(body.fault))
    case .sessionClosed(let body):
      Line(
        title: "Session closed",
        facts: "\(EventWords.words(body.outcome)), \(Figures.count(body.dotsMade)) dots")
    default: nil
    }
  }

  private func happening(_ entry: Entry) -> Line? {
    switch entry.body {
    case .armed: Line(title: "Armed")
    case .disarmed(let body): Line(title: "Disarmed", facts: EventWords.words(body.reason))
    case .deviceAttached(let body):
      Line(title: "Device attached", facts: "\(body.serial.text), firmware \(body.firmware.text)")
    case .deviceDetached(let body): Line(title: "Device detached", facts: body.serial.text)
    case .selfTest(let body):
      Line(
        title: body.passed ? "Stop path proven" : "Stop path not proven",
        facts: body.latency.map { "still after \(Figures.latency($0))" } ?? "no answer")
    case .stop(let body):
      Line(
        title: body.style == .protective ? "Protective stop" : "Stop",
        facts: "by \(EventWords.words(body.origin)): "
          + (body.outcome == .still ? "still" : body.outcome == .submitted ? "submitted, not confirmed" : "no device")
          + (body.latency.map { " after \(Figures.latency($0))" } ?? ""))
    default: nil
    }
  }

  private func trouble(_ entry: Entry) -> Line? {
    switch entry.body {
    case .uncertain(let body):
      Line(
        title: "Uncertain",
        facts: "\(EventWords.words(body.reason)); \(Figures.count(body.openGrants)) open grants count as dots")
    case .fault(let body):
      Line(
        title: "Fault: " + EventWords.words(body.fault),
        facts: (body.latched ? "latched" : "not latched")
          + body.details.map { ", \(EventWords.words($0.name)) \($0.amount)" }.joined())
    case .lockedOut(let body): Line(title: "Locked out", facts: EventWords.words(body.fault) + " came back too often")
    case .unbiddenContact(let body):
      Line(title: "Contact without leave", facts: "depth \(Figures.depth(body.depthReported))")
    case .deviceRefused: Line(title: "Device refused")
    case .linkAlarm: Line(title: "Link alarm")
    default: nil
    }
  }

  static func words(_ word: Word) -> String { String(word.text.map { $0 == "_" ? " " : $0 }) }

  /// Why a dot was denied, for who never read a manual.
  static func denial(_ denials: SessionFigures.Denials) -> String {
    switch denials.denial {
    case "beyond_hard_limit", "beyond_soft_limit":
      return denials.key.map(limit) ?? "Beyond a limit"
    case "outside_outline": return "Outside every zone, by the device's accuracy"
    case "zone_out_of_order": return "In a zone that comes later"
    case "zone_complete": return "The zone had its dots for this session"
    case "grant_open": return "The dot before was not finished"
    case "not_running": return "The session was not running"
    case "journal_stalled": return "The record could not be written in time: without it there is no dot"
    case "too_many_dots": return "More dots than can be counted"
    default: return denials.denial
    }
  }

  private static func limit(_ key: LimitKey) -> String {
    switch key {
    case .depthMinimum: "Less deep than allowed"
    case .depthMaximum: "Deeper than allowed"
    case .speedMinimum: "Slower than allowed"
    case .speedMaximum: "Faster than allowed"
    case .spacingMinimum: "Too close to another dot"
    case .discDensityMaximum: "Too many dots within one square centimetre"
    case .zoneDensityMaximum: "The zone would be denser than allowed"
    case .zoneDotsMaximum: "More dots than the plan has for the zone"
    case .dwellMaximum: "Longer contact than allowed"
    case .sessionDotsMaximum: "More dots than allowed in one session"
    case .sessionDurationMaximum: "Longer session than allowed"
    case .registrationResidualMaximum: "The registration leaves more over than allowed"
    }
  }
}

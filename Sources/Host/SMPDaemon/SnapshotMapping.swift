internal import SMPDriver
internal import SMPGuard
internal import SMPInterface
internal import SMPModel
internal import SMPSession

extension SessionInterface.State {
  init(_ word: StateWord) {
    switch word {
    case .noDevice: self = .noDevice
    case .ready: self = .ready
    case .testing: self = .testing
    case .preparing: self = .preparing
    case .armed: self = .armed
    case .running: self = .running
    case .paused: self = .paused
    case .stopping: self = .stopping
    case .stopped: self = .stopped
    case .faulted: self = .faulted
    case .held: self = .held
    case .uncertain: self = .uncertain
    case .lockedOut: self = .lockedOut
    }
  }
}

extension SessionInterface.Snapshot {
  init(_ published: Published) {
    let snapshot = published.snapshot
    let session = snapshot.session
    let zones = session?.order.profile.zones ?? []
    let fault = snapshot.fault ?? snapshot.lockedOut
    self.init(
      state: .init(snapshot.state), session: session?.order.session, course: session?.order.profile.course,
      number: session.map { Int64($0.order.profile.session) },
      zone: session?.currentZone.flatMap { index in zones.first { $0.index == index }?.name },
      device: snapshot.device?.capabilities.serial, operator: session?.order.operatorName,
      dotsMade: session?.dotsMade ?? 0, dotsPlanned: zones.reduce(0) { $0 + $1.dots },
      denials: session?.denials ?? 0,
      lastDenial: session?.lastDenial.map { seen in
        SessionInterface.Denial(
          seen.denial, zone: seen.zone.flatMap { index in zones.first { $0.index == index }?.name })
      }, fault: fault?.word.description, elapsedSeconds: session?.elapsed.seconds ?? 0,
      stopLatencyMicroseconds: session?.stopLatency?.microseconds, zones: session?.zoneRows ?? [],
      simulated: snapshot.device?.capabilities.isSimulated ?? false, journalNumber: Int64(published.durable),
      remedy: published.remedy,
      warning: published.journalFailure?.standstill
        ?? published.quality?.warning.map { $0 + "; " + LinkQuality.remedy })
  }
}

extension OpenSnapshot {
  fileprivate var zoneRows: [SessionInterface.Zone] {
    order.profile.zones.indices.map { index in
      let zone = order.profile.zones[index]
      let progress = progress[index]
      let point = setPoints[index]
      return SessionInterface.Zone(
        name: zone.name, dotsMade: progress.made + progress.presumed, dotsPlanned: progress.planned,
        densityPerSquareMetre: progress.density.perSquareMetre, densityLimitPerSquareMetre: progress.limit.value,
        depthMicrometres: (point?.depth ?? zone.depth).micrometres,
        speedMillihertz: (point?.speed ?? zone.speed).millihertz,
        dwellMilliseconds: (point?.dwell ?? zone.dwell).milliseconds,
        complete: progress.made + progress.presumed >= progress.planned)
    }
  }
}

extension Published {
  /// What a person should do now; nil when all is well. A failed journal comes first: without it nothing else helps.
  var remedy: String? { journalFailure?.wayOn ?? snapshot.remedy }
}

extension SessionSnapshot {
  /// What a person should do now; nil when all is well.
  var remedy: String? {
    switch state {
    case .noDevice: "plug the device in"
    case .faulted where fault == .journalStalled:
      "the disk did not store an entry in time: see what keeps it busy, or whether it fails; then: smpctl device clear"
    case .stopped, .faulted: "find the cause, then: smpctl device clear"
    case .held where session?.registration?.isRegistered == false:
      "register the handpiece: smpctl session register \(session?.order.profile.course ?? "COURSE") "
        + (session?.registration?.missing.first ?? "LANDMARK")
    case .held: "smpctl session resume, or smpctl session stop"
    case .uncertain where device == nil:
      "plug its device in again; only if that is lost for good: smpctl session resolve --by NAME --reason WHAT-WAS-FOUND"
    case .uncertain: "look at client and device, then: smpctl session resolve --by NAME --reason WHAT-WAS-FOUND"
    case .lockedOut: "find the cause, then: smpctl device unlock --by NAME --reason REASON"
    case .preparing: device?.status.pedalPressed == true ? "take the foot off the pedal" : nil
    case .ready, .testing, .armed, .running, .paused, .stopping: nil
    }
  }
}

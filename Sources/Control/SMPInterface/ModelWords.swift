package import SMPModel

// From the model's types to the words of the interfaces. Every case is listed, so that a new one does not compile
// before it has a word, and a test holds the words against the files.

extension DeviceInterface.Phase {
  package init(_ phase: DevicePhase) {
    switch phase {
    case .idle: self = .idle
    case .selfTest: self = .selfTest
    case .armed: self = .armed
    case .running: self = .running
    case .suspended: self = .suspended
    case .stopped: self = .stopped
    case .faulted: self = .faulted
    }
  }
}

extension DeviceInterface.Fault {
  package init(_ fault: DeviceFault) {
    switch fault {
    case .leaseExpired: self = .leaseExpired
    case .digestMismatch: self = .digestMismatch
    case .depthExceeded: self = .depthExceeded
    case .speedDeviated: self = .speedDeviated
    case .motorStuck: self = .motorStuck
    case .contactWithoutGrant: self = .contactWithoutGrant
    case .dwellExceeded: self = .dwellExceeded
    case .pedalStuck: self = .pedalStuck
    case .positionJumped: self = .positionJumped
    case .internalFailure: self = .internalFailure
    }
  }
}

extension DeviceInterface.Source {
  package init(_ source: LimitSource) {
    switch source {
    case .ceiling: self = .ceiling
    case .device: self = .device
    case .site: self = .site
    case .plan: self = .plan
    }
  }
}

extension DeviceInterface.Unit {
  /// The unit in which the amounts of a limit are said.
  package init(_ key: LimitKey) {
    switch key {
    case .depthMinimum, .depthMaximum, .spacingMinimum, .registrationResidualMaximum: self = .micrometres
    case .speedMinimum, .speedMaximum: self = .millihertz
    case .discDensityMaximum, .zoneDensityMaximum: self = .perSquareMetre
    case .zoneDotsMaximum, .sessionDotsMaximum: self = .dots
    case .dwellMaximum: self = .milliseconds
    case .sessionDurationMaximum: self = .seconds
    }
  }
}

extension LimitKey {
  /// The key a person or a client named: `depth-maximum`.
  package init?(word: String) {
    guard let key = LimitKey.allCases.first(where: { $0.word.description == word }) else { return nil }
    self = key
  }
}

extension SessionInterface.DenialReason {
  package init(_ denial: SMPModel.Denial) {
    switch denial {
    case .beyondHard: self = .beyondHardLimit
    case .beyondSoft: self = .beyondSoftLimit
    case .outsideOutline: self = .outsideOutline
    case .zoneOutOfOrder: self = .zoneOutOfOrder
    case .zoneComplete: self = .zoneComplete
    case .grantOpen: self = .grantOpen
    case .notRunning: self = .notRunning
    case .journalStalled: self = .journalStalled
    case .tooManyDots: self = .tooManyDots
    }
  }
}

extension SessionInterface.Denial {
  /// `zone` is the name of the zone the place lies in, if it lies in one.
  package init(_ denial: SMPModel.Denial, zone: String?) {
    switch denial {
    case .beyondHard(let key, let requested, let limit, let source),
      .beyondSoft(let key, let requested, let limit, let source):
      self.init(
        reason: SessionInterface.DenialReason(denial), key: key.word.description, requested: requested, limit: limit,
        source: DeviceInterface.Source(source).rawValue, zone: zone)
    case .outsideOutline, .zoneOutOfOrder, .zoneComplete, .grantOpen, .notRunning, .journalStalled, .tooManyDots:
      self.init(reason: SessionInterface.DenialReason(denial), zone: zone)
    }
  }
}

extension DeviceInterface.Counters {
  package init(_ status: DeviceStatus) {
    self.init(
      boots: Int64(status.bootCount), contacts: Int64(status.contactCount),
      nextRecord: Int64(status.nextRecord.number), oldestRecord: Int64(status.oldestRecord.number))
  }
}

extension DeviceInterface.Device {
  package init(
    capabilities: DeviceCapabilities, status: DeviceStatus, link: DeviceInterface.Link,
    realtime: DeviceInterface.Realtime
  ) {
    let positioning: DeviceInterface.Positioning =
      switch capabilities.positioning {
      case .none: .absent
      case .absolute: .absolute
      case .chart: .chart
      }
    self.init(
      serial: capabilities.serial, firmware: capabilities.firmware, simulated: capabilities.isSimulated,
      phase: DeviceInterface.Phase(status.phase), fault: status.fault.map { DeviceInterface.Fault($0) },
      pedalPressed: status.pedalPressed, parked: status.parked, still: status.still,
      depthMinimumMicrometres: capabilities.depthMinimum.micrometres,
      depthMaximumMicrometres: capabilities.depthMaximum.micrometres,
      depthStepMicrometres: capabilities.depthStep.micrometres,
      depthAccuracyMicrometres: capabilities.depthAccuracy.micrometres,
      speedMinimumMillihertz: capabilities.speedMinimum.millihertz,
      speedMaximumMillihertz: capabilities.speedMaximum.millihertz, positioning: positioning,
      accuracyMicrometres: capabilities.positioning.accuracy?.micrometres,
      recordWindow: Int64(capabilities.recordWindow),
      counters: DeviceInterface.Counters(status), link: link, realtime: realtime)
  }
}

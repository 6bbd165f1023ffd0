package import SMPLink
package import SMPModel
import SMPWire

/// Bytes in, events out.
extension DeviceDriver {
  /// Takes one link event. Bytes that do not decode change nothing and are counted (S13).
  package mutating func receive(_ event: LinkEvent, at now: MonotonicTime) -> [DriverEvent] {
    let events = take(event, at: now)
    return events + look(at: now)
  }

  private mutating func look(at now: MonotonicTime) -> [DriverEvent] {
    let isRaised = alarm.look(at: quality, at: now)
    quality.isAlarming = alarm.isRaised
    return isRaised ? [.linkAlarm(quality)] : []
  }

  private mutating func take(_ event: LinkEvent, at now: MonotonicTime) -> [DriverEvent] {
    switch event {
    case .controlCompleted(let tag, let bytes): return controlCompleted(tag, bytes, at: now)
    case .controlFailed(let tag, let error): return controlFailed(tag, error, at: now)
    case .outCompleted: return []
    case .outFailed:
      quality.transferFailures += 1
      return []
    case .receiveFailed:
      quality.transferFailures += 1
      return []
    case .broken: return giveUp(.broken)
    case .bulkReceived(let bytes): return received(bytes, at: now)
    case .interruptReceived(let bytes): return noticed(bytes)
    case .detached:
      stage = .closed
      pending = []
      pendingControls = []
      isStatusOwed = false
      pollAt = nil
      return [.detached]
    }
  }

  /// Passes deadlines: each command without its reply becomes silent, once.
  package mutating func tick(at now: MonotonicTime) -> [DriverEvent] {
    var events: [DriverEvent] = []
    while let first = pending.first, now >= first.deadline {
      pending.removeFirst()
      silent(at: now)
      if first.kind == .renewLease { quality.missedRenewals += 1 }
      if first.kind == .readTip {
        events.append(.tipRead(.silent))
      } else if let command = first.kind.command ?? first.kind.refusedPart {
        // One lost reply to a part: what the device holds is not known to be whole. Its other parts say no more.
        if case .profilePart = first.kind { pending.removeAll { $0.kind.isOfProfiles } }
        events.append(.answered(command, .silent))
      } else {
        events.append(contentsOf: giveUp(.noAnswer))
      }
    }
    while let first = pendingControls.first, now >= first.deadline {
      pendingControls.removeFirst()
      silent(at: now)
      events.append(contentsOf: controlSilent(first.request, at: now))
    }
    if isIdentified, let since = silentSince, now >= since + Self.patience { return events + giveUp(.noAnswer) }
    poll(at: now)
    return events + look(at: now)
  }

  package func nextDeadline() -> MonotonicTime? {
    let ofIdentified = isIdentified ? [pollAt, silentSince.map { $0 + Self.patience }] : []
    return ([pending.first?.deadline, pendingControls.first?.deadline] + ofIdentified).compactMap(\.self).min()
  }

  /// After the first silence one more question may go unanswered; then the device counts as gone, because what is
  /// known of it would be shown as if it still held.
  static var patience: Interval { Bounds.replyTimeout }
  /// A device that has nothing to say is asked this often whether it still lives. Within the watchdog's 2 s, together
  /// with the silences it takes to give it up; rarely enough that an idle daemon wakes less than twice a second.
  static var pollPeriod: Interval { .milliseconds(1_500) }

  /// Asks a device that has been quiet for its state. Whatever it answers moves the next question on.
  private mutating func poll(at now: MonotonicTime) {
    guard isIdentified, let due = pollAt, now >= due else { return }
    pollAt = now + Bounds.replyTimeout
    if !pendingControls.contains(where: { $0.request == .status }) { readStatus(at: now) }
  }

  /// The device answered: a control cycle is complete.
  private mutating func answered(sentAt: MonotonicTime, isRenewal: Bool, at now: MonotonicTime) {
    cycles += 1
    silentSince = nil
    pollAt = now + Self.pollPeriod
    guard now - sentAt > Bounds.leasePeriod else { return }
    quality.lateReplies += 1
    if isRenewal { quality.missedRenewals += 1 }
  }

  private mutating func silent(at now: MonotonicTime) {
    quality.silentCommands += 1
    guard silentSince == nil else { return }
    silentSince = now
    if isIdentified { pollAt = now }
  }

  // MARK: EP0

  private mutating func controlCompleted(
    _ tag: TransferTag, _ bytes: [UInt8], at now: MonotonicTime
  ) -> [DriverEvent] {
    guard let index = pendingControls.firstIndex(where: { $0.tag == tag }) else { return [] }
    let asked = pendingControls.remove(at: index)
    answered(sentAt: asked.sentAt, isRenewal: false, at: now)
    let request = asked.request
    switch request {
    case .capabilities: return capabilitiesRead(bytes, at: now)
    case .status:
      let events = statusRead(bytes, at: now)
      payStatus(at: now)
      return events
    case .clearFault:
      readStatus(at: now)
      return []
    case .protectiveStop: return []
    }
  }

  private mutating func controlFailed(
    _ tag: TransferTag, _ error: LinkError, at now: MonotonicTime
  ) -> [DriverEvent] {
    if tag == Self.stopTag { return [.stopFailed(error)] }
    guard let index = pendingControls.firstIndex(where: { $0.tag == tag }) else { return [] }
    let asked = pendingControls.remove(at: index)
    let request = asked.request
    if request == .clearFault, error == .stalled {
      answered(sentAt: asked.sentAt, isRenewal: false, at: now)
      // The device says no: the cause persists. Its state tells the rest.
      isClearRefused = true
      readStatus(at: now)
      return []
    }
    quality.transferFailures += 1
    silent(at: now)
    return controlSilent(request, at: now)
  }

  private mutating func controlSilent(_ request: ControlRequest, at now: MonotonicTime) -> [DriverEvent] {
    switch request {
    case .capabilities: return giveUp(.noAnswer)
    case .status:
      guard isIdentified else { return giveUp(.noAnswer) }
      payStatus(at: now)
      return statusLost()
    case .clearFault: return [.answered(.clearFault, .silent)]
    case .protectiveStop: return []
    }
  }

  /// The state that was to explain a refused clearing never came: the clearing itself is unanswered.
  private mutating func statusLost() -> [DriverEvent] {
    guard isClearRefused else { return [] }
    isClearRefused = false
    return [.answered(.clearFault, .silent)]
  }

  private mutating func capabilitiesRead(_ bytes: [UInt8], at now: MonotonicTime) -> [DriverEvent] {
    guard case .readingCapabilities = stage else { return [] }
    let capabilities: DeviceCapabilities
    do throws(WireError) {
      capabilities = try DeviceCapabilities(Frame.decode(bytes))
    } catch {
      quality.garbledFrames += 1
      return giveUp(.notANeedleDevice)
    }
    guard capabilities.oldestVersion <= Self.newestVersion, capabilities.newestVersion >= Self.oldestVersion else {
      return giveUp(.version(oldest: capabilities.oldestVersion, newest: capabilities.newestVersion))
    }
    stage = .readingStatus(capabilities)
    readStatus(at: now)
    return []
  }

  private mutating func statusRead(_ bytes: [UInt8], at now: MonotonicTime) -> [DriverEvent] {
    let status: DeviceStatus
    do throws(WireError) {
      status = try DeviceStatus(Frame.decode(bytes))
    } catch {
      quality.garbledFrames += 1
      return isIdentified ? [] : giveUp(.notANeedleDevice)
    }
    switch stage {
    case .readingStatus(let capabilities):
      stage = .greeting(capabilities, status)
      transmit(.hello(oldest: Self.oldestVersion, newest: Self.newestVersion), as: .hello, at: now)
      return []
    case .identified:
      statusAnswered = statusReads
      if isClearRefused {
        isClearRefused = false
        return [.answered(.clearFault, .refused(status))]
      }
      // EP0 does not order itself after bulk IN: a record may still be on its way.
      return [.status(status, isReply: false)]
    case .closed, .readingCapabilities, .greeting, .unusable:
      return []
    }
  }

  // MARK: Bulk and interrupt

  private mutating func received(_ bytes: [UInt8], at now: MonotonicTime) -> [DriverEvent] {
    let frame: Frame
    let message: DeviceMessage
    do throws(WireError) {
      frame = try Frame.decode(bytes)
      message = try DeviceMessage(frame)
    } catch {
      quality.garbledFrames += 1
      return []
    }
    if case .record(let record) = message { return isIdentified ? [.record(record)] : [] }
    guard let index = pending.firstIndex(where: { $0.sequence == frame.sequence }) else {
      quality.strayReplies += 1
      return []
    }
    let asked = pending.remove(at: index)
    answered(sentAt: asked.sentAt, isRenewal: asked.kind == .renewLease, at: now)
    return replied(to: asked.kind, message)
  }

  private mutating func replied(to kind: PendingKind, _ message: DeviceMessage) -> [DriverEvent] {
    if case .hello = kind { return greeted(message) }
    if case .readTip = kind { return [.tipRead(TipReading(message))] }
    switch message {
    case .profiles(let digest):
      // A digest that is not the set we sent is not loaded, whatever the device says (S5).
      if case .profiles(let sent) = kind, digest == sent { return [.profilesLoaded(digest)] }
    case .accepted(let status):
      guard let command = kind.command else { return [] }
      return [.answered(command, .accepted(status))]
    case .refused(let refusal, let status):
      guard let command = kind.command ?? kind.refusedPart else { return [] }
      return [.answered(command, refusal == .pedalPressed ? .refusedPedal(status) : .refused(status))]
    case .version, .record, .tip: break
    }
    // An answer to something else says nothing of what was asked.
    return (kind.command ?? kind.refusedPart).map { [.answered($0, .silent)] } ?? []
  }

  /// One answer makes a device of it; whoever gives another would be waited for in vain.
  private mutating func greeted(_ message: DeviceMessage) -> [DriverEvent] {
    guard case .greeting(let capabilities, let status) = stage else { return [] }
    switch message {
    case .version(let agreed):
      guard (Self.oldestVersion...Self.newestVersion).contains(agreed) else {
        return giveUp(.version(oldest: agreed, newest: agreed))
      }
      version = agreed
      stage = .identified(capabilities)
      return [.identified(capabilities, status)]
    case .refused: return giveUp(.noAnswer)
    case .accepted, .profiles, .record, .tip: return giveUp(.notANeedleDevice)
    }
  }

  private mutating func noticed(_ bytes: [UInt8]) -> [DriverEvent] {
    guard isIdentified else { return [] }
    do throws(WireError) {
      switch try DeviceNotice(Frame.decode(bytes)) {
      case .dotRequested(let request): return [.requested(request)]
      case .stateChanged(let status): return [.status(status, isReply: false)]
      }
    } catch {
      quality.garbledFrames += 1
      return []
    }
  }

  private var isIdentified: Bool { if case .identified = stage { true } else { false } }

  private mutating func giveUp(_ reason: Unusable) -> [DriverEvent] {
    if case .unusable = stage { return [] }
    stage = .unusable
    pending = []
    pendingControls = []
    isStatusOwed = false
    pollAt = nil
    return [.unusable(reason)]
  }
}

extension TipReading {
  /// An answer to something else says nothing of the tip.
  fileprivate init(_ message: DeviceMessage) {
    switch message {
    case .tip(let place): self = .read(place)
    case .refused(.noSteadyPlace, _): self = .unsteady
    case .refused: self = .refused
    case .accepted, .version, .profiles, .record: self = .silent
    }
  }
}

extension PendingKind {
  /// What the owner hears of; nil for steps that are the driver's own.
  var command: DriverCommand? {
    switch self {
    case .hello, .profilePart, .readTip: nil
    case .profiles: .profiles
    case .selfTest: .selfTest
    case .arm: .arm
    case .resume: .resume
    case .grant(let request): .grant(request)
    case .renewLease: .renewLease
    case .suspend: .suspend
    case .disarm: .disarm
    case .deny: .deny
    case .release: .release
    case .readRecords: .readRecords
    }
  }

  /// Part of loading a profile set, its end included.
  var isOfProfiles: Bool {
    switch self {
    case .profilePart, .profiles: true
    case .hello, .selfTest, .arm, .resume, .grant, .renewLease, .suspend, .disarm, .deny, .release, .readRecords,
      .readTip:
      false
    }
  }

  /// A refused part is a refusal of the whole set.
  var refusedPart: DriverCommand? {
    switch self {
    case .profilePart: .profiles
    case .hello, .profiles, .selfTest, .arm, .resume, .grant, .renewLease, .suspend, .disarm, .deny, .release,
      .readRecords, .readTip:
      nil
    }
  }
}

internal import SMPModel
internal import SMPWire

// No dot without a grant (S1). A grant number that was taken ends in exactly one record.

extension Firmware {
  /// The hand is over a place: asks, when a dot could be made and its record kept (S2).
  mutating func approached(
    _ position: ChartPosition, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) {
    sighted(position, now, &outputs)
    switch mode {
    case .running(let lease, .free):
      guard needle.isUp else { return }
      guard hasRoomForGrant else {
        outputs.append(.indicate(.wait))
        return
      }
      let request = DotRequest(id: RequestID(number: nextRequest), position: position, requestedAt: now)
      nextRequest &+= 1
      mode = .running(lease, .asked(request))
      notify(.dotRequested(request), &outputs)
    case .running(_, .asked), .running(_, .making), .running(_, .finishing), .idle, .selfTest, .armed, .suspended,
      .stopped, .faulted:
      break
    }
  }

  mutating func withdrew(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    sensors.steady = nil
    switch mode {
    case .running(let lease, .asked):
      mode = .running(lease, .free(lastExpired: nil))
    case .running(let lease, .making):
      switch needle {
      case .lowered:
        cancelLowered(now, &outputs)
        mode = .running(lease, .free(lastExpired: nil))
      case .contact: retractFromContact(now, &outputs)
      case .up, .leaving, .unbidden, .clinging: break
      }
    case .running(_, .free), .running(_, .finishing), .idle, .selfTest, .armed, .suspended, .stopped, .faulted:
      break
    }
  }

  mutating func denied(
    _ request: RequestID, _ indication: Indication, _ outputs: inout [FirmwareOutput]
  ) -> CommandRefusal? {
    switch mode {
    case .running(let lease, .asked(let asked)):
      guard asked.id == request else { return .unknownRequest }
      mode = .running(lease, .free(lastExpired: nil))
      outputs.append(.indicate(indication))
      return nil
    case .running(_, .free), .running(_, .making), .running(_, .finishing):
      return .unknownRequest
    case .idle, .selfTest, .armed, .suspended, .stopped, .faulted:
      return mode.refusal
    }
  }

  /// A grant came. Grant numbers grow, because they are numbers of journal entries: one at or below the highest taken
  /// is a replay, and its first record stands. One whose record finds no room at all is not taken.
  mutating func granted(
    _ number: GrantNumber, _ grant: Grant, _ sequence: UInt16, _ now: DeviceTicks,
    _ outputs: inout [FirmwareOutput]
  ) {
    guard number.number > memory.highestGrant.number || !keeps(.grantTakenOnce) else {
      let isOpen = needle.openGrant?.number == number
      refuse(isOpen ? .grantOpen : .unknownRequest, sequence, now, &outputs)
      return
    }
    guard hasRoomForRefusal else {
      refuse(.windowFull, sequence, now, &outputs)
      return
    }
    memory.highestGrant = number
    switch judge(grant, now) {
    case .fit(let request, let lease):
      spend(OpenGrant(number: number, grant: grant, requestedAt: request.requestedAt), lease, now, &outputs)
      reply(.accepted(status(now)), sequence, &outputs)
    case .unfit(let refusal, let outcome):
      if refusal == .digestMismatch, mode.lease != nil { latch(.digestMismatch, now, &outputs) }
      refuse(refusal, sequence, now, &outputs)
      record(outcome, of: number, grant, now, &outputs)
    case .unfitAnswer(let refusal, let lease):
      // The pending request has had its answer; the hand must ask anew.
      mode = .running(lease, .free(lastExpired: nil))
      refuse(refusal, sequence, now, &outputs)
      record(.cancelled, of: number, grant, now, &outputs)
    }
  }

  private enum Verdict {
    case fit(DotRequest, Lease)
    /// Answers nothing that is pending.
    case unfit(CommandRefusal, RecordOutcome)
    /// Answers the pending request, wrongly.
    case unfitAnswer(CommandRefusal, Lease)
  }

  private func judge(_ grant: Grant, _ now: DeviceTicks) -> Verdict {
    switch mode {
    case .idle, .selfTest, .stopped, .faulted:
      return .unfit(mode.refusal, .cancelled)
    case .armed, .suspended:
      return .unfit(grant.digest == profiles.digest ? .wrongPhase : .digestMismatch, .cancelled)
    case .running(let lease, let work):
      guard grant.digest == profiles.digest else { return .unfit(.digestMismatch, .cancelled) }
      switch work {
      case .free(let lastExpired):
        return lastExpired == grant.request
          ? .unfit(.requestExpired, .expired) : .unfit(.unknownRequest, .cancelled)
      case .making, .finishing:
        return .unfit(.grantOpen, .cancelled)
      case .asked(let request):
        guard grant.request == request.id else { return .unfit(.unknownRequest, .cancelled) }
        if let refusal = misfit(grant, request) { return .unfitAnswer(refusal, lease) }
        guard hasRoomForGrant else { return .unfitAnswer(.windowFull, lease) }
        return .fit(request, lease)
      }
    }
  }

  /// What the grant for the pending request asks beyond what may be; nil: nothing.
  private func misfit(_ grant: Grant, _ request: DotRequest) -> CommandRefusal? {
    guard grant.position == request.position else { return .wrongPosition }
    guard let profile = profiles[grant.zone] else { return .unknownZone }
    guard grant.depth >= capabilities.depthMinimum, grant.depth <= profile.depthMaximum,
      grant.speed >= capabilities.speedMinimum, grant.speed <= profile.speedMaximum, grant.dwell > .zero,
      grant.dwell <= profile.dwellMaximum
    else { return .beyondProfile }
    return nil
  }

  /// Lowers the needle. The open grant is on record before it can become a dot.
  private mutating func spend(
    _ open: OpenGrant, _ lease: Lease, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) {
    mode = .running(lease, .making)
    move(.lowered(open), &outputs)
    if open.grant.speed != profiles.workingSpeed {
      profiles.workingSpeed = open.grant.speed
      turn(at: open.grant.speed, now, &outputs)
    }
    outputs.append(.lower(depth: stepped(open.grant.depth)))
  }

  /// The actuator's step at or below `depth`: rounding never goes towards danger.
  private func stepped(_ depth: Depth) -> Depth {
    let above = (depth - capabilities.depthMinimum).micrometres
    let step = max(capabilities.depthStep.micrometres, 1)
    return capabilities.depthMinimum + .micrometres(above / step * step)
  }

  /// Takes a lowered needle back before it touched anything.
  mutating func cancelLowered(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    end(.cancelled, now, &outputs)
  }

  /// Ends an open grant that saw no contact.
  mutating func end(_ outcome: RecordOutcome, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    switch needle {
    case .lowered(let open):
      outputs.append(.retract)
      needle = .up
      record(outcome, of: open.number, open.grant, now, &outputs)
    case .up, .contact, .leaving, .unbidden, .clinging: break
    }
  }

  /// Moves the needle's state and writes what a start must find of it.
  mutating func move(_ next: Needle, _ outputs: inout [FirmwareOutput]) {
    needle = next
    memory.episode = next.episode
    outputs.append(.persist)
  }
}

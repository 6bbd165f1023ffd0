internal import SMPModel
internal import SMPWire

// What the contact sensor says, against what was granted (S1).

/// What was measured over one contact.
struct Measured: Hashable, Sendable {
  let position: ChartPosition
  let depth: Depth
  let speed: Speed
  let dwell: Dwell
  let strokes: UInt16

  /// A contact whose measurement was lost: zeros, not guesses.
  static func nothing(at position: ChartPosition, dwell: Dwell = .zero) -> Measured {
    Measured(position: position, depth: .zero, speed: .zero, dwell: dwell, strokes: 0)
  }
}

extension Firmware {
  mutating func contactBegan(
    _ position: ChartPosition, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) {
    memory.contactCount &+= 1
    switch needle {
    case .lowered(let open):
      if isJump(to: position, now) {
        // The reading is in doubt, not the contact: the grant is used, then everything stops.
        move(.contact(open, since: now), &outputs)
      } else if isElsewhere(position, than: open.grant.position) {
        // A dot no grant allowed, although one was open: the cut cancels that one, its place stays without a dot.
        unbiddenBegan(position, now, &outputs)
      } else {
        move(.contact(open, since: now), &outputs)
      }
    case .contact(let open, let since), .leaving(let open, let since, _):
      // The end of the first contact was missed: its grant is used, and this one has none.
      latch(.contactWithoutGrant, now, &outputs)
      used(open, .nothing(at: open.grant.position, dwell: span(since, now)), now, &outputs)
      unbiddenBegan(position, now, &outputs)
    case .unbidden(let first, let since):
      latch(.contactWithoutGrant, now, &outputs)
      recordUnbidden(.nothing(at: first, dwell: span(since, now)), now, &outputs)
      unbiddenBegan(position, now, &outputs)
    case .up, .clinging:
      unbiddenBegan(position, now, &outputs)
    }
    sighted(position, now, &outputs)
  }

  private mutating func unbiddenBegan(
    _ position: ChartPosition, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) {
    latch(.contactWithoutGrant, now, &outputs)
    move(.unbidden(position, since: now), &outputs)
  }

  mutating func contactEnded(_ measured: Measured, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    switch needle {
    case .lowered(let open):
      // Its beginning was missed; a dot was made all the same.
      memory.contactCount &+= 1
      needle = .contact(open, since: now)
      outputs.append(.retract)
      finished(open, measured, now, &outputs)
    case .contact(let open, _):
      outputs.append(.retract)
      finished(open, measured, now, &outputs)
    case .leaving(let open, _, _):
      finished(open, measured, now, &outputs)
    case .unbidden:
      needle = .up
      recordUnbidden(measured, now, &outputs)
    case .up:
      memory.contactCount &+= 1
      latch(.contactWithoutGrant, now, &outputs)
      recordUnbidden(measured, now, &outputs)
    case .clinging:
      needle = .up
    }
    sighted(measured.position, now, &outputs)
  }

  /// The granted dot is made. Deeper than granted by more than the depth sensor's own error is a fault.
  private mutating func finished(
    _ open: OpenGrant, _ measured: Measured, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) {
    if measured.depth > open.grant.depth + capabilities.depthAccuracy { latch(.depthExceeded, now, &outputs) }
    used(open, measured, now, &outputs)
    switch mode {
    case .running(let lease, .making): mode = .running(lease, .free(lastExpired: nil))
    case .running(let lease, .finishing(let rest)): settle(rest, lease, now, &outputs)
    case .running(_, .free), .running(_, .asked), .idle, .selfTest, .armed, .suspended, .stopped, .faulted: break
    }
  }

  private mutating func used(
    _ open: OpenGrant, _ measured: Measured, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) {
    needle = .up
    keep(
      DotRecord(
        sequence: memory.nextRecord, grant: open.number, request: open.grant.request, zone: open.grant.zone,
        outcome: .used, position: measured.position, depthReported: measured.depth, speedReported: measured.speed,
        dwellReported: measured.dwell, strokes: measured.strokes, endedAt: now), &outputs)
  }

  /// Starts the needle out of the skin; the contact ends when its sensor says so.
  mutating func retractFromContact(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    switch needle {
    case .contact(let open, let since):
      outputs.append(.retract)
      needle = .leaving(open, since: since, retractedAt: now)
    case .up, .lowered, .leaving, .unbidden, .clinging: break
    }
  }

  /// The sensor did not open in time: what is known goes on record now, for a record must not wait for ever.
  mutating func contactOverstayed(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    latch(.dwellExceeded, now, &outputs)
    switch needle {
    case .leaving(let open, let since, _):
      used(open, .nothing(at: open.grant.position, dwell: span(since, now)), now, &outputs)
    case .unbidden(let position, let since):
      recordUnbidden(.nothing(at: position, dwell: span(since, now)), now, &outputs)
    case .up, .lowered, .contact, .clinging: break
    }
    needle = .clinging
  }

  private func span(_ since: DeviceTicks, _ now: DeviceTicks) -> Dwell {
    .milliseconds(now.since(since).milliseconds)
  }
}

// Position readings.

extension Firmware {
  /// A position was read. One no hand could have reached since the last is a fault while the needle may move.
  mutating func sighted(_ position: ChartPosition, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    let jumped = isJump(to: position, now)
    sensors.sighting = Sighting(position: position, at: now)
    steady(position, now)
    switch mode {
    case .running:
      if jumped { latch(.positionJumped, now, &outputs) }
    case .idle, .selfTest, .armed, .suspended, .stopped, .faulted: break
    }
  }

  /// Keeps the first of the readings that have not left their own error since.
  private mutating func steady(_ position: ChartPosition, _ now: DeviceTicks) {
    guard let accuracy = capabilities.positioning.accuracy else { return }
    if let first = sensors.steady, !isFurther(position, from: first.position, than: accuracy + accuracy) { return }
    sensors.steady = Sighting(position: position, at: now)
  }

  /// Where the tip is held, for a registration (S12). Only where nothing could move the needle out of it meanwhile.
  func tip(_ now: DeviceTicks) throws(CommandRefusal) -> DevicePosition {
    guard case .idle = mode else { throw mode.refusal }
    guard sensors.isStill else { throw .wrongPhase }
    guard sensors.parked == true, needle.isUp else { throw .notParked }
    guard let first = sensors.steady, let newest = sensors.sighting else { throw .noSteadyPlace }
    let age = now.since(newest.at)
    guard age >= .zero, age <= Timing.tipAge, newest.at.since(first.at) >= Timing.tipHeld else {
      throw .noSteadyPlace
    }
    return DevicePosition(newest.position)
  }

  /// Nobody has seen the tip for so long that its place says nothing any more.
  mutating func forgetTip(_ now: DeviceTicks) {
    guard let newest = sensors.sighting, now.since(newest.at) > Timing.sightingLifetime else { return }
    sensors.steady = nil
  }

  private func isJump(to position: ChartPosition, _ now: DeviceTicks) -> Bool {
    guard let accuracy = capabilities.positioning.accuracy, let last = sensors.sighting else { return false }
    let elapsed = now.since(last.at)
    guard elapsed >= .zero, elapsed <= Timing.sightingLifetime else { return false }
    return isFurther(
      position, from: last.position,
      than: accuracy + accuracy + .micrometres(elapsed.microseconds * Timing.handSpeed))
  }

  private func isElsewhere(_ position: ChartPosition, than granted: ChartPosition) -> Bool {
    guard let accuracy = capabilities.positioning.accuracy else { return false }
    return isFurther(position, from: granted, than: accuracy + accuracy + Timing.contactDrift)
  }

  /// Beyond the chart everything is further: a sensor may say anything, and its squares must not overflow.
  private func isFurther(_ position: ChartPosition, from other: ChartPosition, than limit: Distance) -> Bool {
    let extent = 2 * Bounds.chartExtent.micrometres
    let dx = (Int64(position.x) - Int64(other.x)).magnitude
    let dy = (Int64(position.y) - Int64(other.y)).magnitude
    guard dx <= extent, dy <= extent else { return true }
    let reach = min(limit.micrometres, 2 * extent)
    return dx * dx + dy * dy > UInt64(reach) * UInt64(reach)
  }
}

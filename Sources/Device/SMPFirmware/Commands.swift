internal import SMPModel
internal import SMPWire

// Bulk OUT: one frame in, exactly one reply out.

extension Firmware {
  mutating func received(_ bytes: [UInt8], _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    let frame: Frame
    do {
      frame = try Frame.decode(bytes)
    } catch {
      // Whose answer this is cannot be known, so it carries the sequence 0.
      refuseMalformed(sequence: 0, now, &outputs)
      return
    }
    do {
      let command = try HostCommand(frame)
      obey(command, Order(sequence: frame.sequence, version: frame.version), now, &outputs)
    } catch {
      switch error {
      case .versionUnsupported:
        refuse(.versionUnsupported, frame.sequence, now, &outputs)
      case .truncated, .tooLong, .lengthMismatch, .checksumMismatch, .unknownType, .payloadLength, .reservedSet,
        .invalidValue, .contradiction:
        refuseMalformed(sequence: frame.sequence, now, &outputs)
      }
    }
  }

  private struct Order {
    let sequence: UInt16
    let version: UInt8
  }

  private mutating func obey(
    _ command: HostCommand, _ order: Order, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) {
    if case .hello(let oldest, let newest) = command {
      greeted(oldest: oldest, newest: newest, order.sequence, now, &outputs)
      return
    }
    guard order.version == version else {
      refuse(.versionUnsupported, order.sequence, now, &outputs)
      return
    }
    let refusal: CommandRefusal?
    switch command {
    case .hello:
      return
    case .commitProfiles(let digest):
      refusal = commitProfiles(digest)
      if refusal == nil {
        reply(.profiles(profiles.digest), order.sequence, &outputs)
        return
      }
    case .grant(let number, let grant):
      granted(number, grant, order.sequence, now, &outputs)
      return
    case .readRecords:
      for record in memory.records { send(record, &outputs) }
      refusal = nil
    case .readTip:
      do throws(CommandRefusal) {
        reply(.tip(try tip(now)), order.sequence, &outputs)
        return
      } catch {
        refusal = error
      }
    case .beginProfiles(let generation, let count): refusal = beginProfiles(generation: generation, count: count)
    case .profile(let profile): refusal = addProfile(profile)
    case .startSelfTest: refusal = startSelfTest(now, &outputs)
    case .arm(let digest): refusal = arm(digest, now)
    case .renewLease(let digest): refusal = renewLease(digest, now, &outputs)
    case .suspend: refusal = suspend(now, &outputs)
    case .resume: refusal = resume(now)
    case .disarm: refusal = disarm(now, &outputs)
    case .deny(let request, let indication): refusal = denied(request, indication, &outputs)
    case .release(let upTo): refusal = release(upTo: upTo, &outputs)
    }
    if let refusal {
      refuse(refusal, order.sequence, now, &outputs)
    } else {
      reply(.accepted(status(now)), order.sequence, &outputs)
    }
  }

  /// Agrees on a version. A new greeting may come from a host with a new journal, so grant numbers may begin anew;
  /// not while energised, where a replay could be hidden behind it.
  private mutating func greeted(
    oldest: UInt8, newest: UInt8, _ sequence: UInt16, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) {
    guard
      let common = ProtocolVersion.common(
        oldest: oldest, newest: newest, withOldest: capabilities.oldestVersion, newest: capabilities.newestVersion)
    else {
      refuse(.versionUnsupported, sequence, now, &outputs)
      return
    }
    version = common
    if mode.lease == nil, memory.highestGrant != .none {
      memory.highestGrant = .none
      outputs.append(.persist)
    }
    reply(.version(common), sequence, &outputs)
  }

  private mutating func refuseMalformed(
    sequence: UInt16, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) {
    if malformedFrames < .max { malformedFrames += 1 }
    refuse(.malformed, sequence, now, &outputs)
  }

  func refuse(
    _ refusal: CommandRefusal, _ sequence: UInt16, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]
  ) {
    reply(.refused(refusal, status(now)), sequence, &outputs)
  }

  func reply(_ message: DeviceMessage, _ sequence: UInt16, _ outputs: inout [FirmwareOutput]) {
    outputs.append(.bulkIn(message.encoded(sequence: sequence, version: version)))
  }
}

internal import SMPModel

/// Putting faults in and taking them out.
extension World {
  mutating func inject(_ fault: SimulatedFault, on endpoint: SimulatedEndpoint?) {
    switch fault {
    case .depthOvershoot, .doubleDot, .lateReply: faults.add(fault, on: nil)
    case .lostFrame, .corruptedFrame, .duplicatedFrame, .reorderedFrames, .truncatedFrame, .wrongLength,
      .wrongVersion, .wrongType, .wrongSequence:
      faults.add(fault, on: endpoint)
    case .misnumberedReplies: isMisnumbering = true
    case .recordWithoutGrant: sendRecordWithoutGrant()
    case .impossibleCapabilities: isImpossible = true
    case .stalledEndpoint: stalled[(endpoint ?? .bulkOut).place] = true
    case .flood:
      if !isFlooding { schedule.add(.floods, at: after(Self.interruptPeriod)) }
      isFlooding = true
    case .positionJump:
      if handpiece != nil { sensor.jump = 25_000 } else { faults.add(fault, on: nil) }
    case .dotWithoutGrant:
      faults.add(fault, on: nil)
      fallUnbidden()
    case .speedDrift:
      motor.drift(perMille: 250, at: now)
      driveChanged()
    case .stuckMotor:
      motor.seize(true, at: now)
      driveChanged()
    case .hang: isHanging = true
    case .pedalStuck:
      pedalIsStuck = true
      readPedal()
    case .unplug:
      if bus.isPlugged { detach() }
      bus.leftByReset = false
    case .reset(let memoryKept): reset(memoryKept: memoryKept)
    }
  }

  /// Ends a lasting fault, or takes back one that still waits. What has happened has happened.
  mutating func clear(_ fault: SimulatedFault) {
    switch fault {
    case .depthOvershoot, .doubleDot, .dotWithoutGrant, .positionJump, .lostFrame, .corruptedFrame, .lateReply,
      .duplicatedFrame, .truncatedFrame, .wrongLength, .wrongVersion, .wrongType, .wrongSequence:
      faults.remove(fault)
    case .reorderedFrames:
      faults.remove(fault)
      letOvertakenThrough()
    case .misnumberedReplies: isMisnumbering = false
    case .recordWithoutGrant: break
    case .impossibleCapabilities: isImpossible = false
    case .stalledEndpoint:
      stalled = stalled.map { _ in false }
      takeHeld()
    case .flood: isFlooding = false
    case .speedDrift:
      motor.drift(perMille: 0, at: now)
      driveChanged()
    case .stuckMotor:
      motor.seize(false, at: now)
      driveChanged()
    case .hang:
      isHanging = false
      takeHeld()
    case .pedalStuck:
      pedalIsStuck = false
      readPedal()
    case .unplug, .reset: break
    }
  }

  /// Faults in force or waiting, in the order of the documentation.
  var activeFaults: [SimulatedFault] {
    SimulatedFault.all.filter { fault in
      switch fault {
      case .depthOvershoot, .doubleDot, .dotWithoutGrant, .positionJump, .lostFrame, .corruptedFrame, .lateReply,
        .duplicatedFrame, .truncatedFrame, .wrongLength, .wrongVersion, .wrongType, .wrongSequence:
        faults.contains(fault)
      case .reorderedFrames: faults.contains(fault) || bus.overtaken.contains { $0 != nil }
      case .misnumberedReplies: isMisnumbering
      case .recordWithoutGrant: false
      case .impossibleCapabilities: isImpossible
      case .stalledEndpoint: stalled.contains(true)
      case .flood: isFlooding
      case .speedDrift: motor.driftPerMille != 0
      case .stuckMotor: motor.isSeized
      case .hang: isHanging
      case .pedalStuck: pedalIsStuck
      case .unplug: !bus.isPlugged
      case .reset(let memoryKept): memoryKept && firmware == nil
      }
    }
  }
}

import SMPInterface
import SMPModel
import SMPSimulator

extension SimulatedFault {
  init?(_ fault: SimulatorInterface.Fault) {
    switch fault {
    case .depthOvershoot: self = .depthOvershoot
    case .speedDrift: self = .speedDrift
    case .stuckMotor: self = .stuckMotor
    case .positionJump: self = .positionJump
    case .doubleDot: self = .doubleDot
    case .dotWithoutGrant: self = .dotWithoutGrant
    case .lostFrame: self = .lostFrame
    case .corruptedFrame: self = .corruptedFrame
    case .lateReply: self = .lateReply
    case .duplicatedFrame: self = .duplicatedFrame
    case .reorderedFrames: self = .reorderedFrames
    case .truncatedFrame: self = .truncatedFrame
    case .wrongLength: self = .wrongLength
    case .wrongVersion: self = .wrongVersion
    case .wrongType: self = .wrongType
    case .wrongSequence: self = .wrongSequence
    case .misnumberedReplies: self = .misnumberedReplies
    case .recordWithoutGrant: self = .recordWithoutGrant
    case .flood: self = .flood
    case .impossibleCapabilities: self = .impossibleCapabilities
    case .stalledEndpoint: self = .stalledEndpoint
    case .hang: self = .hang
    case .pedalStuck: self = .pedalStuck
    case .unplug: self = .unplug
    case .resetMemoryKept: self = .reset(memoryKept: true)
    case .resetMemoryLost: self = .reset(memoryKept: false)
    case .unknown: return nil
    }
  }
}

extension SimulatorInterface.Fault {
  init(_ fault: SimulatedFault) {
    switch fault {
    case .depthOvershoot: self = .depthOvershoot
    case .speedDrift: self = .speedDrift
    case .stuckMotor: self = .stuckMotor
    case .positionJump: self = .positionJump
    case .doubleDot: self = .doubleDot
    case .dotWithoutGrant: self = .dotWithoutGrant
    case .lostFrame: self = .lostFrame
    case .corruptedFrame: self = .corruptedFrame
    case .lateReply: self = .lateReply
    case .duplicatedFrame: self = .duplicatedFrame
    case .reorderedFrames: self = .reorderedFrames
    case .truncatedFrame: self = .truncatedFrame
    case .wrongLength: self = .wrongLength
    case .wrongVersion: self = .wrongVersion
    case .wrongType: self = .wrongType
    case .wrongSequence: self = .wrongSequence
    case .misnumberedReplies: self = .misnumberedReplies
    case .recordWithoutGrant: self = .recordWithoutGrant
    case .flood: self = .flood
    case .impossibleCapabilities: self = .impossibleCapabilities
    case .stalledEndpoint: self = .stalledEndpoint
    case .hang: self = .hang
    case .pedalStuck: self = .pedalStuck
    case .unplug: self = .unplug
    case .reset(memoryKept: true): self = .resetMemoryKept
    case .reset(memoryKept: false): self = .resetMemoryLost
    }
  }
}

extension SimulatorInterface.Sight {
  init(_ sight: Sighting.Sight) { self = Self(rawValue: sight.word) ?? .unknown }
}

extension SimulatorInterface.Contact {
  init(number: Int, _ contact: Contact) {
    self.init(
      number: Int64(number), xMicrometres: Int64(contact.position.x), yMicrometres: Int64(contact.position.y),
      depthMicrometres: contact.depth.micrometres, speedMillihertz: contact.speed.millihertz,
      beganNanoseconds: Int64(contact.began.nanoseconds), endedNanoseconds: Int64(contact.ended.nanoseconds),
      strokes: contact.strokes)
  }
}

extension SimulatorInterface.Sighting {
  init(_ sighting: Sighting) {
    self.init(
      number: Int64(sighting.number), atNanoseconds: Int64(sighting.at.nanoseconds),
      sight: SimulatorInterface.Sight(sighting.sight), heardNanoseconds: Int64(sighting.heard.nanoseconds))
  }
}

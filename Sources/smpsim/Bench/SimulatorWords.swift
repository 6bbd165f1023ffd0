import SMPDaemon
import SMPInterface
import SMPModel
import SMPSimulator
import Synchronization

/// What `io.smpd.simulator` works with.
final class SimulatorDesk: Sendable {
  let device: SimulatedDevice
  let seed: UInt64
  let automaticHand: Bool
  let fast: Bool
  private let daemon = Mutex<Daemon?>(nil)

  init(device: SimulatedDevice, seed: UInt64, automaticHand: Bool, fast: Bool) {
    self.device = device
    self.seed = seed
    self.automaticHand = automaticHand
    self.fast = fast
  }

  func take(_ daemon: Daemon) { self.daemon.withLock { $0 = daemon } }

  func inject(_ fault: SimulatedFault) {
    device.inject(fault)
    let daemon = daemon.withLock { $0 }
    if !device.isPlugged { daemon?.detach(place: device.place) }
    daemon?.queue.post(.wake)
  }

  func clear(_ fault: SimulatedFault) {
    let daemon = daemon.withLock { $0 }
    switch fault {
    case .unplug, .reset:
      device.replug()
      daemon?.attach(device)
    case .depthOvershoot, .speedDrift, .stuckMotor, .positionJump, .doubleDot, .dotWithoutGrant, .lostFrame,
      .corruptedFrame, .duplicatedFrame, .reorderedFrames, .truncatedFrame, .wrongLength, .wrongVersion, .wrongType,
      .wrongSequence, .misnumberedReplies, .lateReply, .recordWithoutGrant, .flood, .impossibleCapabilities,
      .stalledEndpoint, .hang, .pedalStuck:
      device.clear(fault)
    }
    daemon?.queue.post(.wake)
  }
}

/// io.smpd.simulator: in `smpsim` only (S11).
struct SimulatorHandler: InterfaceHandler {
  static let interface: any Interface.Type = SimulatorInterface.self
  static let looking: Set<String> = ["Contacts", "Describe"]
  let desk: SimulatorDesk

  /// Contacts in one reply: 4,000 of some 200 bytes stay below the 1 MiB of a message (varlink.md).
  private static let batch = 4_000

  func handle(_ call: ControlCall) throws(Failure) {
    switch call.method {
    case "Inject": try inject(call)
    case "Contacts": try contacts(call)
    case "Describe":
      call.finish(
        SimulatorInterface.Describe.Reply(
          serial: "simulated", seed: Int64(clamping: desk.seed), automaticHand: desk.automaticHand, fast: desk.fast,
          working: desk.device.isHandWorking, monotonicNanoseconds: Int64(desk.device.now.nanoseconds),
          contacts: Int64(desk.device.contactCount), active: active))
    default: call.failAsUnknown()
    }
  }

  private func inject(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(SimulatorInterface.Inject.Parameters.self)
    guard let fault = SimulatedFault(wish.fault) else {
      throw .nothingToDo(state: "unknown_fault", remedy: "smpsim inject --help names the faults")
    }
    if wish.dryRun != true {
      if wish.clear == true { desk.clear(fault) } else { desk.inject(fault) }
    }
    call.finish(SimulatorInterface.Inject.Reply(active: active))
  }

  private func contacts(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(SimulatorInterface.Contacts.Parameters.self)
    let log = desk.device.contactLog
    let after = Int(clamping: max(0, wish.after ?? 0))
    let rows = log.indices.dropFirst(after).prefix(Self.batch).map { index in
      let contact = log[index]
      return SimulatorInterface.Contact(
        number: Int64(index + 1), xMicrometres: Int64(contact.position.x), yMicrometres: Int64(contact.position.y),
        depthMicrometres: contact.depth.micrometres, speedMillihertz: contact.speed.millihertz,
        beganNanoseconds: Int64(contact.began.nanoseconds), endedNanoseconds: Int64(contact.ended.nanoseconds),
        strokes: contact.strokes)
    }
    call.finish(SimulatorInterface.Contacts.Reply(contacts: rows, made: Int64(log.count)))
  }

  private var active: [SimulatorInterface.Fault] { desk.device.activeFaults.map(SimulatorInterface.Fault.init) }
}

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

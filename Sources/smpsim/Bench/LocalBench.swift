import SMPInterface
import SMPModel
import SMPSimulator
import StrictJSON
import Varlink

/// The bench of a device in this process.
struct LocalBench: SimulatorBench {
  private typealias Simulator = SimulatorInterface

  /// How the device lives here.
  struct Facts: Sendable {
    let seed: UInt64
    let automaticHand: Bool
    let fast: Bool
  }

  let device: SimulatedDevice
  let facts: Facts
  /// Brings the device's time up to now, before anything is done to it.
  let catchUp: @Sendable () -> Void
  /// Something may have become due.
  let wake: @Sendable () -> Void
  /// The cable went in (true) or out.
  let cableMoved: @Sendable (Bool) -> Void

  /// Rows in one reply: 2,000 of some 250 bytes stay below the 1 MiB of a message (varlink.md).
  private static let batch = 2_000

  func answer(_ method: String, _ parameters: JSONObject) throws(VarlinkError) -> JSONObject {
    catchUp()
    defer { wake() }
    do throws(Failure) { return try perform(method, parameters) } catch { throw error.onBench }
  }

  private func perform(_ method: String, _ parameters: JSONObject) throws(Failure) -> JSONObject {
    switch method {
    case "Inject": return try inject(Self.read(parameters)).json
    case "Contacts": return contacts(try Self.read(parameters)).json
    case "Describe": return description.json
    case "Witness": return sightings(try Self.read(parameters)).json
    case "TakeUp": return try takeUp(Self.read(parameters)).json
    case "LayDown":
      let wish: Simulator.LayDown.Parameters = try Self.read(parameters)
      if wish.dryRun != true { device.layDown() }
      return Simulator.LayDown.Reply(job: !device.handProgress.isEmpty).json
    case "Pedal":
      let wish: Simulator.Pedal.Parameters = try Self.read(parameters)
      if wish.dryRun != true { if wish.down { device.pressPedal() } else { device.releasePedal() } }
      return Simulator.Pedal.Reply(phase: Simulator.Sight(.phase(device.phase))).json
    case "Approach": return try approach(Self.read(parameters)).json
    default: throw .notFound(what: "method", name: method, remedy: "this version of smpsim has no such method")
    }
  }

  /// They fit their IDL already, so a failure here is ours.
  private static func read<Parameters: InterfaceRecord>(_ parameters: JSONObject) throws(Failure) -> Parameters {
    do throws(InterfaceError) { return try Parameters(parameters) } catch {
      throw .outOfRange(
        parameter: error.member, minimum: 0, maximum: 0, remedy: "give a value of type \(error.expected)")
    }
  }

  // MARK: The person

  private func takeUp(_ wish: SimulatorInterface.TakeUp.Parameters) throws(Failure) -> SimulatorInterface.TakeUp.Reply {
    let work = try HandWork(wish)
    if wish.dryRun != true { device.takeUp(work) }
    return SimulatorInterface.TakeUp.Reply(job: !device.handProgress.isEmpty)
  }

  private func approach(
    _ wish: SimulatorInterface.Approach.Parameters
  ) throws(Failure) -> SimulatorInterface.Approach.Reply {
    let place = try wish.place.map { (place) throws(Failure) in try ChartPosition(place) }
    if wish.dryRun != true { if let place { device.approach(at: place) } else { device.withdraw() } }
    return SimulatorInterface.Approach.Reply(phase: Simulator.Sight(.phase(device.phase)))
  }

  // MARK: Faults

  private func inject(_ wish: SimulatorInterface.Inject.Parameters) throws(Failure) -> SimulatorInterface.Inject.Reply {
    guard let fault = SimulatedFault(wish.fault) else {
      throw .nothingToDo(state: "unknown_fault", remedy: "smpsim inject --help names the faults")
    }
    if wish.dryRun != true {
      let wasPlugged = device.isPlugged
      if wish.clear == true { clear(fault) } else { device.inject(fault) }
      if device.isPlugged != wasPlugged { cableMoved(!wasPlugged) }
    }
    return SimulatorInterface.Inject.Reply(active: active)
  }

  private func clear(_ fault: SimulatedFault) {
    switch fault {
    case .unplug, .reset: if !device.isPlugged { device.replug() }
    case .depthOvershoot, .speedDrift, .stuckMotor, .positionJump, .doubleDot, .dotWithoutGrant, .lostFrame,
      .corruptedFrame, .duplicatedFrame, .reorderedFrames, .truncatedFrame, .wrongLength, .wrongVersion, .wrongType,
      .wrongSequence, .misnumberedReplies, .lateReply, .recordWithoutGrant, .flood, .impossibleCapabilities,
      .stalledEndpoint, .hang, .pedalStuck:
      device.clear(fault)
    }
  }

  private var active: [SimulatorInterface.Fault] { device.activeFaults.map(SimulatorInterface.Fault.init) }

  // MARK: The witness

  private func contacts(_ wish: SimulatorInterface.Contacts.Parameters) -> SimulatorInterface.Contacts.Reply {
    let log = device.contactLog
    let after = Int(clamping: max(0, wish.after ?? 0))
    let rows = log.indices.dropFirst(after).prefix(Self.batch).map {
      SimulatorInterface.Contact(number: $0 + 1, log[$0])
    }
    return SimulatorInterface.Contacts.Reply(contacts: rows, made: Int64(log.count))
  }

  private func sightings(_ wish: SimulatorInterface.Witness.Parameters) -> SimulatorInterface.Witness.Reply {
    let seen = device.sightings(after: Int(clamping: max(0, wish.after ?? 0)))
    return SimulatorInterface.Witness.Reply(
      sightings: seen.prefix(Self.batch).map(SimulatorInterface.Sighting.init))
  }

  private var description: SimulatorInterface.Describe.Reply {
    SimulatorInterface.Describe.Reply(
      serial: device.capabilities.serial, seed: Int64(clamping: facts.seed), automaticHand: facts.automaticHand,
      fast: facts.fast, working: device.isHandWorking, monotonicNanoseconds: Int64(device.now.nanoseconds),
      contacts: Int64(device.contactCount), active: active, plugged: device.isPlugged, powered: device.isPowered,
      phase: Simulator.Sight(.phase(device.phase)), inSkin: device.isNeedleInSkin,
      driveMillihertz: device.driveSpeed.millihertz,
      still: !device.isNeedleInSkin && device.driveSpeed == .zero)
  }
}

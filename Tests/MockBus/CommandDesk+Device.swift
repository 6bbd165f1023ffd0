import Foundation
import SMPModel
import SMPPlanFile
import SMPSimulator
import SMPTreatment
import StrictJSON
import Synchronization

/// What is done to a device, plugged in or not.
extension CommandDesk {
  func performOnDevice(_ command: String, _ words: [String]) throws -> JSONObject {
    let found = try target(Self.word(words, 0))
    let device = found.device
    found.catchUp()
    defer { found.wake() }
    switch command {
    case "fault":
      let fault = try Self.fault(words, 1)
      let endpoint = words.count > 2 ? try Self.simulatedEndpoint(words[2]) : nil
      if let plug = bus.plugs.values.first(where: { $0.device === found }) {
        plug.port.inject(fault, on: endpoint)
      } else {
        device.inject(fault, on: endpoint)
      }
    case "clear": device.clear(try Self.fault(words, 1))
    case "contacts": return contacts(device, after: words.count > 1 ? try Self.number(words, 1) : 0)
    case "witness": return witness(device, after: words.count > 1 ? try Self.number(words, 1) : 0)
    case "describe": return describe(found)
    case "times": return try times(found, after: words.count > 1 ? Self.number(words, 1) : 0)
    case "hand": try hand(device, words)
    case "lay": device.layDown()
    case "pedal": try pedal(device, Self.word(words, 1))
    case "approach":
      device.approach(at: ChartPosition(x: Int32(try Self.number(words, 1)), y: Int32(try Self.number(words, 2))))
    case "withdraw": device.withdraw()
    case "reset": return try reset(found, Self.word(words, 1))
    default: throw Refused("there is no command \(command)")
    }
    return [:]
  }

  /// By port, or by serial.
  private func target(_ word: String) throws -> MockDevice {
    if let port = try? PortName(word), let plug = bus.plugs[port] { return plug.device }
    guard let known = bus.known(word) else { throw Refused("nothing is at \(word), and no device is called so") }
    return known
  }

  private static func simulatedEndpoint(_ word: String) throws -> SimulatedEndpoint {
    switch try endpoint(word) {
    case .control: throw Refused("control transfers are neither lost nor damaged: the bus repeats them")
    case .bulkOut: .bulkOut
    case .bulkIn: .bulkIn
    case .interruptIn: .interruptIn
    }
  }

  private func pedal(_ device: SimulatedDevice, _ word: String) throws {
    switch word {
    case "down": device.pressPedal()
    case "up": device.releasePedal()
    default: throw Refused("the pedal is down or up")
    }
  }

  /// The device goes dark, leaves the bus, and is there again at the same port when it has started.
  private func reset(_ found: MockDevice, _ word: String) throws -> JSONObject {
    switch word {
    case "kept": found.device.inject(.reset(memoryKept: true))
    case "lost": found.device.inject(.reset(memoryKept: false))
    default: throw Refused("the memory is kept or lost")
    }
    let plugs = bus.plugs.filter { $0.value.device === found }
    try bus.sweep()
    found.pass(TransportModel().boot)
    for (name, plug) in plugs { _ = try bus.plug(found, at: name, plug.wish) }
    return [:]
  }

  // MARK: The hand

  private func hand(_ device: SimulatedDevice, _ words: [String]) throws {
    let path = try Self.word(words, 1)
    guard let bytes = FileManager.default.contents(atPath: path) else { throw Refused("\(path) cannot be read") }
    let site = LimitsFile.parse(Array(LimitsFile.defaultText.utf8)).limits
    let reading = PlanDocument.parse(Array(bytes), site: site)
    guard let plan = reading.plan else {
      throw Refused("\(path) is no plan: " + reading.problems.map { "\($0)" }.joined(separator: "; "))
    }
    let session = try Self.number(words, 2)
    let digest = [UInt8](repeating: 0, count: 32)
    guard let profile = plan.profile(course: "MOCK", planDigest: digest, session: session) else {
      throw Refused("the plan has no session \(session)")
    }
    let error = HandWork.positionError(on: device.capabilities.positioning)
    let work = HandWork(
      profile: profile, made: [], living: device.contactLog.map(\.position), positionError: error,
      site: site ?? LimitSet())
    device.takeUp(work, pace: words.count > 3 ? Int64(try Self.number(words, 3)) : nil)
  }

  // MARK: Answers

  private func contacts(_ device: SimulatedDevice, after: Int) -> JSONObject {
    let log = device.contactLog
    let rows = log.indices.dropFirst(max(0, after)).map { index -> JSON in
      let contact = log[index]
      return [
        "number": .integer(Int64(index + 1)), "xMicrometres": .integer(Int64(contact.position.x)),
        "yMicrometres": .integer(Int64(contact.position.y)), "depthMicrometres": .integer(contact.depth.micrometres),
        "speedMillihertz": .integer(contact.speed.millihertz),
        "beganNanoseconds": .integer(Int64(contact.began.nanoseconds)),
        "endedNanoseconds": .integer(Int64(contact.ended.nanoseconds)), "strokes": .integer(contact.strokes),
      ]
    }
    return ["made": .integer(Int64(log.count)), "contacts": .array(rows)]
  }

  private func witness(_ device: SimulatedDevice, after: Int) -> JSONObject {
    let rows = device.sightings(after: after).map { sighting -> JSON in
      [
        "number": .integer(Int64(sighting.number)), "atNanoseconds": .integer(Int64(sighting.at.nanoseconds)),
        "sight": .string(sighting.sight.word), "heardNanoseconds": .integer(Int64(sighting.heard.nanoseconds)),
      ]
    }
    return ["sightings": .array(rows)]
  }

  private func times(_ found: MockDevice, after: Int) throws -> JSONObject {
    guard let plug = bus.plugs.values.first(where: { $0.device === found }) else {
      throw Refused("\(found.serial) is plugged in nowhere")
    }
    return plug.usbfs.state.withLock { $0.log }.json(after: UInt64(clamping: after))
  }

  private func describe(_ found: MockDevice) -> JSONObject {
    let device = found.device
    var answer: JSONObject = [
      "serial": .string(found.serial), "phase": .string("\(device.phase)"), "powered": .bool(device.isPowered),
      "inSkin": .bool(device.isNeedleInSkin), "parked": .bool(device.isNeedleParked),
      "driveMillihertz": .integer(device.driveSpeed.millihertz), "contacts": .integer(Int64(device.contactCount)),
      "monotonicNanoseconds": .integer(Int64(device.now.nanoseconds)), "handWorking": .bool(device.isHandWorking),
      "handMade": .integer(device.handProgress.reduce(0) { $0 + $1.made }),
      "faults": .array(device.activeFaults.map { .string($0.word) }),
    ]
    guard let plug = bus.plugs.values.first(where: { $0.device === found }) else {
      answer.append("port", .null)
      return answer
    }
    answer.append("port", .string(plug.text.port.text))
    answer.append("devnum", .integer(Int64(plug.text.address)))
    let state = plug.usbfs.state.withLock { state in
      (state.counters, state.files.count, state.files.values.contains(where: \.hasClaimed), state.driver)
    }
    answer.append("submitted", .integer(state.0.submitted))
    answer.append("completed", .integer(state.0.completed))
    answer.append("discarded", .integer(state.0.discarded))
    answer.append("emptyReaps", .integer(state.0.emptyReaps))
    answer.append("claims", .integer(state.0.claims))
    answer.append("openFiles", .integer(Int64(state.1)))
    answer.append("claimed", .bool(state.2))
    answer.append("driver", state.3.map(JSON.string) ?? .null)
    for (word, endpoint) in [("bulkIn", PortEndpoint.bulkIn), ("interruptIn", .interruptIn)] {
      let unread = plug.port.unread(endpoint)
      answer.append(word + "Unread", .integer(Int64(unread.kept)))
      answer.append(word + "Lost", .integer(Int64(unread.lost)))
    }
    return answer
  }
}
